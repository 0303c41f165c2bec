"""Is there an eligible household of no type: because no rule speaks of it (gap), or because data are missing?"""

from collections.abc import Iterator

from shared.policy.model import Role
from shared.policy.outcome import HouseholdType
from shared.policy.verifier.findings import Finding, Kind
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy


def gaps(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """The smallest household in a gap, or that there is none; then the same of undetermined ones."""
    facts = search.smallest(policy.typed(HouseholdType.GAP))
    if facts is None:
        yield Finding(Kind.NO_GAP, "没有规则空档：符合基础标准、不缺数据的户，都有一型（已证明）。")
    else:
        rules = tuple(clause.id for clause in policy.compiled.clauses if clause.role is not Role.DEFECT)
        text = "有规则空档：符合基础标准，也不缺数据，却哪一型都不是；最简单的一户如下。"
        yield Finding(Kind.GAP, text, (), (policy.witness(facts, rules),))
    facts = search.smallest(policy.typed(HouseholdType.UNDETERMINED))
    if facts is None:
        yield Finding(Kind.NEVER_UNDETERMINED, "不会待核：不论缺什么数据，符合基础标准的户都有一型（已证明）。")
    else:
        witness = policy.witness(facts)
        yield Finding(Kind.UNDETERMINED, "缺数据时可能待核；缺得最少的一户如下。", witness.clauses, (witness,))
