"""What a number that the law left open would change: a clause is false as long as one of its numbers is unset.

The household's own figures say from which number on the clause would hold; only those who may read them see that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby

from shared.policy.binding import bind
from shared.policy.compiled import CompiledClause, CompiledPolicy
from shared.policy.facts import FACTS, Kind
from shared.policy.kleene import Facts, evaluate
from shared.policy.model import Citation, Parameter
from shared.policy.nodes import Compare, Never, ParameterRef, YearsAgo, leaves, parameters_in
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.outlook import words
from shared.policy.outlook.answers import Answer, Limit, spans
from shared.policy.outlook.moments import full_years
from shared.policy.outlook.possible import reach
from shared.policy.units import Unit, Value, say

_KINDS = {Unit.YUAN: Kind.MONEY, Unit.DATE: Kind.DATE}


@dataclass(frozen=True, slots=True)
class Setting:
    """Values of the number with the same consequence, one of them as a sample."""

    when: str
    type: HouseholdType
    sample: Value


@dataclass(frozen=True, slots=True)
class Opening:
    """A clause without its number: what the household would be if it held, and who may set the number.

    `settings` are empty where the household's figures are not shown, not known, or two numbers are missing.
    """

    clause: str
    parameters: tuple[str, ...]
    if_held: HouseholdType
    settings: tuple[Setting, ...]
    set_by: str
    text: str
    citation: Citation


@lru_cache(maxsize=64)
def _unset(compiled: CompiledPolicy) -> tuple[CompiledClause, ...]:
    return tuple(clause for clause in compiled.clauses if isinstance(clause.bound, Never))


def openings(compiled: CompiledPolicy, facts: Facts, outcome: Outcome, *, with_figures: bool) -> Iterable[Opening]:
    """The clauses without their number that could change the household's type."""
    for clause in _unset(compiled):
        bit = 1 << clause.bit
        undecided = Outcome(outcome.type, outcome.true_mask, outcome.unknown_mask | bit)
        if reach(compiled.decision, undecided).open_mask & bit:
            yield _opening(compiled, clause, facts, outcome, with_figures=with_figures)


def _opening(
    compiled: CompiledPolicy, clause: CompiledClause, facts: Facts, outcome: Outcome, *, with_figures: bool
) -> Opening:
    names = parameters_in(clause.clause.expression.root)
    unset = [compiled.policy.parameters[name] for name in names if compiled.values[name] is None]
    held = _with(compiled, outcome, clause, verdict=True)
    settings = tuple(_settings(compiled, clause, facts, outcome, unset[0])) if with_figures and len(unset) == 1 else ()
    setters = "、".join(dict.fromkeys(one.citation.document.issuer for one in unset))
    titles = "；".join(one.title for one in unset)
    text = f"{titles}：文件没有定数额，须由{setters}设定。{_consequence(held, settings, outcome.type)}"
    return Opening(clause.id, tuple(one.name for one in unset), held, settings, setters, text, unset[0].citation)


def _consequence(held: HouseholdType, settings: tuple[Setting, ...], current: HouseholdType) -> str:
    kinds = {setting.type for setting in settings}
    if len(kinds) == 1:
        return f"无论定为多少，{words.become(settings[0].type, current)[1:]}。"
    if settings:
        said = (f"定为{setting.when}，{words.become(setting.type, current)}" for setting in settings)
        return f"按现有数据，如果{'；'.join(said)}。"
    return f"设定以后，如果符合这一条，{words.become(held, current)}；如果不符合，{words.become(current, current)}。"


def _settings(
    compiled: CompiledPolicy, clause: CompiledClause, facts: Facts, outcome: Outcome, parameter: Parameter
) -> Iterable[Setting]:
    """What each number would make of the household, from the figures the clause holds against it."""
    root, limits = clause.clause.expression.root, list(_limits(compiled, clause, facts, parameter.name))
    least = None if parameter.unit is Unit.DATE else 0
    told = []
    for answer in spans(limits, least=least) if limits else ():
        values = {**compiled.values, parameter.name: answer.sample}
        verdict = evaluate(bind(root, values, compiled.as_of), facts)
        told.append((_with(compiled, outcome, clause, verdict=verdict), answer))
    for kind, pairs in groupby(told, key=lambda pair: pair[0]):
        group: list[Answer] = [answer for _, answer in pairs]
        when = words.span(_KINDS.get(parameter.unit, Kind.COUNT), partial(say, unit=parameter.unit), group)
        yield Setting(when, kind, group[0].sample)


def _limits(compiled: CompiledPolicy, clause: CompiledClause, facts: Facts, parameter: str) -> Iterable[Limit]:
    """Where the clause may turn, as the number grows: at the household's own values."""
    for leaf in leaves(clause.clause.expression.root):
        match leaf:
            case Compare(name, _, ParameterRef(number)) if number == parameter:
                own = {facts[column] for column in FACTS[name].columns} - {None}
                yield from (Limit(value, above) for value in own for above in (False, True))
            case YearsAgo(name, ParameterRef(number)) if number == parameter and facts[name] is not None:
                yield Limit(full_years(facts[name], compiled.as_of), above=True)


def _with(compiled: CompiledPolicy, outcome: Outcome, clause: CompiledClause, *, verdict: bool | None) -> HouseholdType:
    """The type if an unset clause were decided."""
    bit = 1 << clause.bit
    true, unknown = outcome.true_mask | bit * (verdict is True), outcome.unknown_mask | bit * (verdict is None)
    return compiled.decision.type_of(true, unknown)
