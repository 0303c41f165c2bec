"""Proving a policy, every question and the engine's confirmation included: against one second, for each that ships.

A policy whose text has no numbers is proved under those of its test households. The plain side is the second that
is allowed; there is no hand-written equivalent.
"""

from benchmarks.harness import Measurement, Size, seconds
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.household_cases import read_household_cases
from shared.law.verifier.verify import verify

ALLOWED = 1.0


def measure(size: Size) -> list[Measurement]:
    """Seconds to verify, for each policy."""
    return [measured(name, size.rounds) for name in policy_ids()]


def measured(name: str, rounds: int) -> Measurement:
    """One policy, freshly compiled each time."""
    case = read_household_cases(name)[0]
    policy = load_policy(name, settings=case.settings)
    verification = verify(compile_policy(policy, case.as_of))
    taken = [seconds(lambda: verify(compile_policy(policy, case.as_of))) for _ in range(rounds)]
    households = sum(len(finding.witnesses) for finding in verification.findings)
    note = f"{name}: {len(verification.findings)} findings, {households} households confirmed by the engine"
    return Measurement(f"one second to prove {name}", taken, [ALLOWED] * rounds, 1.0, notes=[note])
