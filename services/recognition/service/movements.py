"""What the register tells of recognised households: another operator, another county, no longer registered."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import ConcernKind
from services.recognition.domain.turns import DIGITS
from services.recognition.models import Household, Recognition
from services.recognition.repository import recognitions
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.clocked import BUS
from services.recognition.service.concerns import keep_concern, raise_concern, recorded, settle_concern
from services.recognition.service.jurisdictions import rules_at
from services.recognition.service.persons import clear_others, settle_person
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
    if household.region == recognition.county:
        settle_concern(recognition, ConcernKind.MOVED)
    else:
        await move(session, recognition, household.region)
    if household.operator_ref != recognition.operator_ref:
        await pass_to(session, recognition, household.operator_ref)
    gone = household.status != "registered"
    keep_concern(recognition, ConcernKind.REGISTER, ["个体工商户不在登记在册状态，不再符合标准"] if gone else [])


async def pass_to(session: AsyncSession, recognition: Recognition, operator_ref: str | None) -> None:
    """The household has another operator. Who has a recognition in the county already, has one too many now."""
    before = recognition.operator_ref
    await settle_person(session, recognition, operator_ref, recognition.county)
    await clear_others(session, before, recognition.county)
    details = {"changed": before != operator_ref, "conflict": recognition.person_conflict}
    await recorded(session, recognition, BUS, "recognition:operator", details)


async def move(session: AsyncSession, recognition: Recognition, county: str) -> None:
    """The household moved: the recognition follows, or an officer is asked where the destination does not take it over.

    It keeps its place in the quota while it stays in what the quota is reckoned for (`transferred_from`: where that
    place is); taken over from outside it takes none.
    """
    before = recognition.county
    if not (await in_one_quota(session, recognition, county) or await taken_over(session, before, county)):
        said = f"已迁往 {county}，当地的政策没有认可 {before} 认定结果的规定"
        if raise_concern(recognition, ConcernKind.MOVED, said):
            await recorded(session, recognition, BUS, "recognition:moved-away", {"to": county})
        return
    granted_in = recognition.transferred_from or before
    recognition.transferred_from = granted_in if granted_in != county else None
    recognition.version += 1
    settle_concern(recognition, ConcernKind.MOVED)
    await settle_person(session, recognition, recognition.operator_ref, county)
    await clear_others(session, recognition.operator_ref, before)
    await announce_recognition(session, RecognitionTransferred, recognition, actor=BUS.subject, from_region=before)
    await recorded(session, recognition, BUS, "recognition:transfer", {"from": before})


async def in_one_quota(session: AsyncSession, recognition: Recognition, county: str) -> bool:
    """Whether a county lies in what the recognition's quota is reckoned for: the city, the municipality."""
    scope = (await rules_of(session, recognition.policy_hash)).quota.scope
    return recognition.county[: DIGITS[scope]] == county[: DIGITS[scope]]


async def taken_over(session: AsyncSession, before: str, county: str) -> bool:
    """Whether the policy at the destination recognises what was recognised before (天津 二（六）: 迁入地予以认可)."""
    rules = await rules_at(session, county)
    return rules is not None and {before[:2], county[:2]} <= set(rules.life.mutual_with)
