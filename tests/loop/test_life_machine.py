"""An objection's whole life, walked at random: the service does what the law allows, refuses the rest without a trace
and says what is possible instead (O1, O2, D1, S1, I1, R3).

MINGLU_TEST_EXAMPLES walks more lives (4 in `make test`), each of MINGLU_TEST_STEPS steps (30). It can fail: each
planted fault is found.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import true

from services.objection.decisions import conclusion
from services.objection.examination import participation
from services.objection.objections import repository as objection_repository
from services.objection.verifications import repository as verification_repository
from shared.database.row_scope import EVERYWHERE
from shared.platform import unit_of_work
from tests.fixtures.service_client import Issuer
from tests.integration.objection.objection_client import settings_for
from tests.loop.life_machine import LifeMachine
from tests.loop.life_town import Town, open_town

EXAMPLES, STEPS = int(os.environ.get("MINGLU_TEST_EXAMPLES", "4")), int(os.environ.get("MINGLU_TEST_STEPS", "30"))
WALK = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=True,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
SEEN = settings(WALK, max_examples=30, stateful_step_count=40, phases=[Phase.generate], report_multiple_bugs=False)
"""Until a fault is found; what it takes at least is not asked."""


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.objection"


@pytest.fixture
def town(database_url: str, tmp_path: Path, issuer: Issuer) -> Iterator[Town]:
    with open_town(settings_for(database_url, tmp_path / "objection", issuer), issuer) as town:
        yield town


def life_in(town: Town) -> type[LifeMachine]:
    """The machine, walking through this town."""

    class LifeInTown(LifeMachine):
        def __init__(self) -> None:
            super().__init__(town)

    return LifeInTown


def test_no_order_of_steps_and_events_breaks_the_law(town: Town) -> None:
    run_state_machine_as_test(life_in(town), settings=WALK)


def closed_without_waiting_for_the_answer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(conclusion, "is_complete", lambda *_, **__: True)


def takers_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(participation, "part_taken", lambda *_: None)


def other_regions_seen(patch: pytest.MonkeyPatch) -> None:
    """By the statements, and by the database, which would hold back what they forget."""
    patch.setattr(objection_repository, "inside", lambda _scope: true())
    patch.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)


def questions_to_anybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(verification_repository, "asked_condition", lambda _of: ())


def answers_not_kept(patch: pytest.MonkeyPatch) -> None:
    async def forget(*_: Any) -> None:
        return None

    patch.setattr(unit_of_work, "keep_answer", forget)


def nobody_held(patch: pytest.MonkeyPatch) -> None:
    async def none(*_: Any) -> list[Any]:
        return []

    patch.setattr(objection_repository, "held_applications", none)


FAULTS = [
    closed_without_waiting_for_the_answer,
    takers_forgotten,
    nobody_held,
    other_regions_seen,
    questions_to_anybody,
    answers_not_kept,
]
"""O2, maker and checker, R3, S1, D1, I1"""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    fault(monkeypatch)
    with pytest.raises(AssertionError, match="the law"):
        run_state_machine_as_test(life_in(town), settings=SEEN)
