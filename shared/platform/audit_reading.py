"""`GET /v1/audit-entries`: what a service's audit holds, the newest entries first, for auditors alone (三权分立).

Every service has it, from its declaration (`Service`). An auditor sees the chains of the own region; those that belong
to no region (refused calls, erasures, own data) are seen by auditors of the whole country. Whoever holds another role
beside is refused: nobody examines what they did themselves. Entries hold no figures; numbers of persons that somebody
wrote into a reason are masked here. The chain itself stays whole, which `minglu audit export` and `verify` show.

Reading is an entry, too, written before the answer: what cannot be written down is not shown.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import BigInteger, ColumnElement, DateTime, RowMapping, Text, column, func, select, table, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.audited_access import address_of
from shared.platform.fields import Day
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Cursor, PagedQuery, PageQuery
from shared.platform.problems import invalid_request
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.personal_patterns import personal_pattern_in

READINGS_CHAIN: Final = "audit"
"""Chain of readings by auditors who have no region of their own; those of the others are in their region's"""
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|v\d+:[0-9a-f]+|9[0-9A-Z]{17}")
"""Ids, pseudonyms and codes of households: their digits are nobody's number. No id number begins with 9."""
ENTRY: Final = table(
    "audit_entry",
    column("chain", Text),
    column("seq", BigInteger),
    column("at", DateTime(timezone=True)),
    column("actor", Text),
    column("action", Text),
    column("subject", Text),
    column("details", JSONB),
)
FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Of what a cursor may say, as of days that are asked for"""
Position = tuple[dt.datetime, str, int]
Named = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class AuditQuery(PagedQuery):
    """Which entries; days as they are in China."""

    subject: Named | None = Field(default=None, description="关于什么：编号、统一社会信用代码等，须完全一致")
    actor: Named | None = Field(default=None, description="谁做的，须完全一致")
    since: Day | None = Field(default=None, description="从哪一天起", examples=["2026-07-01"])
    until: Day | None = Field(default=None, description="到哪一天止（含）", examples=["2026-07-31"])

    def asked(self) -> Mapping[str, str]:
        """What was asked for."""
        said = {"subject": self.subject, "actor": self.actor, "since": self.since, "until": self.until}
        return {name: str(value) for name, value in said.items() if value is not None}


class AuditEntryView(BaseModel):
    """One entry."""

    chain: str = Field(description="所属的链：区划代码；不属于一个地区的为链的名称", examples=["410105"])
    seq: int = Field(description="链中的序号", examples=[7])
    at: dt.datetime = Field(description="时间", examples=["2026-07-15T09:00:00+08:00"])
    actor: str = Field(description="谁", examples=["li"])
    action: str = Field(description="做了什么", examples=["run:publish"])
    subject: str = Field(description="关于什么", examples=["92410103MA0000015K"])
    details: dict[str, Any] = Field(description="细节；像证件号码、电话的已遮盖", examples=[{"reason": "已核实"}])
    position: str = Field(description="更早的记录从这里接着查：作为 cursor", examples=["bm90LWEtY3Vyc29y"])

    @classmethod
    def of(cls, row: RowMapping) -> "AuditEntryView":
        """As auditors see it."""
        shown = {name: masked(row[name]) for name in ("actor", "subject", "details")}
        return cls(**{**row, **shown}, position=Cursor.write(*_written(row)))


class AuditEntriesView(BaseModel):
    """A page of entries."""

    items: list[AuditEntryView] = Field(description="新的在前")
    next: str | None = Field(default=None, description="下一页的游标；为空表示没有更多")


def masked(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """The same without numbers and addresses of persons; a text that seems to hold one is not shown at all."""
    if isinstance(value, Mapping):
        return {name: masked(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [masked(inner) for inner in value]
    if not isinstance(value, str) or IDENTIFIER.fullmatch(value):
        return value
    pattern = personal_pattern_in(value)
    return value if pattern is None else f"（已遮盖：{pattern.value}）"


@dataclass(frozen=True)
class AuditScope:
    """The entries that one reading may see."""

    region: str
    query: AuditQuery
    after: Position | None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Of the statement."""
        columns, query = ENTRY.c, self.query
        found: list[ColumnElement[bool]] = [func.starts_with(columns.chain, self.region)]
        found += [columns[name] == said for name in ("subject", "actor") if (said := getattr(query, name)) is not None]
        if query.since is not None:
            found.append(columns.at >= _midnight(query.since))
        if query.until is not None:
            found.append(columns.at < _midnight(query.until + dt.timedelta(days=1)))
        if self.after is not None:
            found.append(tuple_(columns.at, columns.chain, columns.seq) < tuple_(*self.after))
        return found

    async def rows(self, session: AsyncSession, most: int) -> Sequence[RowMapping]:
        """The newest first."""
        columns = ENTRY.c
        order = (columns.at.desc(), columns.chain.desc(), columns.seq.desc())
        return (
            (await session.execute(select(ENTRY).where(*self.conditions()).order_by(*order).limit(most)))
            .mappings()
            .all()
        )


Auditor = Annotated[Caller, allow(Role.AUDITOR)]


def audit_router() -> APIRouter:
    """The route, for one service."""
    router = APIRouter(prefix="/v1", tags=["audit"], route_class=TransactionalRoute)

    @router.get("/audit-entries", summary="审计记录，新的在前")
    async def list_audit_entries(
        request: Request,
        response: Response,
        session: SessionDep,
        caller: Auditor,
        query: Annotated[AuditQuery, Query()],
    ) -> AuditEntriesView:
        """Only for auditors of the region. The reading itself becomes an entry."""
        response.headers["Cache-Control"] = "no-store"
        return await read_audit(request, session, caller, query)

    return router


async def read_audit(request: Request, session: AsyncSession, caller: Caller, query: AuditQuery) -> AuditEntriesView:
    """A page of entries, after the entry about this reading is written. A person's number that was asked for stays out
    of that entry: nothing is ever taken out of a chain.
    """
    page = query.page(str, str, int)
    scope = AuditScope(caller.region, query, _position(page))
    rows = await scope.rows(session, page.wanted)
    entry = about(READINGS_CHAIN, caller.region or READINGS_CHAIN)
    said = {**masked(query.asked()), "address": address_of(request.scope), "rows": min(len(rows), page.limit)}
    await audit.record(session, entry, caller, "audit:read", said)
    await session.commit()
    shown = [AuditEntryView.of(row) for row in rows[: page.limit]]
    return AuditEntriesView(items=shown, next=page.next(rows, _written))


def _written(row: RowMapping) -> tuple[str, str, int]:
    return (row["at"].isoformat(), row["chain"], row["seq"])


def _position(page: PageQuery[Any]) -> Position | None:
    if page.after is None:
        return None
    at, chain, seq = page.after
    try:
        instant = dt.datetime.fromisoformat(at)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise invalid_request(("query.cursor", "cursor", "不是有效的游标，请从第一页重新开始。"))
    return instant, chain, seq


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), clock.CHINA)
