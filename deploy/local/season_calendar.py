"""The sample season's calendar: its days are the policy's, and the demonstration stands in the middle of them.

A season runs from August to November; whoever starts the demonstration in another month should see one in progress,
too. The recognition service is therefore told, at the first start and for good, by how many days its calendar differs.
"""

import datetime as dt

from services.recognition.domain.seasons import SeasonDates, UnsetDate, season_dates
from shared.policy.model import Policy
from shared.policy.recognition.shipped import policy_at

OWN_UNTIL = (9, 30)
"""Month and day on which the sample county's applications end, where the policy leaves that to the county."""


def shift_for(region: str, closed_on: dt.date, today: dt.date) -> int:
    """Days from today to the middle of the application window of the season after a closing; 0 where there is none."""
    policy = policy_at(region, closed_on)
    dates = dates_of(policy, closed_on.year) if policy is not None else None
    if dates is None or dates.opens_on <= today < dates.applications_until:
        return 0
    middle = dates.opens_on + (dates.applications_until - dates.opens_on) / 2
    return (middle - today).days


def dates_of(policy: Policy, year: int) -> SeasonDates | None:
    """The dates of a season of the year under a policy; None when it has no recognition or leaves one open."""
    if policy.recognition is None:
        return None
    try:
        return season_dates(policy.recognition, year, dt.date(year, *OWN_UNTIL))
    except UnsetDate:
        return None
