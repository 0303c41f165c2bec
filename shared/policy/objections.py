"""The objection part of a policy: who may object to what, who receives and decides, in how many working days."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.policy.citing import CitationReader
from shared.policy.fields import Fields
from shared.policy.model import Citation, Parameter
from shared.policy.recognition.model import Level
from shared.policy.recognition.path_reader import levels
from shared.policy.recognition.references import References
from shared.policy.units import Unit

AGAINST = ("typing", "public-notice", "cancellation", "revocation")


@dataclass(frozen=True, slots=True)
class ObjectionRule:
    """Objections against one kind of result. Days name parameters (working days)."""

    against: str
    received_by: tuple[Level, ...]
    decided_by: tuple[Level, ...]
    accept_days: str
    decide_days: str
    extend_days: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Objections:
    """The part: its parameters and a rule per kind of result."""

    parameters: Mapping[str, Parameter]
    rules: Mapping[str, ObjectionRule]


def read_objections(fields: Fields, parameters: Mapping[str, Parameter], citations: CitationReader) -> Objections:
    """The block `objections`. Errors: PolicyError."""
    fields.only(("parameters", "against"))
    references = References(parameters)
    against = fields.fields("against", "对什么提出异议 against", AGAINST)
    return Objections(
        parameters,
        {name: _rule(name, Fields(item, f"对“{name}”的异议"), references, citations) for name, item in against.each()},
    )


def _rule(name: str, fields: Fields, references: References, citations: CitationReader) -> ObjectionRule:
    fields.only(("received_by", "decided_by", "accept_days", "decide_days", "extend_days", "citation"))
    accept, decide, extend = (
        references.of(fields, key, Unit.WORKING_DAYS) for key in ("accept_days", "decide_days", "extend_days")
    )
    return ObjectionRule(
        name, levels(fields, "received_by"), levels(fields, "decided_by"), accept, decide, extend,
        citations.read(fields),
    )  # fmt: skip
