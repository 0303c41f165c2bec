"""A rule with a date that cannot be followed is refused where it is written."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.notification.rules.checking import RuleError, read_rule

RULE = Path(__file__).parents[2] / "fixtures" / "rule_with_a_date.yaml"
REMIND = {"days_before": [3], "parameter": "verify_reminder_days"}


def with_(**changed: Any) -> dict[str, Any]:
    """A rule with a date and its matter, changed."""
    content: dict[str, Any] = yaml.safe_load(RULE.read_text("utf-8"))
    return {name: value for name, value in (content | changed).items() if value is not None}


def test_a_rule_may_remind_until_its_matter_has_ended() -> None:
    rule = read_rule(with_(remind=REMIND, matter="objection", until=["ObjectionClosed"])).rule
    assert rule.remind is not None
    assert (rule.remind.days_before, rule.remind.working, rule.remind.verified) == ((3,), True, False)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"remind": REMIND, "due_on": None}, "remind：提醒要有到期日：due_on 应是 facts 里的一个日期"),
        ({"remind": REMIND, "due_on": "receipt"}, "remind：提醒要有到期日：due_on 应是 facts 里的一个日期"),
        ({"remind": REMIND | {"days_before": [3, 3]}}, "remind.days_before：同一天数写了两次"),
        ({"remind": REMIND | {"days_before": [0]}}, "remind.days_before.0：不能小于 1"),
        ({"remind": {"days_before": [3]}}, "remind.parameter：没有写，必须写"),
        ({"until": ["ObjectionClosed"], "matter": None}, "until：写了 until，matter 应是 facts 里取自事件的一项"),
        (
            {"until": ["ObjectionClose"]},
            "until.0：没有名为“ObjectionClose”的事件；是不是“ObjectionClosed”？",
        ),
        (
            {"until": ["ObjectionClosed"], "matter": "verification"},
            "until.0：事件 ObjectionClosed 没有名为“verification”的内容，看不出办完的是哪一件",
        ),
    ],
)
def test_what_cannot_be_followed_is_one_sentence(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_rule(with_(**{"until": None, "remind": None} | changed))
    assert [str(fault) for fault in refused.value.faults] == [sentence]
