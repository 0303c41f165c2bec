"""Examining an objection: accepted, returned once, completed, declined with where to go, explained, given more time."""

import uuid
from typing import Any

import pytest

from services.objection.examination import participation, service as examination_service
from services.objection.objections.next_steps import STEPS, Step
from services.objection.registers.domain import Against
from shared import clock
from shared.platform.identity import Role
from tests.integration.objection.decision_steps import against_refusal, refused_application
from tests.integration.objection.filed_objections import locked
from tests.integration.objection.handled_objections import Handled, accepted, filed
from tests.integration.objection.objection_client import COUNTY, ObjectionClient

DECLINED = {"kind": "other", "reason": "与分型无关"}


async def returned(office: ObjectionClient) -> Handled:
    handled = await filed(office)
    await handled.done("receiver", "return", {"missing": ["营业执照复印件", "上年完税证明"]})
    return handled


async def test_an_accepted_objection_has_a_last_day_for_the_decision_and_says_that_no_text_gives_it(
    office: ObjectionClient,
):
    handled = await filed(office)
    shown = await handled.done("receiver", "acceptance")
    assert shown["state"] == "accepted"
    assert shown["decide_by"] is not None
    (said,) = await office.events("ObjectionAccepted")
    assert (said["data"]["decide_by"], said["data"]["unverified"]) == (shown["decide_by"], True)


async def test_it_goes_back_once_with_everything_that_is_missing_and_comes_in_again(office: ObjectionClient):
    handled = await returned(office)
    assert (await handled.view())["missing"] == ["营业执照复印件", "上年完税证明"]
    shown = await handled.done("objector", "completion", {"text": "已补交"})
    assert (shown["state"], shown["completion"], shown["returned"]) == ("filed", "已补交", True)
    again = await handled.do("receiver", "return", {"missing": ["身份证明"]})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/returned-before")
    assert (await handled.done("receiver", "acceptance"))["state"] == "accepted"
    names = [event["type"].split(".")[3] for event in await office.events()]
    assert names == ["ObjectionReturned", "ObjectionFiled", "ObjectionAccepted"]


async def nobody_handles_what_they_decided(office: ObjectionClient) -> None:
    """Who refused the application does not accept, return or decline the objection to that; a colleague accepts it."""
    subject = await refused_application(office, 1)
    handled = await filed(
        office, against=Against.REFUSAL, subject=subject, run=None, year=None, contested_region=COUNTY
    )
    handled.people["receiver"] = "li"
    for step, body in (("acceptance", None), ("return", {"missing": ["营业执照"]}), ("decline", DECLINED)):
        refused = await handled.do("receiver", step, body)
        assert refused.status_code == 403, step
        assert refused.json()["type"] == "/problems/took-part"
        assert "被异议的决定" in refused.json()["detail"]
    handled.people["receiver"] = "zhang"
    assert (await handled.done("receiver", "acceptance"))["state"] == "accepted"


async def test_nobody_who_decided_accepts_returns_or_declines_the_objection_to_it(office: ObjectionClient) -> None:
    await nobody_handles_what_they_decided(office)


async def test_a_check_that_lets_those_who_decided_accept_would_be_noticed(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participation, "part_taken", lambda *_: None)
    with pytest.raises(AssertionError):
        await nobody_handles_what_they_decided(office)


async def test_who_took_it_in_at_the_counter_may_accept_it(office: ObjectionClient) -> None:
    """They looked nothing up that is objected to; who decides is another."""
    handled = await filed(office, entered_by="counter")
    handled.people["receiver"] = "counter"
    assert (await handled.done("receiver", "acceptance"))["state"] == "accepted"


async def test_a_returned_objection_that_is_not_completed_is_declined_by_the_clock_and_only_then(
    office: ObjectionClient,
):
    handled = await returned(office)
    async with office.resources.database.transaction() as session:
        await examination_service.decline_incomplete(session, await locked(session, handled.id))
    assert (await handled.view())["decline_kind"] == "not-completed"
    other = await accepted(office, 2)
    async with office.resources.database.transaction() as session:
        await examination_service.decline_incomplete(session, await locked(session, other.id))
    assert (await other.view())["state"] == "accepted"


@pytest.mark.parametrize(("kind", "where"), [("own-report", "更正年度报告"), ("report", "举报")])
async def test_who_is_declined_is_told_where_the_matter_belongs(office: ObjectionClient, kind: str, where: str):
    handled = await filed(office)
    shown = await handled.done("receiver", "decline", {"kind": kind, "reason": "不属于异议"})
    assert (shown["state"], shown["decline_kind"]) == ("declined", kind)
    (said,) = await office.events("ObjectionDeclined")
    assert where in said["data"]["reason"]
    assert where in (await handled.view("objector"))["reason"]


async def test_an_objector_who_is_content_with_the_explanation_ends_the_objection(office: ObjectionClient):
    handled = await accepted(office)
    assert (await handled.explain())["state"] == "explained"
    shown = await handled.done("objector", "response", {"response": "content"})
    assert (shown["state"], shown["outcome"], shown["changed"]) == ("closed", "explained", False)
    (said,) = await office.events("ObjectionClosed")
    assert said["data"]["outcome"] == "explained"


async def test_an_objector_who_insists_is_examined_on_and_not_explained_to_again(office: ObjectionClient):
    handled = await accepted(office)
    before = (await handled.view())["decide_by"]
    await handled.explain()
    shown = await handled.done("objector", "response", {"response": "insists"})
    assert (shown["state"], shown["decide_by"]) == ("accepted", before)
    again = await handled.do("explainer", "/v1/explanations", {"objection": str(handled.id), "text": "再解释一次"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/explained-before")


async def test_silence_after_an_explanation_ends_the_objection_once(office: ObjectionClient):
    handled = await accepted(office)
    await handled.explain()
    for _ in range(2):
        async with office.resources.database.transaction() as session:
            await examination_service.close_unanswered(session, await locked(session, handled.id))
    assert (await handled.view())["state"] == "closed"
    assert len(await office.events("ObjectionClosed")) == 1


async def test_where_no_period_is_set_silence_gives_nothing_up_and_the_bureau_goes_on(office: ObjectionClient):
    handled = await returned(office)
    assert (await handled.view())["complete_by"] is None
    assert (await handled.done("receiver", "resumption"))["state"] == "filed"
    await handled.done("receiver", "acceptance")
    await handled.explain()
    shown = await handled.view("receiver")
    assert (shown["respond_by"], "resume" in {one["step"] for one in shown["next_steps"]}) == (None, True)
    assert (await handled.done("receiver", "resumption"))["state"] == "accepted"


async def test_where_a_period_is_set_the_bureau_waits_for_its_end(office: ObjectionClient):
    handled = await accepted(office)
    await handled.explain()
    async with office.resources.database.transaction() as session:
        (await locked(session, handled.id)).respond_by = clock.today()
    refused = await handled.do("receiver", "resumption")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/objector-has-time")


async def test_an_officer_of_another_region_finds_nothing(office: ObjectionClient):
    handled = await accepted(office)
    for kind, path, body in PATHS.values():
        if kind == "objector":
            continue
        sent = {**(body or {}), "objection": str(handled.id)} if path.startswith("/v1/") else body
        where = path if path.startswith("/v1/") else f"{handled.path}/{path}"
        answer = await office.post(where, sent, Role.OFFICER, "4201", match="*")
        assert answer.status_code == 404, path
    assert (await handled.view())["state"] == "accepted"


async def test_an_officer_answers_for_the_objector_only_with_how_the_objector_agreed(office: ObjectionClient):
    handled = await accepted(office)
    await handled.explain()
    alone = await handled.do("receiver", "response", {"response": "content"})
    assert (alone.status_code, alone.json()["type"]) == (422, "/problems/consent-missing")
    await handled.done("receiver", "response", {"response": "content", "consent": "本人到窗口签字"})
    (row,) = await office.sql("select details from audit_entry where action = 'objection:closed'")
    assert "recorded" in row["details"]
    assert "本人到窗口签字" not in row["details"], "the words name people: they are sealed"
    (consent,) = (await office.get(f"{handled.path}/objector", Role.OFFICER)).json()["consents"]
    assert consent["step"] == "respond"


async def test_a_document_of_another_objection_does_not_complete_this_one(office: ObjectionClient):
    handled = await returned(office)
    strange = await handled.do("objector", "completion", {"text": "已补交", "documents": [str(uuid.uuid4())]})
    assert (strange.status_code, strange.json()["type"]) == (422, "/problems/document-unknown")


HEARING = {"kind": "inquiry", "held_on": "2026-01-05", "present": ["李四", "王五"], "text": "李四称上年纳税已补缴。"}


async def test_a_hearing_is_noted_and_what_names_people_is_sealed(office: ObjectionClient):
    handled = await accepted(office)
    noted = await handled.do("explainer", "hearings", HEARING)
    assert (noted.status_code, "李四" in noted.text) == (201, False)
    (shown,) = (await office.get(f"{handled.path}/hearings", **handled.who("decider"))).json()
    assert (shown["kind_label"], "present" in shown, "text" in shown) == ("询问笔录", False, False)
    for table in ("hearing_note", "audit_entry", "outbox"):
        rows = await office.sql(f"select * from {table}")
        assert "李四" not in "".join(str(dict(row)) for row in rows), table
    future = await handled.do("explainer", "hearings", HEARING | {"held_on": "2999-01-01"})
    assert (future.status_code, future.json()["type"]) == (422, "/problems/future-date")


async def test_what_names_people_is_shown_for_a_reason_to_who_handles_it_and_the_audit_keeps_it(
    office: ObjectionClient,
):
    handled = await against_refusal(office)
    noted = (await handled.do("explainer", "hearings", HEARING)).json()
    path = f"{handled.path}/hearings/{noted['id']}/disclosures"
    without = await office.post(path, {}, Role.OFFICER, handled.decider)
    assert without.status_code == 422
    looking_on = await office.post(path, {"reason": "想看看"}, Role.OFFICER, "41")
    assert looking_on.status_code == 403
    assert looking_on.json()["type"] == "/problems/hearing-not-for-this-bureau"
    shown = await office.post(path, {"reason": "核对笔录"}, Role.OFFICER, handled.decider, subject="li")
    assert shown.status_code == 200, shown.text
    assert (shown.json()["present"], shown.json()["text"]) == (HEARING["present"], HEARING["text"])
    (kept,) = await office.sql("select actor, details from audit_entry where action = 'personal-data:unmask'")
    assert kept["actor"] == "li"
    assert "核对笔录" in str(kept["details"])
    elsewhere = await accepted(office, 2)
    other = await office.post(f"{elsewhere.path}/hearings/{noted['id']}/disclosures", {"reason": "核对"}, Role.OFFICER)
    assert other.status_code == 404


async def test_nothing_is_noted_about_an_objection_that_is_over(office: ObjectionClient):
    handled = await in_state(office, "declined", 1)
    late = await handled.do("explainer", "hearings", HEARING)
    assert (late.status_code, late.json()["type"], late.json()["possible"]) == (409, "/problems/state", [])


async def test_the_period_for_the_decision_is_extended_once_with_a_reason_that_is_told(office: ObjectionClient):
    handled = await accepted(office)
    before = (await handled.view())["decide_by"]
    shown = await handled.done("decider", "extension", {"reason": "须向税务部门核实"})
    assert shown["decide_by"] > before
    (said,) = await office.events("ObjectionExtended")
    assert (said["data"]["decide_by"], said["data"]["reason"]) == (shown["decide_by"], "须向税务部门核实")
    again = await handled.do("decider", "extension", {"reason": "还要再等"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/extended-before")


async def test_a_period_that_is_over_is_not_extended(office: ObjectionClient):
    handled = await accepted(office)
    late = clock.today().fromisoformat((await handled.view())["decide_by"]).replace(day=28)
    with clock.travel(late.replace(year=late.year + 1)):
        refused = await handled.do("decider", "extension", {"reason": "还要再等"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/extension-too-late")


async def test_a_bureau_of_another_level_is_told_which_one_does_it(office: ObjectionClient):
    handled = await accepted(office)
    outsider = next(region for region in ("410105", "4101", "41") if region != handled.decider)
    answer = await office.post(
        f"{handled.path}/extension", {"reason": "再等等"}, Role.OFFICER, outsider, match=(await handled.view())["etag"]
    )
    assert (answer.status_code, answer.json()["competent"]) == (403, [handled.decider])


async def test_a_step_names_the_version_that_it_rests_on(office: ObjectionClient):
    handled = await filed(office)
    without = await office.post(f"{handled.path}/acceptance", None, **handled.who("receiver"))
    assert without.status_code == 428
    await handled.done("receiver", "acceptance")
    stale = await handled.do(
        "explainer", "/v1/explanations", {"objection": str(handled.id), "text": "说明"}, match='"1"'
    )
    assert stale.status_code == 412


PATHS: dict[Step, tuple[str, str, Any]] = {
    Step.ACCEPT: ("receiver", "acceptance", None),
    Step.RETURN: ("receiver", "return", {"missing": ["材料"]}),
    Step.DECLINE: ("receiver", "decline", DECLINED),
    Step.COMPLETE: ("objector", "completion", {"text": "已补交"}),
    Step.EXPLAIN: ("explainer", "/v1/explanations", {"text": "说明情况"}),
    Step.RESPOND: ("objector", "response", {"response": "insists"}),
    Step.EXTEND: ("decider", "extension", {"reason": "须核实"}),
    Step.RESUME: ("receiver", "resumption", None),
}


async def in_state(office: ObjectionClient, state: str, number: int) -> Handled:
    handled = await filed(office, number)
    if state == "returned":
        await handled.done("receiver", "return", {"missing": ["材料"]})
    if state in ("accepted", "explained", "closed"):
        await handled.done("receiver", "acceptance")
    if state in ("explained", "closed"):
        await handled.explain()
    if state == "closed":
        await handled.done("objector", "response", {"response": "content"})
    if state == "declined":
        await handled.done("receiver", "decline", DECLINED)
    return handled


async def test_every_refused_step_says_what_is_possible_now_and_who_may_do_it(office: ObjectionClient):
    states = ["filed", "returned", "accepted", "explained", "closed", "declined"]
    for number, state in enumerate(states, 1):
        handled = await in_state(office, state, number)
        for step, (kind, path, body) in PATHS.items():
            if state in {one.value for one in STEPS[step].states}:
                continue
            sent = body | {"objection": str(handled.id)} if step is Step.EXPLAIN else body
            refused = await handled.do(kind, path, sent)
            assert (refused.status_code, refused.json()["type"]) == (409, "/problems/state"), (state, step)
            possible = {one["step"]: one["by"] for one in refused.json()["possible"]}
            wanted = {one.value for one, rule in STEPS.items() if state in {s.value for s in rule.states}}
            assert set(possible) <= wanted
            assert all(possible.values())
            assert (state in ("closed", "declined")) == (not possible)


async def test_a_view_lists_what_its_reader_may_do(office: ObjectionClient):
    handled = await filed(office)

    async def steps(kind: str) -> set[str]:
        return {one["step"] for one in (await handled.view(kind))["next_steps"]}

    assert await steps("receiver") == {"accept", "return", "decline"}
    assert await steps("objector") == {"withdraw"}
    await handled.done("receiver", "acceptance")
    assert {"propose", "extend"} <= await steps("decider")
    assert "propose" not in await steps("approver")
    await handled.explain()
    assert await steps("objector") == {"respond", "withdraw"}


async def test_an_objection_is_assigned_to_somebody_who_has_acted_and_handed_over_by_that_person(
    office: ObjectionClient,
):
    handled = await accepted(office)
    nobody = await handled.do("receiver", "assignment", {"to": "zhang"})
    assert (nobody.status_code, nobody.json()["type"]) == (422, "/problems/not-assignable")
    await handled.done("receiver", "assignment", {"to": "receiver"})
    await handled.explain()
    other = await office.post(
        f"{handled.path}/assignment",
        {"to": "explainer"},
        Role.OFFICER,
        handled.receiver,
        subject="wang",
        match=(await handled.view())["etag"],
    )
    assert (other.status_code, other.json()["type"]) == (403, "/problems/assigned-to-another")
    handled.people["explainer"] = "receiver"
    await handled.done("explainer", "assignment", {"to": "explainer", "note": "调岗移交"})
    listed = await office.get(f"{handled.path}/assignment", **handled.who("receiver"))
    assert listed.json()["assigned_to"] == "explainer"
    assert {one["subject"] for one in listed.json()["candidates"]} >= {"receiver", "explainer"}


async def test_two_who_accept_at_once_accept_once(office: ObjectionClient):
    handled = await filed(office)
    match = (await handled.view())["etag"]
    answers = [await handled.do("receiver", "acceptance", match=match) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 412]
    assert len(await office.events("ObjectionAccepted")) == 1


async def test_what_was_examined_stands_in_the_audit(office: ObjectionClient):
    handled = await returned(office)
    await handled.done("objector", "completion", {"text": "已补交"})
    await handled.done("receiver", "decline", DECLINED)
    done = "select action from audit_entry where subject = $1 and action <> 'objection:read' order by seq"
    rows = await office.sql(done, str(handled.id))
    assert [row["action"] for row in rows] == ["objection:returned", "objection:filed", "objection:declined"]
