"""The state machine's ground: people call, what the law forbids is refused and changes nothing, days pass.

After every step the service's database says the same as the model.
"""

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.contracts.typing import HouseholdTyped
from shared.platform.identity import Role
from tests.integration.recognition.machine_world import World
from tests.integration.recognition.recognition_client import RUN, uscc
from tests.integration.recognition.reference_entities import COUNTY, Household, years_after
from tests.integration.recognition.reference_law import ReferenceLaw

PLACES = 2
WHICH = st.integers(0, 4)
RARELY = st.sampled_from([False, False, False, True])
MOSTLY = RARELY.map(lambda rare: not rare)
PEOPLE = st.sampled_from(["chen", "chen", "li", "zhao"])
"""Officers who may do anything, one thing after another."""
PERSONS = 4
REGISTERS = ["disqualifier.1", "disqualifier.2"]
"""What nobody delivered a register for, and a reviewer has to rule out"""
CLAIM = {"category": "distinctive", "criteria": ["distinctive.1"]}
ONE_TOO_MANY = """
    SELECT county, operator_ref FROM recognition WHERE state = 'valid' AND operator_ref IS NOT NULL
    GROUP BY 1, 2 HAVING count(*) FILTER (WHERE NOT person_conflict) <> 1
"""
LOOK = {
    "cases": "SELECT id::text, state, CASE state WHEN 'in-progress' THEN step END FROM application",
    "notices": "SELECT id::text, state FROM public_notice",
    "recognised": "SELECT id::text, state, county, operator_ref, valid_until FROM recognition",
    "reports": "SELECT recognition_id::text, year, state FROM information_report ORDER BY 2",
    "concerns": """
        SELECT id::text, (SELECT coalesce(string_agg(c->>'kind', ',' ORDER BY c->>'kind'), '')
                          FROM jsonb_array_elements(concerns) c WHERE c->>'kind' IN ('moved-away', 'register'))
        FROM recognition WHERE state = 'valid'
    """,
}


class MachineBase(RuleBasedStateMachine):
    """`town` is the service, `law` the model."""

    def __init__(self, town: World) -> None:
        super().__init__()
        self.town, self.revision = town, 0

    def begin(self) -> None:
        """Five households of four persons, one of the survival type, and a season with two places."""
        self.town.clear()
        self.town.minute = dt.datetime(2026, 8, 11, 8, tzinfo=self.town.minute.tzinfo)
        households = [Household(number, max(0, number - 1)) for number in range(5)]
        households[4].kind = "survival"
        self.law = ReferenceLaw(dt.date(2026, 8, 11), PLACES, households)
        for household in households:
            self.says_type(household)
        self.open_season()

    def teardown(self) -> None:
        """Whatever was done, the database is sound."""
        self.town.assert_sound()

    def call(self, path: str, body: Any, role: Role, who: str | int, *, allowed: bool, region: str = COUNTY) -> Any:
        """What the law allows is done; what it forbids is refused, and nothing has changed (None)."""
        before = None if allowed else self.town.fingerprint()
        answer = self.town.post(path, body, role, who, region)
        said = f"{path} by {who} on {self.law.today}: the law {'allows' if allowed else 'forbids'} it; {answer.text}"
        if allowed:
            assert answer.status_code in (200, 201), said
            return answer.json()
        assert 400 <= answer.status_code < 500, said
        assert self.town.fingerprint() == before, f"{path} was refused and yet changed something"
        return None

    def says_type(self, household: Household) -> None:
        """Typing says what a household is."""
        self.revision += 1
        household.typed_in = self.law.today.year
        self.town.hear(
            HouseholdTyped(
                uscc=uscc(household.number, COUNTY),
                name=f"测试商户{household.number}号",
                region=household.region,
                operator_ref=self.town.operator(household.operator),
                type=household.kind,
                previous_type=None,
                year=self.law.today.year,
                run=RUN,
                revision=self.revision,
            )
        )

    @precondition(lambda self: not self.law.open)
    @rule()
    def open_season(self) -> None:
        """The next year's season; what was left of the last one is over."""
        law = self.law
        law.year = max(law.year + 1, law.today.year + ((law.today.month, law.today.day) > (9, 30)))
        self.come_to(max(law.today, dt.date(law.year, 8, 11)), awake=True)
        season = self.town.open_season(law.year, PLACES * 20)
        law.season, law.open, law.cases, law.notices = season["id"], True, [], []
        law.last_application, law.last_decision = dt.date(law.year, 9, 30), dt.date(law.year, 11, 30)

    @rule(how=st.sampled_from(["day", "week", "last day", "day after"]), which=st.integers(0, 2), awake=MOSTLY)
    def days_pass(self, how: str, which: int, awake: bool) -> None:
        """To tomorrow, for a week, to the last day of something or the day after it; the worker may be down."""
        today = self.law.today
        days = sorted(day for day in self.days_that_matter() if day >= today)
        last = days[min(which, len(days) - 1)]
        jumps = {"day": today + dt.timedelta(1), "week": today + dt.timedelta(7), "last day": last}
        self.come_to(jumps.get(how, last + dt.timedelta(1)), awake=awake)

    def days_that_matter(self) -> set[dt.date]:
        """Last days, and the last one before something begins."""
        begins = {years_after(one.valid_until, -1) for one in self.law.recognised if one.state == "valid"}
        bans = {one.banned_until for one in self.law.households}
        known = {day for day, _ in self.law.last_days()} | begins | bans | {self.law.last_application}
        return known | {dt.date(self.law.today.year, 12, 31)}

    def come_to(self, day: dt.date, *, awake: bool) -> None:
        """It is that day."""
        self.law.today = day
        self.town.on(day)
        if awake:
            self.law.wake()
            self.town.worker_wakes()

    @invariant()
    def as_the_law_has_it(self) -> None:
        """The service's states are the model's; of a person's recognitions in a county one is free of conflict."""
        law = self.law
        known = {*(one.id for one in law.cases), *(one.id for one in law.notices), *(one.id for one in law.recognised)}
        for name, lawful in self.lawful().items():
            found = {tuple(row) for row in self.town.sql(LOOK[name]) if row[0] in known or name == "recognised"}
            assert found == lawful, f"{name} on {law.today} not as the law has them: {found ^ lawful}"
        assert self.town.sql(ONE_TOO_MANY) == []

    def lawful(self) -> dict[str, set[tuple[object, ...]]]:
        """What must be found when one looks."""
        law, operator = self.law, self.town.operator
        valid = [one for one in law.recognised if one.state == "valid"]
        return {
            "cases": {(one.id, one.state, one.step if one.state == "in-progress" else None) for one in law.cases},
            "notices": {(one.id, one.state) for one in law.notices},
            "recognised": {
                (one.id, one.state, one.county, operator(one.operator), one.valid_until) for one in law.recognised
            },
            "reports": {(one.id, year, state) for one in law.recognised for year, state in one.reports.items()},
            "concerns": {(one.id, ",".join(one.to_look_at())) for one in valid},
        }
