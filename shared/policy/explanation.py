"""Why a household has its type, in sentences an ordinary shop owner understands.

Each sentence carries the clause, the citation and the facts it rests on. Ineligible: every defect that holds,
and what ends it as far as the text says. Otherwise: the base standard, then each type in testing order up to
the one that holds, with the clauses that decided. What could not be decided is listed apart, with the bureau
that would know. The outlook says what would make the household another type.
"""

from dataclasses import dataclass

from shared.policy.clause_sentences import Decided, Sentence, Speaker
from shared.policy.compiled import CompiledClause, CompiledPolicy
from shared.policy.facts import FACTS
from shared.policy.kleene import Facts
from shared.policy.model import Role, TypeRule
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.outlook.outlook import Outlook, outlook

__all__ = ["Decided", "Explanation", "Sentence", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`summary` in one or two sentences, the `sentences` behind it, what is `unknown`, and the `outlook`."""

    type: HouseholdType
    summary: str
    sentences: tuple[Sentence, ...]
    unknown: tuple[Sentence, ...]
    outlook: Outlook


def explain(compiled: CompiledPolicy, facts: Facts, outcome: Outcome, *, with_figures: bool) -> Explanation:
    """Explain an outcome by the facts it was typed from (snapshot columns); figures only where allowed."""
    ahead = outlook(compiled, facts, outcome, with_figures=with_figures)
    speaker = Speaker(compiled, facts, outcome, with_figures=with_figures)
    return _Explainer(compiled, outcome, speaker).explanation(ahead)


class _Explainer:
    def __init__(self, compiled: CompiledPolicy, outcome: Outcome, speaker: Speaker) -> None:
        self._compiled = compiled
        self._outcome = outcome
        self._speaker = speaker
        self._defects = [clause for clause in compiled.clauses if clause.role is Role.DEFECT]

    def explanation(self, ahead: Outlook) -> Explanation:
        """The sentences, in the order in which the policy tests."""
        if self._outcome.type is HouseholdType.INELIGIBLE:
            concerned = self._defects
            sentences = [self._speaker.sentence(clause) for clause in self._those(self._defects, Decided.TRUE)]
        else:
            tested = self._tested()
            concerned = [*self._defects, *(clause for rule in tested for clause in self._clauses(rule))]
            sentences = [self._base(), *(sentence for rule in tested for sentence in self._rule(rule))]
        unknown = [self._speaker.sentence(clause) for clause in self._those(concerned, Decided.UNKNOWN)]
        return Explanation(self._outcome.type, self._summary(unknown), tuple(sentences), tuple(unknown), ahead)

    def _those(self, clauses: list[CompiledClause], decided: Decided) -> list[CompiledClause]:
        return [clause for clause in clauses if self._speaker.decided(clause) is decided]

    def _tested(self) -> list[TypeRule]:
        """The types in testing order, up to the one that holds."""
        rules = list(self._compiled.policy.types)
        won = [number for number, rule in enumerate(rules) if rule.type is self._outcome.type]
        return rules[: won[0] + 1] if won else rules

    def _clauses(self, rule: TypeRule) -> list[CompiledClause]:
        ids = {clause.id for clause in (*rule.requires, *rule.any)}
        return [clause for clause in self._compiled.clauses if clause.id in ids]

    def _base(self) -> Sentence:
        missing = self._those(self._defects, Decided.UNKNOWN)
        names = tuple(dict.fromkeys(name for clause in self._defects for name in self._speaker.deciding(clause)))
        text = "符合基础标准：各种不符合分型条件的情形都没有。"
        if missing:
            text = f"没有查到不符合基础标准的情形；其中{len(missing)}项还缺数据，暂不影响判定。"
        return Sentence(text, "", self._defects[0].citation, names, Decided.UNKNOWN if missing else Decided.TRUE)

    def _rule(self, rule: TypeRule) -> list[Sentence]:
        """Whether the household is of a type, and the clauses that decided it."""
        holds = rule.type is self._outcome.type
        clauses = self._clauses(rule)
        if holds:
            shown = self._those(clauses, Decided.TRUE)
        else:
            failed = [clause for clause in clauses if clause.role is Role.REQUIREMENT]
            shown = self._those(failed, Decided.FALSE) or self._those(clauses, Decided.FALSE)
        decided = Decided.TRUE if holds else self._undecided(clauses)
        head = Sentence(self._verdict(rule, decided), "", rule.citation, (), decided)
        return [head, *(self._speaker.sentence(clause) for clause in shown)]

    def _undecided(self, clauses: list[CompiledClause]) -> Decided:
        """A type that does not hold is open only if nothing certain stands against it."""
        requirements = [clause for clause in clauses if clause.role is Role.REQUIREMENT]
        blocked = self._those(requirements, Decided.FALSE)
        return Decided.UNKNOWN if self._those(clauses, Decided.UNKNOWN) and not blocked else Decided.FALSE

    def _verdict(self, rule: TypeRule, decided: Decided) -> str:
        label, clauses = rule.type.label, self._clauses(rule)
        requirements = [clause for clause in clauses if clause.role is Role.REQUIREMENT]
        conditions = [clause for clause in clauses if clause.role is Role.CONDITION]
        if decided is Decided.TRUE:
            return f"是{label}：{self._met(rule, requirements, conditions)}。"
        if self._those(requirements, Decided.FALSE):
            return f"不是{label}：前提条件不符合。"
        if decided is Decided.UNKNOWN:
            return f"还不能确定是不是{label}：没有一项条件能确定符合，有的还缺数据。"
        return f"不是{label}：{f'{len(conditions)}项条件都' if len(conditions) > 1 else '条件'}不符合。"

    def _met(self, rule: TypeRule, requirements: list[CompiledClause], conditions: list[CompiledClause]) -> str:
        if rule.residual:
            return f"符合基础标准而没有判定为前面各型的，都是{rule.type.label}"
        before = "前提符合，并且" if requirements else ""
        if len(conditions) == 1:
            return f"{before}条件符合"
        met = len(self._those(conditions, Decided.TRUE))
        return f"{before}{len(conditions)}项条件中符合{met}项（符合一项即可）"

    def _summary(self, unknown: list[Sentence]) -> str:
        kind = self._outcome.type
        return f"判定结果：{kind.label}。{self._reason(kind, unknown)}"

    def _reason(self, kind: HouseholdType, unknown: list[Sentence]) -> str:
        if kind is HouseholdType.INELIGIBLE:
            defects = self._those(self._defects, Decided.TRUE)
            return f"有{len(defects)}种不符合基础标准的情形：{'；'.join(clause.title for clause in defects)}。"
        if kind is HouseholdType.GAP:
            return "符合基础标准，但是哪一型的条件都不符合。所需的数据是齐全的，这是政策规则没有写到的情况。"
        if kind is HouseholdType.UNDETERMINED:
            bureaus = dict.fromkeys(FACTS[name].bureau for sentence in unknown for name in sentence.facts)
            return f"要等{'、'.join(bureaus)}补充数据，才能确定属于哪一型。"
        rule = self._tested()[-1]
        if rule.residual:
            return f"符合基础标准，没有判定为其他各型，所以是{kind.label}。"
        titles = [clause.title for clause in self._those(self._clauses(rule), Decided.TRUE)]
        return f"符合基础标准；{'；'.join(titles)}。"
