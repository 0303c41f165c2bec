"""Departments asked about an objection and answering, in tests."""

from typing import Any

import httpx

from shared.platform.identity import Role
from tests.integration.objection.handled_objections import Handled
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, uscc

Body = dict[str, Any]
TAX: dict[str, Any] = {"role": Role.BUREAU, "region": COUNTY, "department": "tax", "subject": "tax-officer"}


def tax_row(number: int = 1, **changed: str) -> dict[str, str]:
    """A row of the tax feed about a made-up household."""
    row = {
        "uscc": uscc(number),
        "year": "2025",
        "tax_paid": "30000.00",
        "vat_paid": "20000",
        "income_tax_paid": "10000",
    }
    return row | changed


async def ask(handled: Handled, kind: str = "decider", **changed: Any) -> httpx.Response:
    """The tax department asked what was paid, or something else."""
    body: Body = {"objection": str(handled.id), "facts": ["tax_paid"], "question": "请核实上年实际缴纳税款"}
    return await handled.do(kind, "/v1/verifications", body | changed)


async def asked(handled: Handled, **changed: Any) -> Body:
    """A question that was taken."""
    answer = await ask(handled, **changed)
    assert answer.status_code == 201, answer.text
    found: Body = answer.json()
    return found


async def answer(office: ObjectionClient, question: Body, body: Body, **who: Any) -> httpx.Response:
    """An answer by the tax department of the county, or by somebody else."""
    caller = {**TAX, **who}
    path = f"/v1/verifications/{question['id']}/answer"
    return await office.post(path, body, match=question["etag"], **caller)
