"""When a season's policy is its quota's: the same numbers and readings, whatever else the season sets."""

from collections.abc import Mapping

from services.recognition.rules.domain import policy_differences
from shared.law.model.operator_kinds import OperatorKind
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, restore_policy

PLAIN = load_policy("zhengzhou-2025")


def ordered(settings: Mapping[str, str] | None = None, document: str = "甲", **readings: str) -> Policy:
    """The policy with something set or chosen."""
    chosen = {name.replace("_", "-"): reading for name, reading in readings.items()}
    return restore_policy(PLAIN.content, settings=settings, readings=chosen, document=document)


def test_what_the_quota_left_unset_the_season_may_set():
    assert policy_differences(PLAIN, PLAIN) == []
    assert policy_differences(PLAIN, ordered({"public_notice_days": "5"})) == []


def test_what_the_quota_set_the_season_keeps_by_whatever_document():
    quota = ordered({"public_notice_days": "5"})
    assert policy_differences(quota, ordered({"public_notice_days": "5"}, document="乙")) == []
    assert len(policy_differences(quota, ordered({"public_notice_days": "6"}))) == 1
    assert len(policy_differences(quota, PLAIN)) == 1


def test_another_reading_or_another_policy_is_told():
    (told,) = policy_differences(PLAIN, ordered(quota_counting="flow"))
    assert "核定名额时采用“全部有效的认定都占名额”，认定季采用“只有当年新认定的占名额”" in told
    (told,) = policy_differences(PLAIN, load_policy("tianjin-2024"))
    assert told == "名额按政策 zhengzhou-2025 核定，认定季用的是 tianjin-2024"


def test_a_kind_of_operator_that_the_quota_has_the_season_has_too():
    kind = OperatorKind("job_seeker", "就业困难人员")
    more = restore_policy(PLAIN.content, document="甲", operator_kinds=[kind])
    assert policy_differences(PLAIN, more) == []
    assert policy_differences(more, PLAIN) == ["经营者身份“就业困难人员”核定名额时列入，认定季没有"]
