"""A county's season and the years after it as the law has them: a model for tests, without a line of the service.

Days are dates of China, `today` among them. What somebody may do is asked first (`may_…`, `against`), then done; what
last days bring about is done by `wake`, as the worker does it.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from tests.integration.recognition.reference_entities import (
    COUNTY,
    SCOPE,
    UNDER_WAY,
    Case,
    Household,
    Notice,
    Recognised,
)


@dataclass
class ReferenceLaw:
    """Everything that is so today."""

    today: dt.date
    places: int
    households: list[Household]
    season: str = ""
    open: bool = False
    year: int = 0
    last_application: dt.date = dt.date.min
    last_decision: dt.date = dt.date.min
    cases: list[Case] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)
    listed: dict[int, dt.date] = field(default_factory=dict)

    def against(self, household: Household, path: str) -> bool:
        """Anything that keeps a household of the county from being recognised."""
        own = path == "application"
        valid = [one for one in self.recognised if one.state == "valid"]
        return (
            (household.kind not in ("growth", "development") if own else household.kind == "ineligible")
            or not household.registered
            or household.region != COUNTY
            or household.fined(self.today)
            or household.operator in self.listed
            or (own and self.today <= household.banned_until)
            or any(one.household is household for one in valid)
            or any(one.operator == household.operator and one.county == household.region for one in valid)
        )

    def objected(self, case: Case) -> bool:
        """An objection to what is on its notice is open."""
        return any(case in one.held for one in self.notices)

    def may_be_objected_to(self, case: Case) -> bool:
        """It is held, or nobody has said yet that it is not."""
        unheard = [one for one in self.notices if case in one.cases and one.state != "cleared" and not one.heard]
        return self.objected(case) or (case.at("public-notice") and bool(unheard))

    def running(self, household: Household) -> bool:
        """It has a draft, is under way or recognised in this season."""
        return any(one.household is household and one.state not in ("refused", "withdrawn") for one in self.cases)

    def free(self) -> int:
        """Places that no recognition of the scope takes."""
        return self.places - sum(one.state == "valid" and one.county.startswith(SCOPE) for one in self.recognised)

    def places_in_sight(self) -> int:
        """Free ones less those that selected or recommended households wait for, which passed their review."""
        running = [one for one in self.cases if one.state == "in-progress"]
        return self.free() - sum(one.step not in ("review", "selection") for one in running)

    def free_for(self, case: Case) -> int:
        """Places for a case at its decision: whoever was selected has his before any recommendation."""
        selected = [
            one
            for one in self.cases
            if one.path == "application" and one.state == "in-progress" and one.step not in ("review", "selection")
        ]
        return self.free() - (len(selected) if case.path == "recommendation" else 0)

    def may_select(self) -> bool:
        """When nobody can apply any more and all are reviewed: the best are chosen, not the first."""
        at_review = [one for one in self.cases if one.step == "review" and one.state in UNDER_WAY]
        late = any(one.at("selection") for one in self.cases)
        return (self.open or late) and self.today > self.last_application and not at_review

    def waiting(self) -> list[Case]:
        """For the selection, in their turn."""
        waiting = [one for one in self.cases if one.step == "selection" and one.state in ("in-progress", "reserve")]
        return sorted(waiting, key=lambda one: (not one.reopened, one.turn))

    def may_be_selected(self, case: Case) -> bool:
        """Nothing stands against the household, and its operator is still the applicant."""
        return case.operator == case.household.operator and not self.against(case.household, case.path)

    def select(self, who: str) -> None:
        """As many as there are places; the others are the reserve, or over, if the season is."""
        places = max(0, self.places_in_sight())
        eligible = [one for one in self.waiting() if self.may_be_selected(one)]
        for rank, case in enumerate(eligible):
            case.rank = rank + 1
            if rank < places:
                case.state = "in-progress"
                case.go_on(who)
            else:
                new = case.state == "in-progress"
                case.state = "reserve" if self.open else "refused"
                case.turned_down_by = who if new else case.turned_down_by

    def leave(self, case: Case, state: str, who: str) -> None:
        """Refused or withdrawn: the first of the reserve takes the place, if there is one."""
        reserve = [one for one in self.waiting() if one.state == "reserve" and one is not case]
        reserve = sorted(filter(self.may_be_selected, reserve), key=lambda one: (one.rank, one.id))
        case.state = state
        case.turned_down_by = who if state == "refused" else case.turned_down_by
        if reserve and self.places_in_sight() > 0:
            reserve[0].state = "in-progress"
            reserve[0].go_on(who)

    def last_days(self) -> Iterator[tuple[dt.date, Callable[[], None]]]:
        """Last days, and what comes about when they are over."""
        for case in self.cases:
            if case.state == "returned":
                yield case.due_on, partial(self.end_by_clock, case)
            if case.silence_on is not None:
                yield case.silence_on, partial(self.silence, case)
        for notice in self.notices:
            if notice.state == "open":
                yield notice.closes_on, notice.close
        if self.open:
            yield self.last_decision, self.close_season
        for one in self.recognised:
            yield from self.last_days_of(one)

    def last_days_of(self, one: Recognised) -> Iterator[tuple[dt.date, Callable[[], None]]]:
        """Of a valid recognition: its own, unless that is held, and those of its reports."""
        if one.state == "valid":
            if not one.held:
                yield one.valid_until, partial(one.end, "expired")
            for year in [year for year, state in one.reports.items() if state == "due" and year not in one.passed]:
                yield dt.date(year, 7, 31), partial(self.overdue, one, year)

    def wake(self) -> None:
        """What is over comes about, in its order."""
        while over := [(day, what) for day, what in self.last_days() if day < self.today]:
            min(over, key=lambda one: one[0])[1]()
        for one in self.recognised:
            if one.state != "valid":
                one.passed |= {year for year in one.reports if dt.date(year, 7, 31) < self.today}

    def end_by_clock(self, case: Case) -> None:
        """A last day is over."""
        case.state, case.turned_down_by = "refused", "clock"

    def silence(self, case: Case) -> None:
        """Whoever has not answered has no objection."""
        case.silence_on = None
        case.hear_departments(self.today)

    def close_season(self) -> None:
        """What was not decided is refused, unless an objection holds it."""
        self.open = False
        for case in self.cases:
            case.late = case.late or self.may_be_objected_to(case)
            if case.state in UNDER_WAY and (case.state == "reserve" or not case.late):
                self.end_by_clock(case)

    def reckon_bans(self, household: Household) -> None:
        """The household may not apply while a ban runs that was not lifted."""
        bans = [one.ban for one in self.recognised if one.household is household]
        household.banned_until = max(bans, default=dt.date.min)

    def overdue(self, one: Recognised, year: int) -> None:
        """The report did not come; the next is expected."""
        one.reports[year] = "overdue"
        one.expect(year + 1)
