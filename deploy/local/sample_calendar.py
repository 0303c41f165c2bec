"""The demonstration's calendar: a season runs from August to November, so the services stand on a day of it."""

import datetime as dt
from dataclasses import dataclass

from deploy.local.data_directory import DataDirectory
from services.recognition.season.domain import SeasonDates, UnsetDate, season_dates
from shared.clock import CHINA
from shared.law.model.policy import Policy
from shared.law.reader.loading import recognition_policy_at
from shared.reference.calendar import add_working_days

APPLICATIONS_UNTIL = (9, 30)
"""Month and day on which the sample county's applications end, where the policy leaves that to the county."""
NOTICE_DAYS = 5
OWN_DAYS = {"notice_days": NOTICE_DAYS, "supplement_days": 10, "consultation_days": 5}
"""Working days that no text gives: the county sets them."""
"""Working days of a public notice in the sample: Zhengzhou's text names none."""
DAYTIME, MORNING = range(9, 19), 9
"""Hours at which a demonstration may stand, and where it begins when it is night"""
FIRST_DAYS = dt.timedelta(days=3)
"""From the season's first day to the last day for the neighbouring county's applications"""


@dataclass(frozen=True)
class SampleDays:
    """Days of the season: the neighbouring county's applicants apply, are examined, and their public notice is over on
    the day that is shown.
    """

    apply: dt.date
    examine: dt.date
    show: dt.date


def sample_days(region: str, closed_on: dt.date, today: dt.date) -> SampleDays | None:
    """The days of the season after a closing; today is shown if it is in the application window and late enough for
    the neighbour's notice, else the middle of the window. None where no policy has a season.
    """
    policy = recognition_policy_at(region, closed_on)
    dates = sample_season_dates(policy, closed_on.year) if policy is not None else None
    if dates is None:
        return None
    apply = dates.opens_on + FIRST_DAYS
    examine = add_working_days(apply, 1).due
    earliest = add_working_days(examine, NOTICE_DAYS).due + dt.timedelta(days=1)
    middle = dates.opens_on + (dates.applications_until - dates.opens_on) / 2
    shown = today if earliest <= today < dates.applications_until else max(middle, earliest)
    return SampleDays(apply, examine, shown)


def sample_season_dates(policy: Policy, year: int) -> SeasonDates | None:
    """The dates of a season of the year under a policy; None when it has no recognition or leaves one open."""
    if policy.recognition is None:
        return None
    try:
        return season_dates(policy.recognition, year, dt.date(year, *APPLICATIONS_UNTIL))
    except UnsetDate:
        return None


def machine_today() -> dt.date:
    """The day by the machine's clock, in China as the services count days: in the evening of UTC it is the next one."""
    return machine_now().date()


def machine_now() -> dt.datetime:
    """The instant by the machine's clock, as it is called in China."""
    return dt.datetime.now(CHINA)


def turn_to(data: DataDirectory, day: dt.date) -> None:
    """All services on the demonstration's calendar live on that day from now on, by daylight: at night nobody is sent
    an SMS, and there would be nothing to see.
    """
    data.turn_calendar(days_until(day))


def turn_everything_to(data: DataDirectory, day: dt.date) -> None:
    """The same by hand, typing included: it never goes back, for its sample was delivered by the machine's day."""
    turn_to(data, day)
    data.turn_typing_calendar(max(data.typing_calendar_days(), days_until(day)))


def days_until(day: dt.date) -> float:
    """From the machine's instant to a moment of the day's daylight."""
    hour = machine_now().hour
    by_day = dt.timedelta(hours=0 if hour in DAYTIME else MORNING - hour)
    return (day - machine_today() + by_day) / dt.timedelta(days=1)


def demonstration_today(data: DataDirectory) -> dt.date:
    """The day on which the services of a demonstration stand."""
    return (machine_now() + dt.timedelta(days=data.calendar_days())).date()


def typing_today(data: DataDirectory) -> dt.date:
    """The day on which typing stands."""
    return (machine_now() + dt.timedelta(days=data.typing_calendar_days())).date()
