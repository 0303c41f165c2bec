"""What a household could get under `/v1/measures`, and its commitments."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue.problems import MeasureNotFound
from services.support.catalogue.register import read_register
from services.support.catalogue.schemas import MeasureIdField
from services.support.entitlements import reporting, repository as entitlement_repository
from services.support.entitlements.problems import CommitmentNotFound, HouseholdNotFound
from services.support.entitlements.repository import NOTHING_SAID
from services.support.entitlements.schemas import (
    AnswersQuery,
    CheckBody,
    CommitmentView,
    HouseholdMeasuresView,
    SignBody,
    household_measures,
)
from services.support.entitlements.service import Reckoner, states_with
from services.support.registers.models import Household
from services.support.registers.repository import HOUSEHOLDS
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.fields import UsccLookup
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["entitlements"], route_class=TransactionalRoute)

Reporter = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
CHANGES_SHOWN = 20


@router.get("/measures/what-could-i-get", summary="一户能享受什么，各缺什么")
async def what_could_i_get(
    request: Request,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    uscc: Annotated[UsccLookup, Query()],
) -> HouseholdMeasuresView:
    """An operator's own household; an official's, inside the region. With reasons and citations."""
    household = await _household(session, uscc, caller)
    reckoner = Reckoner.of(await read_register(session))
    facts = (await entitlement_repository.facts_of(session, [uscc], reckoner.compiled.day))[household.uscc]
    said = (await entitlement_repository.own_words(session, [uscc])).get(uscc, NOTHING_SAID)
    states = states_with(reckoner.compiled, facts, said)
    reports = await entitlement_repository.latest_reports(session, uscc)
    changes = await entitlement_repository.history(session, uscc, CHANGES_SHOWN)
    confirmed = said.confirmed_of(reckoner.compiled.within(household.region))
    view = household_measures(reckoner.register, reckoner.compiled, facts, states, reports, changes, confirmed)
    await record_read(session, request, about(uscc, household.region), caller, "entitlements:read")
    return view


@router.get("/measures/estimate", summary="按回答估算能享受什么")
async def estimate_measures(
    answers: Annotated[AnswersQuery, Query()], session: SessionDep, _caller: Annotated[Caller, anyone()]
) -> HouseholdMeasuresView:
    """Public, about nobody in particular: nothing of it is stored."""
    reckoner = Reckoner.of(await read_register(session))
    facts = answers.facts()
    met = frozenset(answers.meets)
    states = reckoner.compiled.states(answers.region, reckoner.compiled.judge(facts), met)
    return household_measures(reckoner.register, reckoner.compiled, facts, states, {}, (), met)


@router.post("/entitlements/{measure}/commitments", status_code=201, summary="签署告知承诺")
async def sign_commitment(
    measure: MeasureIdField, body: SignBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]
) -> CommitmentView:
    """By the household's own operator, and nobody for them."""
    household = or_404(await HOUSEHOLDS.get(session, body.uscc), HouseholdNotFound)
    if caller.operator_ref is None or caller.operator_ref != household.operator_ref:
        raise HouseholdNotFound
    reckoner = Reckoner.of(await read_register(session))
    entry = or_404(reckoner.register.of(measure), MeasureNotFound)
    reporting.require_revision(entry, body.revision)
    return CommitmentView.of(await reporting.sign(session, entry, reckoner.compiled, household, caller))


@router.get("/commitments/mine", summary="我签过的告知承诺")
async def list_my_commitments(
    session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]
) -> list[CommitmentView]:
    """Of the operator's households, the latest first, with what a check has found."""
    rows = await entitlement_repository.commitments_of_operator(session, caller.operator_ref or "")
    return [CommitmentView.of(row) for row in rows]


@router.post("/commitments/{commitment}/check", summary="核查一份承诺")
async def check_commitment(
    commitment: uuid.UUID, body: CheckBody, session: SessionDep, caller: Reporter
) -> CommitmentView:
    """By an official of the measure's department; once."""
    row = or_404(await entitlement_repository.commitment(session, commitment, caller.region), CommitmentNotFound)
    entry = or_404((await read_register(session)).of(row.measure), MeasureNotFound)
    await reporting.check_commitment(session, row, entry.measure, body.kept, body.finding, caller)
    return CommitmentView.of(row)


async def _household(session: AsyncSession, uscc: str, caller: Caller) -> Household:
    household = or_404(await HOUSEHOLDS.get(session, uscc), HouseholdNotFound)
    own = caller.operator_ref is not None and caller.operator_ref == household.operator_ref
    if not own and not caller.covers(household.region):
        raise HouseholdNotFound
    return household
