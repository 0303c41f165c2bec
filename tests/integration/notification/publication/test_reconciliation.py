"""Reconciliation: every difference is found, none is claimed that is not there, and repairs lead to equality."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from services.notification.publication.batches.domain import open_page
from services.notification.publication.batches.repository import get_page
from services.notification.publication.batches.sealing import seal
from services.notification.publication.reconciliation import comparing
from services.notification.publication.reconciliation.comparing import our_summaries
from services.notification.publication.reconciliation.domain import DifferenceKind
from services.notification.publication.reconciliation.rounds import Reconciler
from services.notification.publication.records.domain import RecordDraft, Urgency, county_digest
from services.notification.publication.records.service import want
from services.notification.publication.systems import Kind, System
from shared import clock
from shared.database.connections import Database
from tests.integration.notification.publication.held_elsewhere import (
    LONG_AGO,
    SYSTEM,
    HeldElsewhere,
    digest,
    held_record,
    published,
)
from tests.integration.notification.publication.reconciling import (
    HERE,
    KEYS,
    PACE,
    THERE,
    differences,
    execute,
    reconcile,
    rows,
    start_round,
)


@pytest.fixture
def system() -> HeldElsewhere:
    """The province's directory, empty."""
    return HeldElsewhere()


async def test_nothing_differs_and_no_row_is_read(database: Database, system: HeldElsewhere) -> None:
    await published(database, HERE, *KEYS)
    await published(database, THERE, "92410106MA00000001")
    system.hold(*(held_record(key, HERE) for key in KEYS), held_record("92410106MA00000001", THERE))
    ended = await reconcile(database, system)
    assert (ended["state"], ended["counties"]) == ("done", ["equal", "equal"])
    assert await differences(database) == []
    assert system.calls == ["summaries type"]


async def test_the_digest_of_a_county_in_sql_is_the_one_that_is_agreed(database: Database) -> None:
    keys = ("b", "B", "a-1", "a1", "Z9", "中", "92410105MA00000001")
    await published(database, HERE, *keys)
    await published(database, HERE, "gone", acknowledged=2, version=2, removed=True)
    await published(database, HERE, "never", acknowledged=None, state="waiting")
    async with database.transaction() as session:
        found = await our_summaries(session, SYSTEM, Kind.TYPE)
        assert await our_summaries(session, System.NATIONAL_DIRECTORY, Kind.TYPE) == {}
    assert found[HERE].records == len(keys)
    assert found[HERE].digest == county_digest({key: digest(key, 1) for key in keys})


UNKNOWN = dataclasses.replace(held_record("unknown", HERE), uscc="92410105MA00000099")


@pytest.fixture
async def all_kinds(database: Database, system: HeldElsewhere) -> HeldElsewhere:
    """Of seven records two are right, and there is one of every kind of difference; two are in another county."""
    same, missing, older, different, other, removed, moved = KEYS
    await published(database, HERE, same, missing, different, other)
    await published(database, HERE, older, version=2, acknowledged=2)
    await published(database, HERE, removed, version=2, acknowledged=2, removed=True)
    await published(database, THERE, moved, version=2, acknowledged=2)
    system.hold(held_record(same, HERE), held_record(other, HERE), held_record(older, HERE, 1))
    system.hold(held_record(removed, HERE, 1), held_record(moved, HERE, 1), UNKNOWN)
    system.hold(dataclasses.replace(held_record(different, HERE), digest=digest("else", 9).hex()))
    return system


EVERY_KIND = [
    (KEYS[1], "missing", "open"),
    (KEYS[2], "older", "open"),
    (KEYS[3], "different", "open"),
    (KEYS[5], "extra", "open"),
    (KEYS[6], "different", "open"),
    (KEYS[6], "missing", "open"),
    ("unknown", "extra", "open"),
]
"""What moved to another county differs in both."""


async def test_every_kind_of_difference_is_found(database: Database, all_kinds: HeldElsewhere) -> None:
    ended = await reconcile(database, all_kinds)
    assert await differences(database) == EVERY_KIND
    assert [ended[kind.value] for kind in DifferenceKind] == [2, 2, 1, 2]
    assert await rows(database, "select * from publication_held_record") == []


@pytest.mark.parametrize(
    "mood",
    [
        {"with_digests": False},
        {"shuffled": True},
        {"by_key": lambda key: key[::-1]},
        {"page_size": 1},
        {"page_size": 100},
    ],
    ids=["without digests", "pages shuffled", "keys in another order", "small pages", "one page"],
)
async def test_neither_order_nor_pages_nor_missing_digests_matter(
    database: Database, all_kinds: HeldElsewhere, mood: dict[str, Any]
) -> None:
    for name, value in mood.items():
        setattr(all_kinds, name, value)
    await reconcile(database, all_kinds)
    assert await differences(database) == EVERY_KIND


async def test_without_versions_an_older_content_is_a_different_one(
    database: Database, all_kinds: HeldElsewhere
) -> None:
    all_kinds.with_versions = False
    await reconcile(database, all_kinds)
    assert await differences(database) == [(key, kind.replace("older", "different"), s) for key, kind, s in EVERY_KIND]


async def test_what_is_under_way_is_left_out_and_counted(database: Database, system: HeldElsewhere) -> None:
    """The system may hold the old or the new one: nobody can say it is wrong."""
    waiting, in_batch, refused, new, first, same, lost = KEYS
    await published(database, HERE, waiting, version=2, state="waiting")
    await published(database, HERE, in_batch, version=2, state="in-batch")
    await published(database, HERE, refused, version=2, state="rejected")
    await published(database, HERE, new, version=2, acknowledged=2, at=clock.now() + dt.timedelta(minutes=1))
    await published(database, HERE, first, acknowledged=None, state="in-batch")
    await published(database, HERE, same, lost)
    system.hold(*(held_record(key, HERE) for key in (new, first, same)), held_record(in_batch, HERE, 2))
    ended = await reconcile(database, system)
    assert await differences(database) == [(lost, "missing", "open")]
    assert ended["left_out"] == 5


async def test_changes_in_the_middle_of_a_round_are_not_taken_for_differences(
    database: Database, system: HeldElsewhere
) -> None:
    await change_in_the_middle(database, system)
    assert await differences(database) == [(KEYS[6], "missing", "open")]


async def change_in_the_middle(database: Database, system: HeldElsewhere) -> None:
    """One record is really missing. While its county is read another one is published anew and confirmed, one is taken
    back, one is wanted otherwise.
    """
    anew, back, wanted, *_ = KEYS
    await published(database, HERE, *KEYS)
    system.hold(*(held_record(key, HERE) for key in KEYS[:6]))
    reads = 0

    async def change(_region: str) -> None:
        nonlocal reads
        reads += 1
        if reads == 2:
            await published(database, HERE, anew, version=2, acknowledged=2, at=clock.now())
            await published(database, HERE, back, version=2, acknowledged=2, removed=True, at=clock.now())
            await published(database, HERE, wanted, version=2, acknowledged=1, state="waiting")
            system.hold(held_record(anew, HERE, 2))
            system.forget(back)

    system.before_page = change
    await reconcile(database, system)
    assert reads >= 3


async def test_comparing_with_what_is_wanted_would_claim_differences(
    database: Database, system: HeldElsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted naive variant: it looks at what is to be published, whether a system has confirmed it or not."""
    wanted = "(select p.{} from publication_record p where p.kind = r.kind and p.key = r.key and not p.removed)"
    monkeypatch.setattr(comparing, "IN_FLUX", "r.acknowledged_at > :since AND false")
    monkeypatch.setattr(comparing, "OURS", wanted.format("digest"))
    monkeypatch.setattr(comparing, "OUR_VERSION", wanted.format("version"))
    await change_in_the_middle(database, system)
    assert {key for key, *_ in await differences(database)} == {*KEYS[:3], KEYS[6]}


async def repaired(database: Database, system: HeldElsewhere) -> int:
    """The worker makes the ordered rows wait; then they are sent as a batch would and the system confirms them."""
    reconciler = Reconciler(database, system, PACE)
    while await reconciler.step():
        pass
    sent = await rows(
        database,
        """select w.kind, w.key, r.region, r.version, r.removed, r.digest
        from publication_row w join publication_record r using (kind, key) where w.state = 'waiting'""",
    )
    for one in sent:
        system.forget(one["key"])
        if not one["removed"]:
            record = held_record(one["key"], one["region"], one["version"])
            system.hold(dataclasses.replace(record, digest=one["digest"].hex()))
    await execute(
        database,
        """update publication_row w set state = 'acknowledged', acknowledged_version = r.version,
            acknowledged_digest = case when not r.removed then r.digest end, acknowledged_at = :at
        from publication_record r where r.kind = w.kind and r.key = w.key and w.state = 'waiting'""",
        at=LONG_AGO,
    )
    return len(sent)


async def test_whatever_differs_is_repaired_to_equality_and_closed_by_the_next_round(
    database: Database, all_kinds: HeldElsewhere
) -> None:
    await reconcile(database, all_kinds)
    await execute(database, "update publication_difference set state = 'repairing'")
    assert await repaired(database, all_kinds) == 6
    assert {state for _, _, state in await differences(database)} == {"repairing"}
    ended = await reconcile(database, all_kinds)
    assert set(ended["counties"]) == {"equal"}
    assert await differences(database) == []
    assert {state for _, _, state in await differences(database, closed=True)} == {"repaired"}


async def test_what_stands_outside_a_systems_region_is_taken_back_from_it_alone(
    database: Database, system: HeldElsewhere
) -> None:
    """A household has moved out of the region, or the setting's region was another one: the record is known, and has
    no row at this system.
    """
    await published(database, "340104", KEYS[0], KEYS[1], version=5)
    await execute(database, "insert into publication_scope (system, scope) values ('province-directory', '41')")
    await execute(database, "update publication_row set system = 'national-directory'")
    system.hold(held_record(KEYS[0], HERE, 3), held_record(KEYS[1], HERE, 7))
    await reconcile(database, system)
    await execute(database, "update publication_difference set state = 'repairing'")
    await Reconciler(database, system, PACE).step()
    there = "select key, state, outside, region, wanted_version from publication_row where system = $1 order by key"
    found = [dict(row) for row in await (await database.pool()).fetch(there, system.system.value)]
    assert [(row["key"], row["state"], row["outside"], row["region"]) for row in found] == [
        (KEYS[0], "waiting", True, HERE),
        (KEYS[1], "waiting", True, HERE),
    ]
    assert [row["wanted_version"] for row in found] == [5, 8], "later than what the system holds"
    [other] = await rows(
        database, "select array_agg(distinct state) states from publication_row where system = 'national-directory'"
    )
    assert other == {"states": ["acknowledged"]}, "no other system is told anything"
    async with database.transaction() as session:
        batch = await seal(session, system.system, Urgency.URGENT, page_size=10, most=10)
        assert batch is not None
        page = await get_page(session, batch.id, 1)
        sent = open_page(page.body, page.digest)
    assert [(one.key, one.removed, one.region, one.version) for one in sent] == [
        (KEYS[0], True, HERE, 5),
        (KEYS[1], True, HERE, 8),
    ]


async def test_a_take_back_that_waits_outlasts_another_change_of_the_record(
    database: Database, system: HeldElsewhere
) -> None:
    await published(database, "340104", KEYS[0])
    await execute(database, "insert into publication_scope (system, scope) values ('province-directory', '41')")
    await execute(database, "delete from publication_row")
    system.hold(held_record(KEYS[0], HERE))
    await reconcile(database, system)
    await execute(database, "update publication_difference set state = 'repairing'")
    await Reconciler(database, system, PACE).step()
    draft = RecordDraft(
        kind=Kind.TYPE, key=KEYS[0], uscc=KEYS[0], region="340104", revision=2, content={"name": "另一个名称"}
    )
    async with database.transaction() as session:
        await want(session, [draft])
    [row] = await rows(
        database, "select state, outside, region from publication_row where system = 'province-directory'"
    )
    assert row == {"state": "waiting", "outside": True, "region": HERE}


async def test_what_has_nothing_to_send_is_left_open_with_the_reason(database: Database, system: HeldElsewhere) -> None:
    await published(database, HERE, *KEYS[:2])
    system.hold(held_record(KEYS[0], HERE))
    await reconcile(database, system)
    await execute(database, "delete from publication_row")  # taken back meanwhile, and forgotten
    await execute(database, "update publication_difference set state = 'repairing', reason = '重报'")
    await Reconciler(database, system, PACE).step()
    [one] = await rows(database, "select key, state, reason, sent_at from publication_difference")
    assert (one["key"], one["state"], one["sent_at"]) == (KEYS[1], "open", None)
    assert "没有可以重新上报的内容" in one["reason"]


async def test_a_forgotten_day_is_repaired_by_itself(database: Database, system: HeldElsewhere) -> None:
    await published(database, HERE, *KEYS)
    system.hold(held_record(KEYS[0], HERE))
    pace = dataclasses.replace(PACE, repairs=frozenset({DifferenceKind.MISSING}), most_repairs=6)
    await reconcile(database, system, pace)
    assert await repaired(database, system) == 6
    assert (await reconcile(database, system))["counties"] == ["equal"]
    assert len(await differences(database, closed=True)) == 6


async def test_more_than_the_settings_allow_is_not_repaired_by_itself(
    database: Database, system: HeldElsewhere
) -> None:
    """A system that answers with nothing may just be answering wrongly."""
    await published(database, HERE, *KEYS)
    pace = dataclasses.replace(PACE, repairs=frozenset({DifferenceKind.MISSING}), most_repairs=6)
    await reconcile(database, system, pace)
    assert await repaired(database, system) == 0
    assert {state for _, _, state in await differences(database)} == {"open"}


async def test_a_repair_that_did_not_help_is_open_again(database: Database, system: HeldElsewhere) -> None:
    await published(database, HERE, *KEYS)
    system.hold(*(held_record(key, HERE) for key in KEYS[:6]))
    await reconcile(database, system)
    await execute(database, "update publication_difference set state = 'repairing'")
    await repaired(database, system)
    system.forget(KEYS[6])
    await reconcile(database, system)
    assert await differences(database) == [(KEYS[6], "missing", "open")]
    [one] = await rows(database, "select last_round - first_round as rounds from publication_difference")
    assert one == {"rounds": 1}


async def test_a_decision_stands_until_either_side_changes(database: Database, system: HeldElsewhere) -> None:
    system.hold(held_record("unknown", HERE))
    await reconcile(database, system)
    await execute(database, "update publication_difference set state = 'decided', reason = '…'")
    await reconcile(database, system)
    assert await differences(database) == [("unknown", "extra", "decided")]
    system.hold(held_record("unknown", HERE, 2))
    await reconcile(database, system)
    assert await differences(database) == [("unknown", "extra", "open")]


async def test_a_later_version_than_ours_is_overtaken_when_it_is_repaired(
    database: Database, system: HeldElsewhere
) -> None:
    """Our database was restored from a backup: the system must not take what is sent for older than what it has."""
    await published(database, HERE, KEYS[0])
    system.hold(held_record(KEYS[0], HERE, 7))
    await reconcile(database, system)
    assert await differences(database) == [(KEYS[0], "different", "open")]
    await execute(database, "update publication_difference set state = 'repairing'")
    await repaired(database, system)
    [record] = await rows(database, "select version from publication_record")
    assert record["version"] == 8
    assert (await reconcile(database, system))["counties"] == ["equal"]


async def test_a_difference_whose_row_is_under_way_is_not_closed(database: Database, system: HeldElsewhere) -> None:
    await published(database, HERE, *KEYS)
    system.hold(*(held_record(key, HERE) for key in KEYS[:5]))
    await reconcile(database, system)
    await published(database, HERE, KEYS[6], state="in-batch")
    await reconcile(database, system)
    assert [key for key, *_ in await differences(database)] == [KEYS[5], KEYS[6]]


async def test_a_system_that_is_down_is_asked_again_and_the_round_goes_on_where_it_was(
    database: Database, system: HeldElsewhere
) -> None:
    await published(database, HERE, *KEYS)
    system.hold(*(held_record(key, HERE) for key in KEYS[:6]))

    async def once(_region: str) -> None:
        system.down, system.before_page = True, None

    system.before_page = once
    await start_round(database)
    reconciler = Reconciler(database, system, PACE)
    for _ in range(6):
        await reconciler.step()
    [one] = await rows(database, "select state, trouble from publication_reconciliation")
    assert one == {"state": "comparing", "trouble": "PeerUnavailableError"}
    system.down = False
    read = len(system.calls)
    while await reconciler.step():
        pass
    assert await differences(database) == [(KEYS[6], "missing", "open")]
    assert f"held {HERE} after None" not in system.calls[read:]


async def test_a_round_that_lasts_too_long_fails_and_claims_nothing(database: Database, system: HeldElsewhere) -> None:
    await published(database, HERE, *KEYS)
    await start_round(database)
    reconciler = Reconciler(database, system, PACE)
    await reconciler.step()
    system.down = True
    await reconciler.step()
    with clock.travel(clock.now() + dt.timedelta(hours=2)):
        while await reconciler.step():
            pass
    [one] = await rows(database, "select state, trouble from publication_reconciliation")
    assert one == {"state": "failed", "trouble": "PeerUnavailableError"}
    assert await differences(database) == []


async def test_the_daily_round_is_made_once_a_day_at_its_time(database: Database, system: HeldElsewhere) -> None:
    pace = dataclasses.replace(PACE, at=dt.time(2, 30))
    made: list[int] = []
    for hour, day in ((2, 28), (3, 28), (23, 28), (1, 29), (3, 29)):
        with clock.travel(dt.datetime(2026, 11, day, hour, tzinfo=clock.CHINA)):
            reconciler = Reconciler(database, system, pace)
            while await reconciler.step():
                pass
        made.append(len(await rows(database, "select id from publication_reconciliation")))
    assert made == [0, 1, 1, 1, 2]


async def test_pages_that_leave_records_out_claim_nothing(database: Database, system: HeldElsewhere) -> None:
    await published(database, HERE, *KEYS)
    system.hold(*(held_record(key, HERE) for key in KEYS[:6]))
    system.by_key = lambda _key: ""
    await start_round(database)
    reconciler = Reconciler(database, system, PACE)
    for _ in range(10):
        await reconciler.step()
    [one] = await rows(database, "select trouble from publication_reconciliation")
    assert (one["trouble"], await differences(database)) == ("PeerUnreadableError", [])


STRANGE = [
    ("91410105MA00000001", HERE, 1),
    ("92410105MA00000099", "410", 1),
    ("92410105MA00000099", HERE, 2**62),
]


@pytest.mark.parametrize(
    ("uscc", "region", "version"), STRANGE, ids=["an enterprise", "no region", "a made-up version"]
)
async def test_what_a_system_holds_and_nobody_could_take_back_stays_for_an_officer(
    database: Database, system: HeldElsewhere, uscc: str, region: str, version: int
) -> None:
    system.hold(held_record(uscc, region, version), held_record("92410105MA00000088", HERE))
    await reconcile(database, system)
    await execute(database, "update publication_difference set state = 'repairing', sent_at = null")
    reconciler = Reconciler(database, system, PACE)
    for _ in range(3):
        await reconciler.step()
    assert (
        sorted(await differences(database))
        == [
            (uscc, "extra", "open"),
            ("92410105MA00000088", "extra", "repairing"),
        ][:: 1 if uscc < "92410105MA00000088" else -1]
    )
    assert [one["key"] for one in await rows(database, "select key from publication_row")] == ["92410105MA00000088"]


async def test_a_version_absurdly_far_ahead_is_not_taken_over(database: Database, system: HeldElsewhere) -> None:
    key, near, *_ = KEYS
    await published(database, HERE, key, near)
    system.hold(dataclasses.replace(held_record(key, HERE), version=2**63 - 1, digest=digest("else", 9).hex()))
    system.hold(dataclasses.replace(held_record(near, HERE), version=700, digest=digest("else", 9).hex()))
    await reconcile(database, system)
    await execute(database, "update publication_difference set state = 'repairing', sent_at = null")
    reconciler = Reconciler(database, system, PACE)
    assert await reconciler.step()
    assert await differences(database) == [(key, "different", "open"), (near, "different", "repairing")]
    found = await rows(database, "select version from publication_record order by key")
    assert [one["version"] for one in found] == [1, 701]
