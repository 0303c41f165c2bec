"""Proposals and decisions about an objection, and what typing and recognition answer, in tests."""

import uuid
from typing import Any
from uuid import UUID

import httpx

from services.objection.registers.domain import Against
from services.objection.registers.models import ContestableDecision
from shared.contracts.recognition import ObjectionApplied
from shared.contracts.typing import CorrectionAnswered
from tests.integration.objection.filed_objections import day
from tests.integration.objection.handled_objections import Handled, accepted
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, uscc
from tests.integration.objection.verification_steps import answer, asked, tax_row

Body = dict[str, Any]


async def propose(handled: Handled, kind: str = "decider", **changed: Any) -> httpx.Response:
    """A proposal to dismiss, or another."""
    body: Body = {"objection": str(handled.id), "outcome": "dismissed", "reason": "核实无误，标准适用正确"}
    return await handled.do(kind, "/v1/decisions", body | changed)


async def proposed(handled: Handled, **changed: Any) -> Body:
    """A proposal that was taken."""
    answer = await propose(handled, **changed)
    assert answer.status_code == 201, answer.text
    found: Body = answer.json()
    return found


async def approve(handled: Handled, decision: Body, kind: str = "approver") -> httpx.Response:
    """The decision by another person."""
    return await handled.do(kind, f"/v1/decisions/{decision['id']}/approval")


async def approved(handled: Handled, decision: Body) -> Body:
    """A decision that was taken."""
    answer = await approve(handled, decision)
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


async def upheld(office: ObjectionClient, number: int = 1, feeds: tuple[int, ...] = (2025,)) -> Handled:
    """An upheld objection to a typing result, with a corrected tax row of each of these years."""
    handled = await accepted(office, number)
    used = [await corrected_for(handled, year) for year in feeds]
    await approved(handled, await proposed(handled, outcome="upheld", reason="税务部门已更正", verifications=used))
    return handled


async def corrected_for(handled: Handled, year: int) -> str:
    """A verification with a corrected tax row of a year."""
    question = await asked(handled, year=year)
    row = tax_row(handled.number, year=str(year))
    done = await answer(handled.office, question, {"finding": "corrected", "row": row, "note": "漏报一笔，已补"})
    assert done.status_code == 200, done.text
    return str(question["id"])


async def sent(office: ObjectionClient) -> list[UUID]:
    """The corrections that typing was sent."""
    return [UUID(event["data"]["correction"]) for event in await office.events("EvidenceCorrected")]


def answered(
    handled: Handled, correction: UUID, outcome: str = "changed", *, revision: int = 1, **changed: Any
) -> CorrectionAnswered:
    """What typing says of a correction."""
    types = {"type": "growth", "previous_type": "survival"} if outcome == "changed" else {}
    known: Body = {
        "correction": correction,
        "objection": handled.id,
        "uscc": uscc(handled.number),
        "region": COUNTY,
        "outcome": outcome,
        "revision": revision,
    }
    return CorrectionAnswered(**(known | types | changed))


def applied(handled: Handled, outcome: str = "reopened", reason: str | None = None) -> ObjectionApplied:
    """What recognition says that it did."""
    return ObjectionApplied(
        objection=handled.id, uscc=uscc(handled.number), region=COUNTY, outcome=outcome, reason=reason, revision=1
    )


async def refused_application(office: ObjectionClient, number: int = 1, decided_by: str = "li") -> UUID:
    """An application that recognition refused, as it has told."""
    subject = uuid.uuid4()
    async with office.resources.database.transaction() as session:
        session.add(
            ContestableDecision(
                against=Against.REFUSAL,
                subject=subject,
                uscc=uscc(number),
                region=COUNTY,
                decided_on=day("2026-10-09"),
                decided_by=decided_by,
                decided_by_region=COUNTY,
                reason="不符合标准",
                stands=True,
                revision=1,
            )
        )
    return subject


async def against_refusal(office: ObjectionClient, number: int = 1) -> Handled:
    """An accepted objection to a refused application."""
    subject = await refused_application(office, number)
    return await accepted(
        office, number, against=Against.REFUSAL, subject=subject, run=None, year=None, contested_region=COUNTY
    )
