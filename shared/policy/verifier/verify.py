"""The main road: asks every question of a policy on a day, and has the engine confirm every household found."""

import threading
import time
from collections.abc import Iterator, Sequence

import z3

from shared.policy.compiled import CompiledPolicy
from shared.policy.verifier.boundaries import boundaries
from shared.policy.verifier.clauses import clauses, unset
from shared.policy.verifier.confirming import confirm
from shared.policy.verifier.differences import differences
from shared.policy.verifier.findings import Finding, Verification
from shared.policy.verifier.gaps import gaps
from shared.policy.verifier.overlaps import overlaps
from shared.policy.verifier.readings import Alternative, Readings, alternatives
from shared.policy.verifier.search import Search
from shared.policy.verifier.symbolic_policy import SymbolicPolicy

_one_at_a_time = threading.Lock()
"""z3's context may be used by one thread at a time; Python may let go of its objects in any."""
z3.Z3_enable_concurrent_dec_ref(z3.main_ctx().ref())


def verify(compiled: CompiledPolicy, against: CompiledPolicy | None = None) -> Verification:
    """Everything there is to find about a policy on its day, and how another one, of the same day, types differently.

    Errors: NotDecided when z3 gives up, NotConfirmed when the engine types a household otherwise than proved.
    """
    began = time.perf_counter()
    others = alternatives(compiled)
    with _one_at_a_time:
        search = Search.over([compiled, *(one.compiled for one in others), *([against] if against else [])])
        policy = SymbolicPolicy(compiled, search.compiler)
        findings = [*_of_itself(policy, search), *_of_readings(policy, others, search)]
        if against is not None:
            findings += differences(policy, SymbolicPolicy(against, search.compiler), search)
        ordinary = search.smallest()
    confirm([witness for finding in findings for witness in finding.witnesses])
    return Verification(compiled, tuple(findings), ordinary or {}, time.perf_counter() - began)


def _of_itself(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    yield from gaps(policy, search)
    yield from unset(policy)
    yield from clauses(policy, search)
    yield from overlaps(policy, search)
    yield from boundaries(policy, search)


def _of_readings(policy: SymbolicPolicy, others: Sequence[Alternative], search: Search) -> Iterator[Finding]:
    readings = Readings(policy, search)
    for alternative in others:
        yield from readings.findings(alternative, SymbolicPolicy(alternative.compiled, search.compiler))
