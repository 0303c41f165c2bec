"""What a reviewer must say before an application passes: what departments prove, and whether there are breaches."""

from sqlalchemy import text

from shared import clock
from tests.integration.recognition.examination_steps import submit_claim
from tests.integration.recognition.register_deliveries import deliver, penalties, penalty
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import APPLIES, DECIDES, Walkthrough

RENOWNED = {"category": "renowned", "criteria": ["renowned.2"]}
EMERGING = {"category": "emerging", "criteria": ["emerging.3"]}


async def test_what_another_bureau_proves_is_listed_for_the_reviewer_and_passes_only_with_his_word(
    walkthrough: Walkthrough,
):
    application = (await submit_claim(walkthrough, RENOWNED)).json()
    (listed,) = (await walkthrough.look(application["id"])).json()["to_verify"]
    assert (listed["id"], listed["bureau"]) == ("renowned.2", "知识产权部门")
    without = await walkthrough.review(application["id"], **RENOWNED)
    assert (without.status_code, without.json()["type"]) == (422, "/problems/findings-missing")
    assert "renowned.2" in without.json()["detail"]
    assert "知识产权部门" in without.json()["detail"]
    passed = await walkthrough.review(application["id"], **RENOWNED, verified=["renowned.2"])
    assert (passed.status_code, passed.json()["step"]) == (200, "selection")
    (task,) = await walkthrough.office.sql("select record from task where outcome = 'passed'")
    assert '"verified": ["renowned.2"]' in task["record"]
    claimed = (await walkthrough.look(application["id"])).json()
    assert (claimed["claimed_category"], claimed["category_reason"]) == ("renowned", "祖传手艺")
    assert claimed["claimed_reason"] == application["category_reason"], "what the operator wrote stays"


async def test_who_relies_on_a_document_instead_hands_it_in_and_no_bureau_is_asked(walkthrough: Walkthrough):
    """“拥有……自主知识产权，或……专业设备”: the register of intellectual property tells nothing of equipment."""
    application = (await submit_claim(walkthrough, EMERGING, "emerging.3:专业设备的证明")).json()
    assert application["to_verify"] == []
    other = await walkthrough.review(application["id"], category="distinctive", criteria=["distinctive.3"])
    assert (other.status_code, "缺少材料" in other.json()["detail"]) == (422, True), "the other category is not met"
    assert (await walkthrough.review(application["id"], **EMERGING)).status_code == 200


async def test_the_bar_of_breaches_waits_for_the_reviewers_finding_and_is_judged_again_at_the_decision(
    walkthrough: Walkthrough,
):
    application = (await submit_claim(walkthrough, RENOWNED)).json()["id"]
    said = {**RENOWNED, "verified": ["renowned.2"]}
    silent = await walkthrough.review(application, **said, breach_recorded=None)
    assert (silent.status_code, "违法违规、严重失信记录" in silent.json()["detail"]) == (422, True)
    barred = await walkthrough.review(application, **said, breach_recorded=True)
    assert (barred.status_code, barred.json()["title"]) == (422, "不能通过")
    assert (await walkthrough.look(application)).json()["breach_recorded"] is None
    assert (await walkthrough.review(application, **said, breach_recorded=False)).json()["breach_recorded"] is False


async def test_where_a_register_was_never_delivered_the_reviewer_finds_out_and_the_decider_sees_it(
    walkthrough: Walkthrough,
    application: str,
):
    """郑市监〔2025〕6号 三（二）1 A, B: an empty register that nobody delivered clears nobody."""
    silent = await walkthrough.review(application, ruled_out=["disqualifier.2"])
    assert (silent.status_code, silent.json()["title"]) == (422, "审核意见不完整"), silent.text
    (reason,) = silent.json()["reasons"]
    assert "本地区的行政处罚数据没有交付过" in reason
    with clock.travel(APPLIES):
        assert (await deliver(walkthrough.office, penalties())).status_code == 201
    assert (await walkthrough.review(application, ruled_out=["disqualifier.2"])).status_code == 200
    (open_question,) = (await walkthrough.office.get(f"/v1/applications/{application}/decision")).json()["undecided"]
    assert (open_question["rule"], open_question["ruled_out"]) == ("disqualifier.2", True)


async def test_a_bar_that_became_undecided_after_the_review_stops_the_decision_until_the_data_say(
    walkthrough: Walkthrough,
):
    """郑市监〔2025〕6号 三（二）1 A: a fine without its day of publication bars if it is published."""
    with clock.travel(APPLIES):
        assert (await deliver(walkthrough.office, penalties())).status_code == 201
    (application,) = await walkthrough.to_decision(1)
    with clock.travel(DECIDES):
        unclear = penalties(penalty(1, decided="2026-10-20", published=""))
        assert (await deliver(walkthrough.office, unclear)).status_code == 201
    refused = await walkthrough.decide(application)
    assert refused.status_code == 409
    (reason,) = refused.json()["reasons"]
    assert "有处罚没有写公示日期" in reason
    assert "补齐数据以后才能认定" in reason
    with clock.travel(DECIDES):
        repaired = penalties(penalty(1, decided="2026-10-20", published="2026-10-25", repaired="2026-11-02"))
        assert (await deliver(walkthrough.office, repaired)).status_code == 201
    assert (await walkthrough.decide(application)).status_code == 201


@at_stage("to be decided")
async def test_a_finding_of_a_breach_stops_the_decision(walkthrough: Walkthrough, application: str):
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update application set breach_recorded = true"))
    refused = await walkthrough.decide(application)
    assert (refused.status_code, "违法违规、严重失信记录" in refused.json()["detail"]) == (409, True)


async def test_a_kind_of_operator_is_proven_by_a_document_and_told_with_all_that_is_missing(walkthrough: Walkthrough):
    """A survival household may apply because its operator is a veteran, say; nobody becomes one by saying so."""
    claim = {"category": "distinctive", "criteria": ["distinctive.3"], "kinds": ["veteran"]}
    told = (await submit_claim(walkthrough, claim, kind="survival", status=422)).json()["reasons"]
    assert len(told) == 2, told
    assert "退役军人" in told[1]
    assert "kind.veteran" in told[1]


async def test_with_its_document_the_kind_relaxes_the_source(walkthrough: Walkthrough):
    claim = {"category": "distinctive", "criteria": ["distinctive.3"], "kinds": ["veteran"]}
    documents = ("distinctive.3:手艺传承和知名度的证明", "kind.veteran:退役军人优待证")
    assert (await submit_claim(walkthrough, claim, *documents, kind="survival")).json()["step"] == "review"


async def test_a_long_list_of_what_is_missing_is_kept_whole_and_told_in_short(
    walkthrough: Walkthrough, application: str
):
    missing = [f"{number:02} {'缺' * 90}" for number in range(50)]
    with clock.travel(APPLIES):
        too_long = await walkthrough.review(application, outcome="return", missing=[*missing, "再一项"])
        returned = await walkthrough.review(application, outcome="return", missing=missing)
    assert (too_long.status_code, returned.status_code) == (422, 200)
    assert returned.json()["reason"] == "；".join(missing)
    (event,) = await walkthrough.office.events("ApplicationReturned")
    assert event["data"]["reason"] == "；".join(missing)[:1999] + "…"
