"""Which policies apply in a region."""

import datetime as dt
from collections.abc import Iterable

from services.portal.upstream.typing import PolicyAnswer


def policies_of(policies: Iterable[PolicyAnswer], region: str, today: dt.date) -> list[PolicyAnswer]:
    """Those in force today for the region itself or for a part of it, the widest first."""
    inside = [one for one in policies if _in_force(one, today) and _concerns(one, region)]
    return sorted(inside, key=lambda one: (min(map(len, one.regions), default=0), one.id))


def _in_force(policy: PolicyAnswer, today: dt.date) -> bool:
    begun = policy.in_force_from is not None and policy.in_force_from <= today
    return begun and (policy.in_force_until is None or today <= policy.in_force_until)


def _concerns(policy: PolicyAnswer, region: str) -> bool:
    return any(one.startswith(region) or region.startswith(one) for one in policy.regions)
