"""Clauses that hold now and will stop to hold by the passing of time: conditions on an age below a number of years."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.law.compiler.compiled_policy import CompiledClause, CompiledPolicy
from shared.law.compiler.evaluator import Facts, evaluate
from shared.law.explain.as_of_view import AsOfView, anniversary, as_of_views
from shared.law.explain.minimal_change import disjuncts
from shared.law.language.nodes import Leaf, Node, YearsAgo, leaves
from shared.law.language.units import format_day
from shared.law.model.clauses import Citation
from shared.law.model.outcome import HouseholdType, Outcome


@dataclass(frozen=True, slots=True)
class Expiry:
    """A clause that supports the household's type and stops to hold on `day`, and the type from that day on."""

    clause: str
    day: date
    type: HouseholdType
    text: str
    citation: Citation


def expiries(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> Iterable[Expiry]:
    """The expiries of the clauses that support the household's type, everything else unchanged."""
    views = as_of_views(compiled)
    for clause in compiled.clauses:
        if clause.type is not outcome.type or not outcome.true_mask >> clause.bit & 1:
            continue
        day = expiry_day(views.now, clause, facts)
        if day is not None:
            kind = views.on(day).outcome(facts).type
            text = f"“{clause.title}”现在符合，自{format_day(day)}起不再符合；其他数据不变的话，那时是{kind.label}。"
            yield Expiry(clause.id, day, kind, text, clause.citation)


def expiry_day(view: AsOfView, clause: CompiledClause, facts: Facts) -> date | None:
    """The first day on which a clause that holds now is false; None when time alone never ends it."""
    root = clause.clause.expression.root
    if not _has_maximum_age(root):
        return None
    holding = [disjunct for disjunct in disjuncts(root) if all(evaluate(view.bound(leaf), facts) for leaf in disjunct)]
    days = [_earliest_end(view, disjunct, facts) for disjunct in holding]
    ends = [day for day in days if day is not None]
    return max(ends) if ends and len(ends) == len(days) else None


@lru_cache(maxsize=4096)
def _has_maximum_age(root: Node) -> bool:
    return any(isinstance(leaf, YearsAgo) and leaf.negated for leaf in leaves(root))


def _earliest_end(view: AsOfView, together: tuple[Leaf, ...], facts: Facts) -> date | None:
    young = [leaf for leaf in together if isinstance(leaf, YearsAgo) and leaf.negated]
    return min((anniversary(facts[leaf.fact], view.years(leaf)) for leaf in young), default=None)
