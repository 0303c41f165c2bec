"""One recognised household per natural person and county, also after operators change, households move, one ends."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import ConcernKind
from services.recognition.models import Recognition
from services.recognition.repository import recognitions
from services.recognition.service.concerns import raise_concern, settle_concern


async def settle_person(session: AsyncSession, recognition: Recognition, operator_ref: str | None, county: str) -> None:
    """Give the recognition its person and county; marked as in conflict where the person has one there already.

    The unique index decides, so that two households that come to one person in the same instant are not both clear.
    """
    try:
        async with session.begin_nested():
            recognition.operator_ref, recognition.county, recognition.person_conflict = operator_ref, county, False
            await session.flush()
        settle_concern(recognition, ConcernKind.ONE_PER_PERSON)
    except IntegrityError:
        await session.refresh(recognition)
        recognition.operator_ref, recognition.county, recognition.person_conflict = operator_ref, county, True
        said = "经营者在本县另有一户获得认定，只能保留一户，请作出决定"
        raise_concern(recognition, ConcernKind.ONE_PER_PERSON, said)
        await session.flush()


async def clear_others(session: AsyncSession, operator_ref: str | None, county: str) -> None:
    """A person has one recognition less in a county: of those that were in conflict with it, the first is clear now."""
    for other in await recognitions.in_conflict(session, county, operator_ref):
        await settle_person(session, other, operator_ref, county)
