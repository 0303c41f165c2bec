"""What is to stand in the systems, after what was heard of typing and recognition."""

import datetime as dt
from typing import Any

import orjson
import pytest

from services.notification.publication.records.domain import content_digest
from shared.contracts.recognition import (
    RecognitionGranted,
    RecognitionReinstated,
    RecognitionRevoked,
    RecognitionTransferred,
)
from tests.integration.notification.notification_client import COUNTY, uscc
from tests.integration.notification.publication.published import Publisher, changed, recognition, typed

TYPE_SYSTEMS = ["credit-publicity", "national-directory", "province-directory"]


def content(record: Any) -> dict[str, Any]:
    """What stands in a record."""
    return dict(orjson.loads(record["content"]))


async def test_a_type_is_wanted_by_the_systems_that_hold_types(publisher: Publisher) -> None:
    await publisher.hear(typed("growth"))
    record = await publisher.record()
    expected = {
        "uscc": uscc(1),
        "name": "测试商户1号",
        "type_label": "成长型",
        "year": 2026,
        "region": COUNTY,
    }
    assert (content(record), record["digest"]) == (expected, content_digest(expected))
    assert (record["version"], record["revision"], record["removed"]) == (1, 1, False)
    rows = await publisher.rows()
    assert [row["system"] for row in rows] == TYPE_SYSTEMS
    assert {(row["state"], row["urgency"], row["wanted_version"]) for row in rows} == {("waiting", 1, 1)}


async def test_the_same_again_changes_nothing(publisher: Publisher) -> None:
    said = typed("growth", 5), changed(4), recognition(RecognitionGranted, 3)
    await publisher.hear(*said)
    before = [await publisher.records(kind) for kind in ("type", "recognition")], await publisher.rows()
    await publisher.hear(*said)
    await publisher.hear(typed("growth", 6), changed(7))  # a later state that says the same
    after = [await publisher.records(kind) for kind in ("type", "recognition")], await publisher.rows()
    assert after == before


@pytest.mark.parametrize("kind", ["gap", "undetermined"])
async def test_what_has_no_label_is_held_back_and_a_label_that_stood_there_is_removed(
    publisher: Publisher, kind: str
) -> None:
    await publisher.hear(typed("growth", 1), typed(kind, 1, number=2))
    assert [record["key"] for record in await publisher.records()] == [uscc(1)]
    await publisher.acknowledged()
    await publisher.hear(typed(kind, 2, year=2027))
    record = await publisher.record()
    assert (record["version"], record["removed"]) == (2, True)
    assert {(row["state"], row["urgency"], row["wanted_version"]) for row in await publisher.rows()} == {
        ("waiting", 0, 2)
    }


async def test_what_was_never_sent_need_not_be_taken_back(publisher: Publisher) -> None:
    await publisher.hear(typed("growth", 1))
    await publisher.hear(typed("gap", 2))
    assert (await publisher.record())["removed"]
    assert await publisher.rows() == []
    await publisher.hear(typed("survival", 3))
    record = await publisher.record()
    assert (record["version"], content(record)["type_label"]) == (3, "生存型")
    assert {row["wanted_version"] for row in await publisher.rows()} == {3}


async def test_a_row_in_a_batch_stays_there_and_wants_the_later_version(publisher: Publisher) -> None:
    await publisher.hear(typed("growth", 1))
    await publisher.execute(
        "update publication_row set state = 'in-batch', sent_version = 1, batch_id = gen_random_uuid()"
    )
    await publisher.hear(typed("development", 2))
    await publisher.hear(typed("gap", 3))
    rows = await publisher.rows()
    assert {(row["state"], row["sent_version"], row["wanted_version"]) for row in rows} == {("in-batch", 1, 3)}


async def test_deregistered_households_leave_the_systems_and_come_back_when_registered_again(
    publisher: Publisher,
) -> None:
    await publisher.hear(typed("growth", 1), recognition(RecognitionGranted, 1))
    await publisher.acknowledged()
    await publisher.hear(changed(2, status="cancelled"))
    assert [(await publisher.record(kind))["removed"] for kind in ("type", "recognition")] == [True, True]
    await publisher.hear(changed(3))
    assert [(await publisher.record(kind))["removed"] for kind in ("type", "recognition")] == [False, False]


async def test_a_recognition_follows_its_states_by_revision(publisher: Publisher) -> None:
    await publisher.hear(recognition(RecognitionGranted, 1))
    assert await publisher.records("recognition") == []  # nobody has said the household's name yet
    await publisher.hear(typed("growth", 1))
    record = await publisher.record("recognition")
    assert content(record) == {
        "uscc": uscc(1),
        "name": "测试商户1号",
        "category": "优质",
        "granted_on": "2026-11-20",
        "valid_until": "2029-11-19",
        "certificate": None,
        "region": COUNTY,
        "state": "有效",
    }
    assert [row["system"] for row in await publisher.rows("recognition")] == [
        "credit-publicity",
        "cultivation-platform",
    ]
    await publisher.acknowledged()
    revoked = recognition(RecognitionRevoked, 3, banned_until=dt.date(2031, 11, 20))
    await publisher.hear(revoked)
    await publisher.hear(recognition(RecognitionTransferred, 2, region="410103", from_region=COUNTY))
    assert (await publisher.record("recognition"))["removed"]
    reinstated = recognition(
        RecognitionReinstated, 5, objection="1f7e4a42-3b1c-4d2e-9f10-0a1b2c3d4e5f", benefits_from="2027-01-01"
    )
    await publisher.hear(reinstated, revoked)
    record = await publisher.record("recognition")
    assert (record["removed"], content(record)["granted_on"]) == (False, "2026-11-20")


async def test_a_household_that_moves_is_another_version(publisher: Publisher) -> None:
    await publisher.hear(typed("growth", 1))
    await publisher.hear(changed(2, region="410103", name="新名"))
    record = await publisher.record()
    assert (record["version"], record["region"], content(record)["name"]) == (2, "410103", "新名")
    assert {(row["region"], row["wanted_version"]) for row in await publisher.rows()} == {("410103", 2)}


async def test_a_mark_that_is_gone_is_restored_credit_where_the_feed_is_known(publisher: Publisher) -> None:
    marked = typed("ineligible", 1, defects=["base.abnormal", "base.suspended"])
    await publisher.hear(marked)
    assert await publisher.records("restored-credit") == []
    await publisher.hear(typed("growth", 2))
    assert await publisher.records("restored-credit") == []
