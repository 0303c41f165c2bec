"""The order of scored households: the sheet's rules, then the meeting; never a code or an id."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given, settings, strategies as st

from services.recognition.scoring.ranking import Scored, decide_ties, rank_scored, ranks_of, undecided_groups

NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)


def scored(number: int, total: int, part: int = 0, minutes: int = 0) -> Scored:
    parts = {"credit": Fraction(part)}
    return Scored(UUID(int=number), f"code-{number}", Decimal(total), parts, NOON + dt.timedelta(minutes=minutes))


def ids(groups: list[list[Scored]]) -> list[set[int]]:
    return [{one.application.int for one in group} for group in groups]


@st.composite
def fields(draw: st.DrawFn) -> list[Scored]:
    small = st.integers(0, 2)
    return [scored(number, draw(small), draw(small), draw(small)) for number in range(draw(st.integers(1, 8)))]


@settings(max_examples=100, deadline=None)
@given(fields(), st.sampled_from([[], ["credit"], ["credit", "earlier-submission"], ["earlier-submission"]]), st.data())
def test_the_order_is_the_same_whoever_has_which_id_and_whoever_comes_first(
    households: list[Scored], ties: list[str], data: st.DataObject
):
    groups = rank_scored(households, ties, "")
    assert ids(rank_scored(data.draw(st.permutations(households)), ties, "")) == ids(groups)
    place = {one.application: number for number, group in enumerate(groups) for one in group}
    for one in households:
        for other in households:
            told: list[tuple[Any, Any]] = [(one.total, other.total)]
            told += [(one.parts["credit"], other.parts["credit"])] * ("credit" in ties)
            told += [(other.submitted_at, one.submitted_at)] * ("earlier-submission" in ties)
            better = next((mine > theirs for mine, theirs in told if mine != theirs), None)
            if better is None:
                assert place[one.application] == place[other.application], "equal by the sheet: undecided"
            else:
                assert better == (place[one.application] < place[other.application])


def test_a_draw_leaves_nobody_equal_and_anybody_can_repeat_it():
    households = [scored(number, 80) for number in range(20)]
    first, again = (ids(rank_scored(households, ["draw"], "seed")) for _ in range(2))
    assert [len(group) for group in first] == [1] * 20
    assert first == again != ids(rank_scored(households, ["draw"], "another seed"))


def test_equal_ones_share_a_rank_and_matter_only_where_places_end():
    groups = rank_scored([scored(1, 90), scored(2, 80), scored(3, 80), scored(4, 70)], [], "")
    assert ranks_of(groups) == {UUID(int=1): 1, UUID(int=2): 2, UUID(int=3): 2, UUID(int=4): 4}
    assert undecided_groups(groups, 3) == [], "both get a place"
    assert ids(undecided_groups(groups, 2)) == [{2, 3}], "one of them would get the last place"
    assert ids(undecided_groups(groups, 1)) == [{2, 3}], "one of them would follow first"


def test_the_meeting_decides_among_equals_only():
    groups = rank_scored([scored(1, 90), scored(2, 80), scored(3, 80)], [], "")
    decided = decide_ties(groups, [UUID(int=3), UUID(int=2), UUID(int=1)])
    assert ids(decided) == [{1}, {3}, {2}], "points stay before the meeting's word"
    assert ids(decide_ties(groups, [UUID(int=3)])) == [{1}, {2, 3}], "half a word decides nothing"
