"""The way of an application, step by step, as its officers do it, in the order of Zhengzhou's policy."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from shared import clock
from shared.contracts.objection import PublicNoticeCleared
from shared.platform.etag import etag_of
from shared.platform.identity import Role
from tests.integration.recognition.application_setup import submit_application
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, household_typed, post_as
from tests.integration.recognition.season_setup import open_season

APPLIES, DECIDES = dt.date(2026, 9, 1), dt.date(2026, 11, 25)
SELECTS, VISITS = dt.date(2026, 10, 8), dt.date(2026, 10, 12)
PNG = b"\x89PNG\r\n\x1a\n made up"


@dataclass
class Walkthrough:
    """A county's open season and what its people do."""

    office: RecognitionClient
    season: dict[str, Any]

    async def apply(self, *numbers: int, on: dt.date = APPLIES) -> list[str]:
        """Households apply; the ids of their applications."""
        await self.office.hear(*(household_typed(number) for number in numbers))
        ids = []
        with clock.travel(on):
            for number in numbers:
                answer = await submit_application(self.office, self.season, number)
                assert answer.status_code == 200, answer.text
                ids.append(str(answer.json()["id"]))
        return ids

    async def look(self, application: str) -> httpx.Response:
        """The application as an officer reads it."""
        return await self.office.get(f"/v1/applications/{application}")

    async def etag(self, application: str) -> str:
        """The version that a decision names, of a draft, too, which officials do not see."""
        (row,) = await self.office.sql("select version from application where id = $1", UUID(application))
        return etag_of(row["version"])

    async def do(self, path: str, body: Any, role: Role = Role.OFFICER, **who: Any) -> httpx.Response:
        """Any call of the county's people."""
        headers = self.office.as_(role, **({"subject": "officer"} | who))
        if isinstance(body, dict) and "application" in body:
            headers["If-Match"] = await self.etag(body["application"])
        return await self.office.client.post(path, json=body, headers=headers)

    async def review(self, application: str, **changed: object) -> httpx.Response:
        """A review that passes, unless told otherwise."""
        body = {
            "application": application,
            "etag": await self.etag(application),
            "outcome": "pass",
            "category": "distinctive",
            "criteria": ["distinctive.3"],
            "reason": "祖传手艺",
            "breach_recorded": False,
            "ruled_out": ["disqualifier.1", "disqualifier.2"],
        }
        return await self.do("/v1/reviews", body | changed, subject="reviewer")

    async def select(self) -> dict[str, Any]:
        """The selection within the quota, after the last day for applications."""
        with clock.travel(SELECTS):
            answer = await post_as(self.office, "/v1/selections", {"season": self.season["id"]}, Role.OFFICER)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def visit(self, application: str, *, confirmed: bool = True) -> httpx.Response:
        """A site visit of today, with a photo."""
        body = {
            "application": application,
            "visited_on": clock.today().isoformat(),
            "visitors": ["甲", "乙"],
            "photos": [await self.upload(application)],
            "finding": "与申报一致" if confirmed else "已停业",
            "confirmed": confirmed,
        }
        return await self.do("/v1/site-visits", body, subject="visitor")

    async def upload(
        self, application: str, *, evidence: str = "visit", body: bytes = PNG, kind: str = "image/png"
    ) -> str:
        """An officer's file of an application, a photo of a visit unless told otherwise; its id."""
        path, query = f"/v1/applications/{application}/documents", {"evidence": evidence, "name": "照片"}
        headers = self.office.as_(Role.OFFICER, subject="visitor") | {"Content-Type": kind}
        answer = await self.office.client.post(path, params=query, content=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def consult(self, application: str, *, agrees: bool | None = True) -> None:
        """One department is asked and answers; None: it stays silent and its day passes."""
        body = {"application": application, "departments": ["tax"]}
        asked = await self.do("/v1/consultations", body, subject="asker")
        assert asked.status_code == 201, asked.text
        (question,) = asked.json()
        if agrees is None:
            with clock.travel(dt.date.fromisoformat(question["due_on"]) + dt.timedelta(days=1)):
                await self.office.fire_deadlines()
            return
        answer = await self.do(
            f"/v1/consultations/{question['id']}/answer",
            {"agrees": agrees, "opinion": "已核"},
            Role.BUREAU,
            subject="tax",
        )
        assert answer.status_code == 200, answer.text

    async def notice(self, region: str = COUNTY) -> dict[str, Any]:
        """A notice over all that wait for one at a bureau's level."""
        answer = await self.do("/v1/public-notices", {"season": self.season["id"]}, subject="shower", region=region)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def show(self, region: str = COUNTY) -> None:
        """All that wait for a notice go through one, and nobody objects."""
        with clock.travel(VISITS):
            notice = await self.notice(region)
        await self.end_notice(notice)

    async def end_notice(
        self, notice: dict[str, Any], *, objections: int = 0, held: Sequence[str] | None = None
    ) -> None:
        """Its last day passes, and the objection service says how many objections are open, and whom they hold."""
        with clock.travel(dt.date.fromisoformat(notice["closes_on"]) + dt.timedelta(days=1)):
            await self.office.fire_deadlines()
            await self.clear(notice, objections, held)

    async def clear(self, notice: dict[str, Any], objections: int = 0, held: Sequence[str] | None = None) -> None:
        """The objection service's word; without `held` as it was said before it named whom objections hold."""
        named = None if held is None else [UUID(application) for application in held]
        count = objections if held is None else len(held)
        await self.office.hear(PublicNoticeCleared(public_notice=UUID(notice["id"]), open_objections=count, held=named))

    async def decide(self, application: str, *, subject: str = "decider", on: dt.date = DECIDES) -> httpx.Response:
        """The decision."""
        with clock.travel(on):
            body = {"application": application, "etag": await self.etag(application)}
            return await self.do("/v1/recognitions", body, Role.APPROVER, subject=subject)

    async def to_decision(self, *numbers: int) -> list[str]:
        """Households that have gone through everything but the decision."""
        ids = await self.apply(*numbers)
        for application in ids:
            assert (await self.review(application)).status_code == 200
        await self.select()
        with clock.travel(VISITS):
            for application in ids:
                assert (await self.visit(application)).status_code == 200
                await self.consult(application)
            notice = await self.notice()
        await self.end_notice(notice)
        return ids


async def start_walkthrough(office: RecognitionClient) -> Walkthrough:
    """A county with fifty places, its season open."""
    return Walkthrough(office, await open_season(office))
