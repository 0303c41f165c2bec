"""One household, one case, one notice, one recognition as the law has them; `law` puts them together."""

import datetime as dt
from dataclasses import dataclass, field

COUNTY, SCOPE = "120101", "12"
"""Where the season is, and whose places it shares; a recognition follows its household only inside that."""
ROADS = {
    "application": ("review", "selection", "site-visit", "consultation", "public-notice", "decision"),
    "recommendation": ("review", "public-notice", "decision"),
}
UNDER_WAY = ("in-progress", "returned", "reserve")


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day of another year."""
    return day.replace(year=day.year + years) if (day.month, day.day) != (2, 29) else dt.date(day.year + years, 2, 28)


@dataclass(eq=False)
class Household:
    """What the registers say; `fines`: decided on → repaired."""

    number: int
    operator: int
    kind: str = "growth"
    typed_in: int = 0
    region: str = COUNTY
    registered: bool = True
    fines: dict[dt.date, bool] = field(default_factory=dict)
    banned_until: dt.date = dt.date.min
    operator_since: dt.date = dt.date.min

    def fined(self, day: dt.date) -> bool:
        """In the two years before, and not repaired."""
        return any(not repaired and day < years_after(decided, 2) for decided, repaired in self.fines.items())


@dataclass
class Question:
    """What a department was asked."""

    id: str
    department: str
    due_on: dt.date
    agrees: bool | None = None


@dataclass(eq=False)
class Case:
    """An application or a recommendation; `hands`: whoever worked on it."""

    id: str
    path: str
    household: Household
    operator: int
    maker: str
    state: str = "draft"
    step: str = ""
    consented: bool = False
    returned: bool = False
    due_on: dt.date = dt.date.max
    turn: float = 0
    questions: list[Question] = field(default_factory=list)
    silence_on: dt.date | None = None
    shown: bool = False
    late: bool = False
    rank: int = 0
    turned_down_by: str = ""
    reopened: str = ""
    """The step that an upheld objection opened again; `barred`: who does not do it."""
    barred: set[str] = field(default_factory=set)
    hands: set[str] = field(default_factory=set)

    def at(self, step: str) -> bool:
        """Under way, and there."""
        return self.state == "in-progress" and self.step == step

    def is_barred(self, who: str) -> bool:
        """They had decided against it, and the step was opened again."""
        return self.step == self.reopened and who in self.barred

    def open_again(self) -> None:
        """Under way at the step where it ended; whoever ended it does not do that step."""
        before = self.barred if self.reopened == self.step else set()
        self.reopened, self.barred = self.step, before | {self.turned_down_by}
        self.state, self.late = "in-progress", True

    def go_on(self, who: str = "") -> None:
        """Its step was done by somebody: to the next."""
        walkthrough = ROADS[self.path]
        self.step, self.silence_on = walkthrough[walkthrough.index(self.step) + 1], None
        self.hands.add(who)

    def waits_for(self, day: dt.date) -> bool:
        """Some department may still answer."""
        return any(one.agrees is None and day <= one.due_on for one in self.questions)

    def objected(self) -> bool:
        """Some department does not agree."""
        return any(one.agrees is False for one in self.questions)

    def hear_departments(self, day: dt.date, who: str = "") -> None:
        """On, when all were heard or kept silent, and nobody objects."""
        if self.at("consultation") and self.questions and not self.waits_for(day) and not self.objected():
            self.go_on(who)


@dataclass(eq=False)
class Notice:
    """A public notice."""

    id: str
    closes_on: dt.date
    cases: list[Case]
    state: str = "open"
    held: list[Case] = field(default_factory=list)
    kept: list[Case] | None = None
    """What was said after the last day, before the worker had closed it."""
    heard: bool = False

    def hear(self, held: list[Case]) -> None:
        """Open objections hold these, said after the last day: the others go on."""
        if self.state == "open":
            self.kept = held
            return
        self.heard = True
        self.held = [one for one in held if one.state not in ("refused", "withdrawn")]
        for case in self.cases:
            if case.at("public-notice") and case not in self.held:
                case.go_on()
        if not self.held:
            self.state = "cleared"

    def close(self) -> None:
        """Its last day is over; what was said by then counts."""
        self.state = "closed"
        if self.kept is not None:
            self.hear(self.kept)


@dataclass(eq=False)
class Recognised:
    """A recognition; `proposals`: what → by whom; `heard`: what the operator was told of and waived; `servers`: who
    told them; `reports`: year → state; `evaluation`: its id, by whom.
    """

    id: str
    household: Household
    path: str
    county: str
    operator: int
    kind_then: str
    valid_until: dt.date
    valid_from: dt.date = dt.date.min
    state: str = "valid"
    proposals: dict[str, str] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    servers: dict[str, str] = field(default_factory=dict)
    reports: dict[int, str] = field(default_factory=dict)
    evaluation: tuple[str, str] | None = None
    extends: bool = False
    confirmed: set[int] = field(default_factory=set)
    decided: bool = False
    decided_by: str = ""
    held: bool = False
    """Valid past its last day, until an evaluation that was opened again is decided."""
    judged: dict[int, tuple[str, bool]] = field(default_factory=dict)
    """Confirmations: year → by whom, and whether it was confirmed."""
    barred: set[tuple[str, int]] = field(default_factory=set)
    """Who does not do something again: what was withheld, and of which year."""
    before: dict[str, str] = field(default_factory=dict)
    """A decided end → what it was before."""
    ban: dt.date = dt.date.min
    passed: set[int] = field(default_factory=set)
    """Years whose last day for the report passed while it was ended."""

    def valid_on(self, day: dt.date) -> bool:
        """To its last day, or while an evaluation is open again."""
        return self.state == "valid" and (day <= self.valid_until or self.held)

    def revive(self, today: dt.date) -> None:
        """Valid as it was, with the report that is next."""
        self.state = "valid"
        over = today > dt.date(today.year, 7, 31)
        self.expect(max(self.valid_from.year + 1, today.year + over))
        self.follow()

    def follow(self) -> None:
        """The register's word: its operator, and its place inside the scope."""
        self.operator = self.household.operator
        if self.household.region.startswith(SCOPE):
            self.county = self.household.region

    def to_look_at(self) -> list[str]:
        """What an officer must look at, of what the register says."""
        moved = ["moved-away"] if self.household.region != self.county else []
        return moved + ([] if self.household.registered else ["register"])

    def expect(self, year: int) -> None:
        """A report of the year, if its last day lies in the validity."""
        if dt.date(year, 7, 31) <= self.valid_until:
            self.reports.setdefault(year, "due")

    def end(self, state: str) -> None:
        """No longer valid; whether it was obtained by fraud may still have to be decided."""
        waiting = set() if state == "revoked" else {"revocation"}
        self.held = False
        self.state, self.proposals = state, {what: who for what, who in self.proposals.items() if what in waiting}
        self.heard &= waiting

    def extend(self) -> None:
        """Three more years, with their reports; they end with an evaluation of their own."""
        before = self.valid_until
        self.valid_until, self.evaluation, self.decided = years_after(before, 3), None, False
        self.barred = {one for one in self.barred if one[1]}
        self.expect(before.year)
        self.expect(before.year + 1)
