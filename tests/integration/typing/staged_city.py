"""Zhengzhou with invented households at the stages of its year, each made once per process and copied per test.

delivered → ordered (annual reports closed, a run is queued) → drafted → published → next_year (the yearly feeds of
the year after, delivered: everybody has somebody else's figures) → second_draft (compared with what is published).
"""

import asyncio
import datetime as dt
import itertools
import shutil
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.typing.settings import TypingSettings
from shared import clock
from shared.feeds.contract.feeds import TYPING_FEEDS
from shared.feeds.sample.writing import write_sample
from shared.platform.identity import Role
from tests.fixtures.postgres import OWNER, ROLE
from tests.fixtures.service_client import Issuer
from tests.integration.typing.typing_client import CITY, YEARLY, TypingClient, running_client, typing_settings

HOUSEHOLDS = 3_000
FIRST_DAY, SECOND_DAY = dt.date(2026, 7, 2), dt.date(2027, 7, 2)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Stage:
    """A database to copy, the data directory that belongs to it, and the runs so far."""

    template: str
    data: Path
    runs: tuple[str, ...] = ()


@dataclass
class Stages:
    """All stages of one process, on its server; `root` is a folder of its own."""

    server: EmbeddedPostgres
    migrated: Callable[[str], str]
    root: Path
    made: dict[str, Stage] = field(default_factory=dict)

    def sample(self, today: dt.date) -> Path:
        """The feeds of a year; the same households every year."""
        folder = self.root / f"sample-{today.year}"
        if not folder.exists():
            folder.mkdir()
            write_sample(folder, region=CITY, households=HOUSEHOLDS, seed=7, today=today)
            for feed in YEARLY if today == SECOND_DAY else ():
                shift_figures(folder / f"{feed}.parquet", today.year - 1)
        return folder

    def at(self, name: str) -> Stage:
        """The stage of that name, made now if it was not."""
        if name not in self.made:
            with ThreadPoolExecutor(1) as beside_any_loop:
                self.made[name] = beside_any_loop.submit(self._make, name).result()
        return self.made[name]

    @contextmanager
    def copied(self, name: str, folder: Path, issuer: Issuer, **changed: object) -> Iterator[TypingSettings]:
        """Settings of a service of the caller's own that stands at the stage."""
        stage = self.at(name)
        shutil.copytree(stage.data, folder / "typing")
        database = f"city_{next(_numbers)}"
        url = self.server.create_database(database, owner=OWNER, role=ROLE, template=stage.template)
        try:
            yield typing_settings(url, folder / "typing", issuer, **changed)
        finally:
            self.server.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _make(self, name: str) -> Stage:
        before, step = STEPS[name]
        data = self.root / name
        if before:
            earlier = self.at(before)
            template, runs = earlier.template, earlier.runs
            shutil.copytree(earlier.data, data)
        else:
            template, runs = self.migrated("services.typing"), ()
        database = f"stage_{name}_{next(_numbers)}"
        url = self.server.create_database(database, owner=OWNER, role=ROLE, template=template)
        issuer = Issuer(self.root)

        async def take() -> tuple[str, ...]:
            async with running_client(typing_settings(url, data, issuer), issuer) as office:
                return await step(self, office, runs)

        return Stage(database, data, asyncio.run(take()))


Runs = tuple[str, ...]


def shift_figures(feed: Path, year: int) -> None:
    """Keep a feed's figures of one year, and give every household's to another one."""
    table = pq.read_table(feed, filters=[("year", "=", year)])
    moved = table["uscc"].take(np.roll(np.arange(len(table)), 11))
    pq.write_table(table.set_column(table.schema.get_field_index("uscc"), "uscc", moved), feed)


async def deliver(stages: Stages, office: TypingClient, today: dt.date) -> None:
    """Every feed as its bureau would deliver it that day."""
    with clock.travel(today):
        for feed in TYPING_FEEDS if today == FIRST_DAY else sorted(YEARLY):
            path = stages.sample(today) / f"{feed}.parquet"
            answer = await office.deliver(path, year=today.year - 1)
            assert answer.status_code == 201, answer.text


async def delivered(stages: Stages, office: TypingClient, runs: Runs) -> Runs:
    await deliver(stages, office, FIRST_DAY)
    return runs


async def ordered(_: Stages, office: TypingClient, runs: Runs) -> Runs:
    return (*runs, *await office.close_reports())


async def drafted(_: Stages, office: TypingClient, runs: Runs) -> Runs:
    await work_to_draft(office, runs[-1])
    return runs


async def work_to_draft(office: TypingClient, run_id: str) -> None:
    """Has a run worked on; where a city is so small that a feed has no row of it, an officer confirms that first."""
    await office.work()
    run = (await office.run(run_id)).json()
    if {finding["kind"] for finding in run["findings"]} == {"empty"}:
        answer = await office.decide(run_id, "confirmation", {"reason": "已核实，当地没有这类记录"}, Role.OFFICER)
        assert answer.status_code == 202, answer.text
        await office.work()
        run = (await office.run(run_id)).json()
    assert run["state"] == "draft", run


async def published(_: Stages, office: TypingClient, runs: Runs) -> Runs:
    answer = await office.publish(runs[-1])
    assert answer.status_code == 200, answer.text
    return runs


async def next_year(stages: Stages, office: TypingClient, runs: Runs) -> Runs:
    await deliver(stages, office, SECOND_DAY)
    return runs


async def second_draft(stages: Stages, office: TypingClient, runs: Runs) -> Runs:
    return await drafted(stages, office, (*runs, *await office.close_reports(closed_on="2027-07-01")))


STEPS: dict[str, tuple[str, Callable[[Stages, TypingClient, Runs], Awaitable[Runs]]]] = {
    "delivered": ("", delivered),
    "ordered": ("delivered", ordered),
    "drafted": ("ordered", drafted),
    "published": ("drafted", published),
    "next_year": ("published", next_year),
    "second_draft": ("next_year", second_draft),
}


_of_servers: dict[int, Stages] = {}


def stages_of(server: EmbeddedPostgres, migrated: Callable[[str], str], make_folder: Callable[[str], Path]) -> Stages:
    """The process's stages, whichever part of the tests asks first."""
    return _of_servers.setdefault(id(server), Stages(server, migrated, make_folder("stages")))


def at_stage(stage: str) -> pytest.MarkDecorator:
    """For tests of fixture `city`: the stage that it is at."""
    return pytest.mark.parametrize("city", [stage], indirect=True, ids=[f"at:{stage}"])


@dataclass(frozen=True)
class StagedCity:
    """A running service at a stage, and its runs in the order in which they were ordered."""

    office: TypingClient
    runs: tuple[str, ...]
    stages: Stages
    settings: TypingSettings

    @property
    def last(self) -> str:
        """The latest run."""
        return self.runs[-1]
