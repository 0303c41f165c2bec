"""Before a cancellation or revocation: told, heard, decided by another person of the same level, and served."""

import datetime as dt
from typing import Any

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import (
    DECISION,
    GROUNDS,
    act,
    dossier_of,
    propose,
    recognise,
    serve,
    state,
)
from tests.integration.recognition.objection_steps import told
from tests.integration.recognition.recognition_client import COUNTY, execute_sql
from tests.integration.recognition.walkthrough import Walkthrough

PROPOSED = dt.date(2027, 3, 1)
DEFENDS_UNTIL = dt.date(2027, 3, 8)
"""Five working days after."""


async def cancel(walkthrough: Walkthrough, recognition: str, **changed: Any) -> Any:
    return await act(
        walkthrough, recognition, "cancellation", DECISION | changed, role=Role.APPROVER, subject="decider"
    )


async def proceeding_of(walkthrough: Walkthrough, recognition: str) -> dict[str, Any]:
    (found,) = (await dossier_of(walkthrough, recognition)).json()["proceedings"]
    return dict(found)


async def closed_on(walkthrough: Walkthrough) -> list[dt.date]:
    """When each proceeding was dropped, or its decision undone."""
    return [row[0] for row in await walkthrough.office.sql("select closed_on from end_proceeding")]


async def served(walkthrough: Walkthrough) -> str:
    """A household that was told of its cancellation."""
    (recognition,) = await recognise(walkthrough, 1)
    with clock.travel(PROPOSED):
        assert (await propose(walkthrough, recognition, "cancellation")).status_code == 200
        assert (await serve(walkthrough, recognition, "cancellation")).status_code == 200
    return recognition


async def test_nobody_is_cancelled_untold_or_before_they_could_state(walkthrough: Walkthrough, recognition: str):
    with clock.travel(PROPOSED):
        await propose(walkthrough, recognition, "cancellation")
        assert (await cancel(walkthrough, recognition)).json()["title"] == "尚未告知"
        assert await told(walkthrough, "RecognitionEndProposed") == []
        await serve(walkthrough, recognition, "cancellation")
    with clock.travel(DEFENDS_UNTIL):
        early = await cancel(walkthrough, recognition)
        assert (early.status_code, early.json()["title"]) == (409, "陈述、申辩期未满")
    with clock.travel(DEFENDS_UNTIL + dt.timedelta(days=1)):
        assert (await cancel(walkthrough, recognition)).json()["state"] == "cancelled"
    (event,) = await told(walkthrough, "RecognitionEndProposed")
    assert (event["what"], event["defend_by"], event["unverified"]) == ("cancellation", "2027-03-08", True)
    assert (event["reason"], event["decided_by_region"]) == (GROUNDS["reason"], COUNTY)


async def test_the_operator_reads_facts_and_provisions_states_and_is_answered(walkthrough: Walkthrough):
    recognition = await served(walkthrough)
    headers = walkthrough.office.as_(Role.OPERATOR, number=1)
    (mine,) = (await walkthrough.office.client.get("/v1/recognitions/mine", headers=headers)).json()["items"]
    (shown,) = mine["proceedings"]
    assert (shown["facts"], shown["citations"], shown["defend_by"]) == (GROUNDS["facts"], ["三（二）2"], "2027-03-08")
    with clock.travel(PROPOSED):
        assert (await state(walkthrough, recognition, "cancellation", 2, statement="不是我")).status_code == 404
        assert (await state(walkthrough, recognition, "cancellation", statement="情况已改正")).status_code == 200
        unanswered = await cancel(walkthrough, recognition)
        assert (unanswered.status_code, unanswered.json()["title"]) == (422, "没有回应陈述、申辩")
        assert (await cancel(walkthrough, recognition, answer="未提供改正的证明，不予采纳")).status_code == 200
    found = await proceeding_of(walkthrough, recognition)
    assert found["statements"] == [{"on": "2027-03-01", "text": "情况已改正", "waived": False}]
    decision = found["decision"]
    assert (decision["document"], decision["answer"]) == ("取消〔2027〕1号", "未提供改正的证明，不予采纳")
    assert [(one["title"], one["within"], one["unverified"]) for one in decision["remedies"]] == [
        ("行政复议", "自收到决定之日起 60 日内", True),
        ("行政诉讼", "自收到决定之日起 6 个月内", True),
    ]


async def test_a_waiver_at_the_counter_ends_the_wait_and_an_empty_word_is_none(walkthrough: Walkthrough):
    recognition = await served(walkthrough)
    path = f"/v1/recognitions/{recognition}/proposals/cancellation/statement"
    with clock.travel(PROPOSED):
        assert (await walkthrough.do(path, {}, subject="counter")).status_code == 422
        assert (await walkthrough.do(path, {"waived": True, "statement": "无"}, subject="counter")).status_code == 422
        assert (await walkthrough.do(path, {"waived": True, "on": "2027-02-01"}, subject="counter")).status_code == 422
        unsigned = await walkthrough.do(path, {"waived": True}, subject="counter")
        assert (unsigned.status_code, unsigned.json()["title"]) == (422, "没有写明签字的文书")
        signed = {"waived": True, "document": "放弃陈述申辩书1号"}
        assert (await walkthrough.do(path, signed, subject="counter")).status_code == 200
        assert (await cancel(walkthrough, recognition)).json()["state"] == "cancelled"


async def test_two_officers_cannot_leave_the_hearing_out_between_them(walkthrough: Walkthrough):
    recognition = await served(walkthrough)
    path = f"/v1/recognitions/{recognition}/proposals/cancellation/statement"
    signed = {"waived": True, "document": "放弃陈述申辩书1号"}
    with clock.travel(PROPOSED):
        own = await walkthrough.do(path, signed, subject="officer")
        assert (own.status_code, own.json()["title"]) == (403, "须由另一人登记")
        assert (await walkthrough.do(path, {"statement": "无异议"}, subject="officer")).status_code == 403
        assert (await walkthrough.do(path, signed, subject="decider")).status_code == 200
        assert (await cancel(walkthrough, recognition)).status_code == 403


async def test_the_service_of_the_decision_is_told_with_its_day(walkthrough: Walkthrough):
    recognition = await served(walkthrough)
    with clock.travel(DEFENDS_UNTIL + dt.timedelta(days=1)):
        early = await serve(walkthrough, recognition, "cancellation", paper="decision-service")
        assert (early.status_code, early.json()["title"]) == (409, "没有决定")
        await cancel(walkthrough, recognition)
    with clock.travel(DEFENDS_UNTIL + dt.timedelta(days=4)):
        done = await serve(walkthrough, recognition, "cancellation", paper="decision-service")
        assert done.status_code == 200, done.text
        twice = await serve(walkthrough, recognition, "cancellation", paper="decision-service")
        assert (twice.status_code, twice.json()["title"]) == (409, "已经送达")
    first, second = await told(walkthrough, "RecognitionCancelled")
    assert (first["served_on"], second["served_on"]) == (None, "2027-03-12")
    assert first["makers"] == second["makers"] == ["decider", "officer"]
    assert first["revision"] < second["revision"]


async def test_only_the_level_that_recognised_decides_others_may_propose(walkthrough: Walkthrough, recognition: str):
    await execute_sql(walkthrough.office, "update recognition set decided_by_region = '4101'")
    with clock.travel(PROPOSED):
        assert (await propose(walkthrough, recognition, "cancellation")).status_code == 200
        county = await serve(walkthrough, recognition, "cancellation")
        assert (county.status_code, county.json()["title"]) == (403, "不由本级办理")
        headers = walkthrough.office.as_(Role.OFFICER, "4101", subject="city") | {"If-Match": "*"}
        path = f"/v1/recognitions/{recognition}"
        body = {"document": "告知1号", "served_on": "2027-03-01", "how": "announcement"}
        answer = await walkthrough.office.client.post(
            f"{path}/proposals/cancellation/notice", json=body, headers=headers
        )
        assert answer.status_code == 200, answer.text
        await state(walkthrough, recognition, "cancellation")
        assert (await cancel(walkthrough, recognition)).status_code == 403
        headers = walkthrough.office.as_(Role.APPROVER, "4101", subject="city-decider") | {"If-Match": "*"}
        answer = await walkthrough.office.client.post(f"{path}/cancellation", json=DECISION, headers=headers)
        assert answer.json()["state"] == "cancelled"
    (event,) = await told(walkthrough, "RecognitionCancelled")
    assert event["decided_by_region"] == "4101"


async def test_a_superiors_refusal_is_not_rejected_below_it(walkthrough: Walkthrough, recognition: str):
    """郑市监〔2025〕6号 三（二）2: 上级市场监管部门…可以…不予认定. The superior itself may withdraw it."""
    with clock.travel(PROPOSED):
        headers = walkthrough.office.as_(Role.OFFICER, "41", subject="province") | {"If-Match": "*"}
        path = f"/v1/recognitions/{recognition}/proposals"
        body = GROUNDS | {"what": "cancellation"}
        proposed = await walkthrough.office.client.post(path, json=body, headers=headers)
        assert proposed.status_code == 200, proposed.text
        word = {"reason": "县里认为符合"}
        rejected = await act(
            walkthrough, recognition, "proposals/cancellation/rejection", word, Role.APPROVER, "decider-two"
        )
        assert (rejected.status_code, rejected.json()["title"]) == (403, "上级的意见不能由本级驳回")
        withdrawn = await walkthrough.office.client.post(f"{path}/cancellation/withdrawal", headers=headers)
        assert withdrawn.status_code == 200, withdrawn.text


async def test_what_is_dropped_after_the_operator_was_told_is_told_too(walkthrough: Walkthrough):
    recognition = await served(walkthrough)
    with clock.travel(PROPOSED):
        rejected = await act(
            walkthrough, recognition, "proposals/cancellation/rejection", {"reason": "查无实据"}, Role.APPROVER, "two"
        )
        assert rejected.status_code == 200
        (event,) = await told(walkthrough, "RecognitionEndDropped")
        assert (event["what"], event["reason"]) == ("cancellation", "查无实据")
        await propose(walkthrough, recognition, "cancellation", "one")
        await act(walkthrough, recognition, "proposals/cancellation/withdrawal", None, subject="one")
    assert len(await told(walkthrough, "RecognitionEndDropped")) == 1, "nobody had been told of the second"
    assert await closed_on(walkthrough) == [PROPOSED, PROPOSED]


async def test_a_cancellation_under_way_lapses_when_the_recognition_expires(walkthrough: Walkthrough):
    recognition = await served(walkthrough)
    with clock.travel(dt.date(2029, 11, 26)):
        await walkthrough.office.fire_deadlines()
        assert (await proceeding_of(walkthrough, recognition))["state"] == "lapsed"
        assert (await cancel(walkthrough, recognition)).json()["title"] == "没有提议"
    assert await closed_on(walkthrough) == [dt.date(2029, 11, 26)]
    assert len(await told(walkthrough, "RecognitionEndDropped")) == 1


async def test_a_proposal_needs_facts_and_a_provision(walkthrough: Walkthrough, recognition: str):
    lacking: list[dict[str, Any]] = [{"citations": []}, {"facts": ""}, {"reason": ""}]
    for missing in lacking:
        assert (await propose(walkthrough, recognition, "cancellation", **missing)).status_code == 422
