"""The copy of objections about applications and recognitions, fed by the states that the objection service announces.

Each state counts only if its revision is higher than the stored one; several of one objection may arrive in any order.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers.models import ObjectionCopy
from shared.contracts.objection import (
    ObjectionAccepted,
    ObjectionClosed,
    ObjectionDeclined,
    ObjectionDismissed,
    ObjectionExplained,
    ObjectionExtended,
    ObjectionFiled,
    ObjectionOverdue,
    ObjectionRescheduled,
    ObjectionReturned,
    ObjectionState,
    ObjectionWithdrawn,
)

STAGE_LABELS: Mapping[type[ObjectionState], str] = {
    ObjectionFiled: "已提出",
    ObjectionAccepted: "已受理",
    ObjectionReturned: "退回补正",
    ObjectionDeclined: "不予受理",
    ObjectionExplained: "已作解释",
    ObjectionExtended: "已延长期限",
    ObjectionDismissed: "异议不成立",
    ObjectionWithdrawn: "已撤回",
    ObjectionOverdue: "逾期未办",
    ObjectionRescheduled: "期限已调整",
    ObjectionClosed: "已办结",
}
"""Every state that is announced, with its Chinese label."""
ENDED = (ObjectionDeclined, ObjectionDismissed, ObjectionWithdrawn, ObjectionClosed)
LABELS_BY_STAGE = {kind.event_name: label for kind, label in STAGE_LABELS.items()}
WITHOUT_DECISION = ("declined", "withdrawn")
"""Outcomes of objections that nobody decided."""


async def save_objection(session: AsyncSession, state: ObjectionState) -> None:
    """Store the state of an objection, unless a later one is stored; what the event does not say stays."""
    known = {"stage": state.event_name, "is_open": not isinstance(state, ENDED), "revision": state.revision}
    dates: dict[str, object] = {}
    if isinstance(state, ObjectionFiled):
        dates["filed_on"] = state.filed_on
    if isinstance(state, ObjectionAccepted | ObjectionExtended):
        dates["decide_by"] = state.decide_by
    if (outcome := outcome_of(state)) is not None:
        dates["outcome"] = outcome
    base = {name: getattr(state, name) for name in ("receipt", "uscc", "region", "against", "subject")}
    statement = insert(ObjectionCopy).values(id=state.objection, **base, **known, **dates)
    newer = statement.on_conflict_do_update(
        index_elements=["id"], set_=known | dates, where=ObjectionCopy.revision < statement.excluded.revision
    )
    await session.execute(newer)


def outcome_of(state: ObjectionState) -> str | None:
    """How the objection ended, as far as the state says."""
    match state:
        case ObjectionClosed():
            return state.outcome
        case ObjectionDeclined():
            return "declined"
        case ObjectionWithdrawn():
            return "withdrawn"
        case ObjectionDismissed():
            return "dismissed"
    return None


async def objections_about(
    session: AsyncSession, subjects: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[ObjectionCopy]]:
    """Objections about each of the applications or recognitions, the earliest first."""
    query = select(ObjectionCopy).where(ObjectionCopy.subject.in_(subjects))
    found = defaultdict[uuid.UUID, list[ObjectionCopy]](list)
    for row in (await session.execute(query.order_by(ObjectionCopy.filed_on, ObjectionCopy.id))).scalars():
        if row.subject is not None:
            found[row.subject].append(row)
    return found


def decided_objections(objections: Sequence[ObjectionCopy]) -> list[ObjectionCopy]:
    """Those that are over and that were neither declined nor withdrawn."""
    return [one for one in objections if not one.is_open and one.outcome not in WITHOUT_DECISION]


def decided_objections_to_notice() -> Select[uuid.UUID | None]:
    """Applications to whose public notice an objection was made that was neither declined nor withdrawn."""
    return select(ObjectionCopy.subject).where(
        ObjectionCopy.against == "public-notice",
        func.coalesce(ObjectionCopy.outcome, "").not_in(WITHOUT_DECISION),
    )
