"""A household that was recognised in another system moves in, and its recognition is adopted (天津 二（六）:
迁入地对认定的结果予以认可).

An officer enters what the certificate says and uploads a copy, another person approves. The validity stays what it was
and no place is taken; everything else follows as if the recognition had moved in inside the platform. Between regions
of the platform a recognition moves by itself (`monitoring`).
"""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.adoptions import repository as adoption_repository
from services.recognition.adoptions.domain import ADOPTION_STATES, AdoptionState
from services.recognition.adoptions.models import Adoption, AdoptionDocument
from services.recognition.adoptions.problems import (
    AdoptionByMaker,
    AdoptionOfAnotherLevel,
    AdoptionUnderWay,
    EvidenceMissing,
    NotAdoptable,
)
from services.recognition.applications.problems import DocumentsFull
from services.recognition.decisions.service import duplicate_refusal
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.service import (
    announce_recognition,
    report_due_date,
    schedule_end,
    schedule_reports,
)
from services.recognition.registers.models import Household
from services.recognition.registers.problems import HouseholdNotFound
from services.recognition.registers.repository import HOUSEHOLDS, records_of
from services.recognition.rules.domain import PathKind
from services.recognition.rules.eligibility import REGISTERED
from services.recognition.rules.service import POLICIES, recognition_rules
from services.recognition.season.service import policy_in_force
from shared import clock
from shared.contracts.recognition import RecognitionGranted
from shared.law.model.policy import Policy
from shared.law.model.recognition import LEVEL_LABELS, Category, RecognitionRules, level_of
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.documents import StoredDocument
from shared.platform.identity import Caller
from shared.reference.regions import is_region, region_name

MAX_DOCUMENTS = 10
"""The most copies that one entry may have."""


@dataclass(frozen=True)
class AdoptionOrder:
    """What the certificate of the origin says."""

    uscc: str
    category: Category
    path: PathKind
    origin: str
    issued_by: str
    certificate_no: str
    granted_on: dt.date
    valid_until: dt.date


async def enter_adoption(session: AsyncSession, order: AdoptionOrder, caller: Caller) -> Adoption:
    """Enter a recognition that is to be adopted. 404 for a household outside the caller's region, 422 with every reason
    against it, 409 when one is entered already.
    """
    household = await HOUSEHOLDS.get(session, order.uscc)
    if household is None or not caller.covers(household.region):
        raise HouseholdNotFound("本地没有这一户个体工商户；迁入的，登记信息到达以后再登记")
    adoption = Adoption(
        id=uuid.uuid4(),
        county=household.region,
        uscc=household.uscc,
        name=household.name,
        category=order.category,
        path=order.path,
        origin=order.origin,
        issued_by=order.issued_by,
        certificate_no=order.certificate_no,
        granted_on=order.granted_on,
        valid_until=order.valid_until,
        entered_by=caller.subject,
        state=AdoptionState.ENTERED,
    )
    await check_adoptable(session, adoption, household)
    async with refused_on_conflict(session, AdoptionUnderWay()):
        session.add(adoption)
    await audit.record(session, adoption, caller, "adoption:enter", {"certificate": order.certificate_no})
    return adoption


async def add_evidence(
    session: AsyncSession, adoption: Adoption, stored: StoredDocument, name: str, caller: Caller
) -> AdoptionDocument:
    """The row of a stored copy of the certificate; none is added once it is decided."""
    ADOPTION_STATES.require(adoption.state, AdoptionState.ADOPTED)
    if len(await adoption_repository.documents_of(session, adoption.id)) >= MAX_DOCUMENTS:
        raise DocumentsFull(f"一项登记最多 {MAX_DOCUMENTS} 份证明文件")
    document = AdoptionDocument(
        id=uuid.uuid4(),
        adoption_id=adoption.id,
        name=name,
        media_type=stored.media_type,
        bytes=stored.size,
        sha256=stored.sha256,
        added_by=caller.subject,
        added_at=clock.now(),
    )
    session.add(document)
    adoption.version += 1
    await session.flush()
    await audit.record(session, adoption, caller, "adoption:add", {"sha256": stored.sha256})
    return document


async def refuse_adoption(session: AsyncSession, adoption: Adoption, reason: str, caller: Caller) -> Adoption:
    """Refuse a locked entry, with the reason; by another person than who entered it."""
    _conclude(adoption, AdoptionState.REFUSED, caller)
    adoption.reason = reason
    await audit.record(session, adoption, caller, "adoption:refuse", {"reason": reason})
    return adoption


async def approve_adoption(session: AsyncSession, adoption: Adoption, caller: Caller) -> Recognition:
    """Adopt the recognition of a locked entry: valid from now on, to the day that its certificate says.

    403 for who entered it and for a level that does not recognise, 409 without a copy of the certificate or where the
    household or its operator has a recognition here, 422 with every other reason.
    """
    if not await adoption_repository.documents_of(session, adoption.id):
        raise EvidenceMissing
    household = await HOUSEHOLDS.get(session, adoption.uscc)
    if household is None or household.region != adoption.county:
        raise NotAdoptable("登记以后这一户已迁出本县，请由现在的县登记", reasons=["已迁出本县"])
    policy = await check_adoptable(session, adoption, household)
    rules = recognition_rules(policy)
    _check_level(rules, caller)
    _conclude(adoption, AdoptionState.ADOPTED, caller)
    await POLICIES.store(session, policy)
    recognition = _recognition_of(adoption, household, policy, caller)
    try:
        async with session.begin_nested():
            session.add(recognition)
            await session.flush()
    except IntegrityError as error:
        raise duplicate_refusal(error) from error
    adoption.recognition_id = recognition.id
    await _begin_life(session, recognition, rules)
    await announce_recognition(
        session,
        RecognitionGranted,
        recognition,
        actor=caller.subject,
        benefits_from=recognition.benefits_from,
        path=recognition.path,
        adopted_from=adoption.origin,
    )
    await audit.record(session, adoption, caller, "adoption:approve", {"recognition": str(recognition.id)})
    return recognition


async def check_adoptable(session: AsyncSession, adoption: Adoption, household: Household) -> Policy:
    """The policy in force in the county; 422 with every reason against adopting under it."""
    policy = await policy_in_force(session, household.region)
    record = (await records_of(session, [household.uscc], clock.today()))[household.uscc]
    reasons = [*origin_problems(policy, adoption.origin, household.region), *certificate_problems(adoption)]
    if household.status != REGISTERED:
        reasons.append("个体工商户不在登记在册状态")
    if record.recognised:
        reasons.append("这一户已经是“名特优新”个体工商户")
    if record.operators_other is not None:
        reasons.append(f"同一经营者在本县已有一户获得认定（{record.operators_other}）")
    if record.banned_until is not None and record.banned_until >= clock.today():
        reasons.append(f"这一户的认定曾在本平台被撤销，{record.banned_until} 以前不能认定")
    if reasons or policy is None:
        raise NotAdoptable("；".join(reasons), reasons=reasons)
    return policy


def origin_problems(policy: Policy | None, origin: str, county: str) -> list[str]:
    """Why a recognition of the origin is not accepted in a county: only where the policy in force there says so."""
    if not is_region(origin):
        return [f"没有区划“{origin}”：请填认定它的县级区划代码"]
    if origin[:2] == county[:2]:
        return ["同一省（自治区、直辖市）内迁移的，认定由平台随登记信息转入，不用登记"]
    accepted = policy.recognition.lifecycle.mutual_with if policy is not None and policy.recognition else ()
    if policy is None or not {origin[:2], county[:2]} <= set(accepted):
        name = region_name(origin[:2]) or origin[:2]
        return [f"本地适用的政策没有认可{name}认定结果的规定"]
    return []


def certificate_problems(adoption: Adoption) -> list[str]:
    """What is wrong with the dates of a certificate."""
    if adoption.granted_on > clock.today():
        return [f"认定日期 {adoption.granted_on} 晚于今天"]
    if adoption.valid_until <= adoption.granted_on:
        return [f"有效期至 {adoption.valid_until}，不晚于认定日期 {adoption.granted_on}"]
    if adoption.valid_until < clock.today():
        return [f"认定已于 {adoption.valid_until} 到期"]
    return []


def _check_level(rules: RecognitionRules, caller: Caller) -> None:
    if level_of(caller.region) not in rules.recognised_by:
        levels = "、".join(LEVEL_LABELS[level] for level in rules.recognised_by if level in LEVEL_LABELS)
        raise AdoptionOfAnotherLevel(f"按政策，由{levels}市场监管部门认定（依据：{rules.citation}）")


def _conclude(adoption: Adoption, state: AdoptionState, caller: Caller) -> None:
    ADOPTION_STATES.require(adoption.state, state)
    if adoption.entered_by == caller.subject:
        raise AdoptionByMaker
    adoption.state, adoption.decided_by, adoption.decided_at = state, caller.subject, clock.now()
    adoption.version += 1


def _recognition_of(adoption: Adoption, household: Household, policy: Policy, caller: Caller) -> Recognition:
    """The new row: as if it had moved in from its origin, so that it takes no place here."""
    return Recognition(
        id=uuid.uuid4(),
        application_id=None,
        policy_hash=policy.content_hash,
        county=household.region,
        year=adoption.granted_on.year,
        uscc=household.uscc,
        name=household.name,
        operator_ref=household.operator_ref,
        category=adoption.category,
        path=adoption.path,
        type_then=household.type or "undetermined",
        granted_on=adoption.granted_on,
        valid_until=adoption.valid_until,
        benefits_from=clock.today(),
        certificate=secrets.token_hex(10).upper(),
        transferred_from=adoption.origin,
        reviewed_by=adoption.entered_by,
        decided_by=caller.subject,
        decided_by_region=caller.region,
    )


async def _begin_life(session: AsyncSession, recognition: Recognition, rules: RecognitionRules) -> None:
    """Its last year, its end, and the next information report: this year's where that is not due yet."""
    await schedule_end(session, [recognition])
    today = clock.today()
    due = report_due_date(rules, today.year)
    await schedule_reports(session, [recognition], today.year if due is not None and today <= due else today.year + 1)
