"""A witness as a person reads it: what is special about the household, and the sentences concerned."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.policy.clause_sentences import Decided, Sentence, Speaker
from shared.policy.compiled import CompiledClause
from shared.policy.fact_phrases import phrase
from shared.policy.facts import FACTS, Fact
from shared.policy.model import Role
from shared.policy.verifier.findings import Witness

_TELLING = ("established_on", "status", "reported", "revenue", "tax_paid", "insured_staff")


def ordinary_said(ordinary: Mapping[str, Any]) -> str:
    """The household that the others are told apart from."""
    return _said(_TELLING, ordinary)


def household_said(witness: Witness, ordinary: Mapping[str, Any]) -> str:
    """What the clauses concerned look at, and whatever differs from the ordinary household."""
    speaker = _speaker(witness)
    looked_at = {name for clause in _concerned(witness) for name in speaker.deciding(clause)}
    return _said([name for name in FACTS if name in looked_at | special(witness, ordinary)], witness.facts)


def special(witness: Witness, ordinary: Mapping[str, Any]) -> set[str]:
    """The facts that are not as usual; to register for tax on the day of founding is usual."""
    facts = witness.facts
    as_usual = {**ordinary, "tax_registered_on": facts["established_on"]}
    return {fact.name for fact in FACTS.values() if _differs(fact, facts, as_usual)}


def sentences(witness: Witness) -> tuple[Sentence, ...]:
    """A sentence for every clause concerned, with its citation."""
    speaker = _speaker(witness)
    return tuple(_sentence(speaker, clause, witness) for clause in _concerned(witness))


def _sentence(speaker: Speaker, clause: CompiledClause, witness: Witness) -> Sentence:
    if clause.role is not Role.DEFECT or speaker.decided(clause) is not Decided.FALSE:
        return speaker.sentence(clause)
    facts = speaker.deciding(clause)
    text = f"没有这种情形：{clause.title}（{_said(facts, witness.facts)}）。"
    return Sentence(text, clause.id, clause.citation, facts, Decided.FALSE)


def _speaker(witness: Witness) -> Speaker:
    return Speaker(witness.compiled, witness.facts, witness.outcome, with_figures=True)


def _concerned(witness: Witness) -> list[CompiledClause]:
    return [clause for clause in witness.compiled.clauses if clause.id in witness.clauses]


def _differs(fact: Fact, facts: Mapping[str, Any], usual: Mapping[str, Any]) -> bool:
    # what a guard says does not exist is told by the guard
    if fact.guard is not None and facts[fact.guard] is False:
        return False
    return any(facts[column] != usual[column] for column in fact.columns)


def _said(names: Iterable[str], facts: Mapping[str, Any]) -> str:
    return "，".join(dict.fromkeys(phrase(name, facts, with_figures=True) for name in names))
