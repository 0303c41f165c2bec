"""The loop walked at random: objections are filed, decided and applied while every worker moves when it likes, hears
its topics again, and days pass. In the end everything is answered once and all services agree (O2, R3).

MINGLU_TEST_EXAMPLES walks more lives (2 in `make test`).
"""

import asyncio
import datetime as dt
import os
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.recognition import handlers
from services.recognition.examination import clearing
from shared import clock
from shared.contracts.objection import PublicNoticeCleared
from shared.platform.identity import Role
from tests.loop.life_law import UNDECIDED
from tests.loop.objection_case import Case, file_objection
from tests.loop.scenario import STAFF
from tests.loop.stages import COUNTY, WorldStages
from tests.loop.world import NAMES, Person, World

WALK = settings(
    max_examples=int(os.environ.get("MINGLU_TEST_EXAMPLES", "2")),
    stateful_step_count=20,
    derandomize=True,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    report_multiple_bugs=False,
)
SEEN = settings(WALK, max_examples=15)
OPENED, LAST, ENDED = dt.date(2026, 10, 13), dt.date(2026, 10, 19), dt.date(2026, 11, 20)
WHICH = st.integers(0, 5)


class LoopMachine(RuleBasedStateMachine):
    """One platform; `growing`: households whose type may be objected to."""

    stages: ClassVar[WorldStages]
    runner: ClassVar[asyncio.Runner]
    folder: ClassVar[Path]
    lives: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.today, self.cases = OPENED, list[tuple[Case, str]]()

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Something happens on the day."""
        with clock.travel(self.today):
            return self.runner.run(doing)

    @initialize()
    def begin(self) -> None:
        """A county with a public notice."""
        type(self).lives += 1
        self.copied = self.stages.copied("noticed", self.folder / str(self.lives))
        self.world: World = self.run(self.copied.__aenter__())
        query = """
            select min(uscc) as uscc from household where region = $1 and type = 'growth' and operator_ref is not null
            and uscc not in (select uscc from application) group by operator_ref having count(*) = 1 order by 1 limit 3
        """
        self.growing = [row["uscc"] for row in self.run(self.world.sql("recognition", query, COUNTY))]

    @precondition(lambda self: self.today <= LAST)
    @rule(which=st.integers(0, 3), person=st.integers(1, 2))
    def object_to_the_notice(self, which: int, person: int) -> None:
        """By name; a second time by the same person is joined to the first."""
        who = Person(Role.OPERATOR, COUNTY, f"neighbour-{person}", operator_ref=f"v1:{person:032x}")
        application = self.world.facts["shown"][which]
        self.file(self.run(file_objection(self.world, "public-notice", subject=application, by=who)), application)

    @rule(which=st.integers(0, 2))
    def object_to_a_type(self, which: int) -> None:
        """By the operator."""
        if self.growing[which] not in [about for _, about in self.cases]:
            case = self.run(file_objection(self.world, "typing", uscc=self.growing[which]))
            self.file(case, self.growing[which])

    def file(self, case: Case, about: str) -> None:
        """Known once."""
        if case.id not in [known.id for known, _ in self.cases]:
            self.cases.append((case, about))

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, outcome=st.sampled_from(["upheld", "dismissed"]))
    def decide(self, which: int, outcome: str) -> None:
        """From where it is to its decision; of a type only with a corrected row."""
        case, about = self.cases[which % len(self.cases)]
        if self.run(case.view())["state"] != "filed":
            return
        if about in self.growing and outcome == "upheld":
            self.run(case.corrected("social_insurance", STAFF | {"uscc": about}))
        else:
            self.run(case.decided(outcome))

    @rule()
    def recognise(self) -> None:
        """An approver tries with everybody; whether it is possible is the service's to say."""
        decider = Person(Role.APPROVER, COUNTY, "decider")
        for application in self.world.facts["shown"]:
            body = {"application": application}
            answer = self.run(self.world.call("recognition", "POST", "/v1/recognitions", decider, body, match="*"))
            assert answer.status_code in (201, 409), answer.text

    @rule()
    def everybody_catches_up(self) -> None:
        """All workers go on until there is nothing left."""
        self.run(self.world.settle(fire=True))

    @rule(
        moves=st.lists(
            st.tuples(st.sampled_from(NAMES), st.sampled_from(["send", "hear", "fire"])), min_size=1, max_size=6
        )
    )
    def workers_move(self, moves: list[tuple[str, str]]) -> None:
        """One after the other, in any order."""
        for name, move in moves:
            self.run(getattr(self.world.workers[name], move)())

    @rule(name=st.sampled_from(NAMES))
    def a_worker_begins_anew(self, name: str) -> None:
        """It hears its topics from their beginning."""
        self.run(self.world.workers[name].hear_again())

    @rule(days=st.sampled_from([1, 3, 7]))
    def days_pass(self, days: int) -> None:
        """Workers that were not moved slept."""
        self.today = min(self.today + dt.timedelta(days=days), ENDED)

    @invariant()
    def nobody_is_recognised_with_an_open_objection(self) -> None:
        """R3: what was objected to in time is not recognised before it is decided."""
        rows = self.run(self.world.sql("recognition", "select application_id::text as id from recognition"))
        recognised = {row["id"] for row in rows}
        query = "select subject::text as id from objection where subject is not null and state = any($1)"
        undecided = {row["id"] for row in self.run(self.world.sql("objection", query, list(UNDECIDED)))}
        assert not recognised & undecided, "recognised with an open objection"

    def teardown(self) -> None:
        """Everybody catches up: upheld ones have changed what they are about, once, everywhere."""
        try:
            self.today = ENDED
            self.run(self.world.settle(fire=True))
            for case, about in self.cases:
                view = self.run(case.view())
                assert view["state"] in ("filed", "closed"), "answered by nobody"
                if view["outcome"] == "upheld":
                    self.run(self.has_changed(about))
            self.run(self.answered_once())
        finally:
            self.run(self.copied.__aexit__(None, None, None))

    async def has_changed(self, about: str) -> None:
        """The type in all services, or the application."""
        if about in self.growing:
            shown = (await self.world.get("typing", f"/v1/households/{about}"))["type"]
            query = "select type from household where uscc = $1"
            copies = [(await self.world.sql(name, query, about))[0]["type"] for name in NAMES[1:]]
            assert {shown, *copies} == {"development"}
        else:
            query = "select state from application where id = $1::uuid"
            (row,) = await self.world.sql("recognition", query, about)
            assert row["state"] in ("refused", "recognised")

    async def answered_once(self) -> None:
        """O2."""
        sent = [one["data"]["correction"] for one in await self.world.told("objection.events", "EvidenceCorrected")]
        answered = [one["data"]["correction"] for one in await self.world.told("typing.events", "CorrectionAnswered")]
        assert sorted(sent) == sorted(answered)
        assert len(sent) == len(set(sent))
        closed = [one["data"]["objection"] for one in await self.world.told("objection.events", "ObjectionClosed")]
        assert len(closed) == len(set(closed))
        applied = [one["data"]["objection"] for one in await self.world.told("recognition.events", "ObjectionApplied")]
        assert len(applied) == len(set(applied))


@pytest.fixture
def machine(world_stages: WorldStages, tmp_path: Path) -> Iterator[type[LoopMachine]]:
    with asyncio.Runner() as runner:

        class Lives(LoopMachine):
            stages, folder = world_stages, tmp_path

        Lives.runner = runner
        yield Lives


def test_no_order_of_workers_breaks_the_loop(machine: type[LoopMachine]) -> None:
    run_state_machine_as_test(machine, settings=WALK)


def test_a_clearing_that_holds_nobody_would_be_caught(
    machine: type[LoopMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = clearing.on_notice_cleared

    async def overhear(session: Any, said: PublicNoticeCleared, at: dt.datetime) -> None:
        await hear(session, said.model_copy(update={"open_objections": 0, "held": []}), at)

    monkeypatch.setattr(handlers, "on_notice_cleared", overhear)
    with pytest.raises(AssertionError, match="recognised with an open objection"):
        run_state_machine_as_test(machine, settings=SEEN)
