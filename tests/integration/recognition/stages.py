"""A county's season at the stages at which most tests begin, each made once in a worker process and copied per test.

opened → handed in → (review, selection, visit, consultation) before the notice → to be decided → recognised
"""

import asyncio
import copy
import shutil
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.recognition.settings import RecognitionSettings
from tests.fixtures.postgres import OWNER, ROLE
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.examination_steps import bring_to_notice
from tests.integration.recognition.lifecycle_steps import recognise
from tests.integration.recognition.recognition_client import RecognitionClient, open_client, settings_for
from tests.integration.recognition.route_targets import make_one_of_each, make_what_departments_own
from tests.integration.recognition.scoring_setup import open_scoring
from tests.integration.recognition.walkthrough import Walkthrough, start_walkthrough


@dataclass(frozen=True)
class Stage:
    """A database to copy, the data directory that belongs to it, the season as it was answered, and what was made in
    it: ids of the applications or recognitions of households 1, 2, …, or what else the stage's function gives.
    """

    template: str
    data: Path
    season: dict[str, Any]
    made: Any = None


def applied(*numbers: int) -> Callable[[Walkthrough], Awaitable[list[str]]]:
    return lambda walkthrough: walkthrough.apply(*numbers)


def decidable(*numbers: int) -> Callable[[Walkthrough], Awaitable[list[str]]]:
    return lambda walkthrough: walkthrough.to_decision(*numbers)


def recognised(*numbers: int) -> Callable[[Walkthrough], Awaitable[list[str]]]:
    return lambda walkthrough: recognise(walkthrough, *numbers)


def before_notice(*numbers: int) -> Callable[[Walkthrough], Awaitable[list[str]]]:
    async def bring(walkthrough: Walkthrough) -> list[str]:
        chosen, _ = await bring_to_notice(walkthrough, *numbers)
        return chosen

    return bring


async def opened_with_a_sheet(office: RecognitionClient) -> Walkthrough:
    return (await open_scoring(office)).walkthrough


OPENINGS: dict[str, Callable[[RecognitionClient], Awaitable[Walkthrough]]] = {
    "opened": start_walkthrough,
    "opened with a sheet": opened_with_a_sheet,
}
STEPS: dict[str, Callable[[Walkthrough], Awaitable[Any]]] = {
    "handed in": applied(1),
    "two handed in": applied(1, 2),
    "before the notice": before_notice(1),
    "two before the notice": before_notice(1, 2),
    "to be decided": decidable(1),
    "two to be decided": decidable(1, 2),
    "recognised": recognised(1),
    "two recognised": recognised(1, 2),
    "one of each": make_one_of_each,
    "owned by departments": make_what_departments_own,
}
"""All after the season was opened."""
BEGINS = {
    "scoring": "opened with a sheet",
    "one_of_each": "one of each",
    "owned_by_departments": "owned by departments",
    "recognition": "recognised",
    "application": "handed in",
    "walkthrough": "opened",
}
"""The stage of a test by the fixture that it asks for, unless it says another one."""


def at_stage(stage: str) -> pytest.MarkDecorator:
    """The stage at which a test with the fixtures `application`, `applications` or `recognitions` begins."""
    return pytest.mark.parametrize("stage", [stage], indirect=True, ids=[f"at:{stage.replace(' ', '-')}"])


@dataclass
class Stages:
    """All stages of one process, on its server; `root` is a folder of its own."""

    server: EmbeddedPostgres
    migrated: Callable[[str], str]
    root: Path
    issuer: Issuer
    made: dict[str, Stage] = field(default_factory=dict)

    def at(self, name: str) -> Stage:
        """The stage, made now if nobody has asked for it."""
        if name not in self.made:
            opened = None if name in OPENINGS else self.at("opened")
            with ThreadPoolExecutor(1) as beside_any_loop:
                self.made[name] = beside_any_loop.submit(self._make, name, opened).result()
        return self.made[name]

    def _make(self, name: str, opened: Stage | None) -> Stage:
        number = [*OPENINGS, *STEPS].index(name)
        data, database = self.root / f"stage-{number}", f"template_recognition_{number}"
        if opened:
            shutil.copytree(opened.data, data)
        template = opened.template if opened else self.migrated("services.recognition")
        url = self.server.create_database(database, owner=OWNER, role=ROLE, template=template)
        season, made = asyncio.run(self._walked(name, settings_for(url, data, self.issuer), opened))
        return Stage(database, data, season, made)

    async def _walked(
        self, name: str, settings: RecognitionSettings, opened: Stage | None
    ) -> tuple[dict[str, Any], Any]:
        async with open_client(settings, self.issuer) as office:
            if not opened:
                return (await OPENINGS[name](office)).season, None
            walkthrough = Walkthrough(office, copy.deepcopy(opened.season))
            return opened.season, await STEPS[name](walkthrough)
