"""A correction that would make the type worse: typing applies nothing until the objector has been told.

The objector may give it up until the last day for responding is over; then it is sent again, and typing applies it.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections import repository as correction_repository, service as correction_service
from services.objection.corrections.domain import TYPE_LABELS, CorrectionOutcome
from services.objection.corrections.models import CorrectionItem
from services.objection.decisions import repository as decision_repository
from services.objection.decisions.problems import NothingToGiveUp
from services.objection.decisions.warning import schedule_warned
from services.objection.examination.service import require_objector
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import ObjectionState
from services.objection.objections.due_days import DueDay, settle_due
from services.objection.objections.events import announce_state
from services.objection.objections.models import Objection
from shared import clock
from shared.contracts.objection import ObjectionWarned
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import BUS, CLOCK


async def ask_first(
    session: AsyncSession, objection: Objection, correction: CorrectionItem, rules: AppliedRules, cause: Event
) -> None:
    """Typing has not applied a correction because the type would be worse: the objector is told what it would be."""
    decision = await decision_repository.decided(session, objection.id)
    if objection.state is not ObjectionState.UPHELD or decision is None:
        return
    today = clock.today()
    last_day = await schedule_warned(session, objection, rules, today)
    decision.told_on, decision.decide_after = today, last_day
    objection.warning = warning_text(correction, last_day)
    objection.version += 1
    await session.flush()
    await audit.record(session, decision, BUS, "decision:warned", {"until": str(last_day)})
    details = {"would_become": correction.type, "respond_by": last_day}
    await announce_state(session, objection, ObjectionWarned, details, BUS, cause)


def warning_text(correction: CorrectionItem, last_day: dt.date) -> str:
    """What the objector is told."""
    would, now = (TYPE_LABELS.get(word or "", word or "") for word in (correction.type, correction.previous_type))
    return (
        f"异议成立，但按更正后的数据，分型结果将由“{now}”变为“{would}”，比现在差。更正还没有采用：{last_day} 之前您可以"
        "放弃这项更正，分型结果维持不变；期满没有放弃的，按更正后的数据调整。"
    )


async def worse_of(session: AsyncSession, objection: Objection) -> Sequence[CorrectionItem]:
    """The corrections of a locked objection that wait for what the objector says, locked."""
    found = [
        await correction_repository.lock_correction(session, one.id)
        for one in await correction_repository.corrections_of(session, objection.id)
        if one.outcome is CorrectionOutcome.WORSE
    ]
    return [one for one in found if one is not None]


async def send_worse(session: AsyncSession, objection: Objection) -> None:
    """The objector's time is over, and nothing was given up: typing is to apply the corrections."""
    objection.respond_by = None
    await settle_due(session, objection, DueDay.RESPOND)
    for correction in await worse_of(session, objection):
        await correction_service.send_again(session, correction, objection.reason or "", CLOCK)
    objection.version += 1
    await session.flush()


async def give_up(session: AsyncSession, objection: Objection, caller: Caller, consent: str | None) -> Objection:
    """The objector gives up the corrections that would make the type worse. The objection is locked."""
    recorded = require_objector(objection, caller, consent)
    waiting = await worse_of(session, objection) if objection.state is ObjectionState.UPHELD else []
    if not waiting:
        raise NothingToGiveUp
    objection.respond_by = None
    await settle_due(session, objection, DueDay.RESPOND)
    for correction in waiting:
        await correction_service.give_up(session, correction, caller)
    objection.version += 1
    await session.flush()
    audited = {"corrections": len(waiting), **recorded}
    await audit.record(session, objection, caller, "objection:correction-given-up", audited)
    return objection
