"""Upheld objections in the state machine: of every kind, about any case or recognition, whatever became of it since."""

import datetime as dt
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shared.contracts.objection import ObjectionUpheld
from tests.integration.recognition.machine_base import PEOPLE, WHICH
from tests.integration.recognition.machine_lifecycle import LifecycleRules
from tests.integration.recognition.machine_world import World
from tests.integration.recognition.recognition_client import uscc
from tests.integration.recognition.reference_entities import COUNTY, UNDER_WAY, Case, Recognised

ANSWERS = "SELECT count(*) AS said FROM outbox WHERE convert_from(value, 'UTF8') LIKE '%ObjectionApplied%'"
CHANGES = {"public-notice": ["in-progress"], "refusal": ["refused"], "non-selection": ["reserve", "refused"]}
"""What is objected to → the states of a case in which that may change something."""
ABOUT_CASES = st.sampled_from(["refusal", "refusal", "non-selection", "public-notice"])
ABOUT_RECOGNITIONS = st.sampled_from(["extension", "cancellation", "revocation", "confirmation"])


class ObjectionRules(LifecycleRules):
    """The objection service upholds what it likes; the law says what that changes."""

    def __init__(self, town: World) -> None:
        super().__init__(town)
        self.upheld = 0

    @rule(which=st.integers(0, 20), against=ABOUT_CASES)
    @precondition(lambda self: self.law.cases)
    def a_case_is_objected_to(self, which: int, against: str) -> None:
        """A case that the county has had this season; where it can be, one that the objection changes."""
        fitting = [one for one in self.law.cases if one.state in CHANGES[against]]
        cases = fitting or self.law.cases
        case = cases[-1 - which % len(cases)]
        self.uphold(against, case.id, case.household.number)
        {"public-notice": self.falls, "refusal": self.is_reopened, "non-selection": self.is_called_up}[against](case)

    @precondition(lambda self: any(one.state in UNDER_WAY for one in self.law.cases))
    @rule(which=WHICH, who=PEOPLE)
    def somebody_is_refused(self, which: int, who: str) -> None:
        """So that there is something to object to."""
        running = [one for one in self.law.cases if one.state in UNDER_WAY]
        self.refuse(running[which % len(running)], who, True)

    @precondition(lambda self: self.law.recognised)
    @rule(which=WHICH, against=ABOUT_RECOGNITIONS, days=st.sampled_from([0, 20, 400, 1200]))
    def a_decision_is_made_and_objected_to(self, which: int, against: str, days: int) -> None:
        """A recognition is ended, or evaluated, by those who may, and that is undone some days later."""
        one = self.law.recognised[-1 - which % len(self.law.recognised)]
        match against:
            case "confirmation":
                self.report(one, "chen", True)
                self.read(one, "chen", True)
                self.confirm(one, "chen", True)
            case "extension":
                self.time_passes(one.valid_until - dt.timedelta(days=100))
                self.evaluate(one, "chen", False)
                self.decide_evaluation(one, "zhao", True)
            case _:
                good = against == "cancellation"
                self.propose(one, "chen", good)
                self.tell(one, "chen", good)
                self.end(one, "zhao", good)
        self.time_passes(self.law.today + dt.timedelta(days=days))
        self.objection_about(one, against)

    def time_passes(self, day: dt.date) -> None:
        """Until a day; the worker is never down for long."""
        while self.law.today < day:
            self.come_to(min(day, self.law.today + dt.timedelta(days=100)), awake=True)

    @precondition(lambda self: self.law.recognised)
    @rule(which=WHICH, against=ABOUT_RECOGNITIONS)
    def a_recognition_is_objected_to(self, which: int, against: str) -> None:
        """Any recognition, valid or ended."""
        self.objection_about(self.law.recognised[-1 - which % len(self.law.recognised)], against)

    def objection_about(self, one: Recognised, against: str) -> None:
        """Upheld."""
        self.uphold(against, one.id, one.household.number)
        match against:
            case "confirmation":
                self.is_confirmed_anew(one)
            case "extension":
                self.is_evaluated_anew(one)
            case _:
                self.is_reinstated(one, against)

    def uphold(self, against: str, subject: str, number: int) -> None:
        """Heard twice, answered once."""
        self.upheld += 1
        self.town.hear(
            ObjectionUpheld(
                objection=uuid4(),
                against=against,
                uscc=uscc(number, COUNTY),
                region=COUNTY,
                subject=UUID(subject),
                reason="证据充分",
                revision=self.upheld,
            )
        )

    def falls(self, case: Case) -> None:
        """It is refused while it is under way; a recognised one is put before an officer."""
        if case.state == "in-progress":
            self.law.leave(case, "refused", "bus")

    def is_reopened(self, case: Case) -> None:
        """Where it ended, unless the household has another case or is recognised."""
        if case.state != "refused" or self.goes_on_elsewhere(case):
            return
        case.open_again()
        if case.step == "public-notice":
            case.shown = False
            for notice in self.law.notices:
                notice.cases = [one for one in notice.cases if one is not case]
                notice.held = [one for one in notice.held if one is not case]
        case.hear_departments(self.law.today)

    def goes_on_elsewhere(self, case: Case) -> bool:
        """The household has another case in the season, or is recognised."""
        valid = [one for one in self.law.recognised if one.household is case.household]
        return self.law.running(case.household) or any(one.valid_on(self.law.today) for one in valid)

    def is_called_up(self, case: Case) -> None:
        """If it has lost its turn and a place is free; else the first of the reserve, while the season lasts."""
        lapsed = case.state == "refused" and case.step == "selection"
        if not (case.state == "reserve" or (lapsed and not self.goes_on_elsewhere(case))):
            return
        if self.law.places_in_sight() > 0:
            case.open_again()
            case.go_on()
        elif self.law.open:
            case.open_again()
            case.state, case.rank = "reserve", 0

    def is_confirmed_anew(self, one: Recognised) -> None:
        """The latest year, if it was withheld, by another person."""
        latest = max(one.judged, default=None)
        if one.valid_on(self.law.today) and latest is not None and not one.judged[latest][1]:
            one.barred.add((one.judged[latest][0], latest))

    def is_evaluated_anew(self, one: Recognised) -> None:
        """What was not extended, by another person; until then it does not expire."""
        if one.state not in ("valid", "expired") or not one.decided or one.extends or one.evaluation is None:
            return
        if one.state == "expired" and self.is_recognised_elsewhere(one):
            return
        one.barred |= {(one.evaluation[1], 0), (one.decided_by, 0)}
        one.decided, one.held = False, True
        if one.state == "expired":
            one.revive(self.law.today)

    def is_recognised_elsewhere(self, one: Recognised) -> bool:
        """Its household has another recognition."""
        others = [other for other in self.law.recognised if other is not one and other.household is one.household]
        return any(other.state == "valid" for other in others)

    def is_reinstated(self, one: Recognised, against: str) -> None:
        """It is what it was before; past its last day only if nobody could evaluate it."""
        ended = {"cancellation": "cancelled", "revocation": "revoked"}[against]
        if against == "cancellation" and one.state == "revoked" and against in one.before:
            one.before["revocation"] = one.before.pop(against)
            return
        if one.state != ended or self.is_recognised_elsewhere(one):
            return
        if against == "revocation":
            one.ban = one.ban.min
            self.law.reckon_bans(one.household)
        before = one.before.pop(against)
        if before != "valid":
            one.state = before
            return
        one.revive(self.law.today)
        if self.law.today > one.valid_until:
            one.held = not one.decided
            if one.decided:
                one.end("expired")

    def teardown(self) -> None:
        """Every objection that was upheld has one answer."""
        assert self.town.sql(ANSWERS)[0]["said"] == self.upheld
        super().teardown()
