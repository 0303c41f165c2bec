"""How a system writes what `peer` says: names of fields, codes of values, paths. One `WireFormat` per system; the
sandbox reads with the same tables what the adapters write. docs/national-systems.md shows the bytes.

A field of a content that a format has no name for travels as it is under the format's word for `other`, so that
nothing is lost: whoever reads a record back gets the content that was sent.
"""

import datetime as dt
import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import orjson

from services.notification.publication.peers.peer import Content, HeldRecord, Page, PeerUnreadableError, Record
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.systems import Kind, System
from shared.contracts.payload import Uscc, has_form
from shared.reference.personal_patterns import personal_pattern_in

DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
COMPACT_DATE: Final = re.compile(r"\d{8}")
PUT, REMOVE = "put", "remove"
RECEIVING, WORKING, DONE = "receiving", "working", "done"
CONCLUDED: Final = "concluded"
"""Of the outcomes the one that comes after another: how something that was taken has ended"""
GZIP_LEVEL: Final = 1
DIGEST: Final = re.compile(r"[0-9A-Fa-f]{64}")
OWN_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:[0-9]{1,19})?\Z")
"""A UUID, with a year or revision where the kind has one"""
LONGEST_KEY, LONGEST_USCC, LONGEST_REGION = 64, 18, 6
LONGEST_CURSOR: Final = 1000
LAST_VERSION: Final = 2**62
MOST: Final = 2**31 - 1
"""What the tables have room for: whatever else a system says cannot be kept, and its answer is unreadable."""
CALLS: Final = ("page", "seal", "ask", "rejected", "summaries", "held", "household", "handed_in", "answer")
"""What a format has a path for. `ask`: the state of a batch; `rejected`: its refused records, page by page;
`handed_in`, `answer`: what was handed in there, and what became of it.
"""
WORDS: Final = (
    *("batch", "number", "pages", "received", "records", "digest", "rows", "ticket", "state", "rejected"),
    *("kind", "key", "uscc", "region", "version", "operation", "content", "other", "code", "message", "since"),
    *("asked", "after", "more", "reference", "outcome", "reason"),
)
"""What a format has a word for, beside the fields of contents. An answer repeats what was asked, a page of one where it
begins (`asked`): an answer to another question is noticed.
"""


@dataclass(frozen=True)
class Envelope:
    """For systems that answer every call with HTTP 200: what is in their answers, and the code of success."""

    code: str
    message: str
    data: str
    success: str


@dataclass(frozen=True)
class HandInForm:
    """How what is handed in there is written: fields, ours → theirs; by our field, our value → their code."""

    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    def item_out(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """An item with our keys as they write it; what they have no field for is left out."""
        return {
            theirs: self.values.get(name, {}).get(str(item[name]), item[name])
            for name, theirs in self.fields.items()
            if name in item
        }

    def item_in(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The item that they have written so, with our keys."""
        item = {name: told[theirs] for name, theirs in self.fields.items() if theirs in told}
        for name, codes in self.values.items():
            if name in item:
                item[name] = next((value for value, code in codes.items() if code == item[name]), item[name])
        return item


@dataclass(frozen=True)
class WireFormat:
    """One system's way to write. `paths`: by call, with {batch}, {number}, {uscc}, {reference}; `words`: ours → theirs;
    `fields`: contents' fields, ours → theirs; `values`: by our field, our value → their code; `dates`: fields with
    dates that are written without hyphens; `lines`: pages as NDJSON, not as one JSON object; `signed`: requests are
    signed with the secret, which is not sent itself.
    """

    system: System
    paths: Mapping[str, str]
    words: Mapping[str, str]
    kinds: Mapping[Kind, str]
    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    codes: Mapping[Reason, str]
    states: Mapping[str, str]
    operations: Mapping[str, str]
    outcomes: Mapping[str, str]
    hand_ins: HandInForm
    dates: frozenset[str] = frozenset()
    lines: bool = False
    signed: bool = False
    envelope: Envelope | None = None
    reasons: Mapping[str, Reason] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", {code: reason for reason, code in self.codes.items()})

    @cached_property
    def own_fields(self) -> Mapping[str, str]:
        """Their field → ours."""
        return {theirs: ours for ours, theirs in self.fields.items()}

    @cached_property
    def own_values(self) -> Mapping[str, Mapping[str, str]]:
        """By our field: their code → our value."""
        return {name: {code: value for value, code in codes.items()} for name, codes in self.values.items()}

    @cached_property
    def own_kinds(self) -> Mapping[str, Kind]:
        """Their code of a kind → ours."""
        return {code: kind for kind, code in self.kinds.items()}

    def content_out(self, content: Content) -> dict[str, Any]:
        """A content as they write it."""
        told = {self.fields[name]: self._out(name, value) for name, value in content.items() if name in self.fields}
        other = {name: value for name, value in content.items() if name not in self.fields}
        return told | ({self.words["other"]: other} if other else {})

    def content_in(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The content that was written so; PeerUnreadableError where a field is none of theirs."""
        content: dict[str, Any] = {}
        for theirs, value in told.items():
            if (name := self.own_fields.get(theirs)) is not None:
                content[name] = self._in(name, value)
            elif theirs == self.words["other"] and isinstance(value, dict):
                content |= value
            else:
                raise PeerUnreadableError("a field that is none of the interface's")
        return content

    def _out(self, name: str, value: object) -> object:
        if isinstance(value, str):
            if name in self.values:
                return self.values[name].get(value, value)
            return value.replace("-", "") if name in self.dates and DATE.fullmatch(value) else value
        if isinstance(value, dict):
            return self.content_out(value)
        return [self._out(name, one) for one in value] if isinstance(value, list) else value

    def _in(self, name: str, value: object) -> object:
        if isinstance(value, str):
            if name in self.own_values:
                return self.own_values[name].get(value, value)
            compact = name in self.dates and COMPACT_DATE.fullmatch(value)
            return f"{value[:4]}-{value[4:6]}-{value[6:]}" if compact else value
        if isinstance(value, dict):
            return self.content_in(value)
        return [self._in(name, one) for one in value] if isinstance(value, list) else value

    def record_out(self, record: Record) -> dict[str, Any]:
        """A record as a row of a page. One that is removed has no content."""
        words = self.words
        row: dict[str, Any] = {
            words["kind"]: self.kinds.get(record.kind, record.kind),
            words["key"]: record.key,
            words["uscc"]: record.uscc,
            words["region"]: record.region,
            words["version"]: record.version,
            words["operation"]: self.operations[REMOVE if record.removed else PUT],
        }
        if not record.removed:
            row[words["content"]] = self.content_out(record.content)
        return row

    def page_out(self, page: Page) -> bytes:
        """The body of a page, before compression. Each row is written as soon as it is made: as dictionaries, all of
        them would be most of the publisher's memory.
        """
        words = self.words
        head = {
            words["batch"]: str(page.batch),
            words["number"]: page.number,
            words["pages"]: page.pages,
            words["records"]: len(page.records),
            words["digest"]: page.digest,
        }
        rows = [orjson.dumps(self.record_out(one)) for one in page.records]
        if self.lines:
            return b"\n".join([orjson.dumps(head), *rows, b""])
        return orjson.dumps({**head, words["rows"]: list(map(orjson.Fragment, rows))})

    def page_in(self, body: bytes) -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
        """Head and rows of a body; ValueError where it is none."""
        if self.lines:
            head, *rows = [orjson.loads(line) for line in body.splitlines()]
        else:
            head = orjson.loads(body)
            rows = head.pop(self.words["rows"], []) if isinstance(head, dict) else []
        if not isinstance(head, dict) or not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            raise ValueError("not a page")
        return head, rows

    def held_in(self, row: Mapping[str, Any]) -> HeldRecord:
        """A record that they hold, as they answer it; PeerUnreadableError."""
        words = self.words
        told = row.get(words["content"])
        try:
            since = row.get(words["since"])
            return HeldRecord(
                kind=self.own_kinds[row[words["kind"]]],
                key=text_in(row[words["key"]], LONGEST_KEY),
                uscc=None if row.get(words["uscc"]) is None else text_in(row[words["uscc"]], LONGEST_USCC),
                region=text_in(row[words["region"]], LONGEST_REGION),
                version=None if row.get(words["version"]) is None else whole_in(row[words["version"]], 1, LAST_VERSION),
                digest=digest_in(row[words["digest"]]),
                content=None if told is None else self.content_in(told),
                since=None if since is None else dt.datetime.fromisoformat(since),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise PeerUnreadableError("a record that is not as the interface says") from error


def compressed(body: bytes) -> bytes:
    """gzip; the same bytes for the same body."""
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def numbered(prefix: str, digits: int = 3) -> Mapping[Reason, str]:
    """Codes of a system that numbers its reasons."""
    return {reason: f"{prefix}{number:0{digits}}" for number, reason in enumerate(Reason, 1)}


def text_in(value: object, longest: int) -> str:
    """A text of theirs that is kept; ValueError where it is none, or none that the database can keep."""
    if not isinstance(value, str) or not 0 < len(value) <= longest or "\0" in value:
        raise ValueError("not a text that can be kept")
    return value


def is_somebodys(text: str) -> bool:
    """Whether a key or code of theirs is a person's number: an id number, a phone, a bank card. What has the form
    of a household's code or of an id of ours is none, whatever its digits look like.
    """
    return not has_form(Uscc, text) and not OWN_ID.match(text) and personal_pattern_in(text) is not None


def whole_in(value: object, least: int, most: int) -> int:
    """A number of theirs that is kept; ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError("not a number that can be kept")
    return value


def digest_in(value: object) -> str:
    """A SHA-256 of theirs; ValueError."""
    if not isinstance(value, str) or not DIGEST.fullmatch(value):
        raise ValueError("no SHA-256")
    return value.lower()
