"""C3: what is delivered before its household waits for it, and counts when it comes; nothing is lost by the order."""

from typing import Any

import pytest

from services.recognition import handlers
from services.recognition.monitoring.waiting import count_what_waited
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import RecognitionClient, household_typed, uscc
from tests.integration.recognition.register_deliveries import debtors, deliver, penalties, penalty

ELSEWHERE = "410106"


async def delivered(office: RecognitionClient, *rows: str, **changed: Any) -> dict[str, Any]:
    answer = await deliver(office, penalties(*rows), **changed)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def kept(office: RecognitionClient) -> list[tuple[Any, ...]]:
    """Code, kind and day of repair of every penalty that counts."""
    rows = await office.sql("select uscc, kind, repaired_on::text from penalty order by 1, 2")
    return [tuple(row) for row in rows]


async def waiting(office: RecognitionClient, delivery: str, **caller: Any) -> dict[str, Any]:
    answer = await office.get(f"/v1/deliveries/{delivery}/waiting", **caller)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_penalty_delivered_before_its_household_counts_when_it_comes(office: RecognitionClient):
    told = await delivered(office, penalty(1), penalty(2))
    assert (told["accepted"], told["rejected"], told["waiting"], told["changed"]) == (2, 0, 2, 0)
    assert any("2 行所属的户尚未登记" in warning for warning in told["warnings"])
    still = await waiting(office, told["id"])
    assert (still["waiting"], still["since"]) == (2, told["delivered_at"])
    assert still["rows"][0] == {"uscc": uscc(1), "decided_on": "2026-05-01", "kind": "fine"}
    await office.hear(household_typed(1))
    assert await kept(office) == [(uscc(1), "fine", None)]
    assert [row["uscc"] for row in (await waiting(office, told["id"]))["rows"]] == [uscc(2)]
    await office.hear(household_typed(2))
    assert len(await kept(office)) == 2
    assert (await waiting(office, told["id"]))["waiting"] == 0


async def test_the_order_of_arrival_makes_no_difference(office: RecognitionClient):
    """A later row replaces one that waits, a full delivery removes it, and what came last counts."""
    first = await delivered(office, penalty(1), penalty(2), penalty(3))
    await delivered(office, penalty(1, repaired="2026-06-01"))
    assert (await waiting(office, first["id"]))["waiting"] == 2, "the first one's row is replaced"
    await delivered(office, penalty(1, repaired="2026-06-01"), penalty(3), mode="full")
    await office.hear(*(household_typed(number) for number in (1, 2, 3)))
    assert await kept(office) == [(uscc(1), "fine", "2026-06-01"), (uscc(3), "fine", None)]


async def test_a_household_of_another_region_is_not_what_a_penalty_waits_for(office: RecognitionClient):
    """The region that a row was delivered for is the only one that it counts in."""
    told = await delivered(office, penalty(1, code=uscc(1, ELSEWHERE)))
    await office.hear(household_typed(1, county=ELSEWHERE))
    assert await kept(office) == []
    assert (await waiting(office, told["id"]))["waiting"] == 1
    known = await delivered(office, penalty(1, code=uscc(1, ELSEWHERE), kind="warning"))
    assert (known["rejected"], known["waiting"]) == (1, 0), "it is known, and elsewhere"


async def test_what_no_handler_saw_is_counted_within_a_minute(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch
):
    """The household comes at the same moment as the delivery: neither sees the other."""

    async def nothing(*_: object) -> int:
        return 0

    with monkeypatch.context() as patched:
        patched.setattr(handlers, "count_waiting", nothing)
        await delivered(office, penalty(1))
        await office.hear(household_typed(1))
    assert await kept(office) == []
    assert await count_what_waited(office.resources) == 1
    assert await kept(office) == [(uscc(1), "fine", None)]
    assert await count_what_waited(office.resources) == 0


async def test_a_debtor_listed_before_the_household_bars_it_when_it_comes(office: RecognitionClient):
    """Debtors are kept by person: nothing waits, and the household that comes is barred at once."""
    answer = await deliver(office, debtors("410102199001011234,2026-01-01,"), "dishonest_debtor")
    assert answer.json()["accepted"] == 1, answer.text
    assert (await waiting(office, answer.json()["id"]))["waiting"] == 0
    assert len(await office.sql("select 1 from dishonest_debtor")) == 1


async def test_waiting_rows_are_shown_to_those_who_see_the_delivery(office: RecognitionClient):
    told = await delivered(office, penalty(1))
    path = f"/v1/deliveries/{told['id']}/waiting"
    assert (await office.get(path, region=ELSEWHERE)).status_code == 404
    assert (await office.client.get(path)).status_code == 401
    assert (await office.client.get(path, headers=office.as_(Role.BUREAU, department="tax"))).status_code == 404
