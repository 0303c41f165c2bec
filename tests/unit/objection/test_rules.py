"""Who receives, explains and decides an objection, and which periods apply, as the policies say."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest

from services.objection.registers.domain import Against
from services.objection.rules.competence import require_decider, require_receiver
from services.objection.rules.domain import PeriodName
from services.objection.rules.problems import NoObjectionPolicy, NotCompetent
from services.objection.rules.service import objection_policy_at, period_of, rule_of
from shared.platform.identity import Caller, Role

DAY = dt.date(2026, 8, 10)


@dataclass(frozen=True)
class Filed:
    """An objection as the rules see it."""

    county: str
    against: Against = Against.TYPING
    contested_region: str | None = None
    run: uuid.UUID | None = None
    filed_at: dt.datetime = dt.datetime(2026, 8, 10, tzinfo=dt.UTC)
    policy_hash: str | None = None


def approver(region: str) -> Caller:
    return Caller("chen", frozenset({Role.APPROVER}), region)


def test_the_policy_is_that_of_the_smallest_region_and_elsewhere_the_national_one() -> None:
    assert objection_policy_at("410105", DAY).id == "zhengzhou-2025"
    assert objection_policy_at("120101", DAY).id == "tianjin-2024"
    assert objection_policy_at("110101", DAY).id == "national-2024"


def test_without_a_policy_in_force_nothing_can_be_objected_to() -> None:
    with pytest.raises(NoObjectionPolicy):
        objection_policy_at("410105", dt.date(2020, 1, 1))


def test_the_province_decides_a_typing_objection_and_a_county_is_told_so() -> None:
    policy, filed = objection_policy_at("410105", DAY), Filed("410105")
    rule = rule_of(policy, Against.TYPING)
    require_decider(policy, rule, filed, approver("41"))
    with pytest.raises(NotCompetent) as refused:
        require_decider(policy, rule, filed, approver("410105"))
    assert refused.value.members["competent"] == ["41"]
    assert "河南省（41）" in refused.value.detail


def test_in_tianjin_a_district_neither_receives_nor_decides() -> None:
    policy, filed = objection_policy_at("120101", DAY), Filed("120101")
    rule = rule_of(policy, Against.TYPING)
    require_receiver(policy, rule, filed, approver("12"))
    with pytest.raises(NotCompetent) as refused:
        require_receiver(policy, rule, filed, approver("120101"))
    assert "只能查看" in refused.value.detail


@pytest.mark.parametrize("county", ["410105", "120101", "232761", "110101"])
def test_a_period_that_no_text_gives_is_not_verified_and_names_its_source(county: str) -> None:
    policy = objection_policy_at(county, DAY)
    period = period_of(rule_of(policy, Against.TYPING), PeriodName.ACCEPT, DAY)
    assert (period.days, period.verified) == (3, False)
    assert "平台默认值" in (period.document or "")


def test_a_period_of_which_the_policy_does_not_speak_has_no_last_day() -> None:
    policy = objection_policy_at("410105", DAY)
    period = period_of(rule_of(policy, Against.TYPING), PeriodName.FILE, DAY)
    assert (period.days, period.verified) == (None, False)
