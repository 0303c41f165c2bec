"""A system that takes one region's records: what leaves the region is taken back there, in a region that it takes, and
its rows are those of the region that is set, whatever was set before.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from services.notification.publication.batches.sending import Sender
from services.notification.publication.peers.connections import peers_of
from services.notification.publication.peers.peer import Peer
from services.notification.publication.records import repository
from services.notification.publication.records.domain import RecordDraft
from services.notification.publication.records.service import fit_rows, want
from services.notification.publication.systems import Kind, System
from shared.database.connections import Database
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.fixtures.waiting import until
from tests.integration.notification.publication.peer_steps import usccs
from tests.integration.notification.publication.publication_steps import publication_settings
from tests.integration.notification.publication.reconciling import execute, rows

SYSTEM, PROVINCE = System.PROVINCE_DIRECTORY, "41"
HERE, BESIDE, ELSEWHERE = "410102", "410105", "340104"
ONE, TWO, THREE = usccs(3)


@dataclass
class Directory:
    """A province's directory, which refuses other provinces' records, and its sender."""

    database: Database
    running: RunningSystems
    peer: Peer
    sender: Sender
    revision: int = field(default=0)

    async def want(self, region: str, *codes: str, removed: bool = False) -> None:
        """The households are of this region now."""
        self.revision += 1
        drafts = [
            RecordDraft(
                kind=Kind.TYPE,
                key=one,
                uscc=one,
                region=region,
                revision=self.revision,
                content={"uscc": one, "name": "面馆", "type_label": "成长型", "year": 2026, "region": region},
                removed=removed,
            )
            for one in codes
        ]
        async with self.database.transaction() as session:
            await want(session, drafts)

    async def send(self) -> None:
        """Whatever waits is sent and concluded."""
        under_way = """
            select 1 from publication_row where system = 'province-directory' and state in ('waiting', 'in-batch')
        """

        async def all_over() -> bool:
            while await self.sender.step():
                pass
            return not await rows(self.database, under_way)

        await until(all_over)

    async def set(self, region: str) -> None:
        """The setting is another one, and the publisher begins."""
        self.running.of(SYSTEM).region = region
        await fit_rows(self.database, SYSTEM, region)

    async def held(self) -> dict[str, str]:
        """The regions of what stands there, by household."""
        found = [await self.peer.look_up(code) for code in (ONE, TWO, THREE)]
        return {str(one.uscc): one.region for held in found for one in held}

    async def rows(self) -> dict[str, tuple[str, str, bool]]:
        """State, region and whether it is to be taken back, by household."""
        query = "select key, state, region, outside from publication_row where system = 'province-directory'"
        return {row["key"]: (row["state"], row["region"], row["outside"]) for row in await rows(self.database, query)}

    async def refused(self) -> Sequence[Any]:
        """What the system said no to."""
        return await rows(self.database, "select key, code, message from publication_row where code is not null")


@pytest.fixture
async def directory(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Directory]:
    async with running_systems(tmp_path) as running:
        settings = publication_settings(database_url, tmp_path, province_directory=running.url(SYSTEM))
        peer = peers_of(settings, database)[SYSTEM]
        directory = Directory(database, running, peer, Sender(database, peer, settings))
        await directory.set(PROVINCE)
        yield directory
        await peer.close()


async def test_a_household_that_leaves_a_systems_region_is_taken_back_where_it_stood(directory: Directory) -> None:
    await directory.want(HERE, ONE)
    await directory.want(ELSEWHERE, TWO)
    await directory.send()
    assert await directory.held() == {ONE: HERE}
    await directory.want(ELSEWHERE, ONE)
    await directory.send()
    assert (await directory.held(), await directory.refused()) == ({}, [])
    assert await directory.rows() == {ONE: ("acknowledged", HERE, True)}


async def test_a_household_that_left_is_not_spoken_of_until_it_comes_back(directory: Directory) -> None:
    await directory.want(HERE, ONE)
    await directory.send()
    await directory.want(ELSEWHERE, ONE)
    await directory.send()
    left = await directory.rows()
    await directory.want("340102", ONE)
    await directory.want("340102", ONE, removed=True)
    assert await directory.rows() == left
    await directory.want(BESIDE, ONE)
    await directory.send()
    assert (await directory.held(), await directory.refused()) == ({ONE: BESIDE}, [])


async def test_what_never_stood_there_need_not_be_taken_back_when_it_leaves(directory: Directory) -> None:
    await directory.want(HERE, ONE, TWO)
    directory.running.of(SYSTEM).region = "42"  # refuses it
    await directory.send()
    assert await directory.refused()
    await directory.want(HERE, THREE)
    await directory.want(ELSEWHERE, ONE, THREE)
    assert set(await directory.rows()) == {TWO}


async def test_what_leaves_while_it_is_in_a_batch_is_taken_back_afterwards(directory: Directory) -> None:
    await directory.want(HERE, ONE)
    assert await directory.sender.step()  # sealed
    await directory.want(ELSEWHERE, ONE)
    await directory.send()
    assert (await directory.held(), await directory.refused()) == ({}, [])
    assert await directory.rows() == {ONE: ("acknowledged", HERE, True)}


async def test_a_removal_names_the_region_that_the_system_has_acknowledged(directory: Directory) -> None:
    await directory.want(HERE, ONE, TWO)
    await directory.send()
    await directory.want(BESIDE, ONE)  # not sent yet
    await directory.want(ELSEWHERE, ONE)
    await directory.want(BESIDE, TWO, removed=True)
    await directory.send()
    sent = await rows(directory.database, "select sent_region from publication_row where system = 'province-directory'")
    assert ([row["sent_region"] for row in sent], await directory.held()) == ([HERE, HERE], {})


async def test_a_region_set_after_the_first_event_forgets_the_others_records(directory: Directory) -> None:
    await execute(directory.database, "delete from publication_scope")
    await directory.want(HERE, ONE)
    await directory.want(ELSEWHERE, TWO)
    assert set(await directory.rows()) == {ONE, TWO}  # nobody has said yet whose records it takes
    await directory.set(PROVINCE)
    await directory.send()
    assert (await directory.held(), await directory.refused()) == ({ONE: HERE}, [])
    assert set(await directory.rows()) == {ONE}


@pytest.mark.parametrize("before", ["42", "410105"], ids=["corrected", "widened"])
async def test_records_written_before_a_region_was_set_otherwise_are_sent(directory: Directory, before: str) -> None:
    await directory.set(before)
    await directory.want(HERE, ONE, TWO)
    await directory.want(HERE, TWO, removed=True)
    assert await directory.rows() == {}
    await directory.set(PROVINCE)
    assert await directory.rows() == {ONE: ("waiting", HERE, False)}
    await directory.send()
    assert await directory.held() == {ONE: HERE}


async def test_what_a_narrower_region_leaves_out_is_taken_back_and_comes_back_with_a_wider_one(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "FITTED_AT_ONCE", 2)
    await directory.want(HERE, ONE, THREE)
    await directory.want(BESIDE, TWO)
    await directory.send()
    await fit_rows(directory.database, SYSTEM, HERE)  # the system itself still takes the whole province
    await directory.send()
    assert (await directory.held(), await directory.refused()) == ({ONE: HERE, THREE: HERE}, [])
    await directory.set(PROVINCE)
    await directory.send()
    assert (await directory.held(), await directory.refused()) == ({ONE: HERE, TWO: BESIDE, THREE: HERE}, [])


async def test_a_region_that_changes_while_a_batch_is_open_counts_when_it_is_over(directory: Directory) -> None:
    await directory.want(HERE, ONE)
    assert await directory.sender.step()  # sealed
    await fit_rows(directory.database, SYSTEM, BESIDE)
    await directory.send()
    assert (await directory.held(), await directory.refused()) == ({}, [])
    await directory.want(HERE, ONE)
    await directory.set(PROVINCE)
    assert await directory.sender.step()
    await directory.send()
    assert await directory.held() == {ONE: HERE}


async def test_fitting_that_was_broken_off_is_done_by_the_next_publisher(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await directory.set("42")
    await directory.want(HERE, ONE)

    async def breaks_off(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(repository, "fit_page", breaks_off)
        with pytest.raises(ConnectionError):
            await directory.set(PROVINCE)
    await directory.set(PROVINCE)
    assert set(await directory.rows()) == {ONE}
