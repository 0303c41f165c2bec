"""Which rules govern a recognised household on a day: the policy in force, with what the newest season set."""

import copy
from typing import Any

from services.recognition.rules.life import policy_today
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, restore_policy


def with_number(policy: Policy, name: str, value: object) -> Policy:
    """The same policy as a later text has it."""
    content: dict[str, Any] = copy.deepcopy(dict(policy.content))
    content["recognition"]["parameters"][name]["values"] = {"2025-02-18": value}
    return restore_policy(content)


def with_setting() -> Policy:
    """A season's policy under which a bureau set what the text leaves open."""
    plain, number = load_policy("zhengzhou-2025"), {"marked_growth_percent": "20"}
    return restore_policy(plain.content, settings=number, document="郑市监〔2026〕1号")


def values(policy: Policy, *names: str) -> list[object]:
    """Its numbers of recognition today."""
    rules = policy.recognition
    assert rules is not None
    return [rules.parameters[name].on(policy.since) for name in names]


def test_what_a_later_text_says_replaces_what_the_season_was_held_under():
    """郑市监〔2025〕6号 三（二）2 有效期和评估确认: three years of life, and texts that change meanwhile."""
    season = with_setting()
    amended = with_number(load_policy("zhengzhou-2025"), "ban_years", 6)
    governing = policy_today(amended, season)
    assert values(governing, "ban_years", "marked_growth_percent") == [6, 20]
    rules = governing.recognition
    assert rules is not None
    setting = rules.parameters["marked_growth_percent"].setting
    assert setting is not None
    assert setting.document == "郑市监〔2026〕1号"


def test_a_number_that_the_text_now_names_is_the_texts():
    season = with_setting()
    amended = with_number(load_policy("zhengzhou-2025"), "marked_growth_percent", 15)
    assert values(policy_today(amended, season), "marked_growth_percent") == [15]


def test_a_reading_that_a_bureau_chose_stays_chosen():
    season = load_policy("zhengzhou-2025", readings={"marked-growth": "any-figure"})
    amended = with_number(load_policy("zhengzhou-2025"), "ban_years", 6)
    assert policy_today(amended, season).interpretations["marked-growth"].chosen == "any-figure"


def test_another_policy_in_force_replaces_it_wholly_and_none_leaves_it():
    season, other = load_policy("zhengzhou-2025"), load_policy("tianjin-2024")
    for in_force, governing in ((other, other), (None, season)):
        assert policy_today(in_force, season) is governing
