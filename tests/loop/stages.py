"""The platform at the stages of a year, each made once per process and copied per test.

typed (a run of Zhengzhou is published and everybody has heard of it) → noticed (a county's season has come to a public
notice, with a reserve behind it).
"""

import asyncio
import datetime as dt
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.postgres import EmbeddedPostgres
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.postgres import OWNER, ROLE
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.application_setup import PDF
from tests.integration.recognition.examination_steps import limit_places
from tests.integration.recognition.season_setup import OPENS, POLICY, prepare_season, publish_criteria
from tests.integration.recognition.walkthrough import APPLIES, VISITS, Walkthrough
from tests.integration.typing.staged_city import Stages
from tests.loop.world import NAMES, Person, World, open_world

COUNTY, CITY, PROVINCE = "410105", "4101", "41"
PUBLISHED = dt.date(2026, 7, 6)
PLACES, APPLICANTS = 4, 6
_numbers = itertools.count(1)
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class WorldStage:
    """Databases to copy, by service and `bus`; the data folders that belong to them; what is known of them."""

    templates: Mapping[str, str]
    data: Path
    facts: Facts


@dataclass
class WorldStages:
    """All stages of one process."""

    server: EmbeddedPostgres
    migrated: Callable[[str], str]
    typing: Stages
    root: Path
    issuer: Issuer
    made: dict[str, WorldStage] = field(default_factory=dict)

    async def at(self, name: str) -> WorldStage:
        """The stage of that name, made now if it was not."""
        if name not in self.made:
            before, step = STEPS[name]
            earlier = await self.at(before) if before else await asyncio.to_thread(self._drafted)
            data = self.root / name
            urls = self._clone(earlier, data)
            async with open_world(urls, data, self.issuer, earlier.facts) as world:
                facts = await step(world)
            templates = {part: url.rpartition("/")[2] for part, url in urls.items()}
            self.made[name] = WorldStage(templates, data, {**earlier.facts, **facts})
        return self.made[name]

    @asynccontextmanager
    async def copied(self, name: str, folder: Path, bus: str | None = None) -> AsyncIterator[World]:
        """A platform of the caller's own that stands at the stage; `bus`: another, empty one."""
        stage = await self.at(name)
        urls = self._clone(stage, folder / "data")
        try:
            shown = urls | ({"bus": bus} if bus else {})
            async with open_world(shown, folder / "data", self.issuer, stage.facts) as world:
                yield world
        finally:
            for url in urls.values():
                self.server.sql(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _drafted(self) -> WorldStage:
        """Typing with a draft; the other services have heard nothing."""
        stage = self.typing.at("drafted")
        data = self.root / "drafted"
        if not data.exists():
            shutil.copytree(stage.data, data / "typing")
        fresh = {name: self.migrated(f"services.{name}") for name in NAMES if name != "typing"}
        return WorldStage({"typing": stage.template, **fresh, "bus": "template1"}, data, {"run": stage.runs[-1]})

    def _clone(self, stage: WorldStage, data: Path) -> dict[str, str]:
        shutil.copytree(stage.data, data)
        number = next(_numbers)
        return {part: self._database(f"world_{number}_{part}", template) for part, template in stage.templates.items()}

    def _database(self, name: str, template: str) -> str:
        """A copy of a service's database, or an empty one, in which the bus makes its own tables."""
        if template == "template1":
            return self.server.create_database(name, owner=ROLE)
        return self.server.create_database(name, owner=OWNER, role=ROLE, template=template)


async def typed(world: World) -> Facts:
    """The run is published on a day in July, streamed, and heard by everybody."""
    run = world.facts["run"]
    with clock.travel(PUBLISHED):
        answer = await world.typing.publish(run)
        assert answer.status_code == 200, answer.text
        await world.settle()
    return {}


async def noticed(world: World) -> Facts:
    """A county's season: applicants by the rank of their selection, those on notice, those on the reserve."""
    office = world.recognition
    quota = {"scope": CITY, "year": 2026, "policy": POLICY}
    await world.do("recognition", "/v1/quotas", Person(Role.OFFICER, CITY, "quota-officer"), quota)
    await publish_criteria(office)
    season = await prepare_season(office)
    assert season.status_code == 201, season.text
    county = Person(Role.OFFICER, COUNTY, "officer")
    with clock.travel(OPENS):
        opened = await world.do("recognition", f"/v1/seasons/{season.json()['id']}/opening", county)
    walkthrough = Walkthrough(office, opened)
    codes = (await applicants(world))[:APPLICANTS]
    with clock.travel(APPLIES):
        applications = {await apply(world, opened["id"], code): code for code in codes}
    for application in applications:
        assert (await walkthrough.review(application)).status_code == 200
    await limit_places(walkthrough, PLACES)
    chosen = [one["application"] for one in (await walkthrough.select())["chosen"]]
    with clock.travel(VISITS):
        for application in chosen:
            assert (await walkthrough.visit(application)).status_code == 200
            await walkthrough.consult(application)
        notice = await walkthrough.notice()
        await world.settle()
    reserve = [application for application in applications if application not in chosen]
    return {
        "season": opened["id"],
        "notice": notice["id"],
        "closes_on": notice["closes_on"],
        "applications": applications,
        "shown": chosen,
        "reserve": reserve,
    }


async def operator_of(world: World, uscc: str) -> Person:
    """The operator of a household, by the pseudonym that the services know."""
    (row,) = await world.sql("typing", "select operator_ref from result where uscc = $1 limit 1", uscc)
    return Person(Role.OPERATOR, COUNTY, f"operator-{uscc}", operator_ref=row["operator_ref"])


async def applicants(world: World) -> list[str]:
    """Growth households of the county, each of another operator, in the order of their codes."""
    query = """
        select min(uscc) as uscc from household
        where region = $1 and type = 'growth' and operator_ref is not null and status = 'registered'
        group by operator_ref having count(*) = 1 order by 1
    """
    return [row["uscc"] for row in await world.sql("recognition", query, COUNTY)]


async def apply(world: World, season: str, uscc: str) -> str:
    """The household's operator applies, with the documents that the standard asks for; the application's id."""
    person = await operator_of(world, uscc)
    claim = {
        "season": season,
        "uscc": uscc,
        "category": "distinctive",
        "category_reason": "特色产品",
        "criteria": ["distinctive.3"],
    }
    drafted = await world.do("recognition", "/v1/applications", person, claim)
    path = f"/v1/applications/{drafted['id']}"
    criteria = (await world.get("recognition", f"/v1/criteria?region={COUNTY}"))["items"][0]["categories"]
    wanted = next(one for one in criteria["distinctive"]["criteria"] if one["id"] == "distinctive.3")
    for document in wanted["evidence"]:
        query = f"?evidence=distinctive.3:{document}&name=材料"
        answer = await world.call(
            "recognition", "POST", f"{path}/documents{query}", person, PDF, kind="application/pdf"
        )
        assert answer.status_code == 201, answer.text
    await world.do("recognition", f"{path}/submission", person)
    return str(drafted["id"])


STEPS: dict[str, tuple[str, Callable[[World], Awaitable[Facts]]]] = {
    "typed": ("", typed),
    "noticed": ("typed", noticed),
}
