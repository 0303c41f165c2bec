"""What applies in a county, read from the policies: clauses, numbers, readings, quota, windows, deadlines."""

from datetime import date

import pytest

from services.typing.standards.presenters import number_view, standards_view
from services.typing.standards.recognition_view import scope_region
from services.typing.standards.schemas import StandardsView
from shared.law.model.recognition import Rounding
from shared.law.reader.loading import POLICIES, load_policy, policy_ids, shown_policy_at

DAY = date(2026, 11, 29)
COUNTS = {"survival": 4000, "growth": 900, "development": 115}


def standards(region: str, counts: dict[str, int] | None = None) -> StandardsView:
    policy = shown_policy_at(region, DAY)
    assert policy is not None
    return standards_view(policy, region, DAY, counts or {})


def test_a_county_reads_every_clause_with_its_numbers_and_the_laws_words():
    view = standards("410105")
    assert (view.policy, view.document, view.region_name) == ("zhengzhou-2025", "郑市监〔2025〕6号", "金水区")
    assert [kind.type for kind in view.typing.types] == ["development", "growth", "survival"]
    growth = next(kind for kind in view.typing.types if kind.type == "growth")
    (clause,) = (one for one in growth.conditions if one.id == "growth.3")
    assert "30万元" in clause.title
    assert "30万元(含)以上" in clause.citation.quote
    assert {one.id for one in view.typing.ineligible} >= {"base.abnormal", "base.suspended"}


def test_every_number_says_since_when_and_whether_anybody_checked_it():
    view = standards("410105")
    numbers = {one.name: one for one in view.numbers}
    assert (numbers["growth_tax_upto"].value, numbers["growth_tax_upto"].in_force_from) == ("1万元", date(2025, 2, 18))
    assert numbers["public_notice_days"].value is None
    assert {"public_notice_days", "marked_growth_percent"} <= set(view.unset), "of every part, not of typing alone"
    assert "accept_days" in view.unverified
    assert not numbers["accept_days"].verified


def test_open_phrases_are_shown_with_the_reading_in_force_and_who_decides():
    readings = {one.id: one for one in standards("410105").readings}
    zero = readings["growth-1-zero"]
    assert zero.in_force.id == "counts-zero"
    assert zero.others
    assert zero.in_force.id not in {one.id for one in zero.others}
    assert zero.decides


def test_the_quotas_arithmetic_is_reckoned_over_the_scope_of_the_policy():
    quota = standards("410105", COUNTS)
    assert quota.recognition is not None
    found = quota.recognition.quota
    assert (found.share, found.scope, found.scope_region, found.base, found.places) == ("5%", "市级", "4101", 1015, 50)
    assert found.arithmetic == "5% ×（成长型＋发展型的户数），舍去小数；有效的认定都占名额"
    unpublished = standards("410105")
    assert unpublished.recognition is not None
    assert (unpublished.recognition.quota.base, unpublished.recognition.quota.places) == (None, None)


def test_windows_and_deadlines_are_days_of_the_year():
    recognition = standards("410105").recognition
    assert recognition is not None
    assert (recognition.opens_on, recognition.recognised_until) == (date(2026, 8, 11), date(2026, 11, 30))
    assert recognition.benefits_from == date(2027, 1, 1)
    assert recognition.life.information_report_until == date(2026, 7, 31)
    assert recognition.life.ban_years == "5年"
    assert recognition.paths[0].steps[0].by == ["经营者"]


def test_who_decides_objections_and_within_which_time_is_told_with_its_doubts():
    typing = next(one for one in standards("410105").objections if one.against == "typing")
    assert "省（自治区、直辖市）级决定" in typing.sentence
    accept = next(one for one in typing.periods if one.period == "accept_days")
    assert accept.text.startswith("3个工作日（未核对")
    assert not accept.verified


def test_what_rests_on_a_text_that_is_not_at_hand_says_so():
    """涪陵 附件2 《评审机制》 is not held: its steps are cited from another prefecture's plan."""
    policy = load_policy("fuling-2024")
    assert policy.recognition is not None
    for path in policy.recognition.paths.values():
        for step in path.steps:
            assert step.verified == (step.citation.document.text == "fuling-2024.txt"), f"{path.id}.{step.kind}"
    view = standards("500102")
    assert {"application.site-visit", "recommendation.consent", "suspension-term"} <= set(view.unverified)
    assert "application.decision" not in view.unverified
    assert view.recognition is not None
    steps = {step.step: step.verified for step in view.recognition.paths[0].steps}
    assert (steps["review"], steps["public-notice"]) == (False, True)
    (suspension,) = (one for one in view.readings if one.id == "suspension-term")
    assert not suspension.verified


def test_the_quota_is_counted_over_the_scope_that_the_reading_in_force_names():
    for name in ("zhengzhou-2025", "tianjin-2024", "daxinganling-2024", "national-2024"):
        policy = load_policy(name)
        assert policy.recognition is not None
        assert policy.recognition.quota.scope == policy.interpretations["quota-scope"].in_force
    tianjin = standards("120103").recognition
    assert tianjin is not None
    assert tianjin.quota.may_apportion == "省（自治区、直辖市）级市场监管部门"
    assert tianjin.quota.apportioned_by is None


def test_a_draft_for_comments_is_shown_as_one():
    assert standards("620702").draft
    assert not standards("410105").draft


@pytest.mark.parametrize("name", policy_ids())
def test_every_shipped_policy_can_be_shown_also_with_numbers_unset(name: str):
    policy = load_policy(name)
    view = standards_view(policy, policy.regions[0] if policy.regions else "62", DAY)
    assert view.numbers
    assert view.recognition is not None
    assert set(view.unset) == set(policy.unset_names(DAY))


def test_a_number_that_will_change_says_when_and_to_what():
    coast = load_policy(str(POLICIES / "examples" / "coast-city.yaml"))
    changing = [number_view(one, date(2025, 6, 1)) for one in coast.every_parameter() if len(one.values) > 1]
    assert changing
    assert all(one.next_from is not None and one.next_value for one in changing)
    assert all(number_view(one, date(2030, 1, 1)).next_from is None for one in coast.every_parameter())


@pytest.mark.parametrize(("rounding", "places"), [(Rounding.FLOOR, 50), (Rounding.HALF_UP, 51), (Rounding.CEILING, 51)])
def test_places_are_rounded_as_the_reading_says(rounding: Rounding, places: int):
    assert rounding.places(1015, 5) == places
    assert rounding.places(1000, 5) == 50


def test_a_region_larger_than_the_scope_has_no_quota_of_its_own():
    rules = load_policy("daxinganling-2024").recognition
    assert rules is not None
    assert (scope_region(rules, "232761"), scope_region(rules, "2327")) == ("232761", None)
