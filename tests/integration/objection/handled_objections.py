"""An objection as those see it who handle it: each step as the bureau that the policy names, in the version read."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.models import Objection
from services.objection.rules.domain import deciders, explainers, receivers
from shared.platform.identity import Role
from tests.integration.objection.filed_objections import add_objection
from tests.integration.objection.objection_client import COUNTY, ObjectionClient


@dataclass
class Handled:
    """One objection, and the regions of the bureaus that receive, explain and decide it."""

    office: ObjectionClient
    id: uuid.UUID
    number: int
    receiver: str
    explainer: str
    decider: str
    people: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/v1/objections/{self.id}"

    def who(self, kind: str) -> dict[str, Any]:
        """The caller of a kind: role, region, subject."""
        roles = {
            "objector": (Role.OPERATOR, COUNTY),
            "receiver": (Role.OFFICER, self.receiver),
            "explainer": (Role.OFFICER, self.explainer),
            "decider": (Role.OFFICER, self.decider),
            "approver": (Role.APPROVER, self.decider),
        }
        role, region = roles[kind]
        if role is Role.OPERATOR:
            return {"role": role, "region": region, "number": self.number}
        return {"role": role, "region": region, "subject": self.people.get(kind, kind)}

    async def view(self, kind: str = "decider") -> dict[str, Any]:
        """The objection as such a caller sees it."""
        answer = await self.office.get(self.path, **self.who(kind))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def do(self, kind: str, path: str, body: Any = None, *, match: str = "") -> httpx.Response:
        """A step as such a caller, in the version that the caller has just read (or another)."""
        where = path if path.startswith("/v1/") else f"{self.path}/{path}"
        match = match or str((await self.view(kind))["etag"])
        return await self.office.post(where, body, match=match, **self.who(kind))

    async def done(self, kind: str, path: str, body: Any = None, *, status: int = 200) -> dict[str, Any]:
        """A step that succeeds."""
        answer = await self.do(kind, path, body)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def explain(self, text: str = "纳税一项以税务部门的数据为准。") -> dict[str, Any]:
        """Explained by a bureau that may."""
        return await self.done("explainer", "/v1/explanations", {"objection": str(self.id), "text": text}, status=201)


async def filed(office: ObjectionClient, number: int = 1, **changed: object) -> Handled:
    """A filed objection against a typing result, or another."""
    async with office.resources.database.transaction() as session:
        objection: Objection = await add_objection(session, number, **changed)  # type: ignore[arg-type]
        rule = (await AppliedRules.of(session, objection)).rule
        bureaus = [of(rule, objection)[0] for of in (receivers, explainers, deciders)]
        receiver, explainer, decider = bureaus
        return Handled(office, objection.id, number, receiver, explainer, decider)


async def accepted(office: ObjectionClient, number: int = 1, **changed: object) -> Handled:
    """An accepted one."""
    handled = await filed(office, number, **changed)
    await handled.done("receiver", "acceptance")
    return handled
