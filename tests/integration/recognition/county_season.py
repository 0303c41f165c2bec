"""A county's season from the first application to the last decision, as its people live it.

What becomes of an applicant hangs on his number alone, so that the scenario is the same at any size: some withdraw,
some are returned (and complete in time, or not), some are refused; of those selected some fail their visit, some
departments keep silent or object, somebody is refused while on public notice.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared import clock
from shared.contracts.objection import PublicNoticeCleared
from shared.platform.bulk import MAX_ITEMS
from shared.platform.identity import Role
from tests.integration.recognition.application_setup import PDF
from tests.integration.recognition.county import County, population, type_of
from tests.integration.recognition.recognition_client import CITY, COUNTY, post_as, run_published, uscc
from tests.integration.recognition.season_setup import OPENS, POLICY, prepare_season, publish_criteria
from tests.integration.recognition.walkthrough import PNG

CLAIMS: list[tuple[str, list[str], list[str]]] = [
    ("renowned", ["renowned.2"], []),
    ("distinctive", ["distinctive.3"], ["distinctive.3:手艺传承和知名度的证明"]),
    (
        "quality",
        ["quality.2", "quality.3"],
        ["quality.2:职业资格证书、技能荣誉或入选培养项目的文件", "quality.3:非物质文化遗产名录或传承人的文件"],
    ),
]
"""Category, criteria, the documents they take: what another department proves takes none."""


def claim_of(number: int) -> tuple[str, list[str], list[str]]:
    """Most claims are proven by another department's register, and take no document."""
    return CLAIMS[number % 7] if number % 7 < 3 else CLAIMS[0]


def day(month: int, of_month: int) -> dt.date:
    """A day of the season's year."""
    return dt.date(2026, month, of_month)


@dataclass
class CountySeason:
    """One season; `numbers` knows whose application is whose."""

    county: County
    households: int
    applications: int
    season: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """August to January."""
        await self.prepare()
        await self.apply()
        await self.review()
        await self.select_visit_and_consult()
        await self.show_the_public()
        await self.decide()
        await self.county.day_passes(day(12, 1))

    async def prepare(self) -> None:
        """The run is published and heard; quota, criteria, season."""
        people = population(self.households)
        await self.county.hear_types(people)
        growth = sum(one.type == "growth" for one in people)
        counts = {COUNTY: {"growth": growth, "survival": len(people) - growth}}
        await self.county.office.hear(run_published(counts))
        quota = {"scope": CITY, "year": 2026, "policy": POLICY}
        await post_as(self.county.office, "/v1/quotas", quota, Role.OFFICER, CITY)
        await publish_criteria(self.county.office)
        season = (await prepare_season(self.county.office)).json()
        with clock.travel(OPENS):
            self.season = await self.county.call(f"/v1/seasons/{season['id']}/opening", None, Role.OFFICER, "opener")

    async def apply(self) -> None:
        """Growth households apply, one in eight withdraws again; survival ones are told why they cannot; departments
        recommend some of those with their operators' consent.
        """
        growth = [number for number in range(self.households) if type_of(number) == "growth"][: self.applications]
        others = [number for number in range(self.households) if type_of(number) == "survival"]
        with clock.travel(day(9, 1)):
            for doing, numbers in (
                (self.hand_in, growth),
                (self.is_told_why_not, others[: 3 + self.applications // 100]),
                (self.recommend, others[-3 - self.applications // 200 :]),
            ):
                begun = await self.county.all_of(doing, numbers)
                self.numbers |= dict(zip(begun, numbers, strict=True))

    async def hand_in(self, number: int) -> str:
        """One applicant; his application."""
        application = await self.draft(number)
        _, _, documents = claim_of(number)
        for evidence in documents:
            await self.upload(application, evidence, Role.OPERATOR, str(number))
        await self.operator(number, f"/v1/applications/{application}/submission")
        if number % 8 == 5:
            await self.operator(number, f"/v1/applications/{application}/withdrawal")
        return application

    async def draft(self, number: int) -> str:
        """His draft."""
        category, criteria, _ = claim_of(number)
        claim = {
            "season": self.season["id"],
            "uscc": uscc(number),
            "category": category,
            "category_reason": "最合适的一类",
            "criteria": criteria,
        }
        return str((await self.operator(number, "/v1/applications", claim))["id"])

    async def is_told_why_not(self, number: int) -> str:
        """A household of the survival type; its application, which stays a draft."""
        application = await self.draft(number)
        refused = await self.operator(number, f"/v1/applications/{application}/submission", status=422)
        assert "不属于可以认定的来源" in refused["detail"]
        return application

    async def recommend(self, number: int) -> str:
        """A department does, the operator agrees; the recommendation."""
        body = {
            "season": self.season["id"],
            "uscc": uscc(number),
            "category": "quality",
            "reason": "非遗传承人",
            "criteria": ["quality.3"],
        }
        application = str((await self.county.call("/v1/recommendations", body, Role.BUREAU, "culture"))["id"])
        await self.operator(number, f"/v1/recommendations/{application}/consent")
        await self.county.call(f"/v1/recommendations/{application}/submission", None, Role.BUREAU, "culture")
        return application

    async def review(self) -> None:
        """In bulk from the work list: one in ten is returned, one in fifty refused; then those completed in time."""
        with clock.travel(day(10, 9)):
            await self.review_all(self.first_word)
        with clock.travel(day(10, 20)):
            returned = await self.county.pages(
                "/v1/applications", season=self.season["id"], state="returned", limit=100
            )
            in_time = [one["id"] for one in returned if self.numbers[one["id"]] % 20 == 4]
            await self.county.all_of(self.complete, in_time)
        await self.county.day_passes(day(10, 26))
        with clock.travel(day(10, 26)):
            await self.review_all(self.passing)

    async def review_all(self, word: Any) -> None:
        """Everything that waits for a review."""
        words = [word(application) for application in await self.county.work("review")]
        await self.county.in_bulk("/v1/reviews/bulk", words, Role.OFFICER, "reviewer")

    def first_word(self, application: str) -> dict[str, Any]:
        """Returned, refused or passed."""
        number = self.numbers[application]
        if number % 10 == 4:
            return {"application": application, "etag": "*", "outcome": "return", "missing": ["荣誉证书原件", "照片"]}
        if number % 50 == 7:
            return {"application": application, "etag": "*", "outcome": "refuse", "reason": "所报情况不实"}
        return self.passing(application)

    def passing(self, application: str) -> dict[str, Any]:
        """Passed with the criteria that he claimed, or the department named."""
        category, criteria, _ = claim_of(self.numbers[application])
        return {
            "application": application,
            "etag": "*",
            "outcome": "pass",
            "category": category,
            "criteria": criteria,
            "verified": criteria,
            "breach_recorded": False,
            "ruled_out": ["disqualifier.1", "disqualifier.2"],
            "reason": "材料齐全，情况属实",
        }

    async def complete(self, application: str) -> None:
        """Its operator hands what was missing in."""
        await self.operator(self.numbers[application], f"/v1/applications/{application}/completion")

    async def select_visit_and_consult(self) -> None:
        """Who fails a visit, or is refused over an objection, makes room for the reserve, who is visited in turn."""
        with clock.travel(day(10, 27)):
            found = await self.county.call("/v1/selections", self.by_season, Role.OFFICER, "selector")
            assert found["chosen"]
        for asked_on, silent_on in ((day(10, 29), day(11, 6)), (day(11, 7), day(11, 14))):
            with clock.travel(asked_on):
                while waiting := await self.county.work("site-visit"):
                    await self.county.all_of(self.visit, waiting)
                await self.consult(await self.county.work("consultation"))
            await self.county.day_passes(silent_on)
            with clock.travel(silent_on):
                await self.county.all_of(self.conclude, await self.county.work("consultation"))

    async def visit(self, application: str) -> None:
        """One in twelve is not what it said."""
        confirmed = self.numbers[application] % 12 != 9
        photos = [await self.upload(application, "visit", Role.OFFICER, "visitor", PNG, "image/png")]
        finding = "与申报一致" if confirmed else "已停业"
        body = {
            "application": application,
            "visited_on": clock.today().isoformat(),
            "visitors": ["甲", "乙"],
            "photos": photos,
            "finding": finding,
            "confirmed": confirmed,
        }
        await self.county.call("/v1/site-visits", body, Role.OFFICER, "visitor")

    async def consult(self, applications: list[str]) -> None:
        """Two departments: one answers, the other only two times of three; one in forty objects."""
        departments = ["tax", "ecology"]
        asking = [{"application": one, "departments": departments} for one in applications]
        await self.county.in_bulk("/v1/consultations/bulk", asking, Role.OFFICER, "consulter")
        for department in departments:
            asked = await self.county.pages("/v1/consultations", Role.BUREAU, department, limit=200)
            answers = [self.answer(one) for one in asked if department == "tax" or self.numbers[one["application"]] % 9]
            await self.county.in_bulk("/v1/consultations/answers", answers, Role.BUREAU, department)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A department's word."""
        agrees = asked["department"] != "tax" or self.numbers[asked["application"]] % 40 != 1
        return {"consultation": asked["id"], "agrees": agrees, "opinion": "无意见" if agrees else "有欠税"}

    async def conclude(self, application: str) -> None:
        """An officer's word on an objection: half of them stand."""
        word = {"passed": self.numbers[application] % 80 == 1, "reason": "已向有关部门核实"}
        path = f"/v1/applications/{application}/consultation-conclusion"
        await self.county.call(path, word, Role.OFFICER, "consulter")

    async def show_the_public(self) -> None:
        """A notice over all; one objection is upheld meanwhile; nothing is decided before the last word."""
        with clock.travel(day(11, 16)):
            notice = await self.county.call("/v1/public-notices", self.by_season, Role.OFFICER, "consulter")
            (objected, *others) = await self.county.work("public-notice")
            word = {"reason": "异议成立：所报荣誉不属于本人"}
            await self.county.call(f"/v1/applications/{objected}/refusal", word, Role.OFFICER, "consulter")
        with clock.travel(day(11, 20)):
            early = {"application": others[0], "etag": "*"}
            await self.county.call("/v1/recognitions", early, Role.APPROVER, "decider", status=409)
        over = dt.date.fromisoformat(notice["closes_on"]) + dt.timedelta(days=1)
        await self.county.day_passes(over)
        with clock.travel(over):
            await self.county.office.hear(PublicNoticeCleared(public_notice=UUID(notice["id"]), open_objections=0))

    @property
    def by_season(self) -> dict[str, Any]:
        """The body that names the season."""
        return {"season": self.season["id"]}

    async def decide(self) -> None:
        """In bulk, by one who took no part; who recommended or reviewed cannot."""
        with clock.travel(day(11, 27)):
            waiting = await self.county.work("decision")
            calls = [waiting[start : start + MAX_ITEMS] for start in range(0, len(waiting), MAX_ITEMS)]
            await self.county.all_of(self.decide_some, calls)

    async def decide_some(self, applications: list[str]) -> None:
        """One bulk call of each."""
        bodies = [{"application": one, "etag": "*"} for one in applications]
        for decider, allowed in (("reviewer", {403, 409}), ("decider", {200, 409})):
            outcomes = await self.county.call("/v1/recognitions/bulk", bodies, Role.APPROVER, decider)
            assert {one["status"] for one in outcomes} <= allowed, outcomes[0]

    async def operator(self, number: int, path: str, body: Any = None, **more: Any) -> Any:
        """A call of a household's operator."""
        return await self.county.call(path, body, Role.OPERATOR, str(number), **more)

    async def upload(
        self, application: str, evidence: str, role: Role, who: str, content: bytes = PDF, kind: str = "application/pdf"
    ) -> str:
        """A file; its id."""
        answer = await self.county.office.client.post(
            f"/v1/applications/{application}/documents",
            params={"evidence": evidence, "name": "材料"},
            content=content + application.encode(),
            headers=self.county.headers(role, who) | {"Content-Type": kind},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])
