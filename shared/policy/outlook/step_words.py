"""A step of a way in words: what the clause asks for, what the data say now, how far it is."""

from collections.abc import Sequence
from datetime import date

from shared.policy.compiled import CompiledClause
from shared.policy.fact_phrases import held
from shared.policy.facts import FACTS, Fact, Kind
from shared.policy.kleene import Facts
from shared.policy.model import Role
from shared.policy.nodes import facts_in
from shared.policy.outcome import Outcome
from shared.policy.outlook import words
from shared.policy.outlook.changes import Change, Otherwise, Wait, distance
from shared.policy.outlook.moments import Moment
from shared.policy.outlook.possible import possible_types
from shared.policy.units import say_day


def said(moment: Moment, clause: CompiledClause, changes: Sequence[Change], facts: Facts) -> str:
    """One step: ““成立2年（含）以上”：自2028年5月4日起满2年”; a clause about several facts names the one meant."""
    if clause.role is Role.DEFECT:
        restore = clause.clause.restore
        how = f"{restore}以后，就没有这种情形" if restore else "文件没有写怎样恢复"
        return f"“{moment.title(clause)}”：{how}"
    named = len({FACTS[name].label for name in facts_in(clause.clause.expression.root)}) > 1
    return f"“{moment.title(clause)}”：{'；'.join(_change(change, changes, facts, named=named) for change in changes)}"


def route(steps: Sequence[str], until: date | None) -> str:
    """All steps of a way, and when time ends it again."""
    end = f"；到{say_day(until)}为止，自那天起不再符合" if until else ""
    return f"{'；'.join(steps)}{end}。"


def cured(moment: Moment, outcome: Outcome, facts: Facts) -> str:
    """What a household is once its defects have ended, by what is known of it and by what may yet become known."""
    possible = possible_types(moment.compiled, facts, outcome)
    more = f"；还缺的数据补齐以后，可能是{words.types(possible)}" if len(possible) > 1 else ""
    return f"这些情形都没有了以后，按现有数据是{outcome.type.label}{more}。"


def _change(change: Change, together: Sequence[Change], facts: Facts, *, named: bool) -> str:
    fact = FACTS[change.fact]
    name = fact.label if named else ""
    if isinstance(change, Wait):
        new = any(isinstance(one, Otherwise) and one.fact == change.fact for one in together)
        return f"{name}{'最早' if new else ''}自{say_day(change.day)}起满{change.years}年"
    if fact.kind is Kind.FLAG:
        return f"须{fact.yes if change.value else fact.no}，现在{_now(fact, facts)}"
    if fact.kind is Kind.DATE:
        return f"{fact.label}从判定日{say_day(change.value)}算起"
    if fact.kind is Kind.CHOICE:
        return f"{fact.label}须是{words.value(fact, change.value)}，现在是{words.value(fact, facts[fact.name])}"
    return f"{name}{'：' if named else ''}{_figure(fact, change, facts)}"


def _now(fact: Fact, facts: Facts) -> str:
    return fact.yes if facts[fact.name] else fact.no


def _figure(fact: Fact, change: Otherwise, facts: Facts) -> str:
    """How far a figure is from the least that will do; “超过” where being at the limit does not do."""
    limit = change.value if change.beyond is None or fact.kind is Kind.COUNT else change.beyond
    past = "" if limit == change.value else "超过"
    if facts[fact.columns[0]] is None and facts[fact.columns[-1]] is None:
        return f"报送的数额须{past or '达到'}{words.value(fact, limit)}"
    gap = distance(fact, limit, facts)
    word = "还差" if change.value > (facts[fact.columns[-1]] or 0) else "多出"
    if gap == 0:
        return f"{held(fact, facts)}，须{'超过' if word == '还差' else '少于'}{words.value(fact, limit)}"
    exactly = f"（{'达到' if word == '还差' else '降到'}{words.value(fact, limit)}）" if fact.kind is Kind.COUNT else ""
    return f"{held(fact, facts)}，{word}{past}{words.value(fact, gap)}{exactly}"
