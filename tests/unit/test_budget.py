"""The budget of the tests: what belongs to a service is added up, and a service above it is found."""

import pytest

from tests.fixtures.budget import (
    BUDGET,
    LARGER,
    SERVICES,
    YARDSTICK,
    YARDSTICK_SECONDS,
    Bookkeeper,
    Costs,
    suite_of,
)


@pytest.mark.parametrize(
    ("nodeid", "suite"),
    [
        ("tests/integration/recognition/test_year.py::test_x", "recognition"),
        ("tests/unit/typing/test_x.py::test_x[a/b]", "typing"),
        ("tests/integration/notification/publication/test_x.py::test_x", "publication"),
        ("tests/faults/test_x.py::test_x", "faults"),
        ("tests/unit/policy/verifier/test_x.py::test_x", "policy"),
        ("tests/unit/test_budget.py::test_x", "tests"),
    ],
)
def test_a_test_belongs_to_its_folders_service(nodeid: str, suite: str) -> None:
    assert suite_of(nodeid) == suite


@pytest.mark.parametrize(
    ("share", "slower", "over"), [(0.9, 1, []), (1.1, 1, ["typing"]), (1.1, 0.5, ["typing"]), (1.9, 2, [])]
)
def test_who_spends_more_than_the_budget_is_found(share: float, slower: float, over: list[str]) -> None:
    costs = Costs()
    costs.measured["typing"] = [YARDSTICK_SECONDS * slower]
    costs.spent["typing"], costs.spent["law"] = share * LARGER.get("typing", BUDGET), 1000
    assert costs.over() == over
    assert sum("of its budget" in line for line in costs.table()) == 1


def test_only_what_was_measured_beside_a_services_own_tests_excuses_it() -> None:
    costs = Costs()
    costs.measured["law"], costs.spent["typing"] = [YARDSTICK_SECONDS * 3], 1.1 * LARGER.get("typing", BUDGET)
    assert costs.over() == ["typing"]


def test_to_measure_is_not_the_tests_cost(pytestconfig: pytest.Config) -> None:
    bookkeeper = Bookkeeper(pytestconfig)
    place, measured = ("tests/integration/typing/test_x.py", 1, "test_x"), [(YARDSTICK, 0.5)]
    name = f"{place[0]}::test_x"
    for report in (
        pytest.TestReport(name, place, {}, "passed", None, "call", duration=2.0),
        pytest.TestReport(name, place, {}, "passed", None, "teardown", user_properties=measured, duration=0.75),
    ):
        bookkeeper.pytest_runtest_logreport(report)
    assert bookkeeper._costs.spent["typing"] == 2.25


def test_a_larger_budget_is_a_services_that_is_there() -> None:
    assert set(LARGER) <= set(SERVICES)
