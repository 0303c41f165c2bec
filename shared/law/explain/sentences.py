"""The sentence for one clause and one household: whether it holds, and the facts that decided."""

from dataclasses import dataclass
from enum import StrEnum

from shared.law.compiler.compiled_policy import CompiledClause, CompiledPolicy
from shared.law.compiler.evaluator import Facts, deciding_leaves
from shared.law.explain.phrases import fact_phrase, fact_to_supply
from shared.law.language.facts import FACTS
from shared.law.language.nodes import Never
from shared.law.model.clauses import Citation, ClauseRole, fill_title
from shared.law.model.outcome import Outcome


class Truth(StrEnum):
    """Whether the clause or rule of a sentence holds; of what is not shown the reader learns the words alone."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    NOT_SHOWN = "not-shown"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `clause` is empty when it is about a whole type or the base standard."""

    text: str
    clause: str
    citation: Citation
    facts: tuple[str, ...]
    decided: Truth

    @property
    def holds(self) -> bool | None:
        """`decided` as true, false or None."""
        return {Truth.TRUE: True, Truth.FALSE: False}.get(self.decided)


class ClauseNarrator:
    """Writes sentences about the clauses of one policy for one household."""

    def __init__(self, compiled: CompiledPolicy, facts: Facts, outcome: Outcome, *, with_figures: bool) -> None:
        self._compiled = compiled
        self._facts = facts
        self._with_figures = with_figures
        self._decided = [_decided(outcome, clause.bit) for clause in compiled.clauses]

    def decided(self, clause: CompiledClause) -> Truth:
        """Whether the masks say that a clause holds, fails or is undecided."""
        return self._decided[clause.bit]

    def sentence(self, clause: CompiledClause) -> Sentence:
        """The sentence of a clause; of a defect, only when it holds or is unknown."""
        decided, names = self.decided(clause), self.deciding(clause)
        say = self._defect if clause.role is ClauseRole.DEFECT else self._condition
        return Sentence(say(clause, names), clause.id, clause.citation, names, decided)

    def deciding(self, clause: CompiledClause) -> tuple[str, ...]:
        """The facts that decided a clause, each once; for an unknown one, those that are missing."""
        leaves = deciding_leaves(clause.bound, self._facts)
        names = dict.fromkeys(fact_to_supply(leaf.fact, self._facts).name for leaf in leaves)
        guards = {FACTS[name].guard for name in names}
        return tuple(name for name in names if name not in guards)

    def _condition(self, clause: CompiledClause, names: tuple[str, ...]) -> str:
        if isinstance(clause.bound, Never):
            return f"“{clause.title}”：文件没有定具体数额，数额设定以前这一条不成立。"
        words = {Truth.TRUE: "符合", Truth.FALSE: "不符合", Truth.UNKNOWN: "还不能判断是否符合"}
        return f"{words[self.decided(clause)]}“{clause.title}”：{self._evidence(names)}。{self._reading(clause)}"

    def _defect(self, clause: CompiledClause, names: tuple[str, ...]) -> str:
        if self.decided(clause) is Truth.UNKNOWN:
            return f"还不能判断有没有这种情形：{clause.title}。{self._evidence(names)}。"
        restore = clause.clause.restore
        then = f"{restore}以后，再判定时就不算有这种情形" if restore else "文件没有写这种情形怎样恢复"
        return f"有一种不符合基础标准的情形：{clause.title}（{self._evidence(names)}）。{then}。"

    def _evidence(self, names: tuple[str, ...]) -> str:
        phrases = (fact_phrase(name, self._facts, with_figures=self._with_figures) for name in names)
        return "，".join(dict.fromkeys(phrases))

    def _reading(self, clause: CompiledClause) -> str:
        name = clause.clause.interpretation
        if name is None:
            return ""
        policy = self._compiled.policy
        title = fill_title(policy.interpretations[name].reading.title, policy.parameters, self._compiled.values)
        return f"这一条现在这样理解：{title}。"


def _decided(outcome: Outcome, bit: int) -> Truth:
    if outcome.true_mask >> bit & 1:
        return Truth.TRUE
    return Truth.UNKNOWN if outcome.unknown_mask >> bit & 1 else Truth.FALSE
