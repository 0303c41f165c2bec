"""Which of the shipped policies recognition goes by in a region: of those in force, the one of the smallest region."""

from datetime import date
from functools import cache

from shared.policy.loading import load_policy, policy_ids
from shared.policy.model import Policy


def policy_at(region: str, day: date) -> Policy | None:
    """The policy with recognition rules that a region goes by on a day; None where none of them applies."""
    covering = [
        (len(prefix), policy)
        for policy in shipped()
        if policy.recognition is not None and policy.in_force_on(day)
        for prefix in policy.regions
        if region.startswith(prefix)
    ]
    return max(covering, key=lambda found: found[0])[1] if covering else None


@cache
def shipped() -> tuple[Policy, ...]:
    """Every policy that ships with the platform, read once per process."""
    return tuple(load_policy(name) for name in policy_ids())
