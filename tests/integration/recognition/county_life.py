"""The three years after a county's season: reports, new types, confirmations, endings, evaluations, expiry."""

import datetime as dt
from dataclasses import dataclass, field

from shared import clock
from shared.contracts.typing import HouseholdChanged
from shared.platform.identity import Role
from tests.integration.recognition.county import County, type_of
from tests.integration.recognition.recognition_client import COUNTY, household_typed, operator, uscc

STRANGER = 9_000_000
"""An operator whom nobody knew before."""
UNREPORTED = 15
"""Of twenty-four, whose household never files its report, so that it cannot be confirmed."""
RISEN = {"survival": "growth", "growth": "development"}


@dataclass
class CountyLife:
    """Those recognised in one season; `people`: recognition → the household's number, while it is valid."""

    county: County
    people: dict[str, int] = field(default_factory=dict)
    operators: dict[int, int] = field(default_factory=dict)
    """Household → operator, where it is not the one of its number any more."""

    async def run(self) -> None:
        """January to the end of the third year."""
        await self.benefits_begin()
        for year in (2027, 2028, 2029):
            await self.july(year)
            await self.confirm(year)
            if year == 2027:
                await self.change_operators()
                await self.revoke()
        await self.evaluate()
        await self.county.day_passes(dt.date(2029, 11, 28))

    async def benefits_begin(self) -> None:
        """The public list of the first of January."""
        with clock.travel(dt.date(2027, 1, 1)):
            await self.look()
            assert self.people

    async def look(self) -> None:
        """Who is on the public list now."""
        listed = await self.county.pages("/v1/recognitions", region=COUNTY, limit=200)
        assert {one["benefits_from"] for one in listed} <= {"2027-01-01"}
        self.people = {one["id"]: int(one["uscc"][-8:]) for one in listed}

    async def july(self, year: int) -> None:
        """Reports are filed and read; one in twelve is late, one in twenty-four never comes."""
        with clock.travel(dt.date(year, 7, 31)):
            in_time = [one for one in self.people if self.people[one] % 12 != 3]
            await self.county.all_of(self.report, in_time, year)
        await self.county.day_passes(dt.date(year, 8, 1))
        with clock.travel(dt.date(year, 8, 2)):
            late = [one for one in self.people if self.people[one] % 24 == 3]
            await self.county.all_of(self.report, late, year)
            filed = await self.county.pages("/v1/information-reports", year=year, state="filed", limit=200)
            findings = [{"recognition": one["recognition"], "year": year, "finding": "与年报一致"} for one in filed]
            await self.county.in_bulk("/v1/information-reports/reviews", findings, Role.OFFICER, "reader")

    async def report(self, recognition: str, year: int) -> None:
        """A report of its operator."""
        body = {"recognition": recognition, "year": year, "content": {"employees": 3}}
        number = self.people[recognition]
        await self.county.call("/v1/information-reports", body, Role.OPERATOR, str(self.operators.get(number, number)))

    async def confirm(self, year: int) -> None:
        """The new run says that one in fifty is no longer eligible: confirmed or cancelled, each by a decision."""
        types = {number: self.type_in(number, year) for number in self.people.values()}
        said = [household_typed(number, kind=kind, revision=year, year=year) for number, kind in types.items()]
        await self.county.hear_types(said)
        with clock.travel(dt.date(year, 8, 20)):
            unreported = [one for one in self.people if self.people[one] % 24 == UNREPORTED]
            await self.county.all_of(self.cannot_confirm, unreported, year)
            items = [{"recognition": one, "year": year, "etag": "*"} for one in self.people if one not in unreported]
            found = await self.county.in_bulk("/v1/confirmations/bulk", items, Role.OFFICER, "confirmer")
            failing = {one["subject"] for one in found if one["state"] == "failing"}
            fallen = {one for one in self.people if self.type_in(self.people[one], year) == "ineligible"}
            assert failing == fallen - set(unreported)
            await self.county.all_of(self.cancel, sorted(fallen))
            await self.look()

    def type_in(self, number: int, year: int) -> str:
        """Another one of fifty falls each year; in the third year three of four rise."""
        if number % 50 == year % 50:
            return "ineligible"
        before = type_of(number)
        return RISEN[before] if year == 2029 and number % 4 else before

    async def cannot_confirm(self, recognition: str, year: int) -> None:
        """Nobody confirms what was not reported."""
        path = f"/v1/recognitions/{recognition}/confirmation"
        await self.county.call(path, {"year": year}, Role.OFFICER, "confirmer", status=409)

    async def cancel(self, recognition: str) -> None:
        """Whose type has fallen: proposed by one, decided by another."""
        await self.end(recognition, "cancellation", "不符合分型条件")

    async def end(self, recognition: str, what: str, reason: str) -> None:
        """Proposed and served by one, waived at the counter, decided by another."""
        path, call = f"/v1/recognitions/{recognition}", self.county.call
        grounds = {"what": what, "facts": reason, "reason": reason, "citations": ["三（二）2"]}
        served = {"document": "告知1号", "served_on": clock.today().isoformat(), "how": "letter"}
        decision = {"document": "决定1号", "reason": reason}
        waived = {"waived": True, "document": "放弃陈述申辩书1号"}
        await call(f"{path}/proposals", grounds, Role.OFFICER, "confirmer")
        await call(f"{path}/proposals/{what}/notice", served, Role.OFFICER, "confirmer")
        await call(f"{path}/proposals/{what}/statement", waived, Role.OFFICER, "reader")
        await call(f"{path}/{what}", decision, Role.APPROVER, "confirmer", status=403)
        await call(f"{path}/{what}", decision, Role.APPROVER, "decider")

    async def change_operators(self) -> None:
        """One household passes to a stranger, one to somebody who is recognised already: one of the two must go."""
        first, second, third, *_ = self.people
        await self.county.office.hear(self.passed_to(first, STRANGER), self.passed_to(second, self.people[third]))
        with clock.travel(dt.date(2027, 9, 1)):
            path = f"/v1/recognitions/{second}"
            assert (await self.county.office.get(f"{path}/file")).json()["person_conflict"]
            await self.end(second, "cancellation", "同一经营者只能保留一户")
        del self.people[second]

    def passed_to(self, recognition: str, person: int) -> HouseholdChanged:
        """The register says that a household has another operator."""
        self.operators[self.people[recognition]] = person
        return HouseholdChanged(
            uscc=uscc(self.people[recognition]),
            name="转让的商户",
            region=COUNTY,
            status="registered",
            operator_ref=operator(person),
            revision=1,
        )

    async def revoke(self) -> None:
        """One was obtained by fraud."""
        recognition, _ = self.people.popitem()
        with clock.travel(dt.date(2027, 10, 8)):
            await self.end(recognition, "revocation", "申报材料系伪造")

    async def evaluate(self) -> None:
        """In the last year: judged by one, decided by another."""
        with clock.travel(dt.date(2029, 9, 10)):
            bodies = [{"recognition": one} for one in self.people]
            judged = await self.county.in_bulk("/v1/evaluations/bulk", bodies, Role.OFFICER, "judge")
            items = [{"evaluation": one["subject"], "etag": "*", "reason": "按评估结果"} for one in judged]
            decided = await self.county.in_bulk("/v1/evaluations/decisions", items, Role.APPROVER, "decider")
            extended = [one["state"] == "extended" for one in decided]
            assert extended == [bool(number % 4) for number in self.people.values()], "whose type has risen"
