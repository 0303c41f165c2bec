"""个人信息保护法第四十五条: operators get what is kept of them, nobody else's, and the audit knows it."""

from shared.platform.identity import Role
from tests.integration.objection.filing_steps import ZHANG, filed, typing_body
from tests.integration.objection.objection_client import ObjectionClient, household_typed, operator, run_published


async def own_data(office: ObjectionClient, number: int) -> dict[str, list[dict[str, object]]]:
    answer = await office.get("/v1/own-data", Role.OPERATOR, number=number)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="own-data-objection.json"'
    assert ZHANG["name"] not in answer.text  # sealed: shown by a call of its own
    return {kind["title"]: kind["rows"] for kind in answer.json()["kinds"]}


async def test_an_operator_gets_their_own_objections_and_nobody_elses(office: ObjectionClient) -> None:
    await office.hear(run_published(), *(household_typed(number) for number in (1, 2)))
    receipts = {
        number: (await filed(office, typing_body(number, objector=ZHANG), number=number))["receipt"]
        for number in (1, 2)
    }
    for number, receipt in receipts.items():
        (found,) = (await own_data(office, number))["异议"]
        assert (found["回执号"], found["状态"]) == (receipt, "已提交")
    assert (await own_data(office, 3))["异议"] == []
    entries = await office.sql("SELECT subject, details FROM audit_entry WHERE action = 'own-data:export' ORDER BY seq")
    assert [entry["subject"] for entry in entries] == [operator(1), operator(2), operator(3)]


async def test_staff_get_nobodys(office: ObjectionClient) -> None:
    assert (await office.get("/v1/own-data", Role.OFFICER)).status_code == 403
    assert (await office.get("/v1/own-data", None)).status_code == 401
