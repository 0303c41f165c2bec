"""The life of recognitions in the state machine, and what the registers and the bus say meanwhile."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from shared.contracts.typing import HouseholdChanged
from shared.platform.identity import Role
from tests.integration.recognition.machine_base import MOSTLY, PEOPLE, PERSONS, PLACES, WHICH
from tests.integration.recognition.machine_season import SeasonRules
from tests.integration.recognition.machine_world import identity
from tests.integration.recognition.recognition_client import uscc
from tests.integration.recognition.reference_entities import COUNTY, SCOPE, Recognised, years_after

RISES = {("growth", "development"), ("survival", "growth")}
REGIONS = st.sampled_from([COUNTY, COUNTY, "120102", "110105", "320102"])
KINDS = st.sampled_from(["growth", "development", "survival", "ineligible"])
REGISTERS = st.sampled_from(["type", "operator", "place", "fine", "court"])
LIFECYCLE_ACTIONS = st.sampled_from(
    ["report", "read", "confirm", "propose", "tell", "end", "evaluate", "decide_evaluation"]
)


class LifecycleRules(SeasonRules):
    """All of it."""

    @initialize(recognised=st.sampled_from([0, 1, 2, 2]))
    def some_are_recognised(self, recognised: int) -> None:
        """Begin where the season has done its work for some; where all places are taken, one more is tried."""
        self.begin()
        for number in (0, 2)[:recognised]:
            self.apply(number, stranger=False, ready=True)
        while any(one.state == "in-progress" for one in self.law.cases):
            for which in range(recognised):
                self.a_case_goes_on(which, 1, good=True)
        assert len(self.law.recognised) == recognised
        if recognised == PLACES:
            self.recommend(4, "culture", asked=True)
            self.a_case_goes_on(0, 5, good=True)

    @precondition(lambda self: self.law.recognised)
    @rule(which=WHICH, doings=st.lists(st.tuples(LIFECYCLE_ACTIONS, PEOPLE, MOSTLY), min_size=1, max_size=4))
    def life_goes_on(self, which: int, doings: list[tuple[str, str, bool]]) -> None:
        """Anything, with any recognition: what, who, and whether it is good."""
        one = self.law.recognised[-1 - which % len(self.law.recognised)]
        for what, who, good in doings:
            getattr(self, what)(one, who, good)

    def report(self, one: Recognised, _: str, good: bool) -> None:
        """Of this year; not good: of the next."""
        year = self.law.today.year + (not good)
        allowed = good and one.valid_on(self.law.today) and one.reports.get(year, "confirmed") != "confirmed"
        body = {"recognition": one.id, "year": year, "content": {"employees": 3}}
        if self.call("information-reports", body, Role.OPERATOR, one.operator, allowed=allowed):
            one.reports[year] = "filed"
            one.expect(year + 1)

    def read(self, one: Recognised, who: str, _good: bool) -> None:
        """An officer reads this year's report."""
        year = self.law.today.year
        allowed = one.reports.get(year) == "filed"
        path = f"information-reports/{one.id}/{year}/review"
        if self.call(path, {"finding": "一致"}, Role.OFFICER, who, allowed=allowed, region=one.county):
            one.reports[year] = "confirmed"

    def confirm(self, one: Recognised, who: str, _good: bool) -> None:
        """Whether it still meets the standards, when the year's type and report are known."""
        year, household = self.law.today.year, one.household
        ready = household.typed_in == year and one.reports.get(year) == "confirmed" and year not in one.confirmed
        ready = ready and (who, year) not in one.barred
        path, allowed = f"recognitions/{one.id}/confirmation", one.valid_on(self.law.today) and ready
        found = self.call(path, {"year": year}, Role.OFFICER, who, allowed=allowed, region=one.county)
        if found:
            one.confirmed |= {year} if found["confirmed"] else set()
            one.judged[year] = (who, found["confirmed"])
            bad = household.kind == "ineligible" or not household.registered or household.operator in self.law.listed
            assert found["confirmed"] is not (bad or household.fined(self.law.today)), found

    def propose(self, one: Recognised, who: str, good: bool) -> None:
        """The end of a valid one; also of an ended one, if it was obtained by fraud (not good)."""
        what = "cancellation" if good else "revocation"
        possible = one.state == "valid" or (what == "revocation" and one.state != "revoked")
        path = f"recognitions/{one.id}/proposals"
        body = {"what": what, "facts": "查明", "reason": "查明", "citations": ["某条"]}
        allowed = possible and what not in one.proposals
        if self.call(path, body, Role.OFFICER, who, allowed=allowed, region=one.county):
            one.proposals[what] = who

    def tell(self, one: Recognised, who: str, good: bool) -> None:
        """The operator is told of what is proposed, once, and has nothing to state."""
        what = "cancellation" if good else "revocation"
        path, today = f"recognitions/{one.id}/proposals/{what}", self.law.today.isoformat()
        allowed = what in one.proposals and what not in one.heard
        served = {"document": "告知1号", "served_on": today, "how": "page"}
        if self.call(f"{path}/notice", served, Role.OFFICER, who, allowed=allowed, region=one.county):
            one.heard.add(what)
            one.servers[what] = who
            waived = {"waived": True}
            self.call(f"{path}/statement", waived, Role.OPERATOR, one.operator, allowed=True)

    def end(self, one: Recognised, who: str, good: bool) -> None:
        """As proposed by another; after a revocation (not good) the household is banned for five years."""
        what = "cancellation" if good else "revocation"
        makers = {one.proposals.get(what, who), one.servers.get(what)}
        path, allowed = f"recognitions/{one.id}/{what}", what in one.heard and who not in makers
        body = {"document": "决定1号", "reason": "查明"}
        if self.call(path, body, Role.APPROVER, who, allowed=allowed, region=one.county):
            one.before[what] = one.state if one.state != "valid" or one.valid_on(self.law.today) else "expired"
            one.end("cancelled" if what == "cancellation" else "revoked")
            if what == "revocation":
                one.ban = years_after(self.law.today, 5)
                self.law.reckon_bans(one.household)

    def evaluate(self, one: Recognised, who: str, good: bool) -> None:
        """In the last year, until it is decided: extended if it rose, or was commended (good)."""
        today = self.law.today
        due = one.held or years_after(one.valid_until, -1) < today
        allowed = one.valid_on(today) and due and not one.decided
        commended = {"commended_on": {"value": today.isoformat(), "source": "县政府表彰"}}
        body = {"recognition": one.id} | (commended if good else {})
        found = self.call("evaluations", body, Role.OFFICER, who, allowed=allowed, region=one.county)
        if found:
            one.evaluation = (found["id"], who)
            one.extends = good or (one.kind_then, one.household.kind) in RISES

    def decide_evaluation(self, one: Recognised, who: str, _good: bool) -> None:
        """By another, before the validity is over."""
        if one.evaluation is None:
            return
        evaluation, judge = one.evaluation
        barred = {judge} | {name for name, year in one.barred if not year}
        allowed = one.valid_on(self.law.today) and not one.decided and who not in barred
        path = f"evaluations/{evaluation}/decision"
        found = self.call(path, {"reason": "按评估"}, Role.APPROVER, who, allowed=allowed, region=one.county)
        if found:
            assert found["extends"] is one.extends, found
            one.decided, one.decided_by, held, one.held = True, who, one.held, False
            if one.extends:
                one.extend()
            elif held and self.law.today > one.valid_until:
                one.end("expired")

    @rule(which=WHICH, said=REGISTERS, kind=KINDS, person=st.integers(0, PERSONS - 1), region=REGIONS, good=MOSTLY)
    def registers_say(self, which: int, said: str, kind: str, person: int, region: str, good: bool) -> None:
        """Another type; another operator or place, or struck off; a fine, or its repair; a court's list."""
        match said:
            case "type":
                self.law.households[which].kind = kind
                self.says_type(self.law.households[which])
            case "operator":
                self.changes(which, person, self.law.households[which].region, True)
            case "place":
                self.changes(which, self.law.households[which].operator, region, good)
            case "fine":
                self.is_fined(which, good)
            case _:
                self.is_listed(person, person in self.law.listed)

    def changes(self, which: int, person: int, region: str, registered: bool) -> None:
        """Another operator, another place, struck off: a recognition follows inside its scope."""
        household = self.law.households[which]
        if household.operator != person:
            household.operator_since = self.law.today
        household.operator, household.region, household.registered = person, region, registered
        for one in self.law.recognised:
            if one.household is household and one.state == "valid":
                one.operator = person
                if region.startswith(SCOPE):
                    one.county = region
        self.revision += 1
        self.town.hear(
            HouseholdChanged(
                uscc=uscc(which, COUNTY),
                name=f"测试商户{which}号",
                region=region,
                revision=self.revision,
                status="registered" if registered else "cancelled",
                operator_ref=self.town.operator(person),
            )
        )

    def is_fined(self, which: int, repaired: bool) -> None:
        """The county delivers a penalty of one of its households, or that the last one was repaired."""
        household, today = self.law.households[which], self.law.today
        decided = max(household.fines, default=today)
        repaired = repaired and decided in household.fines
        decided = decided if repaired else today
        if household.region != COUNTY or (not repaired and decided in household.fines):
            return
        until, cured = years_after(decided, 3), today if repaired else ""
        self.town.deliver("penalty", f"{uscc(which, COUNTY)},{decided},fine,{decided},{until},{cured}")
        household.fines[decided] = repaired

    def is_listed(self, person: int, removed: bool) -> None:
        """The court lists a person as a dishonest debtor, or takes him off."""
        listed, today = self.law.listed, self.law.today
        since = listed.pop(person) if removed else today
        self.town.deliver("dishonest_debtor", f"{identity(person)},{since},{today if removed else ''}")
        if not removed:
            listed[person] = since
