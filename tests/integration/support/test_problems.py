"""Problems in five steps: one owner at a time, last days, supervision, one refusal, the superior's end."""

import datetime as dt
from typing import Any

from services.support.problems.domain import ProblemKind
from shared import clock
from shared.clock import CHINA
from shared.platform.identity import Role
from shared.reference.calendar import add_working_days
from tests.integration.support.support_client import CITY, COUNTY, PROVINCE, SupportClient, household_typed, uscc
from tests.integration.support.test_calls import MISSED, calls, step as call_step

OWN = {"uscc": uscc(1), "kind": "tax", "statement": "申报系统一直打不开，请帮助解决"}
TAX: dict[str, Any] = {"role": Role.BUREAU, "department": "tax"}
ANSWER = {"answer": "系统已经修复，并上门辅导了申报", "outcome": "solved"}


async def raised(office: SupportClient) -> dict[str, Any]:
    """A problem that an operator has raised."""
    await office.hear(household_typed(1))
    answer = await office.post("/v1/problems/mine", OWN, Role.OPERATOR)
    assert answer.status_code == 201, answer.text
    problem: dict[str, Any] = answer.json()
    return problem


async def do(
    office: SupportClient, problem: dict[str, Any], what: str, body: Any = None, role: Role = Role.OFFICER, **who: Any
) -> Any:
    """A step at the problem's version as it is now."""
    return await office.post(f"/v1/problems/{problem['id']}/{what}", body, role, match="*", **who)


async def owned(office: SupportClient) -> dict[str, Any]:
    """A problem that the county's tax bureau handles."""
    problem = await raised(office)
    forwarded = await do(office, problem, "forwarding", {"department": "tax"})
    assert forwarded.status_code == 200, forwarded.text
    return problem


async def answered(office: SupportClient) -> dict[str, Any]:
    """One that was answered for the first time."""
    problem = await owned(office)
    assert (await do(office, problem, "acceptance", **TAX)).json()["state"] == "handling"
    assert (await do(office, problem, "answer", ANSWER, **TAX)).json()["state"] == "answered"
    return problem


async def names(office: SupportClient) -> list[str]:
    """What was told of problems, in order."""
    return [name for one in await office.events() if (name := one["type"].split(".")[3]).startswith("Problem")]


async def test_a_problem_goes_through_its_steps_and_the_household_is_satisfied(office: SupportClient) -> None:
    problem = await answered(office)
    mine = (await office.get("/v1/problems/mine", Role.OPERATOR)).json()["items"]
    assert [(one["state"], one["may_respond"], one["answer"]) for one in mine] == [("answered", True, ANSWER["answer"])]
    closed = (await do(office, problem, "response", {"solved": True}, Role.OPERATOR)).json()
    assert closed["state"] == "closed"
    assert [one["what"] for one in closed["steps"]] == ["collect", "forward", "accept", "answer", "satisfied"]
    assert await names(office) == ["ProblemCollected", "ProblemForwarded", "ProblemAnswered"]
    said = (await office.events("ProblemForwarded"))[0]["data"]
    assert said["due_on"] == str(add_working_days(clock.today(), 15).due)
    assert said["unverified"] is True
    assert await office.sql("select 1 from deadline where fired_at is null") == []


async def test_only_its_owner_handles_it_and_a_new_owner_takes_it_from_the_old_one(office: SupportClient) -> None:
    problem = await owned(office)
    other: dict[str, Any] = {"role": Role.BUREAU, "department": "finance"}
    for who in (other, {"role": Role.BUREAU, "department": "tax", "region": CITY}, {"role": Role.OFFICER}):
        assert (await do(office, problem, "answer", ANSWER, **who)).status_code == 404
    returned = await do(office, problem, "return", {"reason": "属于财政部门的事"}, **TAX)
    assert (returned.json()["state"], returned.json()["department"]) == ("collected", "market")
    assert (await do(office, problem, "acceptance", **TAX)).status_code == 404
    assert (await do(office, problem, "forwarding", {"department": "finance", "region": "41"})).status_code == 422
    moved = await do(office, problem, "forwarding", {"department": "finance", "region": CITY})
    assert (moved.json()["department"], moved.json()["owner_region"]) == ("finance", CITY)
    assert (await office.get("/v1/problems", Role.BUREAU, CITY, department="finance")).json()["items"] != []
    assert (await office.get("/v1/problems", **TAX)).json()["items"] == []
    assert (await do(office, problem, "answer", ANSWER, **other, region=CITY)).status_code == 200


async def test_not_solved_is_handled_once_more_and_then_the_superior_closes_it(office: SupportClient) -> None:
    problem = await answered(office)
    assert (await do(office, problem, "closing", {"reason": "已经答复"})).status_code == 409
    refused = (await do(office, problem, "response", {"solved": False, "comment": "还是打不开"}, Role.OPERATOR)).json()
    assert (refused["state"], refused["department"]) == ("handling", "tax")
    assert refused["due_on"] is not None
    assert (await do(office, problem, "answer", ANSWER | {"outcome": "not-solved"}, **TAX)).status_code == 200
    again = (await do(office, problem, "response", {"solved": False}, Role.OPERATOR)).json()
    assert (again["state"], again["may_respond"]) == ("answered", False)
    assert (await do(office, problem, "response", {"solved": True}, Role.OPERATOR)).status_code == 409
    assert (await do(office, problem, "closing", {"reason": "县里办结"})).status_code == 403
    closed = await do(office, problem, "closing", {"reason": "市局核实：答复属实"}, region=CITY)
    assert (closed.json()["state"], closed.json()["closed_because"]) == ("closed", "市局核实：答复属实")


async def test_an_overdue_problem_is_supervised_level_by_level_until_it_is_answered(office: SupportClient) -> None:
    problem = await owned(office)

    async def on(day: dt.date) -> dict[str, Any]:
        with clock.travel(dt.datetime.combine(day, dt.time(9), CHINA)):
            await office.fire_deadlines()
        view: dict[str, Any] = (await office.get(f"/v1/problems/{problem['id']}")).json()
        return view

    last = add_working_days(clock.today(), 15).due
    assert (await on(last))["state"] == "forwarded"
    first = await on(last + dt.timedelta(days=1))
    assert (first["state"], first["supervised_by"]) == ("supervised", CITY)
    further = add_working_days(last + dt.timedelta(days=1), 5).due + dt.timedelta(days=1)
    assert (await on(further))["supervised_by"] == PROVINCE
    await on(further + dt.timedelta(days=60))
    told = [(one["data"]["what"], one["data"]["supervised_by"]) for one in await office.events("ProblemOverdue")]
    assert told[:2] == [("answer", CITY), ("answer", PROVINCE)]
    assert (await do(office, problem, "answer", ANSWER, **TAX)).json()["state"] == "answered"
    count = len(await office.events("ProblemOverdue"))
    await on(further + dt.timedelta(days=400))
    assert len(await office.events("ProblemOverdue")) == count


async def test_a_problem_that_nobody_forwards_is_supervised_too(office: SupportClient) -> None:
    await raised(office)
    with clock.travel(dt.datetime.combine(clock.today() + dt.timedelta(days=30), dt.time(9), CHINA)):
        await office.fire_deadlines()
    [said] = await office.events("ProblemOverdue")
    assert (said["data"]["what"], said["data"]["department"]) == ("forward", "market")
    assert len((await office.get("/v1/problems", query={"supervised": True})).json()["items"]) == 1


async def test_silence_closes_an_answer_only_where_a_bureau_has_set_a_number(office: SupportClient) -> None:
    problem = await answered(office)
    assert (await office.get(f"/v1/problems/{problem['id']}")).json()["respond_by"] is None
    order = {"parameter": "problem_respond_days", "number": 10, "document": "县里的文件"}
    await office.post("/v1/support-rules/orders", order, Role.APPROVER)
    await do(office, problem, "response", {"solved": False}, Role.OPERATOR)
    second = (await do(office, problem, "answer", ANSWER, **TAX)).json()
    assert second["respond_by"] == str(add_working_days(clock.today(), 10).due)
    with clock.travel(dt.datetime.combine(clock.today() + dt.timedelta(days=40), dt.time(9), CHINA)):
        await office.fire_deadlines()
    assert (await office.get(f"/v1/problems/{problem['id']}")).json()["state"] == "closed"


async def test_what_is_handed_over_to_enforcement_names_to_whom(office: SupportClient) -> None:
    problem = await owned(office)
    handed = {"answer": "已移交查处乱收费行为", "outcome": "enforcement"}
    assert (await do(office, problem, "answer", handed, **TAX)).status_code == 422
    assert (await do(office, problem, "answer", ANSWER | {"enforcement": "market"}, **TAX)).status_code == 422
    done = (await do(office, problem, "answer", handed | {"enforcement": "market"}, **TAX)).json()
    assert (done["outcome_label"], done["enforcement"]) == ("已移交执法查处", "market")
    assert (await office.events("ProblemAnswered"))[0]["data"]["outcome"] == "enforcement"


async def test_problems_that_a_visit_finds_are_collected_with_it(office: SupportClient) -> None:
    await office.hear(household_typed(1, **MISSED))
    [call] = await calls(office)
    found = [{"kind": "staff", "statement": "招不到学徒工"}, {"kind": "premises", "statement": "房租涨得太快"}]
    made = {"visited_on": str(clock.today()), "finding": "正常营业", "problems": found}
    assert (await call_step(office, call, "visit", made)).status_code == 200
    problems = (await office.get("/v1/problems")).json()["items"]
    assert sorted((one["kind"], one["source"], one["uscc"]) for one in problems) == [
        ("premises", "visit", uscc(1)),
        ("staff", "visit", uscc(1)),
    ]


async def test_a_problem_without_a_household_or_of_another_one_is_refused_or_closed_by_the_county(
    office: SupportClient,
) -> None:
    await office.hear(household_typed(1), household_typed(2))
    assert (await office.post("/v1/problems/mine", OWN | {"uscc": uscc(2)}, Role.OPERATOR)).status_code == 403
    assert (
        await office.post("/v1/problems/mine", OWN | {"statement": "请打13812345678"}, Role.OPERATOR)
    ).status_code == 422
    meeting = {"source": "meeting", "raised_by": "三季度座谈会", "kind": "sales", "statement": "步行街停车难，客人少"}
    assert (await office.post("/v1/problems", meeting)).status_code == 422
    assert (await office.post("/v1/problems", meeting | {"county": "620721"})).status_code == 403
    problem = (await office.post("/v1/problems", meeting | {"county": COUNTY})).json()
    assert (await office.events("ProblemCollected"))[0]["subject"] == COUNTY
    await do(office, problem, "forwarding", {"department": "commerce"})
    await do(office, problem, "answer", ANSWER, Role.BUREAU, department="commerce")
    assert (await do(office, problem, "closing", {"reason": "已在会上反馈"})).json()["state"] == "closed"


async def test_what_comes_up_again_is_counted_without_a_ranking(office: SupportClient) -> None:
    problem = await answered(office)
    await do(office, problem, "response", {"solved": False}, Role.OPERATOR)
    await office.post("/v1/problems/mine", OWN, Role.OPERATOR)
    view = (await office.get("/v1/problems/statistics", query={"first": "2020-01-01"})).json()
    assert [one["kind"] for one in view["kinds"]] == [kind.value for kind in ProblemKind]
    tax = next(one for one in view["kinds"] if one["kind"] == "tax")
    assert (tax["count"], tax["refused"], tax["overdue"], tax["households_again"]) == (2, 1, 0, 1)


async def test_forwarding_is_no_way_to_another_last_day_or_out_of_supervision(office: SupportClient) -> None:
    problem = await owned(office)
    again = await do(office, problem, "forwarding", {"department": "tax"})
    assert (again.status_code, again.json()["title"]) == (409, "已经由这个部门办理")
    last = add_working_days(clock.today(), 15).due
    with clock.travel(dt.datetime.combine(last + dt.timedelta(days=1), dt.time(9), CHINA)):
        await office.fire_deadlines()
        assert (await do(office, problem, "forwarding", {"department": "tax"})).status_code == 409
        moved = (await do(office, problem, "forwarding", {"department": "finance"})).json()
    assert (moved["state"], moved["supervised_by"]) == ("forwarded", CITY)
    above = (await do(office, problem, "forwarding", {"department": "finance", "region": PROVINCE})).json()
    assert above["supervised_by"] is None


async def test_a_second_answer_says_that_it_is_one_and_whose_days_no_text_gives(office: SupportClient) -> None:
    problem = await answered(office)
    assert (await office.get(f"/v1/problems/{problem['id']}")).json()["unverified"] is True
    await do(office, problem, "response", {"solved": False}, Role.OPERATOR)
    await do(office, problem, "answer", ANSWER, **TAX)
    assert [one["data"]["again"] for one in await office.events("ProblemAnswered")] == [False, True]
