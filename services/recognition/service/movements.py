"""What the register tells of recognised households: another operator, another county, no longer registered."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Household, Recognition
from services.recognition.repository import recognitions
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.clocked import BUS
from services.recognition.service.concerns import (
    MOVED,
    ONE_PER_PERSON,
    REGISTER,
    raise_concern,
    recorded,
    settle_concern,
)
from services.recognition.service.rules import rules_of
from shared.contracts.recognition import RecognitionTransferred


async def follow(session: AsyncSession, codes: Sequence[str]) -> None:
    """Bring the valid recognitions of changed households up to date, in the order of their codes."""
    for code in sorted(codes):
        recognition = await recognitions.valid_of_household(session, code, lock=True)
        household = await session.get(Household, code, populate_existing=True)
        if recognition is not None and household is not None:
            await follow_one(session, recognition, household)


async def follow_one(session: AsyncSession, recognition: Recognition, household: Household) -> None:
    """One recognition and the register entry of its household."""
    recognition.name = household.name
    if household.region != recognition.county:
        await move(session, recognition, household.region)
    if household.operator_ref != recognition.operator_ref:
        await pass_to(session, recognition, household.operator_ref)
    if household.status != "registered":
        raise_concern(recognition, REGISTER, "个体工商户不在登记在册状态，不再符合标准")
    else:
        settle_concern(recognition, REGISTER)


async def pass_to(session: AsyncSession, recognition: Recognition, operator_ref: str | None) -> None:
    """The household has another operator. Who has a recognition in the county already, has one too many now."""
    before = recognition.operator_ref
    await settle_person(session, recognition, operator_ref, recognition.county)
    details = {"changed": before != operator_ref, "conflict": recognition.person_conflict}
    await recorded(session, recognition, BUS, "recognition:operator", details)


async def move(session: AsyncSession, recognition: Recognition, county: str) -> None:
    """The household moved: taken over between provinces that recognise each other's, else put before an officer."""
    mutual = (await rules_of(session, recognition.policy_hash)).life.mutual_with
    before = recognition.county
    if not {before[:2], county[:2]} <= set(mutual):
        raise_concern(recognition, MOVED, f"已迁往 {county}，两地没有互认")
        return
    recognition.transferred_from = recognition.transferred_from or before
    await settle_person(session, recognition, recognition.operator_ref, county)
    recognition.version += 1
    await announce_recognition(session, RecognitionTransferred, recognition, actor=BUS.subject, from_region=before)
    await recorded(session, recognition, BUS, "recognition:transfer", {"from": before})


async def settle_person(session: AsyncSession, recognition: Recognition, operator_ref: str | None, county: str) -> None:
    """Give the recognition its person and county; marked as in conflict where the person has one there already.

    The unique index decides, so that two households that come to one person in the same instant are not both clear.
    """
    try:
        async with session.begin_nested():
            recognition.operator_ref, recognition.county, recognition.person_conflict = operator_ref, county, False
            await session.flush()
        settle_concern(recognition, ONE_PER_PERSON)
    except IntegrityError:
        await session.refresh(recognition)
        recognition.operator_ref, recognition.county, recognition.person_conflict = operator_ref, county, True
        raise_concern(recognition, ONE_PER_PERSON, "经营者在本县另有一户获得认定，只能保留一户，请作出决定")
        await session.flush()
