"""What is to stand in the systems, after what was heard of typing and recognition."""

import datetime as dt
from typing import Any

import orjson
import pytest

from services.notification.publication.reconciliation.repairs import _take_back
from services.notification.publication.records.domain import content_digest
from services.notification.publication.records.service import want_again
from services.notification.publication.systems import Kind, System
from shared.contracts.recognition import (
    RecognitionGranted,
    RecognitionReinstated,
    RecognitionRevoked,
    RecognitionTransferred,
)
from shared.contracts.typing import TypingAdjusted
from tests.integration.notification.notification_client import COUNTY, uscc
from tests.integration.notification.publication.published import RECOGNITION, Publisher, changed, recognition, typed

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


async def test_a_recognition_has_the_name_it_was_recognised_under_until_the_household_is_known(
    publisher: Publisher,
) -> None:
    await publisher.hear(recognition(RecognitionGranted, 1, name="旧名", certificate="MX-2026-0001"))
    said = content(await publisher.record("recognition"))
    assert (said["name"], said["certificate"]) == ("旧名", "MX-2026-0001")
    await publisher.hear(changed(1, name="新名"))
    assert content(await publisher.record("recognition"))["name"] == "新名"


async def test_a_household_that_moves_is_another_version(publisher: Publisher) -> None:
    await publisher.hear(typed("growth", 1))
    await publisher.hear(changed(2, region="410103", name="新名"))
    record = await publisher.record()
    assert (record["version"], record["region"], content(record)["name"]) == (2, "410103", "新名")
    assert {(row["region"], row["wanted_version"]) for row in await publisher.rows()} == {("410103", 2)}


async def restored(publisher: Publisher) -> bool:
    """Whether restored credit is to stand in the systems."""
    return any(not record["removed"] for record in await publisher.records("restored-credit"))


@pytest.mark.parametrize("mark", ["base.abnormal", "base.dishonest"])
async def test_a_mark_that_is_gone_is_restored_credit_until_there_is_another(publisher: Publisher, mark: str) -> None:
    await publisher.hear(typed("ineligible", 1, defects=[mark, "base.suspended"], unknown_feeds=[]))
    assert not await restored(publisher)
    await publisher.hear(typed("ineligible", 2, defects=["base.suspended"], unknown_feeds=[]))
    record = await publisher.record("restored-credit")
    assert content(record)["restored"] == [{"base.abnormal": "经营异常", "base.dishonest": "严重违法失信"}[mark]]
    assert {(row["system"], row["urgency"]) for row in await publisher.rows("restored-credit")} == {
        ("credit-publicity", 0)
    }
    await publisher.hear(typed("growth", 3, year=2027, unknown_feeds=[]))
    assert (await publisher.record("restored-credit"))["version"] == record["version"]
    await publisher.hear(typed("ineligible", 4, year=2028, defects=[mark], unknown_feeds=[]))
    assert not await restored(publisher)


async def test_marks_that_go_one_after_the_other_are_each_restored(publisher: Publisher) -> None:
    both = ["base.abnormal", "base.dishonest"]
    said = [
        typed("ineligible", 1, defects=both, unknown_feeds=[]),
        typed("ineligible", 2, defects=["base.dishonest"], unknown_feeds=[]),
        typed("growth", 3, unknown_feeds=[]),
    ]
    for one, marks in zip(said, ([], ["经营异常"], ["经营异常", "严重违法失信"]), strict=True):
        await publisher.hear(one)
        assert await restored(publisher) is bool(marks)
        if marks:
            assert content(await publisher.record("restored-credit"))["restored"] == marks


NOT_SEEN: list[dict[str, Any]] = [
    {"unknown_feeds": ["credit", "tax"]},
    {"unknown_feeds": None},
    {"kind": "ineligible", "defects": None, "unknown_feeds": []},
]


@pytest.mark.parametrize(
    "later", NOT_SEEN, ids=["the feed is not known", "an event from before", "defects are not said"]
)
async def test_a_mark_that_nobody_has_seen_to_be_gone_is_not_restored(
    publisher: Publisher, later: dict[str, Any]
) -> None:
    await publisher.hear(typed("ineligible", 1, defects=["base.abnormal"], unknown_feeds=[]))
    await publisher.hear(typed(revision=2, **later))
    assert not await restored(publisher)


async def test_what_a_correction_changes_is_urgent_and_what_a_run_changes_is_not(publisher: Publisher) -> None:
    await publisher.hear(typed("growth", 1), typed("growth", 1, number=2), typed("growth", 1, number=3))
    await publisher.acknowledged()
    adjusted = TypingAdjusted(**typed("development", 2).model_dump(), objection=RECOGNITION, reason="更正后的纳税数据")
    late_report = typed("survival", 2, number=2)  # the same run
    next_run = typed("survival", 2, number=3, run=RECOGNITION, year=2027)
    await publisher.hear(adjusted, late_report, next_run)
    urgency = {row["key"]: row["urgency"] for row in await publisher.rows()}
    assert urgency == {uscc(1): 0, uscc(2): 0, uscc(3): 1}


async def test_a_first_label_by_an_upheld_objection_and_a_recognition_do_not_wait_behind_a_first_load(
    publisher: Publisher,
) -> None:
    await publisher.hear(typed("gap", 1), typed("growth", 1, number=2))
    adjusted = TypingAdjusted(**typed("development", 2).model_dump(), objection=RECOGNITION, reason="更正后的纳税数据")
    await publisher.hear(adjusted, recognition(RecognitionGranted, 1, number=2))
    assert {row["key"]: row["urgency"] for row in await publisher.rows()} == {uscc(1): 0, uscc(2): 1}
    assert {row["urgency"] for row in await publisher.rows("recognition")} == {0}


async def test_of_a_register_that_is_new_only_who_moved_or_is_gone_goes_before_the_others(publisher: Publisher) -> None:
    await publisher.hear(*(typed("growth", 1, number=number) for number in (1, 2, 3)))
    await publisher.acknowledged()
    renamed, moved = changed(2, name="新名"), changed(2, number=2, region="410103")
    await publisher.hear(renamed, moved, changed(2, number=3, status="cancelled"))
    assert {row["key"]: row["urgency"] for row in await publisher.rows()} == {uscc(1): 1, uscc(2): 0, uscc(3): 0}


async def test_a_system_is_sent_again_what_it_refused(publisher: Publisher) -> None:
    await publisher.hear(typed("growth", 1), typed("growth", 1, number=2))
    await publisher.execute("update publication_row set state = 'rejected', code = 'E1' where uscc like '%1'")
    asked = [(Kind.TYPE, uscc(number)) for number in (1, 2, 3)]
    async with publisher.office.resources.database.transaction() as session:
        done = await want_again(session, System.CREDIT_PUBLICITY, asked)
    assert done == [(Kind.TYPE, uscc(1))]  # the other one waits already, the third does not exist
    rows = {(row["system"], row["key"]): (row["state"], row["code"]) for row in await publisher.rows()}
    assert rows["credit-publicity", uscc(1)] == ("waiting", None)
    assert rows["national-directory", uscc(1)] == ("rejected", "E1")


async def test_what_is_taken_back_for_a_system_alone_stays_when_others_are_forgotten(publisher: Publisher) -> None:
    await publisher.hear(typed("gap", 1), typed("growth", 1, number=2))
    unknown: Any = {"kind": "type", "key": uscc(1), "uscc": uscc(1), "region": COUNTY, "their_version": 3}
    async with publisher.office.resources.database.transaction() as session:
        await _take_back(session, System.CREDIT_PUBLICITY, [unknown])
    await publisher.hear(typed("gap", 2), typed("gap", 2, number=2))  # the second was never sent
    assert [(row["system"], row["key"]) for row in await publisher.rows()] == [("credit-publicity", uscc(1))]
