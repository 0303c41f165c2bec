"""What the public sees of counts: no small cell, and nothing that a small cell could be reckoned from."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, strategies as st

from services.objection.oversight.domain import SMALLEST_SHOWN, PublicCounts, public_counts, rounded

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), max_size=8)


def assert_safe(counts: Mapping[str, int], shown: PublicCounts[str]) -> None:
    """Every cell is right, but for its rounding, or hidden; what is hidden is not told by the total."""
    assert all(number is None or number == rounded(counts[key]) for key, number in shown.cells.items())
    assert all(number is None or number >= SMALLEST_SHOWN for number in shown.cells.values())
    hidden = [counts[key] for key, number in shown.cells.items() if number is None]
    if shown.total is not None:
        assert shown.total == rounded(sum(counts.values()))
        assert not hidden or (len(hidden) > 1 and sum(hidden) >= SMALLEST_SHOWN)


@given(COUNTS)
def test_no_small_cell_is_shown_or_can_be_reckoned(counts: dict[str, int]):
    assert_safe(counts, public_counts(counts))


@given(COUNTS.filter(lambda counts: all(number == 0 or number >= SMALLEST_SHOWN for number in counts.values())))
def test_without_small_cells_everything_is_shown(counts: dict[str, int]):
    shown = public_counts(counts)
    cells = {key: rounded(number) for key, number in counts.items() if number}
    assert shown == PublicCounts(cells, rounded(sum(counts.values())))


def told_by_difference(county: int, hidden: int, figure: Callable[[int], int]) -> set[int]:
    """Which numbers the hidden county may have, for somebody who reads its city and the other county."""
    seen = figure(county), figure(county + hidden)
    known = range(SMALLEST_SHOWN, county + 2 * SMALLEST_SHOWN)
    return {small for one in known for small in range(SMALLEST_SHOWN) if (figure(one), figure(one + small)) == seen}


@given(st.integers(SMALLEST_SHOWN, 60), st.integers(0, SMALLEST_SHOWN - 1))
def test_a_region_less_its_parts_does_not_tell_what_is_hidden(county: int, hidden: int):
    assert len(told_by_difference(county, hidden, rounded)) > 1
    assert told_by_difference(county, hidden, lambda number: number) == {hidden}, "exact figures would tell"


def test_hiding_the_small_cells_alone_would_be_found_out():
    """The planted fault: one hidden cell beside a total."""
    counts = {"upheld": 12, "dismissed": 20, "withdrawn": 1}
    naive = PublicCounts({"upheld": 12, "dismissed": 20, "withdrawn": None}, 33)
    with pytest.raises(AssertionError):
        assert_safe(counts, naive)
    assert public_counts(counts) == PublicCounts({"upheld": None, "dismissed": 20, "withdrawn": None}, 35)
