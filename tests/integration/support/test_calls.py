"""Visits: due by what the data show or an officer says, assigned, overdue, made or waived; each once."""

import datetime as dt
from typing import Any
from uuid import UUID

from services.support.service import SERVICE
from shared import clock
from shared.clock import CHINA
from shared.contracts.recognition import RecognitionGranted, RecognitionReinstated, RecognitionRevoked
from shared.messaging.events import Event
from shared.platform.announced_calendar import move_by_calendar, record_schedule
from shared.platform.identity import Role
from shared.reference.calendar import add_working_days, announce
from shared.reference.holiday_schedule import parse_schedule
from tests.fixtures.holidays import SCHEDULE_2027
from tests.integration.support.support_client import (
    CITY,
    COUNTY,
    SupportClient,
    household_changed,
    household_typed,
    operator,
    uscc,
)

MISSED: dict[str, Any] = {"type": "ineligible", "defects": ["base.not-reported"]}
LI = {"subject": "li", "name": "李干部", "department": "tax"}


def granted(number: int, revision: int = 1, **said: Any) -> RecognitionGranted:
    """A household's recognition."""
    known = {"revision": revision, "granted_on": clock.today(), "benefits_from": dt.date(2027, 1, 1)}
    return RecognitionGranted(**(of_recognition(number) | known | said))


def revoked(number: int) -> RecognitionRevoked:
    """The end of that recognition."""
    ended: dict[str, Any] = of_recognition(number) | {"revision": 2, "banned_until": dt.date(2029, 1, 1)}
    return RecognitionRevoked(**ended)


def of_recognition(number: int) -> dict[str, Any]:
    """What every state of a recognition says."""
    return {
        "recognition": UUID(int=number),
        "uscc": uscc(number),
        "region": COUNTY,
        "category": "distinctive",
        "operator_ref": operator(number),
        "valid_until": dt.date(2029, 11, 30),
    }


async def calls(office: SupportClient, **query: Any) -> list[dict[str, Any]]:
    """The open calls of the county, or those that the query asks for."""
    found: list[dict[str, Any]] = (await office.get("/v1/calls", query=query)).json()["items"]
    return found


async def one_call(office: SupportClient) -> dict[str, Any]:
    """A household that has not reported, and the visit that is due to it."""
    await office.hear(household_typed(1, **MISSED))
    [call] = await calls(office)
    return call


async def step(
    office: SupportClient, call: dict[str, Any], name: str, body: Any, role: Role = Role.OFFICER, **who: Any
) -> Any:
    """A step at the call's version as it is now."""
    return await office.post(f"/v1/calls/{call['id']}/{name}", body, role, match="*", **who)


async def test_several_occasions_are_one_visit_and_one_event(office: SupportClient) -> None:
    await office.hear(
        household_typed(1, **MISSED),
        household_typed(2, type="development", previous_type="growth"),
        household_typed(3),
        household_typed(4, county="410105", **MISSED),
    )
    await office.hear(granted(1))
    [first, second] = sorted(await calls(office), key=lambda one: one["uscc"])
    assert [one["label"] for one in first["occasions"]] == ["未年报", "分类入库"]
    assert [one["label"] for one in second["occasions"]] == ["扩大规模"]
    assert first["due_on"] == str(add_working_days(clock.today(), 20).due)
    assert (first["unverified"], first["state"]) == (True, "due")
    said = [one["data"] for one in await office.events("CallDue")]
    assert sorted((one["uscc"], one["trigger"]) for one in said) == [(uscc(1), "report-missed"), (uscc(2), "expanding")]


async def test_what_is_heard_again_makes_nothing_due_even_after_the_visit(office: SupportClient) -> None:
    heard = await office.hear(household_typed(1, **MISSED), granted(1))
    [call] = await calls(office)
    made = {"visited_on": str(clock.today()), "finding": "已经补报"}
    assert (await step(office, call, "visit", made)).json()["state"] == "made"
    await office.hear_again(heard)
    await office.hear(household_typed(1, **MISSED, revision=5), granted(1, revision=3))
    assert await calls(office) == []
    assert len(await office.events("CallDue")) == 1
    await office.hear(household_typed(1, **MISSED, year=2027, revision=7))
    assert len(await calls(office)) == 1


async def test_a_new_service_that_reads_old_events_begins_no_visits(office: SupportClient) -> None:
    events = await office.hear(household_typed(1))
    long_ago = clock.now() - dt.timedelta(days=90)
    old = [
        Event(**{**fields(one), "data": household_typed(1, **MISSED, revision=2), "time": long_ago}) for one in events
    ]
    await office.hear_again(old)
    assert await calls(office) == []
    assert (await office.sql("select type from household"))[0]["type"] == "ineligible"


def fields(event: Event) -> dict[str, Any]:
    """The attributes of an envelope."""
    return {name: getattr(event, name) for name in event.__dataclass_fields__}


async def test_other_names_and_places_are_visited_and_those_that_are_gone_no_more(office: SupportClient) -> None:
    await office.hear(household_typed(1), household_typed(2, **MISSED))
    await office.hear(household_changed(1, name="改名商户"), household_changed(2, status="cancelled"))
    [call] = await calls(office)
    assert (call["name"], call["occasions"][0]["note"]) == ("改名商户", "字号变更")
    [waived] = await calls(office, state="waived")
    assert waived["waived_because"] == "这一户已经不在登记中，不用再走访。"


async def test_what_the_data_do_not_show_is_entered_once_by_hand(office: SupportClient) -> None:
    await office.hear(household_typed(1), household_typed(2), household_typed(3, county="620721"))
    day = str(clock.today())
    body = {"reason": "hardship", "households": [uscc(1), uscc(2), uscc(3, "620721"), uscc(9)], "happened_on": day}
    assert (await office.post("/v1/calls", body)).json() == {
        "opened": 2, "joined": 0, "known": 0, "not_found": [uscc(3, "620721"), uscc(9)],
    }  # fmt: skip
    again = (await office.post("/v1/calls", body | {"households": [uscc(1)]})).json()
    assert (again["opened"], again["known"]) == (0, 1)
    more = (await office.post("/v1/calls", body | {"reason": "expanding"})).json()
    assert (more["opened"], more["joined"]) == (0, 2)
    tomorrow = body | {"happened_on": str(clock.today() + dt.timedelta(days=1))}
    assert (await office.post("/v1/calls", tomorrow)).status_code == 422


async def test_a_visit_is_assigned_becomes_overdue_and_is_made(office: SupportClient) -> None:
    call = await one_call(office)
    assigned = (await step(office, call, "assignment", LI)).json()
    assert (assigned["state"], assigned["assigned_name"]) == ("assigned", "李干部")
    last = dt.datetime.fromisoformat(f"{call['due_on']}T23:59:00").replace(tzinfo=CHINA)
    for moment, state in ((last, "assigned"), (last + dt.timedelta(minutes=2), "overdue")):
        with clock.travel(moment):
            await office.fire_deadlines()
        assert (await office.get(f"/v1/calls/{call['id']}")).json()["state"] == state
    visit = {"visited_on": str(clock.today()), "finding": "门店照常营业，缺人手"}
    early = visit | {"visited_on": "2020-01-01"}
    who: dict[str, Any] = {"role": Role.BUREAU, "subject": "li", "department": "tax"}
    assert (await step(office, call, "visit", early, **who)).status_code == 422
    assert (await office.get("/v1/calls/mine", Role.OPERATOR)).json()["items"] == [], "nobody has come yet"
    done = (await step(office, call, "visit", visit, **who)).json()
    assert (done["state"], done["finding"]) == ("made", "门店照常营业，缺人手")
    told = await office.get("/v1/calls/mine", Role.OPERATOR)
    [own] = told.json()["items"]
    assert (own["visited_on"], own["visitor"], own["reasons"]) == (str(clock.today()), "李干部", ["未年报"])
    assert "缺人手" not in told.text, "what the visitor wrote down is the bureau's"
    assert (await office.get("/v1/calls/mine", Role.OPERATOR, number=99)).json()["items"] == []
    assert (await step(office, call, "waiver", {"reason": "不需要"})).status_code == 409
    assert await office.sql("select 1 from deadline where kind = 'call' and fired_at is null") == []


async def test_a_visit_is_waived_by_somebody_else_and_with_the_version_that_was_read(office: SupportClient) -> None:
    call = await one_call(office)
    await step(office, call, "assignment", LI | {"subject": "wang", "department": "market"})
    reason = {"reason": "已经歇业，联系不上"}
    assert (await step(office, call, "waiver", reason, subject="wang")).status_code == 403
    stale = await office.post(f"/v1/calls/{call['id']}/waiver", reason, match=call["etag"])
    assert stale.status_code == 412
    assert (await step(office, call, "waiver", reason, subject="zhao")).json()["state"] == "waived"


async def test_an_official_of_another_department_sees_their_own_visits_alone(office: SupportClient) -> None:
    await office.hear(household_typed(1, **MISSED), household_typed(2, **MISSED))
    [call, other] = sorted(await calls(office), key=lambda one: one["uscc"])
    await step(office, call, "assignment", LI)
    li: dict[str, Any] = {"role": Role.BUREAU, "subject": "li", "department": "tax"}
    assert [one["id"] for one in (await office.get("/v1/calls", **li)).json()["items"]] == [call["id"]]
    assert (await office.get(f"/v1/calls/{other['id']}", **li)).status_code == 404
    assert (await office.get(f"/v1/calls/{call['id']}", region="41")).status_code == 404
    visit = {"visited_on": str(clock.today()), "finding": "越权的走访"}
    assert (await step(office, other, "visit", visit, **li)).status_code == 404


async def test_whoever_is_in_touch_with_a_household_or_its_unit_gets_its_visits(office: SupportClient) -> None:
    await office.hear(household_typed(1), household_typed(2), household_typed(3, **MISSED))
    put = {"county": COUNTY, "unit": "东街所", "households": [uscc(1), uscc(2), uscc(3)]}
    assert (await office.post("/v1/units", put)).json()["households"] == 3
    chen = {"subject": "chen", "name": "陈所长", "department": "market"}
    unit = {"county": COUNTY, "unit": "东街所", "official": chen}
    assert (await office.post("/v1/household-officials", {"uscc": uscc(1), "official": LI})).status_code == 201
    assert (await office.post("/v1/household-officials", unit)).status_code == 201
    assert (await office.post("/v1/household-officials", unit | {"unit": "西街所"})).status_code == 409
    assert (await office.post("/v1/household-officials", unit | {"uscc": uscc(1)})).status_code == 422
    said = [(one["data"]["uscc"], one["data"]["assigned"]) for one in await office.events("OfficialAssigned")]
    assert sorted(said) == [(uscc(1), "li"), (uscc(2), "chen"), (uscc(3), "chen")]
    await office.hear(household_typed(1, **MISSED, revision=2), household_typed(2, **MISSED, revision=2))
    found = {one["uscc"]: one["assigned_to"] for one in await calls(office, state="assigned")}
    assert found == {uscc(1): "li", uscc(2): "chen", uscc(3): "chen"}
    mine = (await office.get("/v1/household-officials/mine", Role.OPERATOR, number=2)).json()
    assert [(one["name"], one["subject"]) for one in mine] == [("陈所长", None)]
    await office.post("/v1/household-officials", {"uscc": uscc(1), "official": chen})
    assert len((await office.get("/v1/household-officials")).json()["items"]) == 2


async def test_a_last_day_follows_the_announced_holidays(office: SupportClient) -> None:
    announce({})
    try:
        with clock.travel(dt.datetime(2027, 1, 25, 9, tzinfo=CHINA)):
            call = await one_call(office)
            async with office.resources.database.transaction() as session:
                await record_schedule(session, parse_schedule(SCHEDULE_2027))
            await move_by_calendar(office.resources.database, SERVICE.on_deadlines_moved)
            await office.fire_deadlines()
            moved = (await office.get(f"/v1/calls/{call['id']}")).json()
            assert moved["due_on"] == str(add_working_days(dt.date(2027, 1, 25), 20).due) > call["due_on"]
    finally:
        announce({})


async def test_where_no_bureau_wants_visits_none_is_due_and_where_none_is_set_there_is_no_last_day(
    office: SupportClient,
) -> None:
    order = {"parameter": "call_report_missed", "number": 0, "document": "市里的文件"}
    await office.post("/v1/support-rules/orders", order, Role.APPROVER, CITY)
    await office.hear(household_typed(1, **MISSED))
    assert await calls(office) == []


async def test_a_visit_is_not_made_when_nothing_makes_it_due_any_more(office: SupportClient) -> None:
    await office.hear(household_typed(1, **MISSED), household_typed(2, **MISSED), household_typed(3, **MISSED))
    await office.hear(granted(2))
    by_hand = {"reason": "hardship", "households": [uscc(3)], "happened_on": str(clock.today())}
    await office.post("/v1/calls", by_hand)
    reported: dict[str, Any] = {"type": "survival", "revision": 2}  # typing says no defects of such a household
    await office.hear(*(household_typed(number, **reported) for number in (1, 2, 3)))
    [gone] = await calls(office, state="waived")
    assert (gone["uscc"], gone["waived_because"][:12]) == (uscc(1), "需要走访的情形已经不存在")
    assert await office.sql("select 1 from deadline where subject = $1 and fired_at is null", gone["id"]) == []
    [recognised] = [one for one in await calls(office) if one["uscc"] == uscc(2)]
    assert [one["label"] for one in recognised["occasions"]] == ["分类入库"], "what is over is no reason any more"
    await office.hear(revoked(2))
    assert sorted(one["uscc"] for one in await calls(office, state="waived")) == [uscc(1), uscc(2)]
    assert [one["uscc"] for one in await calls(office)] == [uscc(3)]


async def test_what_was_over_before_anybody_came_and_is_back_makes_a_visit_due_again(office: SupportClient) -> None:
    await office.hear(household_typed(1, **MISSED))
    await office.hear(household_typed(1, revision=2))
    assert await calls(office) == []
    await office.hear(household_typed(1, **MISSED, revision=3))
    [call] = await calls(office)
    assert [one["label"] for one in call["occasions"]] == ["未年报"]
    await step(office, call, "visit", {"visited_on": str(clock.today()), "finding": "已经补报"})
    await office.hear(household_typed(1, revision=4))
    await office.hear(household_typed(1, **MISSED, revision=5))
    assert await calls(office) == [], "this year's visit was made"
    assert len(await office.events("CallDue")) == 2


async def test_a_reinstated_household_is_visited_whatever_older_is_heard_again(office: SupportClient) -> None:
    await office.hear(household_typed(1))
    older = [*await office.hear(granted(1)), *await office.hear(revoked(1))]
    await office.hear_again(older)
    assert await calls(office) == []
    back: dict[str, Any] = {"revision": 3, "objection": UUID(int=9), "benefits_from": dt.date(2027, 1, 1)}
    await office.hear(RecognitionReinstated(**(of_recognition(1) | back)))
    await office.hear_again(older)
    [call] = await calls(office)
    assert [one["label"] for one in call["occasions"]] == ["分类入库"]


async def test_the_visit_of_a_household_that_moves_is_the_new_countys_and_nobodys_yet(office: SupportClient) -> None:
    await office.hear(household_typed(1, **MISSED))
    await office.post("/v1/units", {"county": COUNTY, "unit": "东街所", "households": [uscc(1)]})
    await office.post("/v1/household-officials", {"uscc": uscc(1), "official": LI})
    await office.hear(household_changed(1, region="620721", revision=7))
    assert await calls(office) == []
    [call] = (await office.get("/v1/calls", region=CITY)).json()["items"]
    assert (call["county"], call["state"], call["assigned_to"], call["unit"]) == ("620721", "due", None, None)
    assert (await office.get("/v1/household-officials", region=CITY)).json()["items"] == []
