"""个人信息保护法第四十五条: an operator gets what is kept of them, and nothing of the operator before."""

from typing import Any

from services.support.entitlements.task import keep_current
from shared import clock
from shared.platform.identity import Role
from tests.integration.support.support_client import (
    COUNTY,
    SupportClient,
    household_changed,
    household_typed,
    operator,
    uscc,
)
from tests.integration.support.test_calls import MISSED
from tests.integration.support.test_entitlements import BUREAU, ENTERED, published

MEASURE = ENTERED | {"id": "ganzhou-1", "region": COUNTY, "addressees": {}}


async def own_data(office: SupportClient, number: int) -> dict[str, list[dict[str, Any]]]:
    answer = await office.get("/v1/own-data", Role.OPERATOR, number=number)
    assert answer.status_code == 200, answer.text
    return {kind["title"]: kind["rows"] for kind in answer.json()["kinds"]}


async def test_of_a_household_with_another_operator_only_what_is_of_their_time(office: SupportClient) -> None:
    await office.hear(household_typed(1, **MISSED), household_changed(1))
    await published(office, MEASURE)
    rows = {"rows": [{"uscc": uscc(1), "outcome": "used", "on": str(clock.today())}]}
    reported = await office.post("/v1/entitlements/ganzhou-1/reports", rows, Role.BUREAU, **BUREAU)
    assert reported.status_code == 201, reported.text
    promised = {"uscc": uscc(1), "agreed": True}
    signed = await office.post("/v1/entitlements/ganzhou-1/commitments", promised, Role.OPERATOR)
    assert signed.status_code == 201, signed.text
    white = {"uscc": uscc(1), "chosen_as": "white-list", "reason": "前景好（示例）", "until": "2099-01-01"}
    choice = (await office.post("/v1/chosen-households", white)).json()
    approved = await office.post(
        f"/v1/chosen-households/{choice['id']}/approval", None, Role.APPROVER, match='"1"', subject="wang"
    )
    assert approved.status_code == 200, approved.text
    while await keep_current(office.resources.database):
        pass
    kept = {"享受扶持措施的情况", "可享受的扶持措施的变化", "告知承诺", "走访", "联系点和白名单"}
    assert {title for title, found in (await own_data(office, 1)).items() if found} == kept
    assert not any((await own_data(office, 2)).values())

    await office.hear(household_changed(1, operator_ref=operator(2), revision=9))
    [row] = await office.sql("select operator_since from household")
    assert row["operator_since"] is not None
    await office.sql_change("update household set operator_since = now() + interval '1 day'")
    assert not any((await own_data(office, 1)).values())
    assert not any((await own_data(office, 2)).values()), "it is the former operator's"
