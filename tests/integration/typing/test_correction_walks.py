"""Whatever comes in whatever order, the directory is what a model in plain Python says: corrections, liftings, late
reports, deliveries that agree or do not, runs that are frozen, published and followed up.
"""

import datetime as dt
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from deploy.local.postgres import EmbeddedPostgres
from services.typing.corrections import settlement
from services.typing.corrections.domain import CorrectionState
from services.typing.corrections.settlement import settle_deliveries
from services.typing.directory.household_facts import household_facts
from services.typing.handlers import HANDLERS
from services.typing.retyping.corrected_evidence import apply_waiting_corrections
from services.typing.retyping.late_reports import apply_waiting_reports
from shared.contracts.annual_report import AnnualReportFiled
from shared.contracts.objection import EvidenceCorrected
from shared.feeds.sample.writing import write_sample
from shared.messaging.events import new_event
from tests.fixtures.service_client import Issuer
from tests.integration.typing.bus_listener import late_report
from tests.integration.typing.correction_model import FEEDS, CorrectionModel, ModelCorrection, ModelDelivery
from tests.integration.typing.objections import (
    assert_type_follows_from_facts,
    correction,
    hear,
    lifting,
    said_about,
    stored_states,
    type_of,
)
from tests.integration.typing.staged_city import FIRST_DAY, StagedCity, Stages, work_to_draft
from tests.integration.typing.typing_client import CITY, running_client

WALKS = int(os.environ.get("MINGLU_TEST_CORRECTION_WALKS", "2"))
"""Walks of a run of the tests, besides those that matter."""
FEW = 3
FILED = dt.date(2026, 3, 1)

HOUSEHOLD = st.integers(0, FEW - 1)
FEED = st.sampled_from(sorted(FEEDS))
VALUE = st.sampled_from([True, False])
STEP = st.one_of(
    st.tuples(st.just("correct"), HOUSEHOLD, FEED, VALUE),
    st.tuples(st.just("correct"), HOUSEHOLD, FEED, VALUE),
    st.tuples(st.just("lift"), st.integers(0, 5)),
    st.tuples(st.just("report"), HOUSEHOLD),
    st.tuples(st.just("deliver"), HOUSEHOLD, FEED, VALUE),
    st.tuples(st.just("deliver all"), FEED, st.sets(HOUSEHOLD), st.sets(HOUSEHOLD)),
    st.tuples(st.just("freeze")),
    st.tuples(st.just("publish")),
    st.tuples(st.just("tidy")),
)


class SmallStages(Stages):
    """A city of few households."""

    def sample(self, today: dt.date) -> Path:
        """The feeds of a year."""
        folder = self.root / f"sample-{today.year}"
        if not folder.exists():
            folder.mkdir()
            write_sample(folder, region=CITY, households=60, seed=11, today=today)
        return folder


@pytest.fixture(scope="module")
def small(
    postgres_server: EmbeddedPostgres, template_of: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> SmallStages:
    return SmallStages(postgres_server, template_of, tmp_path_factory.mktemp("small"))


@dataclass
class Walk:
    """A city, the model, and what was said to it."""

    city: StagedCity
    model: CorrectionModel
    folder: Path
    corrected: list[EvidenceCorrected] = field(default_factory=list)
    draft: str = ""
    answers: int = 0
    sent: int = 0
    deliveries: list[UUID] = field(default_factory=list)

    async def take(self, step: tuple[Any, ...]) -> None:
        """One step; most are followed by what housekeeping does."""
        name, *values = step
        await getattr(self, name.replace(" ", "_"))(*values)
        if name not in ("deliver", "deliver all", "freeze", "publish"):
            await self.tidy()

    async def correct(self, number: int, feed: str, value: bool) -> None:
        uscc = self.model.households[number]
        sealed = correction(uscc, feed, text_row(feed, value), year=2025 if feed == "annual_report" else None)
        said = sealed.model_copy(update={"worse_told": True})
        self.model.corrections.append(
            ModelCorrection(said.correction, uscc, feed, model_value(feed, value), len(self.model.deliveries))
        )
        self.corrected.append(said)
        await self.hear(said)

    async def lift(self, number: int) -> None:
        if number < len(self.corrected):
            said, of_model = self.corrected[number], self.model.corrections[number]
            fresh = of_model.state != "lifted"
            of_model.state = "lifted"
            await self.hear(lifting(said), fresh=fresh)

    async def hear(self, said: EvidenceCorrected, *, fresh: bool = True) -> None:
        """What typing answers agrees with what readers saw before and see then."""
        office = self.city.office
        before = await type_of(office, said.uscc)
        await hear(self.city, said, said)
        answers = (await said_about(office, said.uscc)).of("CorrectionAnswered")
        if fresh:
            self.answers += 1
            after = await type_of(office, said.uscc)
            last = (answers[-1]["outcome"], answers[-1]["previous_type"], answers[-1]["type"])
            assert last == ("changed" if before != after else "unchanged", before, after)
        counted = [await said_about(office, uscc) for uscc in self.model.households]
        assert sum(len(one.of("CorrectionAnswered")) for one in counted) == self.answers

    async def report(self, number: int) -> None:
        uscc = self.model.households[number]
        self.model.reported_late.add(uscc)
        event = new_event(late_report(uscc), subject=uscc, source="/annual-report")
        async with self.city.office.resources.database.transaction() as session:
            await HANDLERS[AnnualReportFiled](session, event, self.city.office.resources)

    async def deliver(self, number: int, feed: str, value: bool) -> None:
        uscc = self.model.households[number]
        await self.send(ModelDelivery(feed, {uscc: model_value(feed, value)}, False), {uscc: value})

    async def deliver_all(self, feed: str, there: set[int], yes: set[int]) -> None:
        values = {self.model.households[number]: number in yes for number in there}
        modelled = {uscc: model_value(feed, value) for uscc, value in values.items()}
        await self.send(ModelDelivery(feed, modelled, True), values)

    async def send(self, delivery: ModelDelivery, values: dict[str, bool]) -> None:
        """The delivery over HTTP; of a full one everybody else's rows are always the same."""
        self.sent += 1
        table = pq.read_table(self.city.stages.sample(FIRST_DAY) / f"{delivery.feed}.parquet")
        others = [row for row in table.to_pylist() if row["uscc"] not in self.model.households]
        empty = dict.fromkeys(table.schema.names)
        rows = others if delivery.full else []
        rows += [empty | {"uscc": uscc} | typed_row(delivery.feed, value) for uscc, value in values.items()]
        rows.append(empty | {"uscc": f"9241010{self.sent:011d}"} | typed_row(delivery.feed, True))  # no bytes twice
        path = self.folder / f"{delivery.feed}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
        answer = await self.city.office.deliver(path, mode="full" if delivery.full else "incremental")
        assert answer.status_code == 201, answer.text
        self.deliveries.append(UUID(answer.json()["id"]))
        self.model.deliver(delivery)

    async def freeze(self) -> None:
        if self.model.draft is None:
            office = self.city.office
            self.draft = await office.ordered(as_of="2026-07-02", maker="another")
            await work_to_draft(office, self.draft)
            self.model.freeze()

    async def publish(self) -> None:
        if self.model.draft is not None:
            answer = await self.city.office.publish(self.draft)
            assert answer.status_code == 200, answer.text
            self.model.publish()

    async def tidy(self) -> None:
        resources = self.city.office.resources
        await settle_deliveries(resources)
        self.model.settle()
        await apply_waiting_reports(resources)
        await apply_waiting_corrections(resources)
        assert await apply_waiting_reports(resources) + await apply_waiting_corrections(resources) == 0
        await self.check()

    async def check(self) -> None:
        """The directory and the model agree, and every explanation with them."""
        office = self.city.office
        assert await stored_states(office) == {one.id: one.state for one in self.model.corrections}
        for uscc in self.model.households:
            facts = await facts_of(self.city, uscc)
            expected = {fact: self.model.fact(uscc, feed) for feed, fact in FEEDS.items()}
            assert {fact: facts[fact] for fact in expected} == expected, uscc
            await assert_type_follows_from_facts(office, uscc)
            said = await said_about(office, uscc)
            told = [
                ("met" if name == "CorrectionMet" else "contradicted", UUID(data["correction"]), UUID(data["delivery"]))
                for name, data in said.events
                if name in ("CorrectionMet", "CorrectionContradicted")
            ]
            mine = {one.id for one in self.model.corrections if one.household == uscc}
            assert told == [(state, one, self.deliveries[n]) for state, one, n in self.model.said if one in mine]


def model_value(feed: str, value: bool) -> bool | None:
    """A report without a day leaves open whether it was filed."""
    return value if feed == "credit" else value or None


def text_row(feed: str, value: bool) -> dict[str, str]:
    """A corrected row."""
    if feed == "credit":
        return {"abnormal": str(value).lower(), "seriously_dishonest": "false"}
    return {"filed_on": FILED.isoformat() if value else "", "revenue": "", "employees": ""}


def typed_row(feed: str, value: bool) -> dict[str, object]:
    """A delivered row."""
    if feed == "credit":
        return {"abnormal": value, "seriously_dishonest": False}
    return {"year": 2025, "filed_on": FILED if value else None}


async def facts_of(city: StagedCity, uscc: str) -> dict[str, object]:
    """The facts behind what readers see."""
    (row,) = await city.office.sql(
        "select k.run_id, r.region, c.facts from result r"
        " join current_run k on k.region = r.region and k.run_number = r.run_number"
        " left join correction c on c.run_number = r.run_number and c.uscc = r.uscc where r.uscc = $1",
        uscc,
    )
    facts = orjson.loads(row["facts"]) if row["facts"] else None
    return await household_facts(city.office.resources, row["run_id"], row["region"], uscc, facts)


@asynccontextmanager
async def walking(stages: Stages, folder: Path, issuer: Issuer) -> AsyncIterator[Walk]:
    """A published city, and the model of some of its households."""
    with stages.copied("published", folder, issuer, shrink_share=1.0) as configured:
        async with running_client(configured, issuer) as office:
            city = StagedCity(office, stages.at("published").runs, stages, configured)
            found = (await office.get(f"/v1/runs/{city.last}/results", type="survival", limit=FEW)).json()["items"]
            households = [item["uscc"] for item in found]
            facts = {uscc: await facts_of(city, uscc) for uscc in households}
            bureaus: dict[tuple[str, str], Any] = {
                (uscc, feed): facts[uscc][fact] for uscc in households for feed, fact in FEEDS.items()
            }
            await settle_deliveries(office.resources)
            yield Walk(city, CorrectionModel(households, bureaus), folder)


async def walk_along(stages: Stages, folder: Path, issuer: Issuer, steps: list[tuple[Any, ...]]) -> None:
    """Take the steps, and tidy up after the last one."""
    async with walking(stages, folder, issuer) as walk:
        for step in steps:
            await walk.take(step)
        await walk.tidy()


@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize="MINGLU_TEST_CORRECTION_WALKS" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(STEP, min_size=6, max_size=16))
async def test_the_directory_is_what_the_model_says(
    small: SmallStages, tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, steps: list[tuple[Any, ...]]
) -> None:
    await walk_along(small, tmp_path_factory.mktemp("walk"), issuer, steps)


SUPERSEDED = [
    ("correct", 0, "credit", True),
    ("correct", 0, "credit", False),
    ("deliver", 0, "credit", False),
    ("tidy",),
    ("freeze",),
    ("publish",),
]
"""Of two corrections of one row the second one is met."""
LIFTED = [("correct", 0, "credit", True), ("freeze",), ("publish",), ("tidy",), ("lift", 0), ("freeze",), ("publish",)]
LATE = [("freeze",), ("correct", 1, "annual_report", False), ("report", 1), ("publish",), ("tidy",), ("lift", 0)]
UNSETTLED = [("correct", 2, "credit", True), ("deliver all", "credit", {2}, {2}), ("freeze",), ("publish",), ("tidy",)]


@pytest.mark.parametrize(
    "steps", [SUPERSEDED, LIFTED, LATE, UNSETTLED], ids=["superseded", "lifted", "late", "unsettled"]
)
async def test_walks_that_matter(
    small: SmallStages, tmp_path: Path, issuer: Issuer, steps: list[tuple[Any, ...]]
) -> None:
    await walk_along(small, tmp_path, issuer, steps)


async def test_a_superseded_correction_that_ranks_again_would_be_caught(
    small: SmallStages, tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: each correction is compared by itself, so the earlier one stays in force."""
    together = settlement.states_after

    def one_by_one(bench: Any, delivery: Any, corrections: Any) -> dict[UUID, CorrectionState]:
        states: dict[UUID, CorrectionState] = {}
        for one in corrections:
            states |= together(bench, delivery, [one])
        return states

    monkeypatch.setattr(settlement, "states_after", one_by_one)
    with pytest.raises(AssertionError):
        await walk_along(small, tmp_path, issuer, SUPERSEDED)
