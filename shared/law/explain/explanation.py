"""Why a household has its type, in sentences a shop owner understands, with the counterfactuals.

Each sentence carries the clause, the citation and the facts it rests on. Ineligible: every defect that holds, and what
ends it as far as the text says. Otherwise: the base standard, then each type in testing order up to the one that holds,
with the clauses that decided. What could not be decided is listed separately, with the bureau that would know. The
counterfactuals say what would change the type.
"""

from dataclasses import dataclass

from shared.law.compiler.compiled_policy import CompiledClause, CompiledPolicy
from shared.law.compiler.evaluator import Facts
from shared.law.explain.expiries import Expiry, expiries
from shared.law.explain.interpretations import OtherReading, other_readings
from shared.law.explain.missing_data import MissingData, missing_data
from shared.law.explain.phrases import types_phrase
from shared.law.explain.recourse import Recourse, recourse
from shared.law.explain.sentences import ClauseNarrator, Sentence, Truth
from shared.law.explain.unset_parameters import UnsetParameter, unset_parameters
from shared.law.language.facts import FACTS
from shared.law.model.clauses import ClauseRole, TypeRule
from shared.law.model.outcome import HouseholdType, Outcome


@dataclass(frozen=True, slots=True)
class Counterfactuals:
    """What would change the household's type: missing data, parameters that the law leaves unset, the nearest way to
    each better type (`recourse`), clauses that time will end (`expiries`) and other readings. The last three are empty
    when figures may not be shown.
    """

    missing_data: MissingData
    unset_parameters: tuple[UnsetParameter, ...]
    recourse: tuple[Recourse, ...]
    expiries: tuple[Expiry, ...]
    readings: tuple[OtherReading, ...]


def counterfactuals(compiled: CompiledPolicy, facts: Facts, outcome: Outcome, *, with_figures: bool) -> Counterfactuals:
    """The counterfactuals of a household typed from these facts (by snapshot column)."""
    return Counterfactuals(
        missing_data(compiled, facts, outcome),
        tuple(unset_parameters(compiled, facts, outcome, with_figures=with_figures)),
        recourse(compiled, facts, outcome) if with_figures else (),
        tuple(expiries(compiled, facts, outcome)) if with_figures else (),
        tuple(other_readings(compiled, facts, outcome)) if with_figures else (),
    )


@dataclass(frozen=True, slots=True)
class Explanation:
    """`summary` in one or two sentences, the `sentences` behind it, what is `unknown`, and the `counterfactuals`."""

    type: HouseholdType
    summary: str
    sentences: tuple[Sentence, ...]
    unknown: tuple[Sentence, ...]
    counterfactuals: Counterfactuals


def explain(compiled: CompiledPolicy, facts: Facts, outcome: Outcome, *, with_figures: bool) -> Explanation:
    """Explain an outcome by the facts it was typed from (snapshot columns); figures only where allowed."""
    ahead = counterfactuals(compiled, facts, outcome, with_figures=with_figures)
    narrator = ClauseNarrator(compiled, facts, outcome, with_figures=with_figures)
    return _Explainer(compiled, outcome, narrator).explanation(ahead)


def explain_publicly(compiled: CompiledPolicy, kind: HouseholdType) -> Explanation:
    """The type and the standard that the documents set for it, for readers without a right to the household's data.

    The same for every household of the type. Which condition holds is told of none: some rest on tax, revenue and
    staff, and those could be told from the others.
    """
    policy = compiled.policy
    defects = [clause for clause in compiled.clauses if clause.role is ClauseRole.DEFECT]
    rules = [] if kind is HouseholdType.INELIGIBLE else [rule for rule in policy.types if rule.type is kind]
    if kind in (HouseholdType.GAP, HouseholdType.UNDETERMINED):
        rules = list(policy.types)
    base = Sentence("基础标准：下列情形都没有。", "", defects[0].citation, (), Truth.NOT_SHOWN)
    sentences = [base, *map(_standard, defects)]
    for rule in rules:
        ids = {clause.id for clause in (*rule.requires, *rule.any)}
        label = rule.type.label
        head = f"{label}：符合基础标准而没有判定为前面各型的。" if rule.residual else f"{label}的标准："
        sentences.append(Sentence(head, "", rule.citation, (), Truth.NOT_SHOWN))
        sentences += [_standard(clause) for clause in compiled.clauses if clause.id in ids]
    summary = (
        f"判定结果：{kind.label}。下面是文件规定的标准；符合其中哪几项，只有经营者本人和办理此事的工作人员能看到。"
    )
    return Explanation(kind, summary, tuple(sentences), (), Counterfactuals(MissingData((), (), ""), (), (), (), ()))


def _standard(clause: CompiledClause) -> Sentence:
    return Sentence(f"“{clause.title}”", clause.id, clause.citation, (), Truth.NOT_SHOWN)


class _Explainer:
    def __init__(self, compiled: CompiledPolicy, outcome: Outcome, narrator: ClauseNarrator) -> None:
        self._compiled = compiled
        self._outcome = outcome
        self._narrator = narrator
        self._defects = [clause for clause in compiled.clauses if clause.role is ClauseRole.DEFECT]

    def explanation(self, ahead: Counterfactuals) -> Explanation:
        """The sentences, in the order in which the policy tests."""
        if self._outcome.type is HouseholdType.INELIGIBLE:
            concerned = self._defects
            sentences = [self._narrator.sentence(clause) for clause in self._those(self._defects, Truth.TRUE)]
        else:
            tested = self._tested()
            concerned = [*self._defects, *(clause for rule in tested for clause in self._clauses(rule))]
            sentences = [self._base(), *(sentence for rule in tested for sentence in self._rule(rule))]
        unknown = [self._narrator.sentence(clause) for clause in self._those(concerned, Truth.UNKNOWN)]
        summary = self._summary(unknown, ahead.missing_data.possible)
        return Explanation(self._outcome.type, summary, tuple(sentences), tuple(unknown), ahead)

    def _those(self, clauses: list[CompiledClause], decided: Truth) -> list[CompiledClause]:
        return [clause for clause in clauses if self._narrator.decided(clause) is decided]

    def _tested(self) -> list[TypeRule]:
        """The types in testing order, up to the one that holds."""
        rules = list(self._compiled.policy.types)
        won = [number for number, rule in enumerate(rules) if rule.type is self._outcome.type]
        return rules[: won[0] + 1] if won else rules

    def _clauses(self, rule: TypeRule) -> list[CompiledClause]:
        ids = {clause.id for clause in (*rule.requires, *rule.any)}
        return [clause for clause in self._compiled.clauses if clause.id in ids]

    def _base(self) -> Sentence:
        missing = self._those(self._defects, Truth.UNKNOWN)
        names = tuple(dict.fromkeys(name for clause in self._defects for name in self._narrator.deciding(clause)))
        text = "符合基础标准：各种不符合分型条件的情形都没有。"
        if missing:
            text = f"没有查到不符合基础标准的情形；其中{len(missing)}项还缺数据，暂不影响判定。"
        return Sentence(text, "", self._defects[0].citation, names, Truth.UNKNOWN if missing else Truth.TRUE)

    def _rule(self, rule: TypeRule) -> list[Sentence]:
        """Whether a type's rule holds for the household, and the clauses that decided it."""
        holds = rule.type is self._outcome.type
        clauses = self._clauses(rule)
        if holds:
            shown = self._those(clauses, Truth.TRUE)
        else:
            failed = [clause for clause in clauses if clause.role is ClauseRole.REQUIREMENT]
            shown = self._those(failed, Truth.FALSE) or self._those(clauses, Truth.FALSE)
        decided = Truth.TRUE if holds else self._undecided(rule, clauses)
        head = Sentence(self._verdict(rule, decided), "", rule.citation, (), decided)
        return [head, *(self._narrator.sentence(clause) for clause in shown)]

    def _undecided(self, rule: TypeRule, clauses: list[CompiledClause]) -> Truth:
        """A type that does not hold is undecided only if no clause certainly excludes it."""
        requirements = [clause for clause in clauses if clause.role is ClauseRole.REQUIREMENT]
        blocked = self._those(requirements, Truth.FALSE)
        if rule.residual and not blocked and self._outcome.type is HouseholdType.UNDETERMINED:
            return Truth.UNKNOWN
        return Truth.UNKNOWN if self._those(clauses, Truth.UNKNOWN) and not blocked else Truth.FALSE

    def _verdict(self, rule: TypeRule, decided: Truth) -> str:
        label, clauses = rule.type.label, self._clauses(rule)
        requirements = [clause for clause in clauses if clause.role is ClauseRole.REQUIREMENT]
        conditions = [clause for clause in clauses if clause.role is ClauseRole.CONDITION]
        if decided is Truth.TRUE:
            return f"是{label}：{self._met(rule, requirements, conditions)}。"
        if self._those(requirements, Truth.FALSE):
            return f"不是{label}：前提条件不符合。"
        if decided is Truth.UNKNOWN and rule.residual:
            return f"还不能确定是不是{label}：比它低的型还没有排除。"
        if decided is Truth.UNKNOWN:
            return f"还不能确定是不是{label}：没有一项条件能确定符合，有的还缺数据。"
        return f"不是{label}：{f'{len(conditions)}项条件都' if len(conditions) > 1 else '条件'}不符合。"

    def _met(self, rule: TypeRule, requirements: list[CompiledClause], conditions: list[CompiledClause]) -> str:
        if rule.residual:
            return f"符合基础标准而没有判定为前面各型的，都是{rule.type.label}"
        before = "前提符合，并且" if requirements else ""
        if len(conditions) == 1:
            return f"{before}条件符合"
        met = len(self._those(conditions, Truth.TRUE))
        return f"{before}{len(conditions)}项条件中符合{met}项（符合一项即可）"

    def _summary(self, unknown: list[Sentence], possible: tuple[HouseholdType, ...]) -> str:
        """The type and why; a residual type also says what the household may be once everything is known."""
        kind = self._outcome.type
        residual = any(rule.residual and rule.type is kind for rule in self._compiled.policy.types)
        doubt = f"还缺数据：补齐以后，可能是{types_phrase(possible)}。" if residual and len(possible) > 1 else ""
        return f"判定结果：{kind.label}。{self._reason(kind, unknown)}{doubt}"

    def _reason(self, kind: HouseholdType, unknown: list[Sentence]) -> str:
        if kind is HouseholdType.INELIGIBLE:
            defects = self._those(self._defects, Truth.TRUE)
            return f"有{len(defects)}种不符合基础标准的情形：{'；'.join(clause.title for clause in defects)}。"
        if kind is HouseholdType.GAP:
            return "符合基础标准，但是哪一型的条件都不符合。所需的数据是齐全的，这是政策规则没有写到的情况。"
        if kind is HouseholdType.UNDETERMINED:
            bureaus = dict.fromkeys(FACTS[name].bureau for sentence in unknown for name in sentence.facts)
            return f"要等{'、'.join(bureaus)}补充数据，才能确定属于哪一型。"
        rule = self._tested()[-1]
        if rule.residual:
            return f"符合基础标准，没有判定为其他各型，所以是{kind.label}。"
        titles = [clause.title for clause in self._those(self._clauses(rule), Truth.TRUE)]
        return f"符合基础标准；{'；'.join(titles)}。"
