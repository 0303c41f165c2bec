"""Duties of a policy: sentences that bind the platform or a bureau and are kept by how the work is done.

Not rules about a household: no charges, nothing asked for that another bureau's data proves, confidential figures,
visits when something happens, reports by a day of the month. `kept_by` says in one sentence how each is kept.
"""

import re
from dataclasses import dataclass

from shared.policy.citing import CitationReader
from shared.policy.errors import PolicyError
from shared.policy.fields import Fields, unique
from shared.policy.model import Citation
from shared.policy.yaml_tree import Item

KINDS = ("conduct", "call", "report", "calendar")
_KNOWN = ("id", "kind", "title", "kept_by", "citation")


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. `kind`: conduct (how it is done), call (必访: when to visit), report, calendar (a date of the year)."""

    id: str
    kind: str
    title: str
    kept_by: str
    citation: Citation


def read_duties(items: list[Item], citations: CitationReader) -> tuple[Duty, ...]:
    """The list `duties`. Errors: PolicyError."""
    every = [Fields(item, "一条工作要求", _KNOWN) for item in items]
    apart = unique(every, lambda one: one.text("id"), lambda one: one.place, "工作要求")
    return tuple(_duty(one, citations) for one in apart)


def _duty(fields: Fields, citations: CitationReader) -> Duty:
    name, kind = fields.text("id"), fields.one_of("kind", KINDS)
    if not re.fullmatch(rf"{kind}\.[a-z0-9][a-z0-9-]*", name):
        raise PolicyError(f"工作要求的 id“{name}”不对；这里应像 {kind}.no-charges", fields.item("id").place)
    fields.what = f"工作要求“{name}”"
    return Duty(name, kind, fields.text("title"), fields.text("kept_by"), citations.read(fields))
