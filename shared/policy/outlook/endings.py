"""When time alone ends what holds now: a clause about an age below so many years."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.policy.compiled import CompiledClause, CompiledPolicy
from shared.policy.kleene import Facts, evaluate
from shared.policy.model import Citation
from shared.policy.nodes import Leaf, Node, YearsAgo, leaves
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.outlook.moments import Moment, moments_of, reached
from shared.policy.outlook.smallest import alternatives
from shared.policy.units import say_day


@dataclass(frozen=True, slots=True)
class Ending:
    """A clause behind the household's type that stops to hold on `day`, and the type on that day."""

    clause: str
    day: date
    type: HouseholdType
    text: str
    citation: Citation


def endings(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> Iterable[Ending]:
    """The endings of the clauses that make the household its type, all else unchanged."""
    moments = moments_of(compiled)
    for clause in compiled.clauses:
        if clause.type is not outcome.type or not outcome.true_mask >> clause.bit & 1:
            continue
        day = ends(moments.now, clause, facts)
        if day is not None:
            kind = moments.on(day).outcome(facts).type
            text = f"“{clause.title}”现在符合，自{say_day(day)}起不再符合；其他数据不变的话，那时是{kind.label}。"
            yield Ending(clause.id, day, kind, text, clause.citation)


def ends(moment: Moment, clause: CompiledClause, facts: Facts) -> date | None:
    """The day from which a clause that holds no longer does; None when time alone never ends it."""
    root = clause.clause.expression.root
    if not _ageing(root):
        return None
    holding = [one for one in alternatives(root) if all(evaluate(moment.bound(leaf), facts) for leaf in one)]
    days = [_end(moment, one, facts) for one in holding]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


@lru_cache(maxsize=4096)
def _ageing(root: Node) -> bool:
    return any(isinstance(leaf, YearsAgo) and leaf.negated for leaf in leaves(root))


def _end(moment: Moment, together: tuple[Leaf, ...], facts: Facts) -> date | None:
    young = [leaf for leaf in together if isinstance(leaf, YearsAgo) and leaf.negated]
    return min((reached(facts[leaf.fact], moment.years(leaf)) for leaf in young), default=None)
