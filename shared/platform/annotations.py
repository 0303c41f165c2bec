"""The state of annotation (标注): what the national systems have confirmed, or refused, about a household.

A service that decides something of households (its type, its recognition) hears from the publication what became of it
there, keeps the latest word per record and system, and shows it. Words are ordered by the revision of the event that
they answer, then by their time; hearing the topic again changes nothing.

Whether a system is up to date is seen from what it says, not from revisions: a result that is decided again in the same
words is not published again.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, Boolean, DateTime, String, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.contracts.notification import PublicationAcknowledged, PublicationRejected
from shared.contracts.payload import Payload
from shared.messaging.events import Event
from shared.platform.service import BatchEventHandler
from shared.reference.national_systems import SYSTEM_LABELS, System


class AnnotationTable:
    """The columns of `annotation`. `record`: the code of the household whose type it is, the id of the recognition.

    `taken_down`: the system has confirmed that it says nothing any more.
    """

    __tablename__ = "annotation"

    record: Mapped[str] = mapped_column(String(100), primary_key=True)
    system: Mapped[str] = mapped_column(String(100), primary_key=True)
    confirmed_revision: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    statement: Mapped[str | None] = mapped_column(String(100), comment="what it says in short")
    taken_down: Mapped[bool] = mapped_column(Boolean, server_default="false")
    refused_revision: Mapped[int | None] = mapped_column(BigInteger)
    refused_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    code: Mapped[str | None] = mapped_column(String(100))
    message: Mapped[str | None] = mapped_column(String(500), comment="in the system's words")


CONFIRM = text(
    """
    INSERT INTO annotation AS a (record, system, confirmed_revision, confirmed_at, taken_down, statement)
    SELECT DISTINCT record, CAST(:system AS text), CAST(:revision AS bigint), CAST(:at AS timestamptz),
           CAST(:removed AS boolean), CAST(:statement AS text)
      FROM unnest(CAST(:records AS text[])) AS records (record) ORDER BY record
    ON CONFLICT (record, system) DO UPDATE SET
        confirmed_revision = excluded.confirmed_revision, confirmed_at = excluded.confirmed_at,
        taken_down = excluded.taken_down, statement = excluded.statement
    WHERE a.confirmed_revision IS NULL
       OR (a.confirmed_revision, a.confirmed_at) <= (excluded.confirmed_revision, excluded.confirmed_at)
    """
)
REFUSE = text(
    """
    INSERT INTO annotation AS a (record, system, refused_revision, refused_at, code, message)
    VALUES (:record, :system, :revision, :at, :code, :message)
    ON CONFLICT (record, system) DO UPDATE SET
        refused_revision = excluded.refused_revision, refused_at = excluded.refused_at, code = excluded.code,
        message = excluded.message
    WHERE a.refused_revision IS NULL
       OR (a.refused_revision, a.refused_at) <= (excluded.refused_revision, excluded.refused_at)
    """
)
OF_RECORD = text("SELECT * FROM annotation WHERE record = :record")


def annotation_handlers(kind: str) -> Mapping[type[Payload], BatchEventHandler[Any]]:
    """The handlers of a service whose records are of a kind (`type`, `recognition`)."""

    async def on_acknowledged(session: AsyncSession, events: Sequence[Event], _resources: object) -> None:
        """A system has confirmed records of many households."""
        for event in events:
            confirmed = event.payload(PublicationAcknowledged)
            if confirmed.kind == kind and confirmed.revision is not None and confirmed.households:
                values = confirmed.model_dump(include={"system", "revision", "removed", "statement"})
                records = confirmed.records or confirmed.households
                await session.execute(CONFIRM, values | {"records": records, "at": event.time})

    async def on_rejected(session: AsyncSession, events: Sequence[Event], _resources: object) -> None:
        """A system has refused a household's record."""
        for event in events:
            refused = event.payload(PublicationRejected)
            if refused.kind == kind and refused.revision is not None:
                values = refused.model_dump(include={"record", "system", "revision", "code", "message"})
                await session.execute(REFUSE, values | {"at": event.time})

    return {PublicationAcknowledged: on_acknowledged, PublicationRejected: on_rejected}


class AnnotationView(BaseModel):
    """What one system says of the household, as it has told us."""

    system: System
    system_label: str
    state: Annotated[
        str, Field(description="annotated 已标注；taken-down 已撤下；refused 对方退回；waiting 尚未确认；none 不上报")
    ]
    state_label: str
    since: Annotated[dt.datetime | None, Field(description="对方确认或退回的时间")] = None
    up_to_date: Annotated[bool, Field(description="对方确认的是否就是目前的结果")] = False
    code: Annotated[str | None, Field(description="对方退回的代码；只给本辖区的工作人员看")] = None
    message: Annotated[str | None, Field(description="对方退回的原话；只给本辖区的工作人员看")] = None


STATE_LABELS = {
    "annotated": "已标注",
    "taken-down": "已撤下",
    "refused": "对方已退回",
    "waiting": "尚未确认",
    "none": "不上报",
}


async def annotations_of(
    session: AsyncSession, record: str, systems: Sequence[System], *, in_force: str | None, with_reasons: bool
) -> list[AnnotationView]:
    """What each of the systems says in a record. `in_force`: what it should say in short, by `statement_of`; None
    where it should say nothing.
    """
    rows = {row.system: row for row in await session.execute(OF_RECORD, {"record": record})}
    return [_view(system, rows.get(system), in_force, with_reasons=with_reasons) for system in systems]


def statement_of(label: str, when: int | dt.date) -> str:
    """What is in force, in short: a type's label and its year, a recognition's category and its last day."""
    return f"{label} {when}"


def _view(system: System, row: Any, in_force: str | None, *, with_reasons: bool) -> AnnotationView:  # noqa: ANN401 - a row of raw SQL
    """A system without a word is waited for, unless nothing is to stand there."""
    view = AnnotationView(system=system, system_label=SYSTEM_LABELS[system], state="waiting", state_label="")
    if row is None:
        view.state, view.up_to_date = ("none", True) if in_force is None else ("waiting", False)
    elif row.confirmed_at is None or _later(row.refused_revision, row.refused_at, row):
        view.state, view.since = "refused", row.refused_at
        view.code, view.message = (row.code, row.message) if with_reasons else (None, None)
    else:
        view.state, view.since = "taken-down" if row.taken_down else "annotated", row.confirmed_at
        view.up_to_date = row.statement == in_force
    view.state_label = STATE_LABELS[view.state]
    return view


def _later(revision: int | None, at: dt.datetime | None, row: Any) -> bool:  # noqa: ANN401 - a row of raw SQL
    """Whether a refusal came after the last confirmation."""
    return revision is not None and (revision, at) > (row.confirmed_revision, row.confirmed_at)
