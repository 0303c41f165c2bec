"""Support through the portal: what an operator can get is told apart from what somebody still has to confirm."""

from services.portal.measures.words import FIELDS
from shared.platform.identity import Role
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import read
from tests.integration.portal.samples import schemas
from tests.integration.portal.visitor import Visitor


def test_the_words_are_those_that_the_service_knows() -> None:
    known = schemas("support")
    assert set(FIELDS) == set(known["MeasureField"]["enum"])


async def test_what_is_still_to_be_confirmed_is_no_entitlement(visitor: Visitor) -> None:
    """And what a household cannot get is not offered to it."""
    await visitor.sign_in(Role.OPERATOR, operator_ref="a" * 64)
    text = read((await visitor.open(f"/desk/measures/{USCC}")).text).text
    entitled, _, rest = text.partition("还要部门核实的")
    assert "可以享受的措施" in entitled
    assert "待核实的措施" in rest
    assert "不能享受的措施" not in text


async def test_the_support_service_that_is_away_is_named(visitor: Visitor) -> None:
    visitor.support.away = True
    answer = await visitor.open("/measures")
    assert answer.status_code == 503
    assert "帮扶服务现在没有应答" in answer.text
