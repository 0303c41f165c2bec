"""What a household could get, and the lists, reports and commitments of a measure under `/v1/entitlements`."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue.problems import MeasureNotFound
from services.support.catalogue.register import RegisteredMeasure, read_register
from services.support.catalogue.schemas import MeasureIdField
from services.support.entitlements import reporting, repository as entitlement_repository
from services.support.entitlements.domain import EntitlementState
from services.support.entitlements.problems import CommitmentNotFound, HouseholdNotFound
from services.support.entitlements.repository import NOTHING_SAID, ListedRow
from services.support.entitlements.schemas import (
    AnswersQuery,
    CheckBody,
    CommitmentView,
    HouseholdMeasuresView,
    ListedView,
    ReportBody,
    ReportedView,
    SignBody,
    household_measures,
)
from services.support.entitlements.service import Reckoner, states_with
from services.support.registers.models import Household
from services.support.registers.repository import HOUSEHOLDS
from shared.platform.fields import UsccLookup
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import TABLE, FileFormat, TableFormat, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["entitlements"], route_class=TransactionalRoute)

Official = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Reporter = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
CHANGES_SHOWN = 20
LARGEST_LIST = 50_000
HEADER = ("统一社会信用代码", "名称", "区划", "自", "结果", "日期", "金额（元）", "原因")


@router.get("/measures/what-could-i-get", summary="一户能享受什么，各缺什么")
async def what_could_i_get(
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
    return household_measures(reckoner.register, reckoner.compiled, facts, states, reports, changes)


@router.get("/measures/estimate", summary="按回答估算能享受什么")
async def estimate_measures(
    answers: Annotated[AnswersQuery, Query()], session: SessionDep, _caller: Annotated[Caller, anyone()]
) -> HouseholdMeasuresView:
    """Public, about nobody in particular: nothing of it is stored."""
    reckoner = Reckoner.of(await read_register(session))
    facts = answers.facts()
    states = reckoner.compiled.states(answers.region, reckoner.compiled.judge(facts), frozenset(answers.meets))
    return household_measures(reckoner.register, reckoner.compiled, facts, states, {}, ())


@router.get("/entitlements/{measure}/households", summary="一项措施的名单")
async def list_households(
    measure: MeasureIdField,
    session: SessionDep,
    caller: Official,
    page: Annotated[PageQuery[str], paged(str)],
    state: EntitlementState = EntitlementState.ENTITLED,
) -> Page[ListedView]:
    """Of the caller's region and department."""
    await _own_measure(session, measure, caller)
    rows = await entitlement_repository.households_of(session, caller.region, measure, state, page.after, page.wanted)
    return page.of(rows, _listed, lambda row: row[0])


@router.get("/entitlements/{measure}/households.csv", summary="下载一项措施的名单", responses=TABLE)
async def download_households(
    measure: MeasureIdField,
    session: SessionDep,
    caller: Official,
    state: EntitlementState = EntitlementState.ENTITLED,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """The columns to be filled in and reported are empty."""
    await _own_measure(session, measure, caller)
    rows = await entitlement_repository.households_of(session, caller.region, measure, state, None, LARGEST_LIST)
    cells = [(uscc, name, county, since, "", "", "", "") for uscc, county, name, since in rows]
    return table_response(f"{measure}-{state.value}", HEADER, cells, file_format)


@router.post("/entitlements/{measure}/reports", status_code=201, summary="报送核实、享受、发放的结果")
async def report(measure: MeasureIdField, body: ReportBody, session: SessionDep, caller: Reporter) -> ReportedView:
    """The whole list or nothing of it."""
    entry = await _own_measure(session, measure, caller)
    rows = [row.model_dump() for row in body.rows]
    return ReportedView(taken=await reporting.take_report(session, entry, rows, caller))


@router.post("/entitlements/{measure}/commitments", status_code=201, summary="签署告知承诺")
async def sign_commitment(
    measure: MeasureIdField, body: SignBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]
) -> CommitmentView:
    """By the household's own operator."""
    household = await _household(session, body.uscc, caller)
    reckoner = Reckoner.of(await read_register(session))
    entry = or_404(reckoner.register.of(measure), MeasureNotFound)
    return CommitmentView.of(await reporting.sign(session, entry, reckoner.compiled, household, caller))


@router.post("/commitments/{commitment}/check", summary="核查一份承诺")
async def check_commitment(
    commitment: uuid.UUID, body: CheckBody, session: SessionDep, caller: Reporter
) -> CommitmentView:
    """By an official of the measure's department; once."""
    row = or_404(await entitlement_repository.commitment(session, commitment, caller.region), CommitmentNotFound)
    entry = or_404((await read_register(session)).of(row.measure), MeasureNotFound)
    await reporting.check_commitment(session, row, entry.measure, body.kept, body.finding, caller)
    return CommitmentView.of(row)


async def _own_measure(session: AsyncSession, measure: str, caller: Caller) -> RegisteredMeasure:
    entry = or_404((await read_register(session)).of(measure), MeasureNotFound)
    region = entry.measure.region
    if not (region.startswith(caller.region) or caller.region.startswith(region)):
        raise MeasureNotFound
    reporting.require_its_department(entry.measure, caller)
    return entry


async def _household(session: AsyncSession, uscc: str, caller: Caller) -> Household:
    household = or_404(await HOUSEHOLDS.get(session, uscc), HouseholdNotFound)
    own = caller.operator_ref is not None and caller.operator_ref == household.operator_ref
    if not own and not caller.covers(household.region):
        raise HouseholdNotFound
    return household


def _listed(row: ListedRow) -> ListedView:
    uscc, county, name, since = row
    return ListedView(uscc=uscc, name=name, region=county, since=since)
