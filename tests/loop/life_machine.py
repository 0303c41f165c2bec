"""The whole life of objections, walked at random: whoever does whatever to any of them, at the right step or not."""

import datetime as dt
import json
import uuid
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.contracts.recognition import ObjectionApplied, PublicNoticeClosed, PublicNoticeItem, PublicNoticeOpened
from shared.contracts.typing import CorrectionAnswered
from shared.platform.identity import Role
from tests.integration.objection.objection_client import (
    COUNTY,
    PROVINCE,
    household_typed,
    operator,
    run_published,
    uscc,
)
from tests.loop.life_law import UNDECIDED, Objection, Proposal
from tests.loop.life_town import Town
from tests.loop.world import Person

WHICH = st.integers(0, 7)
RARELY = st.sampled_from([False, False, False, True])
OFFICERS = st.sampled_from(["chen", "li", "zhao"])
STEPS = st.sampled_from(
    [
        *(
            "accept",
            "accept",
            "return",
            "decline",
            "complete",
            "withdraw",
            "explain",
            "respond",
            "resume",
            "verify",
            "verify",
        ),
        *("extend", "propose", "propose", "propose", "send-back", "decide", "decide", "decide"),
    ]
)
HOUSEHOLDS = 4
NOTICE, OPENS, CLOSES = uuid.UUID(int=1), dt.date(2026, 7, 7), dt.date(2026, 7, 17)
SHOWER, PUBLISHER = "li", "zhao"
"""Who opened the notice, and who published the run: neither decides about objections to it."""
NAMED = {"name": "张三丰", "contact": "某街道1号"}
AFTER = {
    "accept": "accepted",
    "return": "returned",
    "decline": "declined",
    "complete": "filed",
    "withdraw": "withdrawn",
    "explain": "explained",
    "respond": "accepted",
    "propose": "proposed",
    "send-back": "accepted",
}
"""Step → the state that it leads to; a decision leads to several."""
TOLD_ONCE = """
    select e->>'type' as type, e->'data'->>'objection' as objection, e->'data'->>'correction' as correction
    from (select convert_from(value, 'utf8')::jsonb as e from outbox) o
    where e->>'type' similar to '%(ObjectionClosed|EvidenceCorrected|ObjectionUpheld)%'
"""
CLIMBS = """
    select o.id from objection o where o.climbs <> (
        select count(*) from outbox where convert_from(value, 'utf8') like '%ObjectionOverdue%'
        and convert_from(value, 'utf8')::jsonb->'data'->>'objection' = o.id::text)
"""
"""Objections that climbed more or fewer times than was told"""
LATEST_CLEARING = """
    select convert_from(value, 'utf8')::jsonb->'data' as said from outbox
    where convert_from(value, 'utf8') like '%PublicNoticeCleared%' order by position desc limit 1
"""


def application(number: int) -> uuid.UUID:
    """The application of a household, which is on the notice."""
    return uuid.UUID(int=100 + number)


class LifeMachine(RuleBasedStateMachine):
    """`town` is the service; `objections` are as the law has them."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self.town, self.today, self.over = town, OPENS, False
        self.objections: list[Objection] = []

    @initialize()
    def begin(self) -> None:
        """Four typed households; three of them are on a public notice."""
        self.town.clear()
        self.town.hear(run_published(), actor=PUBLISHER)
        self.town.hear(*(household_typed(number) for number in range(HOUSEHOLDS)))
        items = [
            PublicNoticeItem(application=application(one), uscc=uscc(one), name=f"{one}号", category="quality")
            for one in range(HOUSEHOLDS - 1)
        ]
        opened = PublicNoticeOpened(
            public_notice=NOTICE, region=COUNTY, opens_on=OPENS, closes_on=CLOSES, items=items, decided_by_region=COUNTY
        )
        self.town.hear(opened, actor=SHOWER)

    # -- filing ------------------------------------------------------------------------------------------------------

    @rule(household=st.integers(0, HOUSEHOLDS - 1), stranger=RARELY)
    def object_to_typing(self, household: int, stranger: bool) -> None:
        """By the operator, and nobody else."""
        who = self.operator(household + 10 if stranger else household)
        body = {"against": "typing", "uscc": uscc(household), "grounds": [{"kind": "other", "id": "other"}]}
        self.file(body, who, household, PROVINCE, allowed=not stranger)

    @rule(household=st.integers(0, HOUSEHOLDS - 2), person=st.integers(20, 22))
    def object_to_the_notice(self, household: int, person: int) -> None:
        """By anyone, by name, as long as it lasts."""
        body = {
            "against": "public-notice",
            "subject": str(application(household)),
            "grounds": [{"kind": "other", "id": "other"}],
            "objector": NAMED,
        }
        who = self.operator(person)
        self.file(body, who, household, COUNTY, allowed=self.today <= CLOSES)

    def file(self, body: dict[str, Any], who: Person, household: int, bureau: str, *, allowed: bool) -> None:
        """Taken, or joined to one's own that is open, or refused without a trace."""
        before = self.town.fingerprint()
        answer = self.town.twice("objections", who, body | {"statement": "不对"})
        if not allowed:
            assert 400 <= answer.status_code < 500, answer.text
            assert self.town.fingerprint() == before, "it was refused, and yet changed something that the law forbids"
            return
        mine = [
            one
            for one in self.objections
            if (one.against, one.household, one.objector) == (body["against"], household, who.operator_ref)
        ]
        undecided = [one for one in mine if one.state in UNDECIDED]
        if [one for one in mine if one.state == "upheld"]:
            assert answer.status_code == 409, answer.text
        elif undecided:
            assert (answer.status_code, answer.json()["id"]) == (200, undecided[0].id), answer.text
        else:
            assert answer.status_code == 201, answer.text
            subject = body.get("subject")
            made = Objection(
                answer.json()["id"], body["against"], household, who.operator_ref or "", bureau, bureau,
                application=subject, took_part={SHOWER if subject else PUBLISHER},
            )  # fmt: skip
            self.objections.append(made)

    # -- handling ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.objections)
    @rule(which=WHICH, steps=st.lists(st.tuples(STEPS, OFFICERS, RARELY), min_size=1, max_size=4))
    def people_do(self, which: int, steps: list[tuple[str, str, bool]]) -> None:
        """Anything, with any of them; now and then somebody whom it does not concern tries."""
        objection = self.objections[-1 - which % len(self.objections)]
        for step, who, foreign in steps:
            self.take(objection, step, who, foreign=foreign)

    @precondition(lambda self: any(one.state in UNDECIDED for one in self.objections))
    @rule(which=WHICH, outcome=st.sampled_from(["upheld", "upheld", "dismissed"]))
    def one_goes_far(self, which: int, outcome: str) -> None:
        """To its decision, if nothing comes between."""
        open_ones = [one for one in self.objections if one.state in UNDECIDED]
        objection = open_ones[which % len(open_ones)]
        road = {"filed": "accept", "returned": "complete", "explained": "respond", "proposed": "decide"}
        for _ in range(5):
            if objection.state == "accepted" and outcome == "upheld" and objection.against == "typing":
                self.take(objection, "verify", "chen")
                self.department_answers(objection)
            if objection.state not in UNDECIDED:
                return
            step = road.get(objection.state, "propose")
            self.take(objection, step, "chen", outcome=outcome)  # who proposed tries to decide, too
            if step == "decide":
                self.take(objection, step, "wang")

    def take(
        self, objection: Objection, step: str, who: str, *, foreign: bool = False, outcome: str = "dismissed"
    ) -> None:
        """What the law allows is done, what it forbids is refused with what is possible now, and changes nothing."""
        if step in ("send-back", "decide") and objection.proposal is None:
            return
        role = Role.APPROVER if step in ("send-back", "decide") else Role.OFFICER
        person = Person(role, "4102" if foreign else objection.bureau_of(step), who)
        if step in ("complete", "withdraw", "respond"):
            person = self.person_of(None if foreign else objection.objector)
        if foreign:
            seen = self.town.call("GET", f"objections/{objection.id}", person)
            assert seen.status_code in (403, 404), f"{person}, whom the law lets see nothing"
        path, body = self.request(objection, step, outcome)
        possible, allowed = objection.possible(), not foreign and self.may(objection, step, who)
        before = None if allowed else self.town.fingerprint()
        answer = self.town.twice(path, person, body)
        said = f"{step} of {objection} by {person}: the law {'allows' if allowed else 'forbids'} it; {answer.text}"
        if allowed:
            assert answer.status_code in (200, 201), said
            self.done(objection, step, who, answer.json())
            return
        assert 400 <= answer.status_code < 500, said
        assert self.town.fingerprint() == before, f"{step} was refused, and yet changed something that the law forbids"
        if not foreign and step not in possible:
            assert answer.status_code == 409, said
            assert {one["step"] for one in answer.json()["possible"]} == possible, said

    def may(self, objection: Objection, step: str, who: str) -> bool:
        """Whether the law allows a step to the right bureau's person."""
        if step not in objection.possible():
            return False
        match step:
            case "verify":
                return objection.question is None
            case "extend":
                return objection.decide_by is not None and self.today <= objection.decide_by
            case "accept" | "return" | "decline" | "propose":
                return who not in objection.took_part
            case "decide":
                assert objection.proposal is not None
                return who not in objection.took_part | {objection.proposal.by}
        return True

    def request(self, objection: Objection, step: str, outcome: str) -> tuple[str, dict[str, Any] | None]:
        """Where a step is posted, and what."""
        own = f"objections/{objection.id}"
        proposal = f"decisions/{objection.proposal.id if objection.proposal else uuid.UUID(int=9)}"
        upheld = outcome == "upheld" and (objection.rows or objection.against != "typing")
        proposed = {
            "objection": objection.id,
            "outcome": "upheld" if upheld else "dismissed",
            "reason": "经核实",
            "verifications": objection.rows[:1] if upheld and objection.against == "typing" else [],
        }
        requests: dict[str, tuple[str, dict[str, Any] | None]] = {
            "accept": (f"{own}/acceptance", None),
            "return": (f"{own}/return", {"missing": ["身份证明"]}),
            "decline": (f"{own}/decline", {"kind": "other", "reason": "不属于异议"}),
            "complete": (f"{own}/completion", {"text": "已补齐"}),
            "withdraw": (f"{own}/withdrawal", {}),
            "explain": ("explanations", {"objection": objection.id, "text": "依据是这样的"}),
            "respond": (f"{own}/response", {"response": "insists"}),
            "resume": (f"{own}/resumption", None),
            "verify": ("verifications", {"objection": objection.id, "feed": "tax", "year": 2025, "question": "请核实"}),
            "extend": (f"{own}/extension", {"reason": "还要查"}),
            "propose": ("decisions", proposed),
            "send-back": (f"{proposal}/return", {"reason": "再查"}),
            "decide": (f"{proposal}/approval", None),
        }
        return requests[step]

    def done(self, objection: Objection, step: str, who: str, view: dict[str, Any]) -> None:
        """What the step leads to."""
        if step == "resume":
            step = "complete" if objection.state == "returned" else "respond"
        objection.state = AFTER.get(step, objection.state)
        match step:
            case "accept" | "extend":
                objection.decide_by = dt.date.fromisoformat(view["decide_by"])
                objection.extended = objection.extended or step == "extend"
            case "return":
                objection.returned = True
            case "explain":
                objection.explained = True
            case "verify":
                objection.question = view["id"]
            case "propose":
                objection.proposal = Proposal(view["id"], who, view["outcome"], len(view["verifications"]))
            case "decide":
                self.decided(objection)

    def decided(self, objection: Objection) -> None:
        """Dismissed ones are closed; upheld ones wait for those who carry it out."""
        assert objection.proposal is not None
        if objection.proposal.outcome == "dismissed":
            objection.state = "closed"
            return
        objection.state = "upheld"
        rows = self.town.sql("select id from correction_item where objection_id = $1", uuid.UUID(objection.id))
        objection.unanswered = {str(row["id"]) for row in rows}
        objection.awaits_recognition = objection.against != "typing"

    @precondition(lambda self: any(one.question for one in self.objections))
    @rule(which=WHICH)
    def a_department_answers(self, which: int) -> None:
        """Whichever was asked."""
        asked = [one for one in self.objections if one.question]
        self.department_answers(asked[which % len(asked)])

    def department_answers(self, objection: Objection) -> None:
        """Another department and another region see nothing (D1); the one asked corrects the row, once."""
        if objection.question is None:
            return
        path = f"verifications/{objection.question}/answer"
        row = {"uscc": uscc(objection.household), "year": "2025", "tax_paid": "30000"}
        body = {"finding": "corrected", "row": row}
        before = self.town.fingerprint()
        for region, department in ((COUNTY, "human-resources"), ("410102", "tax"), ("4101", "tax")):
            foreign = Person(Role.BUREAU, region, "clerk", department=department)
            seen = self.town.call("GET", f"verifications/{objection.question}", foreign)
            said = self.town.call("POST", path, foreign, body)
            assert (seen.status_code, said.status_code) == (404, 404), f"{foreign}, whom the law lets see nothing"
        assert self.town.fingerprint() == before
        answer = self.town.twice(path, Person(Role.BUREAU, COUNTY, "clerk", department="tax"), body)
        if objection.state in UNDECIDED:
            assert answer.status_code == 200, answer.text
            objection.rows.append(objection.question)
        else:
            assert answer.status_code == 409, answer.text
        objection.question = None

    # -- answers by events -------------------------------------------------------------------------------------------

    @precondition(lambda self: any(one.unanswered for one in self.objections))
    @rule(which=WHICH, outcome=st.sampled_from(["changed", "unchanged", "waits", "refused"]))
    def typing_answers(self, which: int, outcome: str) -> None:
        """A correction, once or twice."""
        waiting = [one for one in self.objections if one.unanswered]
        objection = waiting[which % len(waiting)]
        correction = objection.unanswered.pop()
        answered = CorrectionAnswered(
            correction=uuid.UUID(correction),
            objection=uuid.UUID(objection.id),
            uscc=uscc(objection.household),
            region=COUNTY,
            outcome=outcome,
            type="growth" if outcome == "changed" else None,
            previous_type="survival" if outcome == "changed" else None,
            reason="格式不对" if outcome == "refused" else None,
            revision=1,
        )
        self.town.hear(answered)
        self.conclude(objection)

    @precondition(lambda self: any(one.awaits_recognition for one in self.objections))
    @rule(which=WHICH, outcome=st.sampled_from(["refused", "concern", "unchanged"]))
    def recognition_answers(self, which: int, outcome: str) -> None:
        """What it did about an upheld objection."""
        waiting = [one for one in self.objections if one.awaits_recognition]
        objection = waiting[which % len(waiting)]
        objection.awaits_recognition = False
        applied = ObjectionApplied(
            objection=uuid.UUID(objection.id),
            uscc=uscc(objection.household),
            region=COUNTY,
            outcome=outcome,
            revision=1,
        )
        self.town.hear(applied)
        self.conclude(objection)

    def conclude(self, objection: Objection) -> None:
        """Closed when everybody has answered, not before."""
        if not objection.unanswered and not objection.awaits_recognition:
            objection.state = "closed"

    # -- time --------------------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 3, 8, 20]), awake=RARELY.map(lambda rare: not rare))
    def days_pass(self, days: int, awake: bool) -> None:
        """The worker may be down meanwhile."""
        self.today += dt.timedelta(days=days)
        self.town.on(self.today)
        if self.today > CLOSES and not self.over:
            self.over = True
            self.town.hear(PublicNoticeClosed(public_notice=NOTICE, region=COUNTY, closes_on=CLOSES))
        if awake:
            self.town.worker_wakes()
            self.notice_is_told_as_it_is()

    @invariant()
    def as_the_law_has_it(self) -> None:
        """States are the model's; what is told of the notice is what holds applications; nothing was told twice."""
        found = {(str(row["id"]), row["state"]) for row in self.town.sql("select id, state from objection")}
        lawful = {(one.id, one.state) for one in self.objections}
        assert found == lawful, f"not as the law has them: {found ^ lawful}"
        self.nothing_fired_twice()

    def notice_is_told_as_it_is(self) -> None:
        """R3: once the notice is over, the latest word names exactly the applications with undecided objections."""
        said = self.town.sql(LATEST_CLEARING)
        if not self.over:
            assert said == [], "cleared before its last day was over: the law forbids it"
            return
        if not said:
            return  # the own clock has not been looked at since: the worker is down
        latest = json.loads(said[0]["said"])
        holding = [one for one in self.objections if one.state in UNDECIDED or one.awaits_recognition]
        held = {one.application for one in holding if one.application}
        open_ones = sum(one.application is not None for one in holding)
        assert (set(latest["held"]), latest["open_objections"]) == (held, open_ones), "the law"

    def nothing_fired_twice(self) -> None:
        """O1 and O2: each climb was told once, no correction was sent and no objection closed twice."""
        told = self.town.sql(TOLD_ONCE)
        once = [tuple(row.values()) for row in told]
        assert len(once) == len(set(once)), f"told twice, which the law forbids: {once}"
        assert self.town.sql(CLIMBS) == [], "told of a last day more often than the law has it"

    # -- people ------------------------------------------------------------------------------------------------------

    def operator(self, number: int) -> Person:
        """The account of a made-up person."""
        return self.person_of(operator(number))

    def person_of(self, pseudonym: str | None) -> Person:
        """The account of a pseudonym; None: of somebody else."""
        return Person(Role.OPERATOR, COUNTY, "operator", operator_ref=pseudonym or operator(99))
