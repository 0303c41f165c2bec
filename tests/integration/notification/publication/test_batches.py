"""Batches: sealed, sent page by page, asked for, and what came of every record, in every state."""

import datetime as dt
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.notification.publication.batches.repository import open_batches
from services.notification.publication.batches.sealing import seal_for_files
from services.notification.publication.batches.service import conclude, give_up, lock_open
from services.notification.publication.peers.peer import Verdict
from services.notification.publication.systems import Kind
from services.notification.publication.task import measure
from shared import clock
from shared.law.model.outcome import HouseholdType
from shared.platform.annotations import statement_of
from tests.fixtures.plain_system import PlainSystem, running_system
from tests.integration.notification.notification_client import uscc
from tests.integration.notification.publication.publication_steps import Publication, publication_to


@pytest.fixture
async def system() -> AsyncIterator[PlainSystem]:
    async with running_system() as system:
        yield system


@pytest.fixture
async def publication(system: PlainSystem, database_url: str, tmp_path: Path) -> AsyncIterator[Publication]:
    async with publication_to(system, database_url, tmp_path) as publication:
        yield publication


async def test_what_waits_is_sealed_in_pages_sent_and_acknowledged(publication: Publication) -> None:
    await publication.want(range(12))
    assert await publication.sender.step()
    sealed = await publication.batch()
    assert (sealed["state"], sealed["records"], sealed["pages"]) == ("sealed", 12, 3)
    assert await publication.states() == {"in-batch": 12}
    await publication.steps()
    assert await publication.wrong() == []
    ended = await publication.batch()
    assert (ended["state"], ended["digest"], ended["rejected"]) == ("acknowledged", sealed["digest"], 0)
    assert ended["ticket"] == f"T{str(ended['id'])[:8]}"
    assert await publication.rows("select 1 from publication_page where body is not null") == []


async def test_others_hear_what_a_system_has_confirmed_by_region_and_revision(publication: Publication) -> None:
    await publication.want(range(5))
    await publication.steps()
    await publication.want(range(3, 5), removed=True)
    await publication.steps()
    told = await publication.events("PublicationAcknowledged")
    assert [(one["revision"], one["removed"], one["rows"], one["households"]) for one in told] == [
        (1, False, 5, [uscc(number) for number in range(5)]),
        (2, True, 2, [uscc(number) for number in range(3, 5)]),
    ]
    assert {one["system"] for one in told} == {"credit-publicity"}
    said = statement_of(HouseholdType.GROWTH.label, 2026)
    assert [one["statement"] for one in told] == [said, None]


async def test_a_batch_has_no_more_records_than_the_setting_says_and_the_first_wanted_go_first(
    publication: Publication,
) -> None:
    await publication.want(range(25))
    await publication.steps()
    assert [batch["records"] for batch in await publication.batches()] == [20, 5]


async def test_an_urgent_record_goes_ahead_between_two_pages_of_a_bulk_batch(publication: Publication) -> None:
    await publication.want(range(20))
    await publication.sender.step()  # sealed
    await publication.sender.step()  # the first page
    await publication.want([30], urgent=True)
    await publication.steps()
    bulk, urgent = await publication.batches()
    assert (bulk["urgency"], urgent["urgency"]) == (1, 0)
    pages = [(what, batch == str(urgent["id"])) for what, batch, _ in publication.system.calls if what != "ask"]
    assert pages[:3] == [("page", False), ("page", True), ("seal", True)]
    assert await publication.wrong() == []


async def test_a_correction_during_a_batch_waits_for_its_end_and_is_not_taken_for_sent(
    publication: Publication,
) -> None:
    await publication.want([1, 2])
    await publication.sender.step()
    await publication.sender.step()
    await publication.want([1], "发展型", urgent=True)
    assert await publication.states() == {"in-batch": 2}
    await publication.steps()
    assert await publication.wrong() == []
    assert publication.system.versions() == {uscc(1): 2, uscc(2): 1}
    assert [one["revision"] for one in await publication.events("PublicationAcknowledged")] == [1, 2]


async def test_a_removal_is_sent_without_content_and_stays_acknowledged(publication: Publication) -> None:
    await publication.want([1])
    await publication.steps()
    await publication.want([1], removed=True, urgent=True)
    await publication.steps()
    assert publication.system.held == {}
    assert await publication.wrong() == []
    [row] = await publication.rows("select state, acknowledged_digest from publication_row")
    assert (row["state"], row["acknowledged_digest"]) == ("acknowledged", None)


@pytest.mark.parametrize("mood", ["take-and-cut", "take-and-hang", "take-and-fail"])
async def test_after_a_call_whose_end_is_unknown_the_system_is_asked_and_gets_only_what_it_lacks(
    publication: Publication, mood: str
) -> None:
    await publication.want(range(12))
    publication.system.misbehave(mood)
    await publication.steps()
    assert publication.system.faults == []
    assert [(what, number) for what, _, number in publication.system.calls][:4] == [
        ("page", 1),
        ("ask", 0),
        ("page", 2),
        ("page", 3),
    ]
    assert await publication.wrong() == []


async def test_whoever_goes_on_with_a_batch_after_another_process_asks_first(publication: Publication) -> None:
    await publication.want(range(7))
    publication.system.misbehave("", "take-and-cut")
    for _ in range(3):
        await publication.sender.step()
    await publication.execute("update publication_batch set attempts = 0, next_try_at = now()")
    publication.__post_init__()
    await publication.steps()
    assert [what for what, _, _ in publication.system.calls][:4] == ["page", "page", "ask", "seal"]
    assert await publication.wrong() == []


async def test_a_page_that_was_not_taken_is_sent_again_under_the_same_key(publication: Publication) -> None:
    await publication.want(range(7))
    publication.system.misbehave("", "cut")
    await publication.steps()
    pages = [(batch, number) for what, batch, number in publication.system.calls if what == "page"]
    assert [number for _, number in pages] == [1, 2]
    assert len({batch for batch, _ in pages}) == 1
    assert await publication.wrong() == []


async def test_a_busy_system_is_left_alone_for_growing_pauses_that_a_restart_keeps(
    publication: Publication, database_url: str, tmp_path: Path
) -> None:
    await publication.want([1])
    publication.system.down = True
    patient = {"publication_first_pause": 10, "publication_longest_pause": 3600}
    async with publication_to(publication.system, database_url, tmp_path, **patient) as other:
        now, pauses = clock.now(), []
        for _ in range(12):
            with clock.travel(now):
                while await other.sender.step():
                    pass
            batch = await publication.batch()
            pauses.append((batch["next_try_at"] - now).total_seconds())
            now = batch["next_try_at"] + dt.timedelta(seconds=0.1)
        assert batch["attempts"] == 12
        assert pauses[0] <= 11
        assert pauses[5] > pauses[0]
        assert all(1800 <= pause <= 3601 for pause in pauses[-2:])
        with clock.travel(now - dt.timedelta(seconds=60)):
            again = type(other.sender)(other.database, other.peer, other.settings)
            publication.system.down = False
            assert not await again.step()
        with clock.travel(now + dt.timedelta(seconds=60)):
            await other.steps()
    assert (await publication.batch())["state"] == "acknowledged"
    assert await publication.wrong() == []


async def test_nothing_more_is_sealed_while_a_system_does_not_answer(publication: Publication) -> None:
    publication.system.down = True
    await publication.want(range(200))
    while len(await publication.batches()) < 4:
        await publication.sender.step()
    for _ in range(30):
        await publication.sender.step()
    assert len(await publication.batches()) == 4
    assert await publication.states() == {"in-batch": 80, "waiting": 120}
    publication.system.down = False
    await publication.steps()
    assert await publication.wrong() == []


async def test_several_batches_may_be_worked_on_at_once_but_no_more_than_the_setting_says(
    publication: Publication,
) -> None:
    publication.system.asks_until_done = 10**6
    await publication.want(range(200))
    while [batch["state"] for batch in await publication.batches()] != ["sent"] * 4:
        await publication.sender.step()
    for _ in range(10):
        await publication.sender.step()
    assert [batch["state"] for batch in await publication.batches()] == ["sent"] * 4


async def test_refused_records_are_told_by_key_whatever_their_order(publication: Publication) -> None:
    publication.system.refused = {uscc(2), uscc(9)}
    publication.system.misbehave("reorder")
    await publication.want(range(12))
    await publication.steps()
    rejected = await publication.rows("select key, code, message from publication_row where state = 'rejected'")
    assert {tuple(row) for row in rejected} == {(key, "E1", f"{key}未通过校验") for key in (uscc(2), uscc(9))}
    batch = await publication.batch()
    assert (batch["state"], batch["rejected"]) == ("partly", 2)
    told = await publication.events("PublicationRejected")
    assert {(one["record"], one["revision"], one["code"]) for one in told} == {(uscc(2), 1, "E1"), (uscc(9), 1, "E1")}
    publication.system.refused = set()
    await publication.send_again()
    await publication.steps()
    assert await publication.wrong() == []


async def test_a_refused_record_with_a_later_version_waits_again(publication: Publication) -> None:
    publication.system.refused = {uscc(1)}
    await publication.want([1])
    await publication.sender.step()
    await publication.want([1], "发展型")
    publication.system.misbehave("")
    while (await publication.batch())["ended_at"] is None:
        await publication.sender.step()
    assert await publication.states() == {"waiting": 1}
    publication.system.refused = set()
    await publication.steps()
    assert await publication.wrong() == []


async def test_a_page_that_is_refused_once_is_sent_again_in_halves(publication: Publication) -> None:
    await publication.want(range(7))
    publication.system.misbehave("", "refuse")
    await publication.steps()
    assert await publication.states() == {"acknowledged": 7}
    ended = [(batch["state"], batch["records"], batch["rejected"]) for batch in await publication.batches()]
    assert ended == [("refused", 7, 0), ("acknowledged", 4, 0), ("acknowledged", 3, 0)]
    assert await publication.events("PublicationRejected") == []
    assert await publication.wrong() == []


@pytest.mark.parametrize("bad", [0, 7, 19])
async def test_one_record_for_which_a_system_refuses_the_page_is_found_and_all_others_are_taken(
    publication: Publication, bad: int
) -> None:
    publication.system.unreadable = {uscc(bad)}
    await publication.want(range(20))
    await publication.steps()
    assert await publication.states() == {"acknowledged": 19, "rejected": 1}
    [told] = await publication.events("PublicationRejected")
    assert told["record"] == uscc(bad)
    sizes = [batch["records"] for batch in await publication.batches() if batch["state"] == "refused"]
    assert sizes[0] == 20
    assert sizes[-1] == 1
    assert len(sizes) <= 6, "each time half of it"
    publication.system.unreadable = set()
    await publication.send_again()
    await publication.steps()
    assert await publication.wrong() == []


async def test_after_batches_refused_one_after_the_other_the_next_one_rests(publication: Publication) -> None:
    publication.settings = publication.settings.model_copy(update={"publication_longest_pause": 3600.0})
    publication.__post_init__()
    await publication.want(range(200))
    publication.system.misbehave(*["refuse"] * 9)
    await publication.steps()
    assert await publication.states() == {"waiting": 200}
    with clock.travel(clock.now() + dt.timedelta(hours=1)):
        assert await publication.sender.step()


async def test_batches_whose_few_records_were_all_refused_hold_up_nothing(publication: Publication) -> None:
    publication.settings = publication.settings.model_copy(update={"publication_longest_pause": 3600.0})
    publication.__post_init__()
    publication.system.refused = {uscc(number) for number in range(4)}
    for number in range(5):
        await publication.want([number], urgent=True)
        await publication.steps()
    assert await publication.states() == {"rejected": 4, "acknowledged": 1}
    assert [batch["state"] for batch in await publication.batches()] == ["refused"] * 4 + ["acknowledged"]


async def test_a_system_that_forgot_a_batch_gets_it_again_from_the_first_page(publication: Publication) -> None:
    await publication.want(range(7))
    await publication.sender.step()
    while (await publication.batch())["state"] != "sent":
        await publication.sender.step()
    publication.system.forget(lambda _: True)
    publication.system.held.clear()
    publication.system.applied.clear()
    await publication.steps()
    batches = {batch for what, batch, _ in publication.system.calls if what == "page"}
    assert len(batches) == 1
    assert await publication.wrong() == []


async def test_a_page_that_somebody_changed_in_the_database_is_not_sent(publication: Publication) -> None:
    await publication.want(range(7))
    await publication.sender.step()
    forged = zlib.compress(b'{"kind":"type"}')
    await publication.execute("update publication_page set body = :body where number = 2", body=forged)
    await publication.steps()
    assert [number for what, _, number in publication.system.calls if what == "page"] == [1]
    [row] = await publication.rows("select distinct state, code from publication_row")
    assert tuple(row) == ("rejected", "digest")
    assert publication.system.held == {}


async def test_a_page_that_was_changed_with_its_digest_is_not_sent_either(publication: Publication) -> None:
    await publication.want(range(3))
    await publication.sender.step()
    await publication.execute("update publication_page set digest = repeat('0', 64)")
    await publication.steps()
    assert publication.system.calls == []
    assert await publication.states() == {"rejected": 3}


async def test_a_system_that_forgot_pages_before_the_seal_refuses_it_and_gets_them_again(
    publication: Publication,
) -> None:
    await publication.want(range(7))
    for _ in range(3):
        await publication.sender.step()
    publication.system.forget(lambda _: True)
    await publication.steps()
    assert [what for what, _, _ in publication.system.calls][:5] == ["page", "page", "seal", "ask", "page"]
    assert await publication.wrong() == []


async def test_for_a_system_of_files_full_batches_are_sealed_and_one_that_is_not_full(publication: Publication) -> None:
    database, system = publication.database, publication.peer.system
    await publication.want(range(45))
    while await seal_for_files(database, system, 20):
        pass
    assert [batch["records"] for batch in await publication.batches()] == [20, 20, 5]
    await publication.want([90], urgent=True)
    await publication.want([91])
    assert await seal_for_files(database, system, 20)
    assert not await seal_for_files(database, system, 20)
    assert [batch["records"] for batch in await publication.batches()] == [20, 20, 5, 1]
    await publication.execute("update publication_batch set state = 'sent' where records = 5")  # handed over
    assert await seal_for_files(database, system, 20)
    assert [batch["records"] for batch in await publication.batches()] == [20, 20, 5, 1, 1]


async def test_verdicts_on_other_records_are_left_aside(publication: Publication) -> None:
    await publication.want([1, 2])
    await publication.sender.step()
    async with publication.database.transaction() as session:
        batch = await lock_open(session, (await publication.batch())["id"])
        assert batch is not None
        verdict = Verdict("E9", "经营者电话13912345678不符")
        await conclude(session, batch, {(Kind.TYPE, uscc(2)): verdict, (Kind.TYPE, uscc(77)): verdict})
    rows = await publication.rows("select key, state, message from publication_row order by key")
    assert [row["state"] for row in rows] == ["acknowledged", "rejected"]
    assert "139" not in rows[1]["message"]
    async with publication.database.transaction() as session:
        assert await lock_open(session, (await publication.batch())["id"]) is None


async def test_a_code_that_looks_like_somebodys_number_is_neither_kept_nor_told_nor_shown_as_trouble(
    publication: Publication,
) -> None:
    await publication.want([1])
    await publication.sender.step()
    sealed = (await publication.batch())["id"]
    async with publication.database.transaction() as session:
        batch = await lock_open(session, sealed)
        assert batch is not None
        publication.sender._later(batch, "经办13912345678")
        await session.flush()
        assert batch.trouble == "unnamed"
        await conclude(session, batch, {(Kind.TYPE, uscc(1)): Verdict("经办13912345678", "不符")})
    [row] = await publication.rows("select code from publication_row")
    [told] = await publication.events("PublicationRejected")
    assert (row["code"], told["code"]) == ("unnamed", "unnamed")


async def test_what_was_read_is_sent_and_not_what_the_row_wants_by_now(publication: Publication) -> None:
    """A change that is committed while the statement runs is seen by its lock, not by its join."""
    await publication.want([1])
    await publication.execute("update publication_row set wanted_version = 2")
    await publication.sender.step()
    await publication.execute("update publication_record set version = 2, content = '{}', digest = sha256('{}')")
    await publication.steps()
    assert await publication.wrong() == []
    assert publication.system.applied.keys() == {("type", uscc(1), version) for version in (1, 2)}


async def test_a_row_that_somebody_is_changing_is_left_for_the_next_batch(publication: Publication) -> None:
    await publication.want([1, 2])
    async with publication.database.transaction() as session:
        await publication.want_in(session, [1], "发展型")
        assert await publication.sender.step()
        assert (await publication.batch())["records"] == 1
    await publication.steps()
    assert await publication.wrong() == []


async def test_refused_calls_of_urgent_batches_hold_up_neither_corrections_nor_a_first_load(
    publication: Publication,
) -> None:
    publication.settings = publication.settings.model_copy(update={"publication_longest_pause": 3600.0})
    publication.__post_init__()
    publication.system.misbehave(*["refuse"] * 4)
    for number in range(4):
        await publication.want([number], urgent=True)
        await publication.steps()
    await publication.want([10], urgent=True)
    await publication.want(range(20, 30))
    await publication.steps()
    assert await publication.states() == {"rejected": 4, "acknowledged": 11}


async def test_corrections_do_not_rest_while_refused_bulk_batches_do(publication: Publication) -> None:
    publication.settings = publication.settings.model_copy(update={"publication_longest_pause": 3600.0})
    publication.__post_init__()
    publication.system.misbehave(*["refuse"] * 3)
    await publication.want(range(100))
    await publication.steps()
    await publication.want([200], urgent=True)
    await publication.steps()
    assert await publication.states() == {"waiting": 100, "acknowledged": 1}


async def never_ending(publication: Publication, count: int = 6) -> None:
    """A system that works on batches for ever, and corrections one after the other."""
    publication.system.asks_until_done = 10**9
    for number in range(count):
        await publication.want([number], urgent=True)
        for _ in range(5):
            await publication.sender.step()


async def test_batches_that_a_system_never_ends_are_overdue_and_hold_up_nothing(publication: Publication) -> None:
    await never_ending(publication)
    assert [batch["state"] for batch in await publication.batches()] == ["sent"] * 4
    with clock.travel(clock.now() + dt.timedelta(hours=3)):
        await measure(publication.database, dt.timedelta(hours=2))
        overdue = REGISTRY.get_sample_value("minglu_publication_batches_overdue", {"system": "credit-publicity"})
        assert overdue == 4
        publication.system.asks_until_done = 1
        while (await publication.batch())["state"] != "acknowledged":
            await publication.sender.step()
    ended = [batch["state"] for batch in await publication.batches()]
    assert ended == ["sent"] * 4 + ["acknowledged"]
    assert await publication.states() == {"in-batch": 4, "acknowledged": 2}


async def test_a_batch_whose_verdict_cannot_be_read_is_overdue_too(publication: Publication) -> None:
    await publication.want([1])
    while (await publication.batches() or [{"state": ""}])[-1]["state"] != "sent":
        await publication.sender.step()
    with clock.travel(clock.now() + dt.timedelta(hours=3)):
        publication.system.misbehave("garbage")
        await publication.sender.step()
        await publication.sender.step()
        async with publication.database.reading() as session:
            due = clock.now() - dt.timedelta(hours=2)
            [one] = await open_batches(session, publication.peer.system, due)
    assert (one.overdue, one.stuck, one.state.value) == (True, True, "sent")


async def test_a_batch_that_a_system_has_and_forgets_again_and_again_is_overdue(publication: Publication) -> None:
    publication.system.asks_until_done = 10**9
    await publication.want([1])
    for hours in range(3):
        with clock.travel(clock.now() + dt.timedelta(hours=hours)):
            while (await publication.batches() or [{"state": ""}])[-1]["state"] != "sent":
                await publication.sender.step()
            publication.system.forget(lambda _: True)
            publication.system.applied.clear()
    with clock.travel(clock.now() + dt.timedelta(hours=2.5)):
        await measure(publication.database, dt.timedelta(hours=2))
    assert REGISTRY.get_sample_value("minglu_publication_batches_overdue", {"system": "credit-publicity"}) == 1


async def test_the_records_of_a_batch_that_was_given_up_are_refused_by_us_and_sent_again(
    publication: Publication,
) -> None:
    await never_ending(publication, 1)
    await publication.want([0], "发展型")
    await publication.want([0], "成长型")
    async with publication.database.transaction() as session:
        batch = await lock_open(session, (await publication.batch())["id"])
        assert batch is not None
        await give_up(session, batch)
    ended = await publication.batch()
    assert (ended["state"], ended["rejected"]) == ("given-up", 1)
    [told] = await publication.events("PublicationRejected")
    assert told["code"] == "given-up"
    assert await publication.states() == {"waiting": 1}, "a later version is wanted already"
    publication.system.batches[str(ended["id"])].done = True
    publication.system.asks_until_done = 1
    await publication.steps()
    assert await publication.states() == {"acknowledged": 1}
