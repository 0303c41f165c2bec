"""The sample's objection to a typing result: an operator objects, the labour bureau corrects the number of insured
staff, the province decides, and the household's type in the directory changes.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from deploy.local.data_directory import DataDirectory
from deploy.local.sample_applicants import operator_pseudonyms, retry_until_known
from deploy.local.sample_messages import give_contact
from deploy.local.service_client import Client
from deploy.local.token_issuer import TokenClaims

FEED, DEPARTMENT, STAFF = "social_insurance", "human-resources", "12"
"""What is corrected, whose data it is, and the number that is right: enough for another type."""
STATEMENT = "参保人数少报了（示例）"
REASON = "经人力资源和社会保障部门核实，参保人数有误（示例）"
ANSWER_SECONDS = 60.0
"""Seconds for typing's answer to come over the bus."""


class ObjectionOfSample:
    """One objection from its filing to its answer; a second time has no further effect."""

    def __init__(self, data: DataDirectory, clients: Mapping[str, Client], run: Mapping[str, Any]) -> None:
        self.data, self.year = data, int(run["as_of"][:4])
        self.county = max(run["counts"])
        self.typing, self.objection, self.notification = (
            clients[name] for name in ("typing", "objection", "notification")
        )

    async def come(self) -> list[str]:
        """What there is to see of it; nothing where no household of the county is of the growth type."""
        state: dict[str, str] = self.data.read_state().get("objection", {})
        if not state:
            found = await self.household()
            if found is None:
                return []
            code, person = found
            operator = TokenClaims("operator-objecting", "operator", self.county, person)
            await give_contact(self.notification, operator)
            filed = await self.file(code, operator)
            await self.handle(filed, code)
            state = {"id": filed, "uscc": code}
            self.data.write_state({**self.data.read_state(), "objection": state})
        view = await self.answered(state["id"])
        shown = (await self.typing.get(f"/v1/households/{state['uscc']}")).json()
        changed = f"名录已改为“{shown['type_label']}”，理由：{'；'.join(shown['corrections'])}"
        return [
            f"异议 {shown['name']}（回执号 {view['receipt']}）：异议成立，{changed}",
            f"  现在的分型   curl -s {self.typing.base}/v1/households/{state['uscc']}",
        ]

    async def household(self) -> tuple[str, str] | None:
        """A growth household of the county and its operator: the last ones of the list, the first ones apply."""
        query: dict[str, str | int] = {"region": self.county, "type": "growth", "limit": 100}
        found = (await self.typing.get("/v1/households", "officer", **query)).json()["items"]
        known = operator_pseudonyms(self.data, [one["uscc"] for one in found])
        return list(known.items())[-1] if known else None

    async def file(self, code: str, operator: TokenClaims) -> str:
        """The operator objects to the number of staff."""
        body: dict[str, object] = {
            "against": "typing",
            "uscc": code,
            "county": self.county,
            "grounds": [{"kind": "fact", "id": "insured_staff"}],
            "statement": STATEMENT,
        }
        return str((await self.objection.post("/v1/objections", operator, body)).json()["id"])

    async def handle(self, objection: str, code: str) -> None:
        """Accepted, verified, proposed and decided, by those whom the policy names."""
        rules = (await self.objection.get("/v1/grounds", against="typing", county=self.county)).json()
        receiver, decider = (rules[which][0]["region"] for which in ("received_by", "decided_by"))
        officer = TokenClaims("dev-objection-officer", "officer", decider, name="示例异议经办人")
        accepting = TokenClaims("dev-objection-receiver", "officer", receiver, name="示例异议受理人")
        clerk = TokenClaims("dev-staff-clerk", "bureau", self.county, department=DEPARTMENT, name="示例人社人员")
        approver = TokenClaims("dev-objection-approver", "approver", decider, name="示例异议决定人")
        path, any_version = f"/v1/objections/{objection}", {"If-Match": "*"}
        await retry_until_known(lambda: self.objection.post(f"{path}/acceptance", accepting, None, **any_version))
        question: dict[str, object] = {"objection": objection, "feed": FEED, "question": "请核实参保人数（示例）"}
        asked = (await self.objection.post("/v1/verifications", officer, question, **any_version)).json()
        row = {"uscc": code, "year": str(self.year - 1), "insured_staff": STAFF}
        answer: dict[str, object] = {"finding": "corrected", "row": row}
        await self.objection.post(f"/v1/verifications/{asked['id']}/answer", clerk, answer, **any_version)
        proposal: dict[str, object] = {
            "objection": objection,
            "outcome": "upheld",
            "reason": REASON,
            "verifications": [asked["id"]],
        }
        proposed = (await self.objection.post("/v1/decisions", officer, proposal, **any_version)).json()
        await self.objection.post(f"/v1/decisions/{proposed['id']}/approval", approver, None, **any_version)

    async def answered(self, objection: str) -> dict[str, Any]:
        """The objection as its supervisor sees it, once typing has answered and it is closed."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                view: dict[str, Any] = (await self.objection.get(f"/v1/objections/{objection}", "officer")).json()
                if view["state"] == "closed":
                    return view
                await asyncio.sleep(0.3)
