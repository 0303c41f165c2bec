"""Requests to every route of the service, about things of one county, and what they leave behind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from shared.platform import own_data
from shared.platform.audited_access import REFUSALS_CHAIN
from tests.integration.objection.filing_steps import CONSENT, ZHANG, typing_body
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, uscc

ASKED: Mapping[str, Mapping[str, str]] = {
    "/v1/oversight/statistics": {"year": "2026"},
    "/v1/oversight/statistics/export": {"year": "2026"},
}
"""What lists must be asked with."""
STREAMS = frozenset({"/v1/objections/{objection_id}/documents"})
"""Routes whose body is a file."""


@dataclass(frozen=True)
class Ids:
    """Things of the county that a stranger asks for, by the name of the path's parameter."""

    known: Mapping[str, str]

    def put_into(self, path: str) -> str:
        """A path with its parameters filled in."""
        return re.sub(r"{(\w+)}", lambda hit: self.known[hit[1]], path)


def body_of(path: str, ids: Ids, *, counter: bool) -> object:
    """A right body, so that a stranger's call gets as far as it can."""
    objection = ids.known["objection_id"]
    reason = {"reason": "越权的办理"}
    at_counter: dict[str, Any] = {"consent": CONSENT} if counter else {}
    bodies: dict[str, object] = {
        "/v1/objections": typing_body(1, objector=ZHANG, **at_counter),
        "/v1/reports": {"uscc": uscc(1), "statement": "越权的举报内容", "reporter": ZHANG, **at_counter},
        "/v1/reports/{report_id}/closing": reason,
        "/v1/reports/{report_id}/reporter/disclosures": reason,
        "/v1/objections/{objection_id}/objector/disclosures": reason,
        "/v1/objections/{objection_id}/withdrawal": {"consent": "越权的撤回"} if counter else {},
        "/v1/objections/{objection_id}/return": {"missing": ["越权的补正"]},
        "/v1/objections/{objection_id}/completion": {"text": "越权的补正"},
        "/v1/objections/{objection_id}/decline": {"kind": "other", **reason},
        "/v1/objections/{objection_id}/response": {"response": "content"},
        "/v1/objections/{objection_id}/extension": reason,
        "/v1/objections/{objection_id}/hearings": {
            "kind": "hearing",
            "held_on": "2026-08-01",
            "present": ["甲"],
            "text": "越权的笔录",
        },
        "/v1/objections/{objection_id}/hearings/{hearing_id}/disclosures": reason,
        "/v1/objections/{objection_id}/assignment": {"to": "li"},
        "/v1/explanations": {"objection": objection, "text": "越权的解释"},
        "/v1/verifications": {"objection": objection, "facts": ["tax_paid"], "question": "越权的核实"},
        "/v1/verifications/{verification_id}/answer": {"finding": "confirmed", "note": "越权的答复"},
        "/v1/correction-items/{item_id}/lifting": reason,
        "/v1/decisions": {"objection": objection, "outcome": "dismissed", **reason},
        "/v1/objections/{objection_id}/giving-up": {"consent": "越权的放弃"} if counter else {},
        "/v1/decisions/{decision_id}/return": reason,
        "/v1/decisions/{decision_id}/warning": {"text": "越权的提醒"},
        "/v1/objection-periods": {
            "policy": "zhengzhou-2025",
            "parameter": "typing_file_days",
            "days": 1,
            "document": "越权的文件",
        },
    }
    return bodies.get(path, {})


async def ask(
    office: ObjectionClient, method: str, path: str, ids: Ids, headers: dict[str, str], *, counter: bool
) -> httpx.Response:
    """One call of a route."""
    body = body_of(path, ids, counter=counter) if method in ("POST", "PUT") else None
    headers = {"If-Match": "*" if method == "POST" else '"1"'} | headers
    return await office.client.request(
        method, ids.put_into(path), params=ASKED.get(path, {}) if method == "GET" else {}, json=body, headers=headers
    )


ROWS = f"""
    select t::text from "{{}}" t
    where coalesce(to_jsonb(t)->>'chain', '') not in ('{REFUSALS_CHAIN}', '{own_data.CHAIN}', '12')
    order by 1
"""


async def state_of(office: ObjectionClient) -> list[object]:
    """Everything that a stranger could have changed: every row of the service's own tables. What was asked for is
    audited in chains of their own: refused calls, after some seconds, which a slow machine reaches; one's own data;
    the audit that strangers read in their region, 12.
    """
    tables = await office.sql(
        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
        " and table_name not in ('officer', 'idempotent_answer') order by 1"
    )
    return [[tuple(row) for row in await office.sql(ROWS.format(one["table_name"]))] for one in tables]


async def secrets_of(office: ObjectionClient) -> frozenset[str]:
    """What an answer about the county would show: codes, receipts, ids."""
    rows = await office.sql(
        "select id::text, uscc, receipt from objection union select id::text, uscc, receipt from report"
    )
    return frozenset(str(value) for row in rows for value in row) | {COUNTY}
