"""Whatever goes wrong with one system, or with one batch of it, stays there: the others and the process go on."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches import sending
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.service import conclude
from services.notification.publication.peers.peer import BatchSeal, BatchState, Done, Outcome, Received, Verdict
from services.notification.publication.stepping import repeat_forever, step_forever
from services.notification.publication.systems import Kind, System
from services.notification.publication.task import publish
from shared.database.connections import Database
from tests.fixtures.plain_system import PlainPeer, PlainSystem, running_system
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import uscc
from tests.integration.notification.publication.publication_steps import (
    Publication,
    publication_settings,
    publication_to,
)


@pytest.fixture
async def system() -> AsyncIterator[PlainSystem]:
    async with running_system() as system:
        yield system


@pytest.fixture
async def publication(system: PlainSystem, database_url: str, tmp_path: Path) -> AsyncIterator[Publication]:
    async with publication_to(system, database_url, tmp_path) as publication:
        yield publication


OVER = "select 1 from publication_row where system = $1 and state = 'acknowledged'"


def failures(task: str) -> float:
    return REGISTRY.get_sample_value("minglu_publication_step_failures_total", {"task": task}) or 0.0


class Broken(PlainPeer):
    """An adapter with a mistake that no test had found."""

    @property
    def page_size(self) -> int:
        raise OverflowError("of this system alone")

    @page_size.setter
    def page_size(self, _value: int) -> None:
        """As the others."""


async def test_a_system_whose_steps_raise_ends_neither_the_other_systems_nor_the_process(
    publication: Publication,
) -> None:
    broken = Broken(publication.system.url, system=System.PROVINCE_DIRECTORY)
    before = failures("publication province-directory")
    await publication.want(range(3))
    peers = [broken, publication.peer]
    task = asyncio.create_task(publish(publication.database, publication.settings, peers, {}))
    try:

        async def both() -> bool:
            assert not task.done(), task.exception()
            sent = await publication.rows(OVER, publication.peer.system.value)
            return len(sent) == 3 and failures("publication province-directory") >= before + 2

        await until(both)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ExceptionGroup):
            await task
        await broken.close()
    assert await publication.wrong() == []


async def test_every_task_is_kept_running_with_growing_pauses_whatever_its_steps_raise(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = publication_settings(
        database_url, tmp_path, publication_first_pause=0.01, publication_longest_pause=0.04
    )
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr("services.notification.publication.stepping.asyncio.sleep", noted)
    done: list[str] = []

    async def raises() -> bool:
        done.append("raised")
        raise ValueError("not transient")

    async def goes_on() -> None:
        await sleep(0.01)
        done.append("went on")
        if done.count("went on") % 3 == 0:
            raise RecursionError

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(step_forever(database, settings, "planted", lambda: raises, 0.01)),
            group.create_task(repeat_forever(settings, "planted too", goes_on)),
        ]
        await until(lambda: done.count("raised") >= 5 and done.count("went on") >= 7)
        assert not any(one.done() for one in tasks)
        for one in tasks:
            one.cancel()
    assert failures("planted") >= 5
    assert failures("planted too") >= 2
    assert {0.01, 0.02, 0.04} <= set(pauses)
    assert max(pauses) <= 0.1


async def test_a_batch_that_nobody_can_conclude_waits_and_others_go_ahead(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publication.want([1])
    await publication.sender.step()
    first = (await publication.batch())["id"]

    async def fails(session: AsyncSession, batch: PublicationBatch, verdicts: Mapping[Any, Verdict]) -> None:
        if batch.id == first:
            raise ZeroDivisionError
        await conclude(session, batch, verdicts)

    monkeypatch.setattr(sending, "conclude", fails)
    while (await publication.batch())["attempts"] < 3:
        await publication.sender.step()
    await publication.want([2], urgent=True)
    while (await publication.batch())["state"] != "acknowledged":
        await publication.sender.step()
    stuck, over = await publication.batches()
    assert (stuck["state"], stuck["trouble"]) == ("sent", "unexpected")
    assert over["urgency"] == 0
    monkeypatch.undo()
    await publication.steps()
    assert await publication.wrong() == []


class Nul(PlainPeer):
    """Its tickets, codes and keys have a sign that no text of PostgreSQL may have."""

    async def seal(self, seal: BatchSeal) -> Outcome:
        taken = await super().seal(seal)
        return Received("T\0" + "9" * 300) if isinstance(taken, Received) else taken

    async def ask(self, batch: uuid.UUID, ticket: str | None) -> BatchState:
        told = await super().ask(batch, ticket)
        if not isinstance(told, Done):
            return told
        strange = {(Kind.TYPE, "a\0b"): Verdict("E\0", "无此记录"), (Kind.TYPE, uscc(1)): Verdict("E\0" * 90, "\0不符")}
        return Done(strange)


async def test_signs_and_lengths_that_the_database_cannot_keep_do_not_hold_up_a_batch(
    publication: Publication,
) -> None:
    publication.peer = Nul(publication.system.url)
    publication.__post_init__()
    await publication.want([1, 2])
    await publication.steps()
    await publication.peer.close()
    batch = await publication.batch()
    assert (batch["state"], batch["ticket"]) == ("partly", "T" + "9" * 199)
    rows = await publication.rows("select key, state, message from publication_row order by key")
    assert [tuple(row) for row in rows] == [(uscc(1), "rejected", "不符"), (uscc(2), "acknowledged", None)]


@pytest.mark.parametrize("where", [{"region": "410"}, {"uscc": "91410105MA00000001"}], ids=["region", "code"])
async def test_what_no_event_can_say_is_left_out_and_its_batch_ends(
    publication: Publication, where: dict[str, str]
) -> None:
    await publication.want([1, 2])
    [(column, value)] = where.items()
    strange = f"update publication_row set {column} = '{value}' where key = '{uscc(1)}'"
    await publication.execute(strange)
    await publication.steps()
    assert await publication.states() == {"acknowledged": 2}
    assert [one["households"] for one in await publication.events("PublicationAcknowledged")] == [[uscc(2)]]
    publication.system.refused = {uscc(1), uscc(2)}
    await publication.want([1, 2], "发展型")
    await publication.execute(strange)
    await publication.steps()
    assert await publication.states() == {"rejected": 2}
    assert [one["uscc"] for one in await publication.events("PublicationRejected")] == [uscc(2)]
