"""A rule that cannot be told is refused where it is written, with one clear sentence for each fault."""

import datetime as dt
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.notification.rules.checking import CompiledRule, RuleError, read_rule, read_yaml_rule
from services.notification.rules.domain import Rule
from services.notification.rules.rendering import ENVIRONMENT, MOST_ITEMS, Condition, Words, WordsError
from services.notification.rules.shipped import shipped_rules
from shared import clock

IN_ORDER = Path(__file__).parent / "rule_in_order.yaml"
Change = Callable[[dict[str, Any]], object]


def closed() -> dict[str, Any]:
    """The content of a rule that is in order."""
    content: dict[str, Any] = yaml.safe_load(IN_ORDER.read_text("utf-8"))
    return content


def sentences(change: Change) -> list[str]:
    content = closed()
    change(content)
    with pytest.raises(RuleError) as refused:
        read_rule(content)
    return [str(fault) for fault in refused.value.faults]


def test_every_shipped_rule_is_in_order() -> None:
    assert len(shipped_rules()) >= 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda c: c.update(event="ObjectionClose"),
            "event：没有名为“ObjectionClose”的事件；是不是“ObjectionClosed”？",
        ),
        (
            lambda c: c["facts"].update(answer="event.answr"),
            "facts.answer：事件 ObjectionClosed 没有名为“answr”的内容；是不是“answer”？",
        ),
        (
            lambda c: c["template"].update(title="{{ result }}"),
            "template.title：“result”没有在 facts 里声明；可用的有：against、answer、outcome、receipt、region",
        ),
        (
            lambda c: c.update(when="result == 'x'"),
            "when：“result”没有在 facts 里声明；可用的有：against、answer、outcome、receipt、region",
        ),
        (lambda c: c.update(channels=["wechat"]), "channels.0：没有“wechat”这个选项，应为 'sms', 'email' 之一"),
        (
            lambda c: c.update(category="news"),
            "category：没有“news”这个选项，应为 'duty', 'typing'",
        ),
        (
            lambda c: c.update(to=["boss"]),
            "to.0：接收人只有 operator、objector、own-objector、operator_in、mailbox、person、operators 几种",
        ),
        (lambda c: c.update(to=[{"person": "clerk"}]), "to.0：事件 ObjectionClosed 没有名为“clerk”的内容"),
        (
            lambda c: c["template"]["sms"].update(text="{{ receipt }}{{ outcome }}" + "好" * 431),
            "template.sms：短信太长：最多 500 个字，这条可能有 501 个字（每个参数按 35 个字算）",
        ),
        (
            lambda c: c["template"]["sms"].update(text="已办结，{{ receipt }}"),
            "template.sms：短信参数“outcome”在短信里没有用到",
        ),
        (
            lambda c: c["template"]["sms"].update(parameters=["receipt"]),
            "template.sms：短信里用的“outcome”没有列入 parameters",
        ),
        (lambda c: c["template"].pop("sms"), "template.sms：用短信的规则要写短信"),
        (lambda c: c.update(keep_trying="soon"), "keep_trying：应写作小时或天数，最长 72 小时，如 72h、3d"),
        (lambda c: c.update(keep_trying="4d"), "keep_trying：应写作小时或天数，最长 72 小时，如 72h、3d"),
        (lambda c: c.update(quiet="9-8"), "quiet：应写作一天里的时段，如 21:00-08:00"),
        (lambda c: c.update(colour="red"), "没有名为“colour”的项"),
        (lambda c: c.pop("basis"), "basis：没有写，必须写"),
        (lambda c: c.update(awaits="support"), "awaits：已经有名为“ObjectionClosed”的事件，不用再等"),
        (lambda c: c.update(version="1"), "version：应是整数"),
        (lambda c: c["template"].update(body="{{ answer | lower }}"), "template.body：没有名为“lower”的标签"),
        (
            lambda c: c["facts"].update(changed="event.changed") or c["template"].update(body="{{ changed }}"),
            "template.body：“changed”可能是空的：要写的内容是空的；可能为空的，要先用 {% if … %} 判断",
        ),
    ],
)
def test_a_fault_is_one_sentence(change: Change, sentence: str) -> None:
    found = sentences(change)
    assert len(found) == 1, found
    assert found[0].startswith(sentence)


def test_all_faults_are_told_at_once() -> None:
    def change(content: dict[str, Any]) -> None:
        content["facts"]["answer"] = "event.nothing"
        content["template"]["title"] = "{{ result }}"

    assert len(sentences(change)) == 2


def test_an_event_that_is_awaited_need_not_be_in_the_contract_yet() -> None:
    content = closed() | {"event": "AnnualReportDue", "awaits": "typing"}
    assert read_rule(content).payload is None


def test_yaml_that_is_none_is_refused() -> None:
    for text in ("a: [", "- 1", "", "a: &x 1\nb: *x", "when: 2026-01-01"):
        with pytest.raises(RuleError):
            read_yaml_rule(text)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ said.__class__ }}",
        "{{ 'a' * 999999999 }}",
        "{{ range(999999999) | join }}",
        "{% for one in said %}{% endfor %}",
        "{% for one in items %}{% for two in items %}{% endfor %}{% endfor %}",
        "{% for one in items %}" + "{{ said }}" * 21 + "{% endfor %}",
        "{% set a = 1 %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% include 'x' %}",
        "{{ lipsum() }}",
        "{{ self }}",
        "{{ said[0] }}",
        "{{ said ~ said }}",
        "{{ " + "(" * 1900 + "said" + ")" * 1900 + " }}",
        "{% if said %}" * 150 + "{% endif %}" * 150,
        "x" * 4001,
    ],
)
def test_what_costs_time_or_reaches_python_is_not_let_in(source: str) -> None:
    with pytest.raises(WordsError):
        Words(source, declared=["said", "items"], lists=["items"], longest=100)


def test_results_are_cut_and_lists_too() -> None:
    words = Words("{% for one in items %}{{ one.name }}{% endfor %}", declared=["items"], lists=["items"], longest=30)
    assert words.render({"items": [{"name": "长" * 50}]}) == "长" * 29 + "…"
    assert MOST_ITEMS < 100


def test_what_was_made_lately_is_made_of_the_same_facts_only() -> None:
    source = "{{ said }}{% for one in items %}{{ one.name }}{% endfor %}"
    words = Words(source, declared=["said", "items"], lists=["items"], longest=30)
    facts = [{"said": said, "items": [{"name": name}]} for said in "ab" for name in "xy"]
    assert [words.render(one) for one in facts * 2] == ["ax", "ay", "bx", "by"] * 2
    plain = Words("{{ said }}", declared=["said"], longest=30)
    assert [plain.render({"said": str(n)}) for n in (*range(300), 0)] == [*map(str, range(300)), "0"]
    assert plain.render({"said": {"a": 1}}) == "{'a': 1}"


@pytest.mark.parametrize(
    ("source", "early"),
    [
        ("a == 1 and b == 2", [("a",), ("b",)]),
        ("a == 1 and household == 2 and b == 3", [("a",), ("b",)]),
        ("(a == 1 or household == 2) and a != b", [("a", "b")]),
        ("not (a == 1 and b == 2)", [("a", "b")]),
        ("a == 1 or household == 2", []),
    ],
)
def test_a_part_of_a_condition_stands_for_the_whole_only_where_and_joins_it(
    source: str, early: list[tuple[str, ...]]
) -> None:
    condition = Condition(source, declared=["a", "b", "household"])
    parts = condition.about(["a", "b"])
    assert [part.lately.names for part in parts] == early
    for a, b, household in product((1, 2, 3), repeat=3):
        facts = {"a": a, "b": b, "household": household}
        whole = bool(ENVIRONMENT.compile_expression(source)(facts))
        assert condition.holds(facts) is whole
        assert all(part.holds(facts) for part in parts) or not whole


@pytest.mark.parametrize(
    "source",
    [
        "  {{ name }}：{% if kind == 'a' %}甲{% elif name %}乙{% endif %}\n{% if not kind %}\n空\n{% endif %}\n尾 ",
        "{% for one in items %}{{ one.name }}、{{ name }}\n{% endfor %}{{ name | type }}",
        "{{ kind }}{{ kind }} {{ 'x' }}",
    ],
)
def test_words_made_of_pieces_are_those_of_the_whole_template(source: str) -> None:
    words = Words(source, declared=["name", "kind", "items"], lists=["items"], longest=100)
    for name, kind in product(("survival", "乙户", "<b>"), ("a", "b", "")):
        facts = {"name": name, "kind": kind, "items": [{"name": name}, {"name": "二"}]}
        for _ in range(2):  # the second time as remembered
            assert words.render(facts) == ENVIRONMENT.from_string(source).render(facts).strip()


def rule_of(**changed: object) -> CompiledRule:
    return read_rule(closed() | changed)


@pytest.mark.parametrize(
    ("at", "sent"),
    [("20:59", "20:59"), ("21:00", "08:00"), ("03:00", "08:00"), ("08:00", "08:00"), ("12:00", "12:00")],
)
def test_messages_wait_for_the_end_of_quiet_hours(at: str, sent: str) -> None:
    rule: Rule = rule_of().rule
    begun = dt.datetime.combine(dt.date(2026, 8, 5), dt.time.fromisoformat(at), clock.CHINA)
    waited = rule.after_quiet(begun)
    assert waited.astimezone(clock.CHINA).strftime("%H:%M") == sent
    assert dt.timedelta() <= waited - begun < dt.timedelta(hours=12)
