"""What of an event may be shown outside of the service that heard it: a list for each audience, never the whole event.

A field that a contract gains is on no list and so stays inside, until somebody adds it here.
"""

from collections.abc import Collection, Mapping
from typing import Any

PUBLIC_ATTRIBUTES = frozenset({"specversion", "id", "source", "type", "subject", "time", "datacontenttype"})
"""Attributes of the envelope that anybody may have; never `actor`, who may be the objector or an officer."""
DEPARTMENT_ATTRIBUTES = PUBLIC_ATTRIBUTES | {"dataschema", "correlationid", "causationid", "partitionkey"}
PUBLIC_FIELDS = frozenset(
    {
        *("uscc", "name", "region", "type", "year", "run", "policy", "counts", "digest", "revision"),
        *("season", "applications_until", "places", "public_notice", "opens_on", "closes_on", "items"),
        *("recognition", "category", "valid_until", "granted_on", "benefits_from", "from_region"),
        "adopted_from",
        "certificate",
    }
)
"""What a platform is sent of the events that it may subscribe to: what anybody may read in the directory."""
DEPARTMENT_FIELDS = PUBLIC_FIELDS | {
    *("previous_type", "defects", "status", "objection", "closed_on", "document", "application", "decided_by_region"),
    *("due_on", "reserve_rank", "visit_on", "step", "apply_by", "department", "consultation", "served_on"),
    *("recommended_from", "banned_until", "conflict", "what", "defend_by", "unverified", "outcome", "correction"),
    *("lifted", "feed", "delivery", "bureau", "receipt", "against", "subject", "handled_at", "filed_on", "accept_by"),
    *("decide_by", "explained_by", "respond_by", "would_become", "climbed_to", "previously_due_on", "changed"),
    *("corrected", "verification", "item", "open_objections", "held", "move", "to_region", "operator_changes"),
    *(
        "event",
        "effect",
        "call",
        "trigger",
        "problem",
        "work_report",
        "source",
        "owner_region",
        "supervised_by",
        "granted",
        "ended",
        "departments",
    ),
    *("notification", "rule", "cause", "channel", "state", "code"),
    *(
        "filing",
        "filed_with",
        "households",
        "system",
        "batch",
        "kind",
        "record",
        "rows",
        "removed",
        "left",
        "until",
        "survey",
        "invitation",
        "expected_end",
    ),
}
"""What a department is sent, and what a sample shows: which household, which step, which day. No pseudonym of anybody,
no officer, and nothing that somebody wrote in their own words.
"""
PARTS_OF_LISTS = frozenset({"application", "uscc", "name", "category"})
"""What is shown of the things in a list, such as the households of a public notice."""
STAND_INS: Mapping[str, object] = {
    "operator_ref": f"v0:{'0' * 32}",
    "objector_ref": f"v0:{'0' * 32}",
    "former_operator_ref": f"v0:{'0' * 32}",
    "reason": "（样例不含原文）",
    "answer": "（样例不含原文）",
    "explanation": "（样例不含原文）",
    "message": "（样例不含原文）",
    "missing": ["（样例不含原文）"],
    "makers": [],
    "assigned": "示例人员",
}
"""What a sample has where a rule needs something that is not shown."""


def for_platform(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """What a platform outside of the administration is sent."""
    return _cut(envelope, PUBLIC_ATTRIBUTES, PUBLIC_FIELDS)


def for_department(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """What a department's system is sent."""
    return _cut(envelope, DEPARTMENT_ATTRIBUTES, DEPARTMENT_FIELDS)


def for_sample(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """What officers try rules with: as a department's, and something in the place of what is not shown."""
    shown = for_department(envelope)
    hidden = {name: value for name, value in envelope["data"].items() if name in STAND_INS}
    shown["data"] |= {name: value and STAND_INS[name] for name, value in hidden.items()}
    return shown


def _cut(envelope: Mapping[str, Any], attributes: Collection[str], fields: Collection[str]) -> dict[str, Any]:
    shown = {name: value for name, value in envelope.items() if name in attributes}
    shown["data"] = {name: _part(value) for name, value in envelope["data"].items() if name in fields}
    return shown


def _part(value: object) -> object:
    """A value without what its parts gained."""
    if not isinstance(value, list):
        return value
    return [
        {name: part for name, part in one.items() if name in PARTS_OF_LISTS} if isinstance(one, dict) else one
        for one in value
    ]
