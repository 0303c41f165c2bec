"""Proves the rules of recognition: each of them can hold and matters, and the season's days are in order.

An expression compares facts with constants only, so a fact's values fall into finitely many spans within which every
rule gives the same result. Trying one value of each span in every combination proves what holds of all households.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise, product
from math import prod
from typing import Any

from shared.law.compiler.binding import bind
from shared.law.compiler.evaluator import evaluate
from shared.law.language.facts import Fact, FactKind
from shared.law.language.nodes import Compare, Never, Node, facts_in, leaves
from shared.law.language.units import Unit, Value, format_value
from shared.law.language.vocabulary import RECOGNITION_COLUMNS, RECOGNITION_FACTS
from shared.law.model.clauses import Rule, fill_title, values_on
from shared.law.model.recognition import PathStep, RecognitionPath, RecognitionRules

MAX_COMBINATIONS = 50_000
"""More combinations of facts than any text needs; beyond it only single rules are examined."""
_DAY = timedelta(days=1)
_PATHS = {"application": "自主申报", "recommendation": "部门推荐"}


def check_recognition(rules: RecognitionRules, day: date) -> Iterator[str]:
    """Everything that is wrong with the rules on a day, one sentence each."""
    lists: tuple[tuple[str, tuple[Rule, ...]], ...] = (
        ("来源", rules.sources),
        ("不得申报的情形", rules.disqualifiers),
        ("延长的条件", rules.lifecycle.extension),
    )
    for name, listed in lists:
        yield from _problems_of_alternatives(name, _bound(rules, listed, day))
    yield from _problems_of_rules(_bound(rules, rules.lifecycle.confirmation, day))
    yield from _season_problems(rules, day)


class _Bound:
    """A rule on a day; `title` with the day's numbers."""

    def __init__(self, rules: RecognitionRules, rule: Rule, day: date) -> None:
        values = values_on(rules.parameters, day)
        self.named = f"规则 {rule.id}“{fill_title(rule.title, rules.parameters, values)}”"
        self.node = bind(rule.expression.root, values, day)


def _bound(rules: RecognitionRules, listed: Sequence[Rule], day: date) -> list[_Bound]:
    """The rules that have all their numbers."""
    every = (_Bound(rules, rule, day) for rule in listed)
    return [one for one in every if not isinstance(one.node, Never)]


def _problems_of_alternatives(name: str, listed: Sequence[_Bound]) -> Iterator[str]:
    """Rules of which one is enough: each can hold, does not hold of everybody, and holds where no other does."""
    wrong = list(_problems_of_rules(listed))
    yield from wrong
    if wrong or _combinations([one.node for one in listed]) > MAX_COMBINATIONS:
        return
    alone: set[int] = set()
    for facts in _households([one.node for one in listed]):
        holding = [number for number, one in enumerate(listed) if evaluate(one.node, facts)]
        if len(holding) == 1:
            alone.add(holding[0])
    for number, one in enumerate(listed):
        if number not in alone:
            yield f"{one.named}：去掉也不改变任何一户的{name}（已证明）"


def _problems_of_rules(listed: Iterable[_Bound]) -> Iterator[str]:
    for one in listed:
        if _combinations([one.node]) > MAX_COMBINATIONS:
            continue
        held = {evaluate(one.node, facts) for facts in _households([one.node])}
        if True not in held:
            yield f"{one.named}永远不会成立（已证明）"
        elif held == {True}:
            yield f"{one.named}：每一户都成立（已证明）"


def _combinations(nodes: Sequence[Node]) -> int:
    return prod(len(values) for values in _values(nodes).values())


def _households(nodes: Sequence[Node]) -> Iterator[dict[str, Any]]:
    """Every combination of the facts' values, those whose guard does not hold without a value."""
    values = _values(nodes)
    nothing = dict.fromkeys(RECOGNITION_COLUMNS)
    for combined in product(*values.values()):
        facts = {**nothing, **dict(zip(values, combined, strict=True))}
        guards = ((name, RECOGNITION_FACTS[name].guard) for name in values)
        if all(guard is None or facts[guard] is not False or facts[name] is None for name, guard in guards):
            yield facts


def _values(nodes: Sequence[Node]) -> dict[str, list[object]]:
    """One value of each span, by fact; a guarded fact may also have none."""
    compared: dict[str, list[object]] = {}
    for node in nodes:
        for name in facts_in(node):
            compared.setdefault(name, [])
        for leaf in leaves(node):
            if isinstance(leaf, Compare):
                compared[leaf.fact].append(leaf.operand)
    return {name: _values_of(RECOGNITION_FACTS[name], limits) for name, limits in compared.items()}


def _values_of(fact: Fact, limits: Sequence[Any]) -> list[object]:
    match fact.kind:
        case FactKind.FLAG:
            return [True, False]
        case FactKind.CHOICE:
            return list(fact.choices)
        case FactKind.DATE:
            near: list[object] = [day for limit in limits for day in (limit - _DAY, limit, limit + _DAY)]
        case _:
            near = [number for limit in limits for number in (limit - 1, limit, limit + 1)]
    return [*dict.fromkeys(near), *([None] if fact.guard else [])]


def _season_problems(rules: RecognitionRules, day: date) -> Iterator[str]:
    season = rules.season
    opens, until = (rules.value(name, day) for name in (season.opens, season.until))
    if _after(opens, until):
        yield f"认定季 {_month_day(opens)} 开始，晚于 {_month_day(until)} 完成"
    for path in rules.paths.values():
        yield from _path_problems(rules, path, day)


def _path_problems(rules: RecognitionRules, path: RecognitionPath, day: date) -> Iterator[str]:
    def on(name: str | None) -> Value | None:
        return None if name is None else rules.value(name, day)

    def said(step: PathStep) -> str:
        return f"途径“{_PATHS[path.id]}”的 {step.kind} 一步"

    opens, until = on(rules.season.opens), on(rules.season.until)
    for step in path.steps:
        if _after(on(step.opens), on(step.until)):
            yield f"{said(step)} {_month_day(on(step.opens))} 开始，晚于 {_month_day(on(step.until))} 结束"
        if _after(opens, on(step.until)):
            yield f"{said(step)} {_month_day(on(step.until))} 结束，早于认定季 {_month_day(opens)} 开始"
        if _after(on(step.until), until):
            yield f"{said(step)} {_month_day(on(step.until))} 结束，晚于认定季 {_month_day(until)} 完成"
    for earlier, later in pairwise(step for step in path.steps if step.until is not None):
        if _after(on(earlier.until), on(later.until)):
            dates = f"{_month_day(on(earlier.until))}，后面的 {later.kind} 却在 {_month_day(on(later.until))}"
            yield f"{said(earlier)}结束于 {dates}"


def _after(first: Value | None, second: Value | None) -> bool:
    return isinstance(first, int) and isinstance(second, int) and first > second


def _month_day(value: Value | None) -> str:
    return format_value(value, Unit.MONTH_DAY)
