"""What setting a parameter that the law leaves unset would change: until then its clause is false.

The household's own figures show from which value on the clause would hold; it is shown only to those who may read
figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby

from shared.law.compiler.binding import bind
from shared.law.compiler.compiled_policy import CompiledClause, CompiledPolicy
from shared.law.compiler.evaluator import Facts, evaluate
from shared.law.explain.answers import Answer, Threshold, value_spans
from shared.law.explain.as_of_view import completed_years
from shared.law.explain.missing_data import reachable_types
from shared.law.explain.phrases import becomes, span_phrase
from shared.law.language.facts import FACTS, FactKind
from shared.law.language.nodes import Compare, Never, ParameterRef, YearsAgo, leaves, parameters_in
from shared.law.language.units import Unit, Value, format_value
from shared.law.model.clauses import Citation, Parameter
from shared.law.model.outcome import HouseholdType, Outcome

_KINDS = {Unit.YUAN: FactKind.MONEY, Unit.DATE: FactKind.DATE}


@dataclass(frozen=True, slots=True)
class ValueRange:
    """Values of the parameter that lead to the same type, with a sample."""

    when: str
    type: HouseholdType
    sample: Value


@dataclass(frozen=True, slots=True)
class UnsetParameter:
    """A clause whose parameter is unset: the type if the clause held, and who may set the parameter.

    `settings` are empty where the household's figures are not shown, not known, or two parameters are unset.
    """

    clause: str
    parameters: tuple[str, ...]
    if_held: HouseholdType
    settings: tuple[ValueRange, ...]
    set_by: str
    text: str
    citation: Citation


@lru_cache(maxsize=64)
def _clauses_without_number(compiled: CompiledPolicy) -> tuple[CompiledClause, ...]:
    return tuple(clause for clause in compiled.clauses if isinstance(clause.bound, Never))


def unset_parameters(
    compiled: CompiledPolicy, facts: Facts, outcome: Outcome, *, with_figures: bool
) -> Iterable[UnsetParameter]:
    """The clauses with an unset parameter that could change the household's type."""
    for clause in _clauses_without_number(compiled):
        bit = 1 << clause.bit
        undecided = Outcome(outcome.type, outcome.true_mask, outcome.unknown_mask | bit)
        if reachable_types(compiled.decision, undecided).open_mask & bit:
            yield _unset_parameter(compiled, clause, facts, outcome, with_figures=with_figures)


def _unset_parameter(
    compiled: CompiledPolicy, clause: CompiledClause, facts: Facts, outcome: Outcome, *, with_figures: bool
) -> UnsetParameter:
    names = parameters_in(clause.clause.expression.root)
    unset = [compiled.policy.parameters[name] for name in names if compiled.values[name] is None]
    held = _type_if(compiled, outcome, clause, verdict=True)
    settings = (
        tuple(_value_ranges(compiled, clause, facts, outcome, unset[0])) if with_figures and len(unset) == 1 else ()
    )
    setters = "、".join(dict.fromkeys(parameter.citation.document.issuer for parameter in unset))
    titles = "；".join(parameter.title for parameter in unset)
    text = f"{titles}：文件没有定数额，须由{setters}设定。{_consequence(held, settings, outcome.type)}"
    return UnsetParameter(
        clause.id, tuple(parameter.name for parameter in unset), held, settings, setters, text, unset[0].citation
    )


def _consequence(held: HouseholdType, settings: tuple[ValueRange, ...], current: HouseholdType) -> str:
    kinds = {setting.type for setting in settings}
    if len(kinds) == 1:
        return f"无论定为多少，{becomes(settings[0].type, current)[1:]}。"
    if settings:
        consequences = (f"定为{setting.when}，{becomes(setting.type, current)}" for setting in settings)
        return f"按现有数据，如果{'；'.join(consequences)}。"
    return f"设定以后，如果符合这一条，{becomes(held, current)}；如果不符合，{becomes(current, current)}。"


def _value_ranges(
    compiled: CompiledPolicy, clause: CompiledClause, facts: Facts, outcome: Outcome, parameter: Parameter
) -> Iterable[ValueRange]:
    """The type for each range of the parameter, from the figures that the clause compares with it."""
    root, limits = clause.clause.expression.root, list(_thresholds(compiled, clause, facts, parameter.name))
    least = None if parameter.unit is Unit.DATE else 0
    outcomes = []
    for answer in value_spans(limits, least=least) if limits else ():
        values = {**compiled.values, parameter.name: answer.sample}
        verdict = evaluate(bind(root, values, compiled.as_of), facts)
        outcomes.append((_type_if(compiled, outcome, clause, verdict=verdict), answer))
    for kind, pairs in groupby(outcomes, key=lambda pair: pair[0]):
        group: list[Answer] = [answer for _, answer in pairs]
        when = span_phrase(
            _KINDS.get(parameter.unit, FactKind.COUNT), partial(format_value, unit=parameter.unit), group
        )
        yield ValueRange(when, kind, group[0].sample)


def _thresholds(compiled: CompiledPolicy, clause: CompiledClause, facts: Facts, parameter: str) -> Iterable[Threshold]:
    """The values of the parameter at which the clause may change: the household's own figures."""
    for leaf in leaves(clause.clause.expression.root):
        match leaf:
            case Compare(name, _, ParameterRef(number)) if number == parameter:
                own = {facts[column] for column in FACTS[name].columns} - {None}
                yield from (Threshold(value, above) for value in own for above in (False, True))
            case YearsAgo(name, ParameterRef(number)) if number == parameter and facts[name] is not None:
                yield Threshold(completed_years(facts[name], compiled.as_of), above=True)


def _type_if(
    compiled: CompiledPolicy, outcome: Outcome, clause: CompiledClause, *, verdict: bool | None
) -> HouseholdType:
    """The type if an unset clause were decided."""
    bit = 1 << clause.bit
    true, unknown = outcome.true_mask | bit * (verdict is True), outcome.unknown_mask | bit * (verdict is None)
    return compiled.decision.type_of(true, unknown)
