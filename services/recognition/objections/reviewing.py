"""Upheld objections about the yearly confirmation and the evaluation in the last year: another person decides again."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.assessments import repository as assessment_repository
from services.recognition.lifecycle.service import revive
from services.recognition.monitoring.service import sync_recognition, update_concerns
from services.recognition.objections import repository as objection_repository
from services.recognition.objections.domain import NO_RECOGNITION, Applied, Outcome, unchanged
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import RECOGNITION_STATES, ConcernKind, RecognitionState
from services.recognition.recognitions.models import Evaluation, Recognition
from services.recognition.recognitions.service import clear_concern, raise_concern
from services.recognition.registers import repository as register_repository
from services.recognition.registers.repository import records_of
from services.recognition.rules.life import rules_of_life
from shared import clock
from shared.contracts.objection import ObjectionUpheld
from shared.platform import audit
from shared.platform.system_callers import BUS


async def lock_recognition(session: AsyncSession, upheld: ObjectionUpheld) -> Recognition | None:
    """The household's recognition that is objected to, locked."""
    if upheld.subject is None:
        return None
    recognition = await recognition_repository.get_recognition(session, upheld.subject, "", lock=True)
    return recognition if recognition is not None and recognition.uscc == upheld.uscc else None


def stands(recognition: Recognition) -> str:
    """Why nothing could change, by where the recognition stands."""
    label = RECOGNITION_STATES.label(recognition.state_on(clock.today()))
    return f"认定当前为“{label}”，没有可以改变的决定"


async def reopen_confirmation(session: AsyncSession, upheld: ObjectionUpheld) -> Applied:
    """The year may be decided again, by another person."""
    recognition = await lock_recognition(session, upheld)
    if recognition is None:
        return NO_RECOGNITION
    if recognition.state_on(clock.today()) is not RecognitionState.VALID:
        return unchanged(stands(recognition))
    confirmation = await objection_repository.lock_withheld_confirmation(session, recognition.id)
    if confirmation is None:
        return unchanged("最近一个年度已经确认，或没有作过确认")
    confirmation.reopened_by = upheld.objection
    confirmation.barred = (*confirmation.barred, confirmation.confirmed_by)
    clear_concern(recognition, ConcernKind.STANDARDS)
    detail = f"异议成立，{confirmation.year} 年度的确认须由另一人重新作出：{upheld.reason}"
    raise_concern(recognition, ConcernKind.CONFIRMATION_REOPENED, detail)
    details = {"objection": str(upheld.objection), "year": confirmation.year}
    await audit.record(session, recognition, BUS, "recognition:reopen-confirmation", details)
    return Applied(Outcome.REOPENED, f"{confirmation.year} 年度的确认由另一人重新作出")


async def reopen_evaluation(session: AsyncSession, upheld: ObjectionUpheld) -> Applied:
    """The evaluation is decided again, by another person; until then the recognition does not expire, and one that has
    expired is valid again.
    """
    recognition = await lock_recognition(session, upheld)
    if recognition is None:
        return NO_RECOGNITION
    if recognition.state not in (RecognitionState.VALID, RecognitionState.EXPIRED):
        return unchanged(stands(recognition))
    evaluations = await assessment_repository.evaluations_by_recognition(session, [recognition])
    evaluation = evaluations.get(recognition.id)
    if evaluation is None or evaluation.extends is not False:
        return unchanged("这一有效期没有作出不予延长的决定")
    if recognition.state == RecognitionState.EXPIRED and await is_recognised_anew(session, recognition):
        return unchanged("这一户已有新的认定")
    open_again(evaluation, upheld)
    recognition.expiry_held = True
    if recognition.state == RecognitionState.EXPIRED:
        await revive(session, recognition, upheld.objection, upheld.reason, BUS)
        await follow_register(session, recognition)
    detail = f"异议成立，评估须由另一人重新决定；决定以前不到期失效：{upheld.reason}"
    raise_concern(recognition, ConcernKind.UNDECIDED, detail)
    details = {"objection": str(upheld.objection), "valid_until": recognition.valid_until.isoformat()}
    await audit.record(session, recognition, BUS, "recognition:reopen-evaluation", details)
    return Applied(Outcome.REOPENED, "评估由另一人重新决定，决定以前认定不到期失效")


async def is_recognised_anew(session: AsyncSession, recognition: Recognition) -> bool:
    """Whether the household has another valid recognition; one whose end is not stored yet counts."""
    return await objection_repository.other_recognition(session, recognition) is not None


async def follow_register(session: AsyncSession, recognition: Recognition) -> None:
    """Take over what the register has said while the recognition was ended."""
    household = await register_repository.HOUSEHOLDS.get(session, recognition.uscc)
    if household is None:
        return
    await sync_recognition(session, recognition, household)
    records = await records_of(session, [recognition.uscc], clock.today())
    rules = await rules_of_life(session, recognition)
    await update_concerns(session, recognition, household, records[recognition.uscc], rules, BUS)


def open_again(evaluation: Evaluation, upheld: ObjectionUpheld) -> None:
    """No decision stands any longer; what it was is in the audit."""
    by = (evaluation.evaluated_by, evaluation.decided_by)
    evaluation.barred = (*evaluation.barred, *(one for one in by if one is not None))
    evaluation.reopened_by, evaluation.extends, evaluation.reason = upheld.objection, None, None
    evaluation.decided_by = evaluation.decided_at = None
    evaluation.version += 1
