"""What happened to an objection and what is disputed, in words, as officers read it."""

from services.objection.objections.domain import Ground
from services.objection.rules.domain import GroundKind
from shared.platform.identity import Role
from tests.integration.objection.decision_steps import approved, corrected_for, proposed
from tests.integration.objection.handled_objections import accepted
from tests.integration.objection.objection_client import ObjectionClient


async def test_a_history_tells_each_step_with_its_actor_and_nothing_of_who_objects(office: ObjectionClient) -> None:
    handled = await accepted(office)
    await corrected_for(handled, 2025)
    await approved(handled, await proposed(handled))
    answer = await office.get(f"{handled.path}/history", **handled.who("decider"))
    assert answer.status_code == 200, answer.text
    told = [(one["text"], one["by_label"]) for one in reversed(answer.json())]
    steps = ["已受理", "请部门核实", "部门答复：数据有误，已更正", "待决定", "异议不成立", "作出决定", "已办结"]
    assert sorted(told) == sorted((step, "工作人员") for step in steps)
    refused = await office.get(f"{handled.path}/history", **handled.who("objector"))
    assert refused.status_code == 403
    elsewhere = await office.get(f"{handled.path}/history", role=Role.OFFICER, region="320505", subject="li")
    assert elsewhere.status_code == 404


async def test_grounds_are_told_in_the_words_of_the_text_and_a_phrase_with_its_readings(
    office: ObjectionClient,
) -> None:
    disputed = (Ground(GroundKind.READING, "growth-1-zero"), Ground(GroundKind.FACT, "tax_paid"))
    handled = await accepted(office, grounds=disputed)
    answer = await office.get(f"{handled.path}/grounds", **handled.who("objector"))
    assert answer.status_code == 200, answer.text
    told = {one["id"]: one for one in answer.json()}
    assert told["tax_paid"]["department_label"] == "税务部门"
    assert told["tax_paid"]["choices"] == []
    assert "counts-zero" in {one["id"] for one in told["growth-1-zero"]["choices"]}
    assert told["growth-1-zero"]["quote"]
