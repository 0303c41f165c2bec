"""The sample's public notice: three households of the neighbouring county are shown, somebody objects to one of them.

That one is held; the notice clears for the others, and one of them is recognised. A first start that was interrupted
goes on with the day on which it stopped.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from deploy.local.data_directory import DataDirectory
from deploy.local.sample_applicants import Applicants
from deploy.local.sample_calendar import SampleDays, turn_to
from deploy.local.service_client import Client
from deploy.local.token_issuer import TokenClaims
from shared.reference.regions import region_name

SHOWN = 3
CLEARING_SECONDS = 60.0
"""Seconds for the notice's last day to be noticed by both services and told over the bus."""
NEIGHBOUR = TokenClaims("neighbour", "operator", operator_ref="v1:" + "0" * 32)
OBJECTOR = {"name": "张示例", "contact": "示例街道1号"}
"""Account, name and contact of the invented person who objects; a notice takes objections by real name only."""
STATEMENT = "该户所报的产品并非本店制作（示例）"
PHOTO = b"\x89PNG\r\n\x1a\n synthetic"


class NoticeOfSample:
    """The neighbouring county's applicants, from their applications to the cleared notice."""

    def __init__(
        self, data: DataDirectory, clients: Mapping[str, Client], season: Mapping[str, Any], days: SampleDays
    ) -> None:
        self.data, self.days, self.season = data, days, season
        self.recognition, self.objection = clients["recognition"], clients["objection"]
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
        """All days in their order; the notice, who is held and who is recognised. Nothing where places are too few."""
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
        """The selected ones are visited, departments asked; they are shown, and somebody objects to one."""
        found = await self.recognition.post("/v1/selections", "officer", {"season": self.season["id"]})
        chosen = [one["application"] for one in found.json()["chosen"]]
        if len(chosen) < 2:
            return {}
        for application in chosen:
            await self.visit(application)
            await self.consult(application)
        body = {"season": self.season["id"]}
        notice = (await self.recognition.post("/v1/public-notices", self.people["shower"], body)).json()
        held, chosen, *_ = chosen
        objection = await self.object(held)
        return {
            "notice": notice["id"],
            "held": held,
            "chosen": chosen,
            "objection": objection,
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

    async def object(self, application: str) -> str:
        """By somebody's real name; the objection's id. It is taken even before the service has heard of the notice."""
        body: dict[str, object] = {
            "against": "public-notice",
            "subject": application,
            "uscc": (await self.look(application))["uscc"],
            "county": self.county,
            "grounds": [{"kind": "other", "id": "other"}],
            "statement": STATEMENT,
            "objector": OBJECTOR,
        }
        filed = await self.objection.post("/v1/objections", NEIGHBOUR, body)
        return str(filed.json()["id"])

    async def end(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """The notice's last day is over: one is held, another is recognised by somebody who took no part."""
        if "notice" not in state:
            return {}
        application = state["chosen"]
        async with asyncio.timeout(CLEARING_SECONDS):
            while (await self.look(application))["step"] != "decision":  # noqa: ASYNC110 - it is another process's word
                await asyncio.sleep(0.3)
        body: dict[str, object] = {"application": application, "etag": "*"}
        await self.recognition.post("/v1/recognitions", self.people["decider"], body)
        return {}

    async def look(self, application: str) -> dict[str, Any]:
        """An application as the county's officer sees it."""
        found = await self.recognition.get(f"/v1/applications/{application}", self.people["shower"])
        view: dict[str, Any] = found.json()
        return view


async def describe_notice(data: DataDirectory, recognition: Client) -> list[str]:
    """What there is to see of the sample's notice."""
    state = data.read_state().get("notice", {})
    if "notice" not in state:
        return []
    notice = (await recognition.get(f"/v1/public-notices/{state['notice']}")).json()
    county = region_name(notice["county"]) or notice["county"]
    held, recognised = [
        (await recognition.get(f"/v1/applications/{state[which]}", "officer")).json() for which in ("held", "chosen")
    ]
    kept = "有异议未办结，只暂缓这一户" if held["state"] == "in-progress" else f"{held['state_label']}"
    shown = f"{held['name']}{kept}；{recognised['name']}{recognised['state_label']}"
    return [f"公示 {county} {notice['opens_on']} 至 {notice['closes_on']}：{shown}"]
