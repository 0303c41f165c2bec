"""What is handed in at the national systems, through the bus to the service that takes it, and the answer back there:
real systems of the sandbox, real adapters, all services.
"""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.incoming.service import Intake
from services.notification.publication.incoming.task import ANSWER_TOPICS, ANSWERS, exchange_once
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.systems import System
from services.notification.service import SERVICE as NOTIFICATION
from shared import clock
from shared.platform.identity import Role
from shared.platform.service import Subscription
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.loop.hand_worker import HandWorker
from tests.loop.scenario import growing_household
from tests.loop.stages import COUNTY, apply
from tests.loop.world import Person, World

pytestmark = pytest.mark.parametrize("world", ["noticed"], indirect=True)

TODAY = dt.date(2026, 10, 14)
IN_TIME = "2026-09-30T22:00:00+08:00"
"""The last evening of the application period; it arrives a fortnight later."""


@dataclass
class Country:
    """The platform and the national systems."""

    world: World
    running: RunningSystems
    peers: Mapping[System, HttpPeer]
    hears: HandWorker
    """The publisher's consumer of answers"""

    async def hands_in(self, system: System, *items: dict[str, Any]) -> None:
        """Something is handed in there."""
        async with httpx.AsyncClient(base_url=self.running.base, trust_env=False) as client:
            answer = await client.post(f"/sandbox/{system}/handed-in", json=items)
            assert answer.status_code == 204, answer.text

    async def settle(self) -> None:
        """Read, handed on, taken, answered, told: on the same day."""
        with clock.travel(TODAY):
            for _ in range(2):
                for peer in self.peers.values():
                    await exchange_once(Intake.of(self.world.notification.resources), peer)
                await self.world.settle()
                while await self.hears.hear():
                    pass

    async def rows(self, system: System) -> Sequence[dict[str, Any]]:
        """What officers of the province see of a system's, oldest first."""
        query = {"system": system.value}
        shown = await self.world.notification.get("/v1/publications/hand-ins", Role.OFFICER, "41", query=query)
        found: list[dict[str, Any]] = shown.json()["items"]
        return found[::-1]


@pytest.fixture
async def country(world: World, tmp_path: Path) -> AsyncIterator[Country]:
    answers = replace(NOTIFICATION, subscriptions=[Subscription("hand-ins", ANSWER_TOPICS, ANSWERS)])
    resources = world.notification.resources
    hears = HandWorker(answers, resources.database, resources, world.bus)
    async with running_systems(tmp_path) as running:
        peers = {
            system: HttpPeer(FORMATS[system], parse_peer(SecretStr(running.url(system))))
            for system in (System.CULTIVATION_PLATFORM, System.NATIONAL_DIRECTORY, System.CREDIT_PUBLICITY)
        }
        yield Country(world, running, peers, hears)
        await hears.stop()
        for peer in peers.values():
            await peer.close()


def application(uscc: str, reference: str, **changed: Any) -> dict[str, Any]:
    """An application that needs no document."""
    known = {"kind": "application", "reference": reference, "filed_at": IN_TIME, "uscc": uscc, "year": 2026}
    claim = {"category": "renowned", "category_reason": "有自己的商标", "criteria": ["renowned.2"], "region": COUNTY}
    return known | claim | changed


async def test_an_application_of_the_platform_comes_to_the_department_and_its_answer_back(country: Country) -> None:
    world, uscc = country.world, await growing_household(country.world)
    (known, *_) = world.facts["applications"].values()
    await country.hands_in(
        System.CULTIVATION_PLATFORM,
        application(uscc, "PY-1"),
        application(uscc, "PY-2"),
        application(known, "PY-3"),
        application(uscc, "PY-4", year=2025),
    )
    await country.settle()
    rows = await country.rows(System.CULTIVATION_PLATFORM)
    assert [row["state"] for row in rows] == ["taken", "matched", "matched", "refused"]
    assert rows[0]["result"] == rows[1]["result"]
    assert all(row["told_at"] is not None for row in rows)
    county = Person(Role.OFFICER, COUNTY, "officer")
    found = await world.get("recognition", f"/v1/applications/{rows[0]['result']}", county)
    assert (found["state"], found["step"], found["uscc"]) == ("in-progress", "review", uscc)
    assert dt.datetime.fromisoformat(str(found["submitted_at"])) == dt.datetime.fromisoformat(IN_TIME)
    tasks = await world.get("recognition", "/v1/tasks?step=review", county)
    assert [one["application"] for one in tasks["items"]] == [rows[0]["result"]]


async def test_an_objection_is_filed_with_its_instant_and_joined_with_what_comes_from_elsewhere(
    country: Country,
) -> None:
    uscc = await growing_household(country.world)
    objection = {"kind": "objection", "uscc": uscc, "region": COUNTY, "year": 2026, "statement": "参保人数登记少了"}
    first = objection | {"reference": "QG-1", "filed_at": "2026-10-13T09:00:00+08:00"}
    second = objection | {"reference": "PY-1", "filed_at": "2026-10-13T10:00:00+08:00"}
    await country.hands_in(System.NATIONAL_DIRECTORY, first)
    await country.settle()
    await country.hands_in(System.CULTIVATION_PLATFORM, second)
    await country.settle()
    (taken,), (joined,) = [
        await country.rows(system) for system in (System.NATIONAL_DIRECTORY, System.CULTIVATION_PLATFORM)
    ]
    assert (taken["state"], joined["state"]) == ("taken", "matched")
    assert taken["result"] == joined["result"]
    (stored,) = await country.world.sql("objection", "select id, filed_at, filed_by from objection")
    assert (str(stored["id"]), stored["filed_by"]) == (taken["result"], "national")
    assert stored["filed_at"] == dt.datetime.fromisoformat(str(first["filed_at"]))


async def test_facts_of_annual_reports_come_to_typing_each_once(country: Country) -> None:
    world, uscc = country.world, await growing_household(country.world)
    (closing,) = await world.sql("typing", "select region, year, closed_on from annual_report_closing")
    closed = {"region": closing["region"], "year": closing["year"], "closed_on": closing["closed_on"].isoformat()}
    filed = {"kind": "annual-report-filed", "uscc": uscc, "year": closing["year"], "filed_on": "2026-10-01"}
    runs = await world.sql("typing", "select id from run")
    await country.hands_in(
        System.CREDIT_PUBLICITY,
        {"kind": "annual-reports-closed", "reference": "NB-1"} | closed,
        filed | {"reference": "NB-2"},
        filed | {"reference": "NB-3"},
    )
    await country.settle()
    assert [row["state"] for row in await country.rows(System.CREDIT_PUBLICITY)] == ["taken", "taken", "matched"]
    assert await world.sql("typing", "select id from run") == runs, "the closing was known"
    (report,) = await world.sql("typing", "select uscc, year, filed_on from filed_report")
    assert (report["uscc"], report["filed_on"]) == (uscc, dt.date(2026, 10, 1))
    assert await world.sql("typing", "select 1 from dead_letter") == []


async def test_who_applied_here_and_there_has_one_application(country: Country) -> None:
    """Here first, then there; there first is the first test."""
    world = country.world
    uscc = await growing_household(world)
    with clock.travel(dt.date(2026, 9, 20)):
        here = await apply(world, world.facts["season"], uscc)
    await country.hands_in(System.CULTIVATION_PLATFORM, application(uscc, "PY-1"))
    await country.settle()
    (row,) = await country.rows(System.CULTIVATION_PLATFORM)
    assert (row["state"], row["result"]) == ("matched", here)
