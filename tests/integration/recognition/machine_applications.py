"""How cases begin in the state machine: drafted, consented to, handed in, completed, withdrawn."""

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.recognition.settings import RecognitionSettings
from shared.platform.identity import Role
from tests.integration.recognition.machine_base import CLAIM, MOSTLY, PERSONS, RARELY, WHICH, MachineBase
from tests.integration.recognition.recognition_client import uscc
from tests.integration.recognition.reference_entities import COUNTY, ROADS, UNDER_WAY, Case

NEW_OPERATOR = dt.timedelta(days=RecognitionSettings.model_fields["new_operator_days"].default)
EVIDENCE = "distinctive.1:经营项目和特色的说明"


class ApplicationRules(MachineBase):
    """Operators and departments; what they do to a case is told it, who does it, and whether all is good."""

    @rule(which=WHICH, stranger=RARELY, ready=MOSTLY)
    def apply(self, which: int, stranger: bool, ready: bool) -> None:
        """An operator drafts an application of his household, or of another's, and hands it in, if he is ready."""
        household = self.law.households[which]
        who = (household.operator + stranger) % PERSONS
        claim = CLAIM | {"season": self.law.season, "uscc": uscc(which, COUNTY), "category_reason": "特色"}
        allowed = not stranger and household.region == COUNTY and not self.law.running(household)
        drafted = self.call("applications", claim, Role.OPERATOR, who, allowed=allowed)
        if drafted:
            self.law.cases.append(Case(drafted["id"], "application", household, who, f"operator-{who}"))
            self.town.add_document(drafted["id"], EVIDENCE, Role.OPERATOR, who)
            if ready:
                self.hand_in(self.law.cases[-1], "", good=True)

    @rule(which=WHICH, who=st.sampled_from(["culture", "culture", "chen"]), asked=MOSTLY)
    def recommend(self, which: int, who: str, asked: bool) -> None:
        """A department does, having asked the operator or not."""
        household = self.law.households[which]
        body = CLAIM | {
            "season": self.law.season,
            "uscc": uscc(which, COUNTY),
            "reason": "特色",
        }
        allowed = self.law.open and household.region == COUNTY and not self.law.running(household)
        drafted = self.call("recommendations", body, Role.BUREAU, who, allowed=allowed)
        if drafted:
            self.law.cases.append(Case(drafted["id"], "recommendation", household, household.operator, who))
            if asked:
                self.consent(self.law.cases[-1], who, good=True)
            self.hand_in(self.law.cases[-1], who, good=True)

    def consent(self, case: Case, _: str, good: bool) -> None:
        """Of the household's operator, or a stranger."""
        who = case.household.operator if good else (case.household.operator + 1) % PERSONS
        done = case.consented and case.operator == who
        allowed = good and case.path == "recommendation" and case.state == "draft" and not done
        if self.call(f"recommendations/{case.id}/consent", None, Role.OPERATOR, who, allowed=allowed):
            case.consented, case.operator = True, who

    def hand_in(self, case: Case, _: str, good: bool) -> None:
        """By the door of its kind, or (not good) by the other one."""
        law, own, operator = self.law, case.path == "application", case.household.operator
        last = law.last_application if own else law.last_decision
        allowed = (
            good
            and case.state == "draft"
            and law.open
            and law.today <= last
            and (own or case.consented)
            and case.operator == operator
            and not law.against(case.household, case.path)
        )
        applies = own is good
        kind, role = ("applications", Role.OPERATOR) if applies else ("recommendations", Role.BUREAU)
        who = operator if applies else case.maker
        if self.call(f"{kind}/{case.id}/submission", None, role, who, allowed=allowed):
            case.state, case.step, case.turn = "in-progress", ROADS[case.path][0], self.town.minute.timestamp()

    def complete(self, case: Case, _: str, good: bool) -> None:
        """What was returned, in time; not good: by a stranger."""
        who = case.household.operator if good else (case.household.operator + 1) % PERSONS
        allowed = (
            good
            and case.state == "returned"
            and self.law.today <= case.due_on
            and case.operator == who
            and not self.law.against(case.household, case.path)
        )
        if self.call(f"applications/{case.id}/completion", None, Role.OPERATOR, who, allowed=allowed):
            case.state = "in-progress"

    def adopt(self, case: Case, _: str, _good: bool) -> None:
        """A new operator takes over what a former one began."""
        who = case.household.operator
        begun = case.state in UNDER_WAY or (case.state == "draft" and case.path == "application")
        allowed = begun and case.operator != who and not self.law.against(case.household, case.path)
        if self.call(f"applications/{case.id}/adoption", {"kinds": []}, Role.OPERATOR, who, allowed=allowed):
            case.operator = who

    def withdraw(self, case: Case, _: str, _good: bool) -> None:
        """At any time before the decision, unless the operator is new."""
        settled = case.household.operator_since + NEW_OPERATOR <= self.law.today
        allowed, operator = case.state in ("draft", *UNDER_WAY) and settled, case.household.operator
        if self.call(f"applications/{case.id}/withdrawal", None, Role.OPERATOR, operator, allowed=allowed):
            if case.state == "in-progress":
                self.law.leave(case, "withdrawn", "clock")
            case.state = "withdrawn"
