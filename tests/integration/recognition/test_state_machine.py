"""The whole life of recognition, walked at random: whatever people, clock, registers and the bus do in any order, the
service does what the law allows, refuses the rest without a trace, and its database stays sound (R1–R6, O1).

MINGLU_TEST_EXAMPLES walks more lives (8 in `make test`), each of MINGLU_TEST_STEPS steps (40). It can fail: each
planted fault is found.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition import handlers
from services.recognition.decisions import cases, service
from services.recognition.examination.clearing import on_notice_cleared
from services.recognition.season.quotas import require_places
from shared.contracts.objection import PublicNoticeCleared
from shared.worker import deadlines
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.machine_objections import ObjectionRules
from tests.integration.recognition.machine_world import World, open_world
from tests.integration.recognition.recognition_client import settings_for

EXAMPLES, STEPS = int(os.environ.get("MINGLU_TEST_EXAMPLES", "8")), int(os.environ.get("MINGLU_TEST_STEPS", "40"))
WALK = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=True,
    print_blob=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SEEN = settings(WALK, max_examples=30, stateful_step_count=20, phases=[Phase.generate], report_multiple_bugs=False)
"""Until a fault is found; what it takes at least is not asked."""


@pytest.fixture
def town(database_url: str, tmp_path: Path, issuer: Issuer) -> Iterator[World]:
    with open_world(settings_for(database_url, tmp_path / "recognition", issuer), issuer) as town:
        yield town


def rules_of(town: World) -> type[ObjectionRules]:
    """The machine as Hypothesis starts it: with nothing but the town."""

    class Rules(ObjectionRules):
        def __init__(self) -> None:
            super().__init__(town)

    return Rules


def test_no_order_of_events_breaks_the_law(town: World):
    run_state_machine_as_test(rules_of(town), settings=WALK)


def test_a_draft_is_not_completed_and_what_was_returned_not_handed_in_anew(town: World):
    """Walks that once went through: without consent, after the last day, past the day to complete."""
    life = ObjectionRules(town)
    life.some_are_recognised(0)
    life.recommend(0, "culture", asked=False)
    life.apply(1, stranger=False, ready=False)
    life.recommend(2, "culture", asked=True)
    life.apply(3, stranger=False, ready=True)
    for case in life.law.cases:
        life.send_back(case, "chen", True)
    draft, own_draft, *returned = life.law.cases
    for good in (True, False):
        life.complete(draft, "", good)
        life.complete(own_draft, "", good)
        life.hand_in(draft, "", good)
        for case in returned:
            life.hand_in(case, "", good)
    life.as_the_law_has_it()
    assert [one.state for one in life.law.cases] == ["draft", "draft", "returned", "returned"]


def places_without_end(patch: pytest.MonkeyPatch) -> None:
    async def places(session: AsyncSession, county: str, year: int, **_: object) -> Any:
        return replace(await require_places(session, county, year), places=1000)

    patch.setattr(service, "require_places", places)


def makers_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cases, "makers", lambda _case: frozenset())


def objections_overheard(patch: pytest.MonkeyPatch) -> None:
    async def overhear(session: AsyncSession, said: PublicNoticeCleared, at: dt.datetime) -> None:
        await on_notice_cleared(session, said.model_copy(update={"open_objections": 0, "held": []}), at)

    patch.setattr(handlers, "on_notice_cleared", overhear)


def deadlines_a_day_late(patch: pytest.MonkeyPatch) -> None:
    after = deadlines.end_of_day
    patch.setattr(deadlines, "end_of_day", lambda day: after(day + dt.timedelta(days=1)))


@pytest.mark.parametrize("fault", [places_without_end, makers_forgotten, objections_overheard, deadlines_a_day_late])
def test_a_planted_fault_is_found(town: World, monkeypatch: pytest.MonkeyPatch, fault: Callable[[object], None]):
    fault(monkeypatch)
    with pytest.raises(AssertionError, match="the law"):
        run_state_machine_as_test(rules_of(town), settings=SEEN)
