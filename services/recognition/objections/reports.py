"""Reports of fraud (举报): put before an officer as a concern, so that a revocation can be proposed."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.objections.repository import lock_latest_recognition
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import ConcernKind, RecognitionState
from services.recognition.recognitions.service import raise_concern
from shared.contracts.objection import FraudReported
from shared.platform import audit
from shared.platform.system_callers import BUS


async def hear_report(session: AsyncSession, report: FraudReported) -> None:
    """Raise the concern on the recognition that is named, or the household's newest. Who reported is not known here."""
    if report.recognition is not None:
        recognition = await recognition_repository.get_recognition(session, report.recognition, "", lock=True)
    else:
        recognition = await lock_latest_recognition(session, report.uscc)
    if recognition is None or recognition.uscc != report.uscc or recognition.state == RecognitionState.REVOKED:
        return
    detail = f"{report.filed_on} 收到举报：可能以弄虚作假取得认定，请核实；属实的，提议撤销"
    if raise_concern(recognition, ConcernKind.REPORTED, detail):
        await audit.record(session, recognition, BUS, "recognition:reported", {"report": str(report.report)})
