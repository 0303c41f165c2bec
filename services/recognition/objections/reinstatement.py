"""Upheld objections about a cancellation or revocation: the recognition is what it was before, and a ban is lifted.

It keeps its last day and its history. One household per person and the quota are looked at again; what conflicts is put
before an officer and blocks nothing.
"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.assessments import evaluations, repository as assessment_repository
from services.recognition.lifecycle import repository as lifecycle_repository
from services.recognition.lifecycle.domain import END_STATES, PROCEEDING_STATES, ProceedingState, ProposedEnd
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.lifecycle.restoring import restore_ended
from services.recognition.lifecycle.service import expire_recognition, revive
from services.recognition.objections import repository as objection_repository
from services.recognition.objections.domain import NO_RECOGNITION, Applied, Outcome, unchanged
from services.recognition.objections.reviewing import follow_register, is_recognised_anew, lock_recognition, stands
from services.recognition.recognitions.domain import ConcernKind, RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.service import raise_concern
from services.recognition.season.quotas import count_places, find_quota_limit
from shared import clock
from shared.contracts.objection import ObjectionUpheld
from shared.platform import audit
from shared.platform.system_callers import BUS


async def reinstate(session: AsyncSession, upheld: ObjectionUpheld) -> Applied:
    """Undo the cancellation or revocation."""
    recognition, what = await lock_recognition(session, upheld), ProposedEnd(upheld.against)
    if recognition is None:
        return NO_RECOGNITION
    if recognition.state == RecognitionState.REVOKED and what is ProposedEnd.CANCELLATION:
        return await undo_beneath(session, recognition, upheld)
    if recognition.state != END_STATES[what]:
        return unchanged(stands(recognition))
    if await is_recognised_anew(session, recognition):
        return unchanged("这一户已有新的认定")
    undone = await undo_proceeding(session, recognition, what)
    await lift_ban(session, recognition)
    details = {"objection": str(upheld.objection), "reason": upheld.reason, "undone": what}
    await audit.record(session, recognition, BUS, "recognition:reinstate", details)
    before = undone.decision.before if undone is not None and undone.decision is not None else RecognitionState.VALID
    if before is not RecognitionState.VALID:
        await restore_ended(session, recognition, before, upheld.objection, upheld.reason, BUS)
        return Applied(Outcome.REINSTATED, "撤销不再有效，恢复为撤销以前的状态")
    await revive(session, recognition, upheld.objection, upheld.reason, BUS)
    await look_again(session, recognition)
    return Applied(Outcome.REINSTATED, f"恢复认定，有效期仍至 {recognition.valid_until}")


async def undo_proceeding(session: AsyncSession, recognition: Recognition, what: ProposedEnd) -> EndProceeding | None:
    """The decision no longer stands; None for one of before proceedings were kept."""
    proceeding = await lifecycle_repository.lock_decided(session, recognition.id, what)
    if proceeding is not None:
        PROCEEDING_STATES.require(proceeding.state, ProceedingState.UNDONE)
        proceeding.state, proceeding.closed_on = ProceedingState.UNDONE, clock.today()
        proceeding.version += 1
    return proceeding


async def undo_beneath(session: AsyncSession, recognition: Recognition, upheld: ObjectionUpheld) -> Applied:
    """The cancellation was wrong, and the recognition was revoked since. The revocation stands; if it is undone, too,
    the recognition is what it was before it was cancelled.
    """
    cancelled = await undo_proceeding(session, recognition, ProposedEnd.CANCELLATION)
    revoked = await lifecycle_repository.lock_decided(session, recognition.id, ProposedEnd.REVOCATION)
    if cancelled is None or cancelled.decision is None or revoked is None or revoked.decision is None:
        return unchanged(stands(recognition))
    revoked.decision = replace(revoked.decision, before=cancelled.decision.before)
    details = {"objection": str(upheld.objection), "reason": upheld.reason, "undone": ProposedEnd.CANCELLATION}
    await audit.record(session, recognition, BUS, "recognition:undo-beneath", details)
    return unchanged("取消的决定不再有效；其后的撤销仍然有效，撤销如被撤消，恢复为取消以前的状态")


async def lift_ban(session: AsyncSession, recognition: Recognition) -> None:
    """The household may apply again."""
    ban = await objection_repository.lock_ban(session, recognition.id)
    if ban is not None and ban.lifted_on is None:
        ban.lifted_on = clock.today()


async def look_again(session: AsyncSession, recognition: Recognition) -> None:
    """What has changed while it was ended: the register, the places, the evaluation that is due."""
    await follow_register(session, recognition)
    await look_at_quota(session, recognition)
    await look_at_evaluation(session, recognition)


async def look_at_quota(session: AsyncSession, recognition: Recognition) -> None:
    """Raise a concern if more are valid now than there are places."""
    county, today = recognition.transferred_from or recognition.county, clock.today()
    limit = await find_quota_limit(session, county, today.year)
    limit = limit or await find_quota_limit(session, county, recognition.year)
    if limit is None:
        return
    places = await count_places(session, limit)
    if places.taken > places.places:
        detail = f"恢复认定后有效的认定共 {places.taken} 户，超过名额 {places.places} 个，请处理"
        raise_concern(recognition, ConcernKind.QUOTA, detail)


async def look_at_evaluation(session: AsyncSession, recognition: Recognition) -> None:
    """Its last year may have begun, or passed, without an evaluation: then it does not expire before one is decided."""
    found = await assessment_repository.evaluations_by_recognition(session, [recognition])
    evaluation = found.get(recognition.id)
    decided = evaluation is not None and evaluation.decided_at is not None
    if clock.today() <= recognition.valid_until:
        if evaluation is None:
            await evaluations.flag_last_year(session, recognition)
    elif decided:
        await expire_recognition(session, recognition)
        return
    else:
        recognition.expiry_held = True
        detail = f"有效期至 {recognition.valid_until}，认定曾被结束，没有评估；请评估，决定以前不到期失效"
        raise_concern(recognition, ConcernKind.LAST_YEAR, detail)
    if evaluation is not None and not decided:
        raise_concern(recognition, ConcernKind.UNDECIDED, "评估待决定")
