"""The instant of filing counts, whatever has been heard by then: taken at once, judged when its object is heard of."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from services.objection.filing import contested
from services.objection.filing.domain import Contested
from shared import clock
from shared.contracts.payload import Payload
from shared.contracts.recognition import ApplicationWithdrawn, RecognitionCancelled
from shared.contracts.typing import HouseholdChanged
from shared.platform.identity import Role
from tests.fixtures.waiting import until_blocked
from tests.integration.objection.filing_steps import (
    CONSENT,
    ZHANG,
    decision_body,
    file,
    filed,
    notice_body,
    typing_body,
)
from tests.integration.objection.objection_client import (
    CITY,
    COUNTY,
    PROVINCE,
    ObjectionClient,
    household_typed,
    operator,
    run_published,
    uscc,
)
from tests.integration.objection.recognition_events import (
    CLOSES_ON,
    DECISIONS,
    NOTICE,
    OPENS_ON,
    application,
    decided,
    notice_closed,
    notice_opened,
)
from tests.integration.objection.test_filing_windows import set_period

ROW = """select contested_on, contested_region, barred, household_heard, run, year, public_notice, county, handled_at
           from objection"""


async def row(office: ObjectionClient) -> dict[str, Any]:
    """The one objection."""
    (found,) = await office.sql(ROW)
    return dict(found)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_result_that_is_heard_of_after_the_filing_is_taken_over(
    office: ObjectionClient, order: tuple[int, int]
) -> None:
    found = await filed(office, typing_body(county=COUNTY))
    assert "还没有收到" in found["message"]
    before = await row(office)
    assert (before["contested_on"], before["run"]) == (None, None)
    said = [run_published(), household_typed(1)]
    await office.hear(*(said[place] for place in order))
    known = await row(office)
    assert (known["contested_on"], known["contested_region"], known["barred"]) == (clock.today(), CITY, None)
    assert (known["year"], known["handled_at"]) == (2026, PROVINCE)


@pytest.mark.parametrize(("decision", "against", "_undone"), DECISIONS)
async def test_a_decision_that_is_heard_of_after_the_filing_is_taken_over(
    office: ObjectionClient, decision: type[Payload], against: str, _undone: type[Payload]
) -> None:
    await office.hear(household_typed(1))
    await filed(office, decision_body(against))
    assert (await row(office))["contested_on"] is None
    await office.hear(decided(decision, 5, decided_by_region=CITY), source="/recognition")
    known = await row(office)
    assert (known["contested_on"], known["barred"], known["handled_at"]) == (clock.today(), None, CITY)


async def test_a_notice_that_is_heard_of_after_the_filing_holds_the_application(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        body = notice_body(public_notice=None, uscc=uscc(1), county=COUNTY)
        await filed(office, body, number=7)
        await office.hear(notice_opened(1, 2), source="/recognition")
        assert (await row(office))["public_notice"] == NOTICE
    with clock.travel(CLOSES_ON + dt.timedelta(days=1)):
        await office.hear(notice_closed(), source="/recognition")
    (cleared,) = await office.events("PublicNoticeCleared")
    assert cleared["data"]["held"] == [str(application(1))]


async def test_one_that_turns_out_to_be_late_is_kept_and_cannot_be_accepted(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(household_typed(1))
    with clock.travel(CLOSES_ON + dt.timedelta(days=2)):
        found = await filed(office, notice_body(uscc=uscc(1), county=COUNTY), number=7)
        await office.hear(notice_opened(1), source="/recognition")
        assert CLOSES_ON.isoformat() in (await row(office))["barred"]
        path = f"/v1/objections/{found['id']}"
        etag = (await office.get(path)).json()["etag"]
        answer = await office.post(f"{path}/acceptance", {}, Role.OFFICER, match=etag)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/objection-barred"), answer.text


async def test_one_that_turns_out_to_be_another_households_cannot_be_accepted(office: ObjectionClient) -> None:
    await filed(office, typing_body(2, county=COUNTY))
    await office.hear(run_published(), household_typed(2))
    assert "经营者" in (await row(office))["barred"]


async def test_what_is_not_heard_of_cannot_be_accepted_yet(office: ObjectionClient) -> None:
    found = await filed(office, typing_body(county=COUNTY))
    path = f"/v1/objections/{found['id']}/acceptance"
    answer = await office.post(path, {}, Role.OFFICER, PROVINCE, match=found["etag"])
    assert answer.json()["type"] == "/problems/contested-unheard"


async def test_a_later_years_result_is_waited_for_though_an_earlier_one_is_known(office: ObjectionClient) -> None:
    with clock.travel(dt.date(2025, 8, 1)):
        await set_period(office, days=10)
        await office.hear(run_published(2025), household_typed(1, year=2025))
    with clock.travel(dt.date(2026, 8, 3)):
        late = await file(office, typing_body())
        assert late.json()["type"] == "/problems/filing-period-over"
        assert "year" in late.json()["detail"]
        await filed(office, typing_body(year=2026))
        assert (await row(office))["contested_on"] is None


async def test_the_household_is_elsewhere_than_was_said(office: ObjectionClient) -> None:
    await filed(office, typing_body(county="410102"))
    await office.hear(
        HouseholdChanged(
            uscc=uscc(1), name="测试商户1号", region=COUNTY, status="registered", operator_ref=operator(1), revision=3
        )
    )
    assert (await row(office))["county"] == COUNTY
    assert {one["county"] for one in await office.sql("select county from objection_due_day")} == {COUNTY}


async def test_hearing_it_again_changes_nothing(office: ObjectionClient) -> None:
    found = await filed(office, typing_body(county=COUNTY))
    for _ in range(3):
        await office.hear(run_published(), household_typed(1))
    (known,) = await office.sql("select version from objection")
    assert known["version"] == int(found["etag"].strip('"')) + 1


async def test_a_withdrawn_application_ends_what_is_open_about_it(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1, 2), source="/recognition")
        await filed(office, notice_body(1), number=7)
        await filed(office, notice_body(2), number=7)
        withdrawn = ApplicationWithdrawn(
            application=application(1),
            uscc=uscc(1),
            region=COUNTY,
            category="quality",
            operator_ref=operator(1),
            revision=9,
        )
        await office.hear(withdrawn, withdrawn, source="/recognition")
    states = await office.sql("select state from objection order by subject")
    assert [one["state"] for one in states] == ["withdrawn", "filed"]
    assert len(await office.events("ObjectionWithdrawn")) == 1


async def filing_meets_hearing(office: ObjectionClient, said: Payload) -> None:
    """A filing that has looked and found nothing; the event is applied before the filing is stored."""
    looked, may_store = asyncio.Event(), asyncio.Event()
    find = contested.find_contested

    async def slowly(session: Any, target: Any) -> Contested:
        found = await find(session, target)
        if not looked.is_set():
            looked.set()
            await may_store.wait()
        return found

    contested.find_contested = slowly
    try:
        filing = asyncio.create_task(file(office, decision_body("cancellation")))
        await asyncio.wait_for(looked.wait(), 10)
        hearing = asyncio.create_task(office.hear(said, source="/recognition"))
        await until_blocked(office.resources.database, hearing)
        may_store.set()
        answer, _ = await asyncio.gather(filing, hearing)
        assert answer.status_code == 201, answer.text
    finally:
        contested.find_contested = find


async def test_an_event_that_overtakes_a_filing_is_not_missed(office: ObjectionClient) -> None:
    await office.hear(household_typed(1))
    await filing_meets_hearing(office, decided(RecognitionCancelled, 5))
    assert (await row(office))["contested_on"] == clock.today()


async def test_a_filing_that_looks_only_once_would_miss_it(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: what was not known at first is taken for unknown when the filing is stored."""

    async def found_once(session: Any, target: Any) -> Contested:
        return await contested.find_contested(session, target)

    monkeypatch.setattr("services.objection.filing.service.find_contested_surely", found_once)
    await office.hear(household_typed(1))
    await filing_meets_hearing(office, decided(RecognitionCancelled, 5))
    assert (await row(office))["contested_on"] is None


async def test_a_household_whose_operator_no_type_tells_is_not_taken_for_one_without(office: ObjectionClient) -> None:
    """Known by a type alone, which was told without operator: it is taken, and judged by the register entry."""
    nobody = household_typed(1).model_copy(update={"operator_ref": None})
    await office.hear(run_published(), nobody)
    await filed(office, typing_body())
    assert (await row(office))["household_heard"] is False
    entry = {"uscc": uscc(1), "name": "测试商户1号", "region": COUNTY, "status": "registered", "revision": 3}
    await office.hear(HouseholdChanged(**entry, operator_ref=operator(1)))
    assert ((await row(office))["household_heard"], (await row(office))["barred"]) == (True, None)


async def test_an_objection_taken_at_the_counter_before_the_household_was_heard_of_is_among_its_operators(
    office: ObjectionClient,
) -> None:
    body = typing_body(county=COUNTY, objector=ZHANG, consent=CONSENT)
    found = await filed(office, body, Role.OFFICER)
    assert (await office.get("/v1/objections/mine", Role.OPERATOR)).json()["items"] == []
    await office.hear(run_published(), household_typed(1))
    (mine,) = (await office.get("/v1/objections/mine", Role.OPERATOR)).json()["items"]
    assert mine["id"] == found["id"]
