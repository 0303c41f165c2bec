"""The sample's public notice: three households of the neighbouring county are shown, and one of them is recognised.

A first start that was interrupted goes on with the day on which it stopped.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from deploy.local.data_directory import DataDirectory
from deploy.local.sample_applicants import Applicants
from deploy.local.sample_calendar import SampleDays, turn_to
from deploy.local.service_client import Client
from deploy.local.token_issuer import TokenClaims

SHOWN = 3
CLEARING_SECONDS = 60.0
"""Seconds for the notice's last day to be noticed by both services and told over the bus."""
PHOTO = b"\x89PNG\r\n\x1a\n synthetic"


class NoticeOfSample:
    """The neighbouring county's applicants, from their applications to the cleared notice."""

    def __init__(
        self, data: DataDirectory, clients: Mapping[str, Client], season: Mapping[str, Any], days: SampleDays
    ) -> None:
        self.data, self.days, self.season = data, days, season
        self.recognition = clients["recognition"]
        self.applicants = Applicants(data, clients["typing"], clients["recognition"], season)
        self.county: str = season["county"]
        self.people = {
            name: TokenClaims(f"dev-{name}", role, self.county, department=department, name=label)
            for name, role, department, label in (
                ("visitor", "officer", None, "示例走访人"),
                ("asker", "officer", None, "示例征询人"),
                ("tax", "bureau", "tax", "示例税务人员"),
                ("shower", "officer", None, "示例公示人"),
                ("decider", "approver", None, "示例决定人"),
            )
        }

    async def come(self) -> dict[str, Any]:
        """All days in their order; the notice, and who is chosen. Nothing where places are too few."""
        state: dict[str, Any] = self.data.read_state().get("notice", {})
        for day, doing in (
            (self.days.apply, self.apply),
            (self.days.examine, self.examine),
            (self.days.show, self.end),
        ):
            if state.get("done", "") < day.isoformat():
                turn_to(self.data, day)
                state = {**state, **await doing(state), "done": day.isoformat()}
                self.data.write_state({**self.data.read_state(), "notice": state})
        return state

    async def apply(self, _state: Mapping[str, Any]) -> dict[str, Any]:
        """Three operators apply and are reviewed."""
        self.applicants.claim = await self.applicants.simplest_claim()
        for code, person in list((await self.applicants.people()).items())[:SHOWN]:
            await self.applicants.applies(1, code, TokenClaims(f"operator-{code}", "operator", self.county, person))
        return {}

    async def examine(self, _state: Mapping[str, Any]) -> dict[str, Any]:
        """The selected ones are visited, departments asked, and shown."""
        found = await self.recognition.post("/v1/selections", "officer", {"season": self.season["id"]})
        chosen = [one["application"] for one in found.json()["chosen"]]
        if len(chosen) < 2:
            return {}
        for application in chosen:
            await self.visit(application)
            await self.consult(application)
        body = {"season": self.season["id"]}
        notice = (await self.recognition.post("/v1/public-notices", self.people["shower"], body)).json()
        return {
            "notice": notice["id"],
            "chosen": chosen[1],
        }

    async def visit(self, application: str) -> None:
        """Two officers find what was claimed."""
        who, path = self.people["visitor"], f"/v1/applications/{application}/documents"
        photo = await self.recognition.upload(path, who, PHOTO, "image/png", evidence="visit", name="走访照片")
        body = {
            "application": application,
            "visited_on": self.days.examine.isoformat(),
            "visitors": ["示例走访人甲", "示例走访人乙"],
            "photos": [photo.json()["id"]],
            "finding": "与申报一致（示例）",
            "confirmed": True,
        }
        await self.recognition.post("/v1/site-visits", who, body, **{"If-Match": "*"})

    async def consult(self, application: str) -> None:
        """The tax office has nothing against it."""
        body: dict[str, object] = {"application": application, "departments": ["tax"]}
        asked = await self.recognition.post("/v1/consultations", self.people["asker"], body, **{"If-Match": "*"})
        (question,) = asked.json()
        answer: dict[str, object] = {"agrees": True, "opinion": "没有意见（示例）"}
        await self.recognition.post(f"/v1/consultations/{question['id']}/answer", self.people["tax"], answer)

    async def end(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """The notice's last day is over: one is recognised by somebody who took no part."""
        if "notice" not in state:
            return {}
        application = state["chosen"]
        async with asyncio.timeout(CLEARING_SECONDS):
            while await self.step_of(application) != "decision":  # noqa: ASYNC110 - it is another process's word
                await asyncio.sleep(0.3)
        body: dict[str, object] = {"application": application, "etag": "*"}
        await self.recognition.post("/v1/recognitions", self.people["decider"], body)
        return {}

    async def step_of(self, application: str) -> str | None:
        """Where an application stands."""
        found = await self.recognition.get(f"/v1/applications/{application}", self.people["shower"])
        step: str | None = found.json()["step"]
        return step
