"""In whatever order things happen and are heard again, a household is visited once for each of them, and told once."""

import asyncio
import datetime as dt
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.support.calls import repository as call_repository
from shared import clock
from shared.messaging.events import Event
from shared.platform.identity import Role
from tests.fixtures.postgres import empty_tables
from tests.fixtures.service_client import Issuer
from tests.integration.support.support_client import (
    SupportClient,
    household_typed,
    open_client,
    settings_for,
    uscc,
)
from tests.integration.support.test_calls import granted

WALK = settings(
    max_examples=6,
    stateful_step_count=20,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WHICH = st.integers(1, 3)
TABLES = "household, recognition, call, call_occasion, deadline, outbox"
OPEN = ("due", "assigned", "overdue")


class Town:
    """A running service, called from a test that is not async."""

    def __init__(self, office: SupportClient, runner: asyncio.Runner) -> None:
        self.office, self._runner = office, runner

    def wait_for(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """What an asynchronous call comes to."""
        return self._runner.run(doing)


class Calls(RuleBasedStateMachine):
    """`occasions`: what has happened, for good; `open`: the visit that each household waits for; `begun`: how many."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self.town, self.today, self.revision = town, dt.datetime(2026, 8, 5, 9, tzinfo=clock.CHINA), 0
        self.occasions: set[tuple[int, str]] = set()
        self.open: set[int] = set()
        self.begun, self.heard = 0, list[Event]()
        town.wait_for(empty_tables(town.office.resources.database, TABLES))

    def happened(self, number: int, what: str) -> None:
        """The law: what is new makes a visit due unless one is open."""
        if (number, what) not in self.occasions:
            self.occasions.add((number, what))
            self.begun += number not in self.open
            self.open.add(number)

    def hear(self, *said: Any) -> None:
        """An event, kept to be heard again."""
        with clock.travel(self.today):
            self.heard += self.town.wait_for(self.town.office.hear(*said))

    @rule(number=WHICH, year=st.sampled_from([2026, 2027]))
    def report_is_missed(self, number: int, year: int) -> None:
        """A run finds no report; an older one that comes late is passed over."""
        self.revision += 1
        missed: dict[str, Any] = {"type": "ineligible", "defects": ["base.not-reported"]}
        self.hear(household_typed(number, year=year, revision=self.revision, **missed))
        self.happened(number, f"report/{year}")

    @rule(number=WHICH)
    def is_recognised(self, number: int) -> None:
        """The household comes into the pool; said again with another revision, it is the same."""
        self.revision += 1
        self.hear(granted(number, revision=self.revision, granted_on=dt.date(2026, 8, 1)))
        self.happened(number, "recognised")

    @precondition(lambda self: self.heard)
    @rule(back=st.integers(0, 30))
    def bus_repeats(self, back: int) -> None:
        """Something that was heard is heard again."""
        event = self.heard[-1 - back % len(self.heard)]
        with clock.travel(self.today):
            self.town.wait_for(self.town.office.hear_again([event]))

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 2), made=st.booleans())
    def visit_ends(self, which: int, made: bool) -> None:
        """Made or waived."""
        number = sorted(self.open)[which % len(self.open)]
        [call] = self.town.wait_for(
            self.town.office.sql("select id from call where uscc = $1 and state = any($2)", uscc(number), list(OPEN))
        )
        body = {"visited_on": f"{self.today:%F}", "finding": "走访"} if made else {"reason": "不用走访"}
        with clock.travel(self.today):
            path = f"/v1/calls/{call['id']}/{'visit' if made else 'waiver'}"
            answer = self.town.wait_for(self.town.office.post(path, body, Role.OFFICER, match="*"))
        assert answer.status_code == 200, answer.text
        self.open.remove(number)

    @rule(days=st.sampled_from([1, 40]))
    def days_pass(self, days: int) -> None:
        """Last days pass."""
        self.today += dt.timedelta(days=days)
        with clock.travel(self.today):
            self.town.wait_for(self.town.office.fire_deadlines())

    @invariant()
    def as_the_law_has_it(self) -> None:
        """One open visit for each household that waits for one; every visit was told once."""
        rows = self.town.wait_for(self.town.office.sql("select id::text, uscc, state from call"))
        told = [one["data"]["call"] for one in self.town.wait_for(self.town.office.events("CallDue"))]
        assert sorted(row["uscc"] for row in rows if row["state"] in OPEN) == sorted(map(uscc, self.open)), "the law"
        assert len(rows) == self.begun, "the law: a visit for each thing that happened, and no second one"
        assert sorted(told) == sorted(row["id"] for row in rows), "the law: each is told once"


@pytest.fixture
def town(database_url: str, tmp_path: Path, issuer: Issuer) -> Iterator[Town]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = open_client(settings_for(database_url, tmp_path / "support", issuer), issuer)
        office = runner.run(opened.__aenter__())
        try:
            yield Town(office, runner)
        finally:
            runner.run(opened.__aexit__(None, None, None))


def machine(town: Town) -> type[Calls]:
    """As Hypothesis starts it: with nothing but the town."""

    class OfTown(Calls):
        def __init__(self) -> None:
            super().__init__(town)

    return OfTown


def test_no_order_makes_a_call_twice_or_loses_one(town: Town) -> None:
    run_state_machine_as_test(machine(town), settings=WALK)


def test_a_call_twice_after_a_replay_would_be_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: what was heard before counts as new."""
    forgetful = call_repository.REMEMBER.replace("WHERE call_occasion.settled_on IS NOT NULL", "")
    assert forgetful != call_repository.REMEMBER
    monkeypatch.setattr(call_repository, "REMEMBER", forgetful)
    with pytest.raises(AssertionError, match="the law"):
        run_state_machine_as_test(machine(town), settings=WALK)
