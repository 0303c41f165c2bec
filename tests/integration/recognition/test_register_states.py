"""K1, K2 in the registers: deliveries are states; what a full delivery does not list may need an officer's word."""

from typing import Any

import httpx
import pytest

from shared.feeds.intake.absence import AbsenceRules
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, household_typed, uscc
from tests.integration.recognition.register_deliveries import debtors, deliver, penalties, penalty

SUSPECTS = [f"4101021980010100{number:02}" for number in range(11, 25)]


def listed(*persons: str) -> str:
    return debtors(*(f"{person},2026-05-01," for person in persons))


async def told(office: RecognitionClient, content: str, feed: str = "penalty", **said: Any) -> dict[str, Any]:
    answer = await deliver(office, content, feed, **{"mode": "full"} | said)
    assert answer.status_code in (200, 201), answer.text
    known: dict[str, Any] = answer.json()
    return known | {"status": answer.status_code}


async def count(office: RecognitionClient, table: str) -> int:
    return int((await office.sql(f"select count(*) as n from {table}"))[0]["n"])


async def decide(
    office: RecognitionClient, delivery: str, *, confirmed: bool = True, region: str = COUNTY, **said: Any
) -> httpx.Response:
    """An officer's word."""
    headers = office.as_(said.pop("role", Role.OFFICER), region, **said) | {"If-Match": "*"}
    body = {"confirmed": confirmed, "reason": "已与报送部门核对"}
    return await office.client.post(f"/v1/deliveries/{delivery}/removal", json=body, headers=headers)


async def test_a_debtor_taken_off_the_list_is_off_it_though_the_bytes_came_before(office: RecognitionClient):
    first = await told(office, listed(SUSPECTS[0]), "dishonest_debtor")
    await told(office, listed(*SUSPECTS[:2]), "dishonest_debtor")
    again = await told(office, listed(SUSPECTS[0]), "dishonest_debtor")
    assert (again["status"], again["id"] == first["id"], await count(office, "dishonest_debtor")) == (201, False, 1)
    assert (await told(office, listed(SUSPECTS[0]), "dishonest_debtor"))["id"] == again["id"]


async def test_a_household_that_is_known_by_now_needs_no_second_file(office: RecognitionClient):
    await office.hear(household_typed(1))
    first = await told(office, penalties(penalty(1), penalty(2)))
    await office.hear(household_typed(2))
    assert (first["rejected"], first["waiting"], await count(office, "penalty")) == (0, 1, 2)
    again = await told(office, penalties(penalty(1), penalty(2)))
    assert (again["status"], again["id"]) == (200, first["id"])


async def test_a_file_without_rows_removes_nothing_until_an_officer_says_so(office: RecognitionClient):
    """Not even a single record, which no share of the register would protect."""
    await office.hear(household_typed(1))
    await told(office, penalties(penalty(1)))
    held = await told(office, penalties())
    assert (held["coverage"], held["unlisted"], await count(office, "penalty")) == ("waiting", 1, 1)
    assert (await decide(office, held["id"])).status_code == 200
    assert await count(office, "penalty") == 0


async def ten_penalties(office: RecognitionClient) -> None:
    await office.hear(*(household_typed(number) for number in range(1, 11)))
    await told(office, penalties(*map(penalty, range(1, 11))))


async def test_a_register_that_shrinks_waits_for_an_officers_word(office: RecognitionClient):
    await ten_penalties(office)
    held = await told(office, penalties(penalty(1, repaired="2026-06-01"), penalty(2)))
    assert (held["coverage"], held["unlisted"], held["changed"]) == ("waiting", 8, 1)
    assert await count(office, "penalty") == 10
    assert (await decide(office, held["id"])).status_code == 200
    assert [row["uscc"] for row in await office.sql("select uscc from penalty order by 1")] == [uscc(1), uscc(2)]
    assert (await decide(office, held["id"])).status_code == 409, "said once"
    (entry,) = await office.sql("select actor, details from audit_entry where action = 'delivery:removal'")
    assert '"unlisted": 8' in entry["details"]


async def test_without_a_rule_for_shrinking_the_register_would_be_wiped(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: a full delivery always says who is gone."""
    monkeypatch.setattr(AbsenceRules, "need_a_word", lambda *_, **__: False)
    with pytest.raises(AssertionError):
        await test_a_register_that_shrinks_waits_for_an_officers_word(office)


async def test_a_row_without_a_readable_code_may_be_the_one_that_is_missing(office: RecognitionClient):
    await ten_penalties(office)
    shifted = ",".join(["", *penalty(10).split(",")[1:]])
    held = await told(office, penalties(*map(penalty, range(1, 10)), shifted))
    assert (held["coverage"], held["unreadable"], held["unlisted"]) == ("waiting", 1, 1)
    refused = await decide(office, held["id"], confirmed=False)
    assert (refused.json()["coverage"], await count(office, "penalty")) == ("refused", 10)


async def test_hardly_anything_accepted_removes_nothing(office: RecognitionClient):
    await ten_penalties(office)
    wrong = [penalty(number, decided="2026-13-01") for number in range(1, 5)]
    held = await told(office, penalties(*wrong))
    assert (held["coverage"], await count(office, "penalty")) == ("nothing", 10)


async def test_only_an_officer_of_the_region_who_did_not_deliver_it_says_so(office: RecognitionClient):
    await ten_penalties(office)
    held = await told(office, penalties())
    assert (await decide(office, held["id"], region="410106")).status_code == 404
    assert (await decide(office, held["id"], role=Role.BUREAU, department="market")).status_code == 403
    deliverer = (await office.sql("select delivered_by from register_delivery order by sequence desc"))[0][
        "delivered_by"
    ]
    assert (await decide(office, held["id"], subject=deliverer)).json()["title"] == "不能由报送人确认"
    await told(office, penalties(penalty(1)), mode="incremental")
    late = await decide(office, held["id"])
    assert (late.status_code, late.json()["title"]) == (409, "已有后来的一批")
    assert await count(office, "penalty") == 10
