"""A season's rules of the state machine: everybody does everything to every case, at the right step or not."""

import datetime as dt
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shared.contracts.objection import PublicNoticeCleared
from shared.platform.identity import Role
from shared.reference.calendar import add_working_days
from shared.reference.departments import Department
from tests.integration.recognition.machine_applications import ApplicationRules
from tests.integration.recognition.machine_base import CLAIM, MOSTLY, PEOPLE, REGISTERS, WHICH
from tests.integration.recognition.reference_entities import (
    COUNTY,
    UNDER_WAY,
    Case,
    Notice,
    Question,
    Recognised,
    years_after,
)

SEASON_ACTIONS = st.sampled_from(
    [
        "hand_in",
        "complete",
        "adopt",
        "withdraw",
        "consent",
        "pass_review",
        "send_back",
        "fail_review",
        "refuse",
        "visit",
        "ask",
        "answer",
        "conclude",
        "decide",
        "select",
        "open_notice",
    ]
)


class SeasonRules(ApplicationRules):
    """From the draft to the decision."""

    @precondition(lambda self: self.law.cases)
    @rule(which=WHICH, doings=st.lists(st.tuples(SEASON_ACTIONS, PEOPLE, MOSTLY), min_size=1, max_size=4))
    def people_do(self, which: int, doings: list[tuple[str, str, bool]]) -> None:
        """Anything, with any case: what, who, and whether it is good."""
        case = self.law.cases[-1 - which % len(self.law.cases)]
        for what, who, good in doings:
            getattr(self, what)(case, who, good)

    @precondition(lambda self: any(one.state in UNDER_WAY for one in self.law.cases))
    @rule(which=WHICH, steps=st.integers(1, 4), good=MOSTLY)
    def a_case_goes_on(self, which: int, steps: int, good: bool) -> None:
        """What its steps ask for is done, by whoever should; good: the last of them ends well, too."""
        running = [one for one in self.law.cases if one.state in UNDER_WAY]
        case = running[which % len(running)]
        for step in range(steps):
            if case.state in UNDER_WAY:
                self.take_step(case, good or step < steps - 1)

    @precondition(lambda self: any(one.state in UNDER_WAY for one in self.law.cases))
    @rule(which=WHICH, good=MOSTLY)
    def a_case_goes_far(self, which: int, good: bool) -> None:
        """To its end, if nothing comes between."""
        self.a_case_goes_on(which, 10, good)

    def take_step(self, case: Case, good: bool) -> None:
        """What the present one asks for."""
        match case.step:
            case _ if case.state == "returned":
                self.complete(case, "", good)
            case "selection":
                self.come_to(max(self.law.today, self.law.last_application + dt.timedelta(1)), awake=True)
                self.select(case, "chen", good)
            case "consultation":
                (self.answer if case.waits_for(self.law.today) else self.ask)(case, "chen", good)
            case "public-notice":
                self.show(case, good)
            case "decision":
                for who in ("li", "zhao"):  # the one who reviewed it tries, too
                    if case.at("decision"):
                        self.decide(case, who, good)
            case step:
                {"review": self.pass_review, "site-visit": self.visit}[step](case, "li", good)

    def pass_review(self, case: Case, who: str, _good: bool) -> None:
        """Not by whoever handed it in."""
        allowed = case.at("review") and who != case.maker and not case.is_barred(who)
        if self.review(case, who, allowed, outcome="pass", reason="情况属实", ruled_out=REGISTERS, **CLAIM):
            case.go_on(who)

    def send_back(self, case: Case, who: str, _good: bool) -> None:
        """Once."""
        allowed = case.at("review") and not case.returned and not case.is_barred(who)
        found = self.review(case, who, allowed, outcome="return", missing=["照片"])
        if found:
            case.state, case.returned, case.due_on = "returned", True, dt.date.fromisoformat(found["due_on"])
            case.hands.add(who)

    def fail_review(self, case: Case, who: str, _good: bool) -> None:
        """It is not as was said."""
        allowed = case.at("review") and who != case.maker and not case.is_barred(who)
        if self.review(case, who, allowed, outcome="refuse", reason="情况不实"):
            case.state, case.turned_down_by = "refused", who
            case.hands.add(who)

    def refuse(self, case: Case, who: str, _good: bool) -> None:
        """At any step; somebody else may have its place."""
        allowed = case.state in UNDER_WAY and who != case.maker and not case.is_barred(who)
        path, body = f"applications/{case.id}/refusal", {"reason": "情况不实"}
        if self.call(path, body, Role.OFFICER, who, allowed=allowed):
            self.law.leave(case, "refused", who)

    def review(self, case: Case, who: str, allowed: bool, **word: object) -> Any:
        """A reviewer's word."""
        body = {"application": case.id, "etag": "*"} | word
        return self.call("reviews", body, Role.OFFICER, who, allowed=allowed)

    def select(self, _: Case, who: str, _good: bool) -> None:
        """Within the places, over all that wait."""
        body, allowed = {"season": self.law.season}, self.law.may_select()
        if self.call("selections", body, Role.OFFICER, who, allowed=allowed):
            self.law.select(who)

    def visit(self, case: Case, who: str, good: bool) -> None:
        """Found as said, or not; there is a photo, while one can be handed in."""
        running = case.state == "in-progress"
        photo = self.town.add_document(case.id, "visit", Role.OFFICER, who) if running else case.id
        body = {
            "application": case.id,
            "visited_on": self.law.today.isoformat(),
            "visitors": ["甲", "乙"],
            "photos": [photo],
            "finding": "已核",
            "confirmed": good,
        }
        allowed = case.at("site-visit") and who != case.maker and not case.is_barred(who)
        if self.call("site-visits", body, Role.OFFICER, who, allowed=allowed):
            case.hands.add(who)
            if good:
                case.go_on(who)
            else:
                self.law.leave(case, "refused", who)

    def ask(self, case: Case, who: str, _good: bool) -> None:
        """One more department."""
        if len(case.questions) == len(Department):
            return
        department = list(Department)[len(case.questions)]
        body = {"application": case.id, "departments": [department]}
        asked = self.call("consultations", body, Role.OFFICER, who, allowed=case.at("consultation"))
        if asked:
            case.hands.add(who)
            due_on = dt.date.fromisoformat(asked[0]["due_on"])
            case.questions.append(Question(asked[0]["id"], department, due_on))
            case.silence_on = due_on

    def answer(self, case: Case, _: str, good: bool) -> None:
        """The first department that has not answered does, or objects; too late is too late."""
        unanswered = [one for one in case.questions if one.agrees is None]
        if not unanswered or case.step != "consultation":
            return
        asked, body = unanswered[0], {"agrees": good, "opinion": "已核"}
        allowed = case.at("consultation") and self.law.today <= asked.due_on
        if self.call(f"consultations/{asked.id}/answer", body, Role.BUREAU, asked.department, allowed=allowed):
            asked.agrees = good
            case.hear_departments(self.law.today, asked.department)

    def conclude(self, case: Case, who: str, good: bool) -> None:
        """An officer's word, where a department objects and nobody is waited for."""
        heard = case.objected() and not case.waits_for(self.law.today)
        body = {"passed": good, "reason": "已核实"}
        allowed = case.at("consultation") and who != case.maker and heard and not case.is_barred(who)
        path = f"applications/{case.id}/consultation-conclusion"
        if self.call(path, body, Role.OFFICER, who, allowed=allowed):
            if good:
                case.go_on(who)
            else:
                self.law.leave(case, "refused", who)
                case.hands.add(who)

    def open_notice(self, _: Case, who: str, _good: bool) -> None:
        """Over all that wait for one, if it ends before the last day for decisions does."""
        law = self.law
        waiting = [one for one in law.cases if one.at("public-notice") and not one.shown]
        shown = [one for one in waiting if law.may_be_selected(one)]
        closes_on = add_working_days(law.today, 5).due
        allowed = bool(shown) and (closes_on <= law.last_decision or all(one.late for one in shown))
        notice = self.call("public-notices", {"season": law.season}, Role.OFFICER, who, allowed=allowed)
        if notice:
            law.notices.append(Notice(notice["id"], closes_on, shown))
            for case in shown:
                case.shown = True
                case.hands.add(who)

    @precondition(lambda self: self.law.notices)
    @rule(which=WHICH, objected=st.sets(st.integers(0, 4), max_size=2), named=MOSTLY)
    def objections_open(self, which: int, objected: set[int], named: bool) -> None:
        """The objection service's word: which of the notice's cases that are not recognised yet open objections hold,
        or only how many there are, and then they hold all.
        """
        notice = self.law.notices[-1 - which % len(self.law.notices)]
        held = [notice.cases[at] for at in objected if at < len(notice.cases)]
        if not named and held:
            held = notice.cases
        if any(one.state == "recognised" for one in held):
            return
        said = [UUID(one.id) for one in held] if named else None
        self.town.hear(PublicNoticeCleared(public_notice=UUID(notice.id), open_objections=len(held), held=said))
        if self.law.today > notice.closes_on:
            notice.hear(held)

    def show(self, case: Case, good: bool) -> None:
        """Whatever lets a case on that waits for its notice. While an objection is open, nobody decides; not good: it
        stays open.
        """
        notices = [one for one in self.law.notices if case in one.cases]
        if not notices:
            self.open_notice(case, "li", True)
        elif notices[0].state == "closed":
            at = len(self.law.notices) - 1 - self.law.notices.index(notices[0])
            self.objections_open(at, {notices[0].cases.index(case)}, named=True)
            self.decide(case, "zhao", True)
            if good:
                self.objections_open(at, set(), named=True)
        else:
            self.come_to(max(self.law.today, notices[0].closes_on + dt.timedelta(1)), awake=True)

    def decide(self, case: Case, who: str, _good: bool) -> None:
        """By one who took no part, within the places and the days, if nothing stands against the household."""
        law, household = self.law, case.household
        allowed = (
            case.at("decision")
            and who not in case.hands | {case.maker}
            and not case.is_barred(who)
            and (law.today <= law.last_decision or case.late)
            and case.operator == household.operator
            and not law.objected(case)
            and not law.against(household, case.path)
            and law.free_for(case) > 0
        )
        body = {"application": case.id, "etag": "*"}
        granted = self.call("recognitions", body, Role.APPROVER, who, allowed=allowed)
        if granted:
            case.state = "recognised"
            until = years_after(law.today, 3)
            one = Recognised(
                granted["id"], household, case.path, COUNTY, household.operator, household.kind, until, law.today
            )
            one.expect(law.today.year + 1)
            law.recognised.append(one)
