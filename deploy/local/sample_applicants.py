"""The applicants of the sample season: operators apply, a department recommends, an officer reviews, an approver
recognises. Their pseudonyms are computed here, since no service tells them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx

from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from deploy.local.service_client import Client
from deploy.local.service_processes import PSEUDONYM_KEY
from deploy.local.token_issuer import TokenClaims


def operator_pseudonyms(data: DataDirectory, codes: Sequence[str]) -> Mapping[str, str]:
    """Code of a synthetic household → its operator's pseudonym, in the order of the codes; of some none is known."""
    import duckdb

    from shared.reference.personal_data import OperatorPseudonym

    registration = data.sample / "registration.parquet"
    if not registration.exists():
        return {}
    pseudonym = OperatorPseudonym(bytes.fromhex(data.secret(PSEUDONYM_KEY)))
    query = "SELECT uscc, operator_id FROM read_parquet(?) WHERE list_contains(?, uscc)"
    found = dict(duckdb.execute(query, [str(registration), list(codes)]).fetchall())
    return {code: pseudonym.of(found[code]) for code in codes if found.get(code)}


PEOPLE, RECOMMENDED, DRAFTS = 24, 2, 3
"""Operators in all; the first ones are recommended by a department, the last ones have only begun to write."""
NOT_HEARD_YET = ("这一户", "平台还没有收到")
"""Words by which recognition and objection say that they have not heard of something yet."""
QUOTA_FULL = "名额"
"""Word by which recognition says that no place is free."""
RETRY_SECONDS = 120.0
"""Seconds for the published households to come over the bus."""
SHEET = b"%PDF-1.4\n% synthetic\n%%EOF\n"
REASON = "最符合这一类的标准（示例）"


class Applicants:
    """Who applies in one season."""

    def __init__(self, data: DataDirectory, typing: Client, client: Client, season: Mapping[str, Any]) -> None:
        self.data, self.typing, self.client, self.season = data, typing, client, season
        self.county: str = season["county"]
        self.bureau = TokenClaims("dev-culture", "bureau", self.county, department="culture", name="示例推荐人")
        self.reviewer = TokenClaims("dev-reviewer", "officer", self.county, name="示例审核人")
        self.decider = TokenClaims("dev-decider", "approver", self.county, name="示例决定人")
        self.claim: dict[str, Any] = {}

    async def come(self) -> None:
        """Each does as his place in the line says; a second time has no further effect."""
        self.claim = await self.simplest_claim()
        for number, (code, person) in enumerate((await self.people()).items()):
            who = TokenClaims(f"operator-{number + 1}", "operator", self.county, person)
            await (self.recommend(code, who) if number < RECOMMENDED else self.applies(number, code, who))

    async def simplest_claim(self) -> dict[str, Any]:
        """The standard of the published criteria that needs the fewest documents, as part of a body."""
        (criteria,) = (await self.client.get("/v1/criteria", region=self.county)).json()["items"]
        standards = [(category, one) for category, known in criteria["categories"].items() for one in known["criteria"]]
        category, standard = min(standards, key=lambda known: len(documents_of(known[1])))
        return {"category": category, "criteria": [standard["id"]], "documents": documents_of(standard)}

    async def people(self) -> Mapping[str, str]:
        """Code → operator of some of the county's growth households, one for each operator."""
        found = await self.typing.get("/v1/households", "officer", region=self.county, type="growth", limit=2 * PEOPLE)
        known = operator_pseudonyms(self.data, [one["uscc"] for one in found.json()["items"]])
        by_person = {person: code for code, person in known.items()}
        return {code: person for person, code in list(by_person.items())[:PEOPLE]}

    async def applies(self, number: int, code: str, who: TokenClaims) -> None:
        """By himself: every fourth one waits for a review, the others are reviewed."""
        body = {
            "season": self.season["id"],
            "uscc": code,
            "category_reason": REASON,
            "category": self.claim["category"],
            "criteria": self.claim["criteria"],
        }
        drafted = await retry_until_known(lambda: self.client.post("/v1/applications", who, body))
        if number >= PEOPLE - DRAFTS:
            return
        address = drafted.headers["Location"]
        for evidence in self.claim["documents"]:
            await self.client.upload(
                f"{address}/documents", who, SHEET, "application/pdf", evidence=evidence, name="示例材料"
            )
        await self.act(f"{address}/submission", who)
        if number % 4:
            await self.review_application(drafted.json()["id"], number)

    async def recommend(self, code: str, who: TokenClaims) -> None:
        """By a department, with his consent; reviewed, and recognised by another person."""
        body = {
            "season": self.season["id"],
            "uscc": code,
            "reason": REASON,
            "category": self.claim["category"],
            "criteria": self.claim["criteria"],
        }
        drafted = await retry_until_known(lambda: self.client.post("/v1/recommendations", self.bureau, body))
        address = f"/v1/recommendations/{drafted.json()['id']}"
        await self.act(f"{address}/consent", who)
        await self.act(f"{address}/submission", self.bureau)
        await self.review_application(drafted.json()["id"], 1)
        try:
            await self.client.post("/v1/recognitions", self.decider, {"application": drafted.json()["id"], "etag": "*"})
        except CommandError as refusal:
            if QUOTA_FULL not in str(refusal):
                raise  # of a small sample the quota is one place: the second waits for its decision

    async def review_application(self, application: str, number: int) -> None:
        """Two in seven are returned or refused, the others pass."""
        body: dict[str, object] = {"application": application, "etag": "*"}
        match number % 7:
            case 3:
                body |= {"outcome": "return", "missing": ["荣誉证书原件（示例）"]}
            case 5:
                body |= {"outcome": "refuse", "reason": "所报情况与登记不符（示例）"}
            case _:
                body |= {
                    "outcome": "pass",
                    "reason": REASON,
                    "category": self.claim["category"],
                    "criteria": self.claim["criteria"],
                    "verified": self.claim["criteria"],
                    "breach_recorded": False,
                    "ruled_out": ["disqualifier.1", "disqualifier.2"],
                }
        await self.client.post("/v1/reviews", self.reviewer, body)

    async def act(self, path: str, who: TokenClaims) -> None:
        """A step without a body, on the version as it is."""
        await self.client.post(path, who, None, **{"If-Match": "*"})


def documents_of(standard: Mapping[str, Any]) -> list[str]:
    """What must be handed in for a standard: where another bureau's data prove it, only what is asked for besides."""
    documents = [*([] if standard["proven_by"] else standard["evidence"]), *standard["besides"]]
    return [f"{standard['id']}:{document}" for document in documents]


async def retry_until_known(call: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The first calls come before the bus has told of the households; so again until it has."""
    async with asyncio.timeout(RETRY_SECONDS):
        while True:
            try:
                return await call()
            except CommandError as refusal:
                if not any(word in str(refusal) for word in NOT_HEARD_YET):
                    raise
                await asyncio.sleep(1)
