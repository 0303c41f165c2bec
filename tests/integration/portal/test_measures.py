"""Support through the portal: what an operator can get is told apart from what somebody still has to confirm."""

from services.portal.measures.words import FIELDS, OPEN_VISIT_STATES, PROBLEM_STATES, VISIT_STATES
from shared.platform.identity import Role
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import read
from tests.integration.portal.samples import sample, schemas
from tests.integration.portal.staff_answers import listed
from tests.integration.portal.visitor import Visitor


def test_the_words_are_those_that_the_service_knows() -> None:
    known = schemas("support")
    assert set(FIELDS) == set(known["MeasureField"]["enum"])
    assert OPEN_VISIT_STATES < set(VISIT_STATES) == set(known["CallState"]["enum"])
    assert set(PROBLEM_STATES) == set(known["ProblemState"]["enum"])


async def test_what_is_still_to_be_confirmed_is_no_entitlement(visitor: Visitor) -> None:
    """And what a household cannot get is not offered to it."""
    await visitor.sign_in(Role.OPERATOR, operator_ref="a" * 64)
    text = read((await visitor.open(f"/desk/measures/{USCC}")).text).text
    entitled, _, rest = text.partition("还要部门核实的")
    assert "可以享受的措施" in entitled
    assert "待核实的措施" in rest
    assert "不能享受的措施" not in text


async def test_a_visit_that_was_made_is_not_late(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="410105")
    for state, late in (("overdue", True), ("made", False), ("waived", False)):
        one = sample("support", "CallView", uscc=USCC, state=state, due_on="2020-01-02")
        visitor.support.says["/v1/calls"] = listed(one)
        text = (await visitor.open("/work/visits")).text
        assert ("2020年1月2日" in text, "已过" in text) == (True, late), state


async def test_the_support_service_that_is_away_is_named(visitor: Visitor) -> None:
    visitor.support.away = True
    answer = await visitor.open("/measures")
    assert answer.status_code == 503
    assert "帮扶服务现在没有应答" in answer.text
