"""The typing standard of a region in the law's own words: the document, and the sentence of each condition."""

from collections.abc import Sequence
from typing import Any

from services.notification.publication.records.domain import RecordDraft
from services.notification.publication.systems import Kind
from shared.law.model.clauses import Citation, Clause, Document
from shared.law.model.policy import Policy


def standard_draft(region: str, year: int, policy: Policy) -> RecordDraft:
    """The standard by which the region's types in force were found."""
    return RecordDraft(
        kind=Kind.TYPING_STANDARD,
        key=region,
        uscc=None,
        region=region,
        revision=None,
        content={
            "region": region,
            "year": year,
            "policy": policy.id,
            "title": policy.title,
            "document": _document(policy.document),
            "basic": [_sentence(clause.citation) for clause in policy.eligibility],
            "types": [
                {
                    "type_label": rule.type.label,
                    "defined_by": _sentence(rule.citation),
                    "requires": _sentences(rule.requires),
                    "any_of": _sentences(rule.any),
                }
                for rule in policy.types
            ],
        },
    )


def _sentences(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    return [_sentence(clause.citation) for clause in clauses]


def _sentence(citation: Citation) -> dict[str, Any]:
    return {"document": citation.document.number, "article": citation.article, "words": citation.quote}


def _document(document: Document) -> dict[str, Any]:
    issued = None if document.issued_on is None else document.issued_on.isoformat()
    return {"number": document.number, "title": document.title, "issuer": document.issuer, "issued_on": issued}
