"""How two policies type the same household differently, for every ordered pair of types; or that they never do."""

from collections.abc import Iterator

from shared.policy.verifier.changes import changes
from shared.policy.verifier.findings import Finding, Kind
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy


def differences(policy: SymbolicPolicy, other: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    """Every change of type from one policy to the other, with the household under both."""
    names = tuple(each.compiled.policy.id for each in (policy, other))
    nothing = True
    for change in changes(policy, other, search):
        nothing = False
        text = f"有的户按 {names[0]} 是{change.before.label}，按 {names[1]} 是{change.after.label}。"
        pair = tuple(each.witness(change.facts, side=name) for each, name in zip((policy, other), names, strict=True))
        yield Finding(Kind.DIFFERENCE, text, (change.before.slug, change.after.slug), pair)
    if nothing:
        yield Finding(Kind.SAME, f"{names[0]} 与 {names[1]} 对每一户的判定都相同（已证明）。", names)
