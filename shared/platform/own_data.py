"""What a service keeps of a person, as a file for that person: 个人信息保护法第四十五条 (查阅、复制).

A service lists the kinds of data that it keeps of operators: what they are, why they are processed, how long they are
kept, and a query that gives the rows of one operator under Chinese names.

    KINDS = [OwnDataKind("申报", DUTY, ALWAYS, 'SELECT name AS "名称" FROM application WHERE operator_ref = :operator')]
    router = own_data_router("recognition", KINDS)  # GET /v1/own-data

A query names what is the operator's own: nobody else's data (who decided, who objected), and nothing that is sealed,
which has calls of its own. An operator asks each service under their own token; every file is an entry of the audit.
Where staff have something of their own, too (the portal), the queries name the account: `:subject`.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.fields import UsccLookup
from shared.platform.identity import Caller, Role, allow
from shared.platform.retention import terms_of
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

CHAIN: Final = "own-data"
MOST_ROWS: Final = 5000
"""Of a kind in one file: a person has a few households"""
MOST_HOUSEHOLDS: Final = 50
WHOSE: Final = (":operator", ":subject")
SUMMARY: Final = "本人在本服务中的主要数据，可以保存为文件"
ALWAYS: Final = "长期保存（没有文件规定期限）"


@dataclass(frozen=True)
class OwnDataKind:
    """A kind of data. `kept` says how long, or ends with a kind of the table of terms (`term:<kind>`); `labels` the
    Chinese words for the values of columns. The query knows `:operator`, the pseudonym, or `:subject`, the account, and
    `:codes`, the households asked for.
    """

    title: str
    purpose: str
    kept: str
    query: str
    labels: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """ValueError for a query that asks for nobody in particular."""
        if not any(whose in self.query for whose in WHOSE):
            raise ValueError(f"{self.title}: the query does not name the operator")

    def kept_as_said(self, service: str) -> str:
        """How long its rows are kept, in words."""
        said, named, kind = self.kept.partition("term:")
        if not named:
            return said
        term = terms_of(service, {})[kind]
        return f"{said}{term.days} 天后{term.way}（{term.ground}）"

    async def rows(self, session: AsyncSession, person: str, codes: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of an operator, or of an account."""
        known: dict[str, object] = dict.fromkeys(("operator", "subject"), person) | {"codes": list(codes)}
        values = {name: value for name, value in known.items() if f":{name}" in self.query}
        found = await session.execute(text(f"{self.query} LIMIT {MOST_ROWS}"), values)
        return [{name: self._said(name, value) for name, value in row.items()} for row in found.mappings()]

    def _said(self, column: str, value: object) -> object:
        label = self.labels.get(column)
        return label(value) if label is not None and value is not None else value


class OwnDataKindView(BaseModel):
    """One kind of data."""

    title: str = Field(description="是什么", examples=["申报"])
    purpose: str = Field(description="为什么处理", examples=["办理“名特优新”认定的申报"])
    kept: str = Field(description="保存多久", examples=["1095 天后删除材料和文件"])
    rows: list[dict[str, Any]] = Field(description="逐条内容；列名为中文", examples=[[{"名称": "测试商户1号"}]])


class OwnDataView(BaseModel):
    """What one service keeps of the caller."""

    model_config = ConfigDict(title="OwnData")

    service: str = Field(description="哪个服务", examples=["recognition"])
    made_at: dt.datetime = Field(description="何时生成", examples=["2026-07-15T09:00:00+08:00"])
    kinds: list[OwnDataKindView] = Field(description="各类数据；没有数据的也列出")


Operator = Annotated[Caller, allow(Role.OPERATOR)]
Codes = Annotated[
    list[UsccLookup],
    Query(alias="uscc", max_length=MOST_HOUSEHOLDS, description="本人各户的统一社会信用代码，可以给出多个"),
]


def own_data_router(service: str, kinds: Sequence[OwnDataKind]) -> APIRouter:
    """`GET /v1/own-data` of a service. Where a query knows `:codes`, the call names the households."""
    router = APIRouter(prefix="/v1", tags=["own-data"], route_class=TransactionalRoute)
    if any(":codes" in kind.query for kind in kinds):

        @router.get("/own-data", summary=SUMMARY)
        async def get_own_data(response: Response, session: SessionDep, caller: Operator, codes: Codes) -> OwnDataView:
            """With what each kind is for and how long it is kept. Of the households named, only the caller's."""
            return await own_data(response, session, caller, operator_of(caller), service, kinds, codes)

    else:

        @router.get("/own-data", summary=SUMMARY)
        async def get_all_own_data(response: Response, session: SessionDep, caller: Operator) -> OwnDataView:
            """With what each kind is for and how long it is kept."""
            return await own_data(response, session, caller, operator_of(caller), service, kinds)

    return router


def operator_of(caller: Caller) -> str:
    """The pseudonym of an operator who calls."""
    assert caller.operator_ref is not None  # noqa: S101 - a token of an operator has it
    return caller.operator_ref


async def own_data(
    response: Response,
    session: AsyncSession,
    caller: Caller,
    person: str,
    service: str,
    kinds: Sequence[OwnDataKind],
    codes: Sequence[str] = (),
) -> OwnDataView:
    """The view of a person, named as the queries name them, after its entry in the audit is written: what cannot be
    written down is not given.
    """
    shown = [
        OwnDataKindView(
            title=kind.title,
            purpose=kind.purpose,
            kept=kind.kept_as_said(service),
            rows=await kind.rows(session, person, codes),
        )
        for kind in kinds
    ]
    counts = {kind.title: len(kind.rows) for kind in shown}
    await audit.record(session, about(person, CHAIN), caller, "own-data:export", {"rows": counts})
    await session.commit()
    response.headers["Content-Disposition"] = f'attachment; filename="own-data-{service}.json"'
    response.headers["Cache-Control"] = "no-store"
    return OwnDataView(service=service, made_at=clock.now(), kinds=shown)
