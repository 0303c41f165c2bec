"""Reads the block `operator_kinds` of the recognition rules. Errors are PolicyErrors."""

import re

from shared.law.language.errors import PolicyError
from shared.law.model.operator_kinds import EARLIER_KINDS, KindsReading, OperatorKind, OperatorKinds
from shared.law.reader.citations import CitationReader
from shared.law.reader.clauses import ClauseReader
from shared.law.reader.fields import Fields, require_unique
from shared.reference.departments import Department

_KIND_FIELDS = ("id", "title", "evidence", "proven_by", "document")
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")


def read_operator_kinds(part: Fields, clauses: ClauseReader, citations: CitationReader) -> OperatorKinds:
    """The kinds of operators; those of earlier content where the block is missing. A kind without a document is one
    that the quoted text names; under the closed reading there are no others.
    """
    if "operator_kinds" not in part:
        return EARLIER_KINDS
    block = part.fields("operator_kinds", "经营者身份 operator_kinds", ("reading", "kinds", "citation"))
    reading, citation = clauses.choice(block, "reading", KindsReading), citations.read(block)
    every = [Fields(item, "一种经营者身份", _KIND_FIELDS) for item in block.list("kinds")]
    apart = require_unique(every, lambda entry: entry.text("id"), lambda entry: entry.place, "经营者身份")
    for entry in apart:
        _check(entry, reading, citation.quote)
    return OperatorKinds(tuple(_kind(entry) for entry in apart), reading, block.text("reading"), citation)


def _check(entry: Fields, reading: KindsReading, quote: str) -> None:
    name, title = entry.text("id"), entry.text("title")
    if not _ID.fullmatch(name):
        example = "应由小写字母、数字和下划线组成，例如 job_seeker"
        raise PolicyError(f"经营者身份的 id“{name}”不对；{example}", entry.item("id").place)
    if "document" not in entry and title not in quote:
        raise PolicyError(f"引文里没有“{title}”这种经营者身份；由别的文件增列的，写 document", entry.place)
    if "document" in entry and reading is KindsReading.CLOSED:
        raise PolicyError(f"按现在的读法，经营者身份只限原文列出的几种，不能增列“{title}”", entry.place)


def _kind(entry: Fields) -> OperatorKind:
    department = entry.one_of("proven_by", list(Department)) if "proven_by" in entry else None
    return OperatorKind(
        id=entry.text("id"),
        title=entry.text("title"),
        evidence=entry.texts("evidence"),
        proven_by=Department(department) if department else None,
        document=entry.text_or_none("document"),
    )
