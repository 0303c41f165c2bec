"""A bureau uploads a delivery: taken in whole, or refused whole with nothing left behind."""

import asyncio
import base64
import hashlib
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.platform.deliveries import receiving
from shared.platform.deliveries.rows import find_same_delivery
from shared.platform.identity import Role
from tests.integration.typing.deliveries.bureau_client import (
    CITY,
    CODES,
    ID_NUMBER,
    PSEUDONYM,
    Bureau,
    content_digest,
    count,
    registration,
    stored_files,
    tax,
)


async def test_a_delivery_is_answered_with_its_address_and_counts(bureau: Bureau):
    answer = await bureau.delivers(registration(*CODES[:3]))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["rows"], told["accepted"], told["rejected"]) == (3, 3, 0)
    assert answer.headers["Location"] == f"/v1/deliveries/{told['id']}"
    assert (await bureau.asks(answer.headers["Location"])).json() == told


async def test_the_same_bytes_count_once(bureau: Bureau, database: Database):
    first = await bureau.delivers(registration(*CODES[:3]))
    again = await bureau.delivers(registration(*CODES[:3]))
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert await count(database, "delivery") == 1
    assert await count(database, "audit_entry") == 1


async def test_the_same_bytes_at_the_same_moment_count_once(bureau: Bureau, database: Database):
    bureau.intake.checks.total_tokens = 6
    answers = await asyncio.gather(*(bureau.delivers(tax(*CODES[:3]), "tax", year=2025) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 200, 201]
    assert await count(database, "delivery") == 1


async def test_without_the_lock_the_race_would_show(bureau: Bureau, monkeypatch: pytest.MonkeyPatch):
    """The naive variant, which only looks before it inserts: the test above would catch it. That two look before either
    inserts is arranged, not left to chance.
    """
    unlocked: set[AsyncSession] = set()
    looked: list[AsyncSession] = []
    two = asyncio.Event()

    async def no_lock(session: AsyncSession, *_coverage: str) -> None:
        unlocked.add(session)

    async def look(session: AsyncSession, *what: Any) -> Any:
        found = await find_same_delivery(session, *what)
        if session in unlocked:
            looked.append(session)
            if len(looked) > 1:
                two.set()
            await two.wait()
        return found

    monkeypatch.setattr(receiving, "lock_coverage", no_lock)
    monkeypatch.setattr(receiving, "find_same_delivery", look)
    bureau.intake.checks.total_tokens = 6
    answers = await asyncio.gather(*(bureau.delivers(tax(*CODES[:3]), "tax", year=2025) for _ in range(6)))
    assert sum(answer.status_code == 201 for answer in answers) > 1


async def test_the_same_bytes_for_another_coverage_are_another_delivery(bureau: Bureau):
    content = registration(*CODES[:3])
    first, second = await bureau.delivers(content), await bureau.delivers(content, region="410102")
    assert (first.status_code, second.status_code) == (201, 201)


async def test_an_idempotency_key_gives_the_first_answer_again(bureau: Bureau, database: Database):
    key = {"Idempotency-Key": "monday"}
    answers = [await bureau.delivers(registration(*CODES[:3]), headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert await count(database, "delivery") == 1


async def test_registrations_under_one_key_at_once_give_one_answer(bureau: Bureau, database: Database):
    """One holds the key while it compares the register, the other the intake's only slot: neither may wait for both."""
    key = {"Idempotency-Key": "monday"}
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(bureau.delivers(registration(*CODES[:3]), headers=key) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.text for answer in answers}) == 1
    assert await count(database, "delivery") == 1


async def test_another_file_under_a_used_idempotency_key_is_refused(bureau: Bureau):
    key = {"Idempotency-Key": "monday"}
    await bureau.delivers(registration(*CODES[:3]), headers=key)
    assert (await bureau.delivers(registration(*CODES[:4]), headers=key)).status_code == 422


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"rows": 4}, 422, "rows-mismatch"),
        ({"digest": content_digest(b"other bytes")}, 422, "digest-mismatch"),
        ({"digest": "md5=:AAAA:"}, 422, "delivery-undeclared"),
        ({"digest": "sha-256=:AAAA:"}, 422, "delivery-undeclared"),
        ({"year": 2025}, 422, "delivery-undeclared"),
        ({"content_type": "application/json"}, 415, "unsupported-format"),
        ({"content_type": "text/csv; charset=gbk"}, 415, "unsupported-format"),
        ({"headers": {"Content-Encoding": "gzip"}}, 415, "unsupported-encoding"),
        ({"region": "4102"}, 403, "outside-region"),
        ({"region": "41"}, 403, "outside-region"),
        ({"region": "410103"}, 422, "outside-coverage"),
        ({"mode": "some"}, 422, "invalid-request"),
        ({"bureau": ""}, 422, "invalid-request"),
        ({"region": "4"}, 422, "invalid-request"),
        ({"role": Role.APPROVER}, 403, "forbidden"),
    ],
)
async def test_what_does_not_match_its_declaration_leaves_nothing(
    bureau: Bureau, database: Database, intake: IntakeContext, changed: dict[str, Any], status: int, problem: str
):
    answer = await bureau.delivers(registration(*CODES[:3]), **changed)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert await count(database, "delivery") == 0
    assert stored_files(intake) == []


async def test_a_refusal_says_how_many_rows_lie_outside(bureau: Bureau):
    content = registration(*CODES[:3]) + "\n".join(registration(CODES[4], region="410202").splitlines()[1:]) + "\n"
    answer = await bureau.delivers(content)
    assert "有 1 行" in answer.json()["detail"]


async def test_a_file_mainly_about_another_year_is_refused(bureau: Bureau):
    answer = await bureau.delivers(tax(*CODES[:3], year=2024), "tax", year=2025)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/outside-coverage")
    assert "2024" in answer.json()["detail"]


async def test_a_file_that_is_no_table_is_refused_with_the_reason(bureau: Bureau):
    answer = await bureau.delivers(b"\x00\x01\x02", rows=0)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/delivery-unreadable")


async def test_a_feed_of_another_service_is_not_taken(bureau: Bureau):
    answer = await bureau.delivers("uscc,phone\n", "contact")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-feed")


async def test_acceptance_and_refusal_are_in_the_audit(bureau: Bureau, database: Database):
    accepted = await bureau.delivers(registration(*CODES[:3]))
    await bureau.delivers(registration(*CODES[:3]), rows=9)
    pool = await database.pool()
    entries = await pool.fetch("select chain, action, subject, details from audit_entry order by seq")
    assert [(entry["chain"], entry["action"]) for entry in entries] == [
        (CITY, "delivery:accept"),
        (CITY, "delivery:refuse"),
    ]
    assert entries[0]["subject"] == accepted.json()["id"]
    assert "rows-mismatch" in entries[1]["details"]


async def test_nothing_that_is_kept_holds_an_id_number_or_a_name(
    bureau: Bureau, intake: IntakeContext, database: Database
):
    bad = registration(CODES[3], name="") + ",".join(registration(CODES[4]).splitlines()[1:])
    await bureau.delivers(registration(*CODES[:3]) + "\n".join(bad.splitlines()[1:]) + "\n")
    kept = stored_files(intake)
    assert {path.suffix for path in kept} == {".parquet"}
    for path in kept:
        content = str(pq.read_table(path).to_pylist())
        assert ID_NUMBER not in content
        assert "张三" not in content
    [accepted] = [path for path in kept if "operator_ref" in pq.read_schema(path).names]
    assert PSEUDONYM.of(ID_NUMBER) in str(pq.read_table(accepted)["operator_ref"])


async def test_files_are_stored_under_the_digest_of_their_content(bureau: Bureau, intake: IntakeContext):
    await bureau.delivers(registration(*CODES[:3]))
    for path in stored_files(intake):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
        assert path.stat().st_mode & 0o077 == 0


async def test_a_digest_among_others_and_with_parameters_is_found(bureau: Bureau):
    body = registration(*CODES[:3])
    other = base64.b64encode(hashlib.sha512(body.encode()).digest()).decode()
    digest = f"sha-512=:{other}:, {content_digest(body.encode())};a=1"
    assert (await bureau.delivers(body, digest=digest)).status_code == 201


async def test_the_answer_to_a_file_beyond_the_limit_comes_before_it_is_read(bureau: Bureau, intake: IntakeContext):
    object.__setattr__(intake, "largest", 100)
    answer = await bureau.delivers(registration(*CODES[:3]))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/delivery-too-large")
    assert stored_files(intake) == []
