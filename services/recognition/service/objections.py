"""What an objection that was upheld does: a household on public notice is refused for it, and its place called up.

The word may come after the notice was cleared, by another partition of the bus: whatever is not decided is refused all
the same. What is recognised already is put before an officer, who may propose its end.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.recognitions import ConcernKind, RecognitionState
from services.recognition.repository import applications, recognitions, seasons
from services.recognition.service.clocked import BUS
from services.recognition.service.concerns import raise_concern, recorded
from services.recognition.service.selections import free_place
from shared.contracts.objection import ObjectionUpheld


async def hear_upheld(session: AsyncSession, said: ObjectionUpheld) -> None:
    """Against a public notice, `subject` is the application. Heard twice, it does nothing the second time."""
    if said.against != "public-notice" or said.subject is None:
        return
    known = await applications.get(session, said.subject, "")
    if known is None or known.uscc != said.uscc:
        return
    await seasons.get(session, known.season_id, "", lock=True)  # before the application, as at a selection
    application = await applications.get(session, said.subject, "", lock=True)
    if application is None:
        return
    if application.state == ApplicationState.RECOGNISED:
        await put_before_an_officer(session, application.id, said)
    elif application.state == ApplicationState.IN_PROGRESS:
        await free_place(session, application, f"公示期间的异议成立：{said.reason}", BUS)


async def put_before_an_officer(session: AsyncSession, application_id: UUID, said: ObjectionUpheld) -> None:
    """The household is recognised already."""
    recognition = await recognitions.of_application(session, application_id)
    if recognition is None or recognition.state != RecognitionState.VALID:
        return
    if raise_concern(recognition, ConcernKind.OBJECTION, f"公示期间的异议成立：{said.reason}"):
        await recorded(session, recognition, BUS, "recognition:objection", {"objection": str(said.objection)})
