"""Upheld objections: each is applied once, and answered by one ObjectionApplied, also when nothing could change.

What belongs to other services (typing results, entitlements, annotations) and words that nobody here knows are passed
over.
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.base import ANNOUNCER, shorten_reason
from services.recognition.objections.domain import Against, Applied
from services.recognition.objections.reinstatement import reinstate
from services.recognition.objections.reopening import apply_to_notice, reopen_refused, reopen_unselected
from services.recognition.objections.repository import begin_applying
from services.recognition.objections.reviewing import reopen_confirmation, reopen_evaluation
from shared.contracts.objection import ObjectionUpheld
from shared.contracts.recognition import ObjectionApplied
from shared.platform import audit
from shared.platform.system_callers import BUS

Apply = Callable[[AsyncSession, ObjectionUpheld], Awaitable[Applied]]
APPLY: Mapping[Against, Apply] = {
    Against.PUBLIC_NOTICE: apply_to_notice,
    Against.REFUSAL: reopen_refused,
    Against.NON_SELECTION: reopen_unselected,
    Against.CONFIRMATION: reopen_confirmation,
    Against.EXTENSION: reopen_evaluation,
    Against.CANCELLATION: reinstate,
    Against.REVOCATION: reinstate,
}


async def apply_upheld(session: AsyncSession, upheld: ObjectionUpheld) -> None:
    """Do what the objection was upheld for, and say what was done. A second event about it changes nothing."""
    if upheld.against not in set(Against):
        return
    row = await begin_applying(session, upheld)
    if row is None:
        return
    applied = await APPLY[Against(upheld.against)](session, upheld)
    row.outcome, row.reason = applied.outcome, applied.reason
    said = ObjectionApplied(
        objection=upheld.objection,
        uscc=upheld.uscc,
        region=upheld.region,
        outcome=applied.outcome,
        reason=shorten_reason(applied.reason),
        revision=await ANNOUNCER.next_revision(session),
    )
    await ANNOUNCER.announce(session, said, subject=upheld.uscc, actor=BUS.subject)
    details = {"objection": str(upheld.objection), "against": upheld.against, "outcome": applied.outcome}
    about = audit.about(upheld.subject or upheld.objection, upheld.region)
    await audit.record(session, about, BUS, "objection:apply", details | {"reason": applied.reason})
