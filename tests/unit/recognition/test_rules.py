"""The pure rules of recognition: quota and apportionment, selection, draws, periods, claims."""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from services.recognition.applications.domain import APPLICATION_STATES, STEP_LABELS, ApplicationState
from services.recognition.recognitions.domain import in_last_year, period_end
from services.recognition.rules.claims import (
    Claims,
    LocalCategory,
    LocalCriterion,
    claim_deficiencies,
    criteria_to_verify,
    meets_category,
    registered_kinds,
    share_of_points,
    total_points,
)
from services.recognition.season.domain import Candidate, TieBreak, apportion, rank_candidates
from services.recognition.supervision.domain import draw_sample
from shared.law.model.operator_kinds import KindsReading, OperatorKind, OperatorKinds
from shared.law.model.recognition import Category, Rounding, StepKind
from shared.reference.departments import Department

COUNTIES = st.dictionaries(st.integers(410102, 410199).map(str), st.integers(0, 100_000), min_size=1, max_size=15)


@pytest.mark.parametrize(("base", "most"), [(0, 0), (19, 0), (20, 1), (39, 1), (40, 2), (53_469, 2673)])
def test_the_quota_is_rounded_down_so_that_it_never_exceeds_its_percent(base: int, most: int):
    assert Rounding.FLOOR.places(base, 5) == most


@pytest.mark.parametrize(
    ("base", "half_up", "ceiling"), [(0, 0, 0), (9, 0, 1), (10, 1, 1), (20, 1, 1), (29, 1, 2), (30, 2, 2)]
)
def test_under_another_reading_it_is_rounded_to_the_nearest_or_up(base: int, half_up: int, ceiling: int):
    assert (Rounding.HALF_UP.places(base, 5), Rounding.CEILING.places(base, 5)) == (half_up, ceiling)


@given(COUNTIES, st.integers(0, 5000))
def test_an_apportionment_gives_away_every_place_and_nobody_loses_a_whole_one(bases: dict[str, int], total: int):
    shares = {one.county: one.places for one in apportion(total, bases)}
    everything = sum(bases.values())
    assert sum(shares.values()) == (total if everything else 0)
    for county, base in bases.items():
        whole = total * base // everything if everything else 0
        assert whole <= shares[county] <= whole + 1


def test_the_largest_remainders_get_what_is_left_and_equal_ones_go_by_code():
    shares = {one.county: one.places for one in apportion(4, {"1": 10, "2": 10, "3": 10})}
    assert shares == {"1": 2, "2": 1, "3": 1}


def candidate(number: int, score: int, minute: int) -> Candidate:
    return Candidate(UUID(int=number), f"92{number:016d}", score, dt.datetime(2026, 9, 1, 8, minute, tzinfo=dt.UTC))


def test_equal_scores_are_decided_by_the_published_rules_in_their_order():
    some = [candidate(1, 50, 30), candidate(2, 50, 10), candidate(3, 90, 59)]
    assert [one.application.int for one in rank_candidates(some, list(TieBreak), "seed")] == [3, 2, 1]


def test_points_of_categories_with_more_and_with_fewer_criteria_are_compared_by_their_share():
    """津市场监管政务〔2024〕9号 附件2 二（二）: 相同条件下经比选认定. Three of six are no more than two of four."""
    wide, narrow = (
        LocalCategory(None, tuple(LocalCriterion(f"{name}.{number}", "标准") for number in range(1, most + 1)))
        for name, most in (("quality", 6), ("distinctive", 4))
    )
    shares = share_of_points(3, wide), share_of_points(2, narrow), share_of_points(3, narrow)
    assert shares == (Fraction(1, 2), Fraction(1, 2), Fraction(3, 4))
    day = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    some = [Candidate(UUID(int=number), "92", share, day) for number, share in enumerate(shares)]
    assert rank_candidates(some, [], "seed")[0].application.int == 2


@given(st.permutations(range(8)), st.text(max_size=5))
def test_the_order_does_not_hang_on_who_works_it_out(order: Sequence[int], seed: str):
    some = [candidate(number, 50, 0) for number in order]
    assert rank_candidates(some, [], seed) == rank_candidates(
        [candidate(number, 50, 0) for number in range(8)], [], seed
    )


def test_a_draw_is_repeated_exactly_and_another_seed_draws_others():
    everybody = [str(number) for number in range(1000)]
    assert draw_sample(everybody, 3, "a") == draw_sample(reversed(everybody), 3, "a")
    assert len(draw_sample(everybody, 3, "a")) == 30
    assert draw_sample(everybody, 3, "a") != draw_sample(everybody, 3, "b")
    assert len(draw_sample(everybody[:5], 3, "a")) == 1
    assert draw_sample([], 3, "a") == []


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("2026-11-25", "2029-11-25"), ("2024-02-29", "2027-02-28"), ("2026-02-28", "2029-02-28")],
)
def test_a_period_of_years_ends_on_the_same_day_or_the_months_last(begins: str, ends: str):
    assert period_end(dt.date.fromisoformat(begins), 3) == dt.date.fromisoformat(ends)


def test_the_last_year_begins_the_day_after_the_same_day_a_year_before():
    end = dt.date(2029, 11, 25)
    days = (dt.date(2028, 11, 25), dt.date(2028, 11, 26), end, dt.date(2029, 11, 26))
    assert [in_last_year(day, end) for day in days] == [False, True, True, False]


SCORED = LocalCategory(
    points_needed=60,
    criteria=(
        LocalCriterion("distinctive.1", "地标", evidence=("证明",), points=40),
        LocalCriterion("distinctive.2", "商标", evidence=("证书",), proven_by="tax", besides=("知名度",), points=30),
    ),
)
CATEGORIES = {Category.DISTINCTIVE: SCORED}
UNPROVEN = Claims(("distinctive.1",), ("veteran",))
KINDS = OperatorKinds(
    (OperatorKind("veteran", "退役军人", ("退役军人优待证",)), OperatorKind("disabled", "残疾人")), KindsReading.OPEN
)


def test_everything_missing_of_a_claim_is_told_and_nothing_that_a_feed_proves():
    claims = Claims(("distinctive.1", "distinctive.2", "distinctive.7"))
    assert claim_deficiencies(Category.DISTINCTIVE, claims, CATEGORIES, KINDS, ()) == [
        "没有标准“distinctive.7”",
        "标准“地标”缺少材料：证明",
        "标准“商标”缺少材料：知名度",
    ]
    claims = Claims(("distinctive.1",))
    assert claim_deficiencies(Category.DISTINCTIVE, claims, CATEGORIES, KINDS, {"distinctive.1:证明"}) == []
    assert claim_deficiencies(Category.QUALITY, claims, CATEGORIES, KINDS, ()) == ["本地没有公布“优质”类的标准"]


def test_what_only_another_bureau_proves_is_to_be_verified_unless_its_documents_are_there():
    (asked,) = criteria_to_verify(["distinctive.1", "distinctive.2"], SCORED, ["distinctive.2:知名度"])
    assert (asked.id, asked.bureau) == ("distinctive.2", "税务部门")
    assert criteria_to_verify(["distinctive.2"], SCORED, ["distinctive.2:证书"]) == ()


def test_whoever_rests_on_what_no_department_knows_hands_it_in_and_no_department_is_asked():
    either = LocalCriterion("quality.4", "老字号或百年老店", ("认定文件",), "commerce", otherwise=("口碑的说明",))
    category, claims = LocalCategory(None, (either,)), Claims(("quality.4",))
    assert claim_deficiencies(Category.QUALITY, claims, {Category.QUALITY: category}, KINDS, ()) == []
    asked = [criteria_to_verify(["quality.4"], category, given) for given in ((), ("quality.4:口碑的说明",))]
    assert [[one.bureau for one in some] for some in asked] == [["商务部门"], []]


def test_a_kind_of_operator_needs_a_document_of_its_own():
    claims = Claims(("distinctive.1",), ("veteran", "disabled", "job_seeker"))
    unknown, lacking = claim_deficiencies(
        Category.DISTINCTIVE, claims, CATEGORIES, KINDS, {"distinctive.1:证明", "kind.disabled:残疾人证"}
    )
    assert "没有“job_seeker”这种经营者身份；可以写：veteran（退役军人）" in unknown
    assert "退役军人，缺少证明材料，例如退役军人优待证" in lacking


def test_a_kind_that_its_department_delivered_needs_no_document_and_an_empty_register_refutes_nothing():
    known = OperatorKinds((OperatorKind("veteran", "退役军人", proven_by=Department.VETERANS),), KindsReading.OPEN)
    assert registered_kinds(["veteran"], known, {("veteran", "veterans")}) == ("veteran",)
    assert registered_kinds(["veteran"], known, {("veteran", "education"), ("disabled", "veterans")}) == ()
    proven = Claims(("distinctive.1",), ("veteran",), ("veteran",))
    for claims, evidence in (
        (proven, {"distinctive.1:证明"}),
        (UNPROVEN, {"distinctive.1:证明", "kind.veteran:优待证"}),
    ):
        assert claim_deficiencies(Category.DISTINCTIVE, claims, CATEGORIES, known, evidence) == []


def test_a_scored_category_needs_its_points():
    assert total_points(["distinctive.1"], SCORED) == 40
    assert not meets_category(["distinctive.1"], SCORED)
    assert meets_category(["distinctive.1", "distinctive.2"], SCORED)


def test_nothing_leads_out_of_an_end():
    for state in (ApplicationState.WITHDRAWN, ApplicationState.REFUSED, ApplicationState.RECOGNISED):
        assert APPLICATION_STATES.transitions[state] == set()
    assert set(STEP_LABELS) == set(StepKind)
