"""One objection as its people handle it over HTTP: the objector, the bureaus that the policy names, departments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.feeds.contract.feeds import FEEDS
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.loop.stages import COUNTY, operator_of
from tests.loop.world import Person, World

NEIGHBOUR = Person(Role.OPERATOR, COUNTY, "neighbour", operator_ref="v1:" + "0" * 32)
"""Somebody who is not on any notice, and objects by name."""
NAMED = {"name": "张三丰", "contact": "金水区某街道1号"}
STATEMENT = "与事实不符"


@dataclass(frozen=True)
class Case:
    """An objection and who handles it: regions of the bureaus that receive and decide."""

    world: World
    id: str
    objector: Person
    receiver: str
    decider: str

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/v1/objections/{self.id}"

    def officer(self, name: str) -> Person:
        """An officer of the bureau that decides."""
        return Person(Role.OFFICER, self.decider, name)

    async def view(self) -> dict[str, Any]:
        """As the bureau that decides reads it."""
        found: dict[str, Any] = await self.world.get("objection", self.path, self.officer("reader"))
        return found

    async def do(self, step: str, person: Person, body: Any = None) -> Any:
        """A step that is accepted, on the version as it is."""
        path = step if step.startswith("/v1/") else f"{self.path}/{step}"
        return await self.world.do("objection", path, person, body)

    async def accept(self) -> None:
        """By the bureau that receives it."""
        await self.do("acceptance", Person(Role.OFFICER, self.receiver, "receiver"))

    async def ask(self, feed: str) -> dict[str, Any]:
        """The department that owns a feed is asked."""
        body = {"objection": self.id, "feed": feed, "question": "请核实报送的数据"}
        found: dict[str, Any] = await self.do("/v1/verifications", self.officer("asker"), body)
        return found

    async def answer(self, question: Mapping[str, Any], row: Mapping[str, str]) -> None:
        """The department corrects the row."""
        body = {"finding": "corrected", "row": dict(row)}
        await self.do(f"/v1/verifications/{question['id']}/answer", clerk(question), body)

    async def propose(self, outcome: str, *verifications: str) -> str:
        """An officer proposes; the proposal's id."""
        body = {"objection": self.id, "outcome": outcome, "reason": "经核实", "verifications": list(verifications)}
        proposed = await self.do("/v1/decisions", self.officer("proposer"), body)
        return str(proposed["id"])

    async def approve(self, decision: str) -> None:
        """Somebody who took no part decides."""
        await self.do(
            f"/v1/decisions/{decision}/approval", Person(Role.APPROVER, self.decider, "approver-of-objections")
        )

    async def corrected(self, feed: str, row: Mapping[str, str]) -> None:
        """From the filing to the decision: one row is wrong."""
        await self.accept()
        question = await self.ask(feed)
        await self.answer(question, row)
        await self.approve(await self.propose("upheld", question["id"]))

    async def decided(self, outcome: str) -> None:
        """From the filing to the decision, without evidence."""
        await self.accept()
        await self.approve(await self.propose(outcome))


def clerk(question: Mapping[str, Any]) -> Person:
    """Who answers for a feed in the region that was asked: of market supervision it is an officer."""
    department = FEEDS[question["feed"]].department
    role = Role.OFFICER if department is Department.MARKET else Role.BUREAU
    return Person(role, question["region"], f"{department}-clerk", department=department)


async def file_objection(
    world: World,
    against: str,
    *,
    uscc: str | None = None,
    subject: str | None = None,
    by: Person | None = None,
    grounds: Sequence[Mapping[str, str]] = ({"kind": "other", "id": "other"},),
) -> Case:
    """Somebody objects (the household's operator unless told otherwise); anyone else does so by name."""
    rules = await world.get("objection", f"/v1/grounds?against={against}&county={COUNTY}")
    objector = by or await operator_of(world, uscc or "")
    body: dict[str, Any] = {"against": against, "grounds": list(grounds), "statement": STATEMENT}
    body |= {"uscc": uscc} if uscc else {}
    body |= {"subject": subject} if subject else {}
    body |= {"objector": NAMED} if against == "public-notice" else {}
    filed = await world.do("objection", "/v1/objections", objector, body)
    bureaus = (rules[which][0]["region"] for which in ("received_by", "decided_by"))
    return Case(world, str(filed["id"]), objector, *bureaus)
