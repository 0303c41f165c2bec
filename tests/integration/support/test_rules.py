"""What is set for support work: by a policy, by a bureau with its document, or by nobody."""

from services.support.rules.service import rules_on
from shared import clock
from shared.law.model.support import SupportNumber
from shared.platform.identity import Role
from tests.integration.support.support_client import CITY, COUNTY, PROVINCE, SupportClient


async def shown(office: SupportClient, region: str) -> tuple[set[str], dict[str, str]]:
    """The cases of 必访 that apply in a region, and the numbers in words."""
    view = (await office.get("/v1/support-rules", None, query={"region": region})).json()
    applying = {one["reason"] for one in view["calls"] if one["applies"]}
    return applying, {one["parameter"]: one["text"] for one in view["numbers"]}


async def test_what_no_text_gives_is_shown_as_unverified_or_unset(office: SupportClient) -> None:
    applying, numbers = await shown(office, COUNTY)
    assert applying == {
        "report-missed", "hardship", "recognised", "operation-adjusted", "expanding", "becoming-company",
    }  # fmt: skip
    assert numbers["call_days"].startswith("20个工作日（未核对：")
    assert numbers["call_falling_share"].startswith("未设定（未核对：")
    assert (await shown(office, "410105"))[0] == set()


async def test_the_nearest_bureaus_number_counts_with_its_document(office: SupportClient) -> None:
    async def order(region: str, parameter: str, number: int) -> int:
        body = {"parameter": parameter, "number": number, "document": f"{region}的文件"}
        return (await office.post("/v1/support-rules/orders", body, Role.APPROVER, region)).status_code

    assert [await order(COUNTY, "call_days", 7), await order(PROVINCE, "call_days", 30)] == [201, 201]
    assert await order("41", "call_recognised", 1) == 201
    assert await order(CITY, "call_hardship", 0) == 201
    assert (await shown(office, COUNTY))[1]["call_days"] == "7个工作日"
    assert (await shown(office, "620721"))[1]["call_days"] == "30个工作日"
    assert "hardship" not in (await shown(office, COUNTY))[0]
    assert (await shown(office, "410105"))[0] == {"recognised"}
    refused = [("call_day", 7), ("call_days", 0), ("call_falling_share", 101), ("call_recognised", 2)]
    assert [await order(COUNTY, *one) for one in refused] == [422] * 4
    assert await order("", "call_days", 7) == 403
    bounds = [await order(region, "analysis_age_first", 3) for region in (COUNTY, CITY, PROVINCE)]
    assert bounds == [403, 403, 201], "the same for all of the province"
    async with office.resources.database.session() as session:
        in_force = (await rules_on(session, clock.today())).number(SupportNumber.CALL_DAYS, COUNTY)
    assert (in_force.days, in_force.source, in_force.verified) == (7, "620702的文件", True)
