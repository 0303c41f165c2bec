"""A system over HTTP: the calls of `peer.Peer` in the system's `wire.WireFormat`."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from services.notification.peer_urls import PeerUrl
from services.notification.publication.peers.http_calls import Answer, PeerCalls
from services.notification.publication.peers.peer import (
    BatchSeal,
    BatchState,
    Busy,
    CountySummary,
    CursorForgottenError,
    Done,
    HandInPage,
    HandInReport,
    HeldPage,
    HeldRecord,
    NotThere,
    Outcome,
    Page,
    PeerUnreadableError,
    Received,
    Receiving,
    RecordKey,
    RefusedCall,
    Unknown,
    Verdict,
    Working,
)
from services.notification.publication.peers.wire import (
    DONE,
    LONGEST_CURSOR,
    LONGEST_KEY,
    LONGEST_REGION,
    MOST,
    RECEIVING,
    WORKING,
    WireFormat,
    digest_in,
    text_in,
    whole_in,
)
from services.notification.publication.systems import Kind, System

DEEPEST = 20
"""Levels of what is handed in: nothing of ours has more than four"""


class HttpPeer:
    """See `Peer` and `HandsIn`."""

    def __init__(self, form: WireFormat, url: PeerUrl) -> None:
        self._form, self._words = form, form.words
        self._calls, self._page_size = PeerCalls(form, url), url.page

    @property
    def system(self) -> System:
        """See `Peer`."""
        return self._form.system

    @property
    def page_size(self) -> int:
        """See `Peer`."""
        return self._page_size

    async def send(self, page: Page) -> Outcome:
        """See `Peer`."""
        body = await asyncio.to_thread(self._form.page_out, page)
        path = self._form.paths["page"].format(batch=page.batch, number=page.number)
        answer = await self._calls.write(path, body, page.idempotency_key)
        return self._taken(answer, {"batch": str(page.batch), "number": page.number})

    async def seal(self, seal: BatchSeal) -> Outcome:
        """See `Peer`."""
        told = {"batch": str(seal.batch), "pages": seal.pages, "records": seal.records, "digest": seal.digest}
        body = orjson.dumps({self._words[name]: value for name, value in told.items()})
        path = self._form.paths["seal"].format(batch=seal.batch)
        return self._taken(await self._calls.write(path, body, f"{seal.batch}:seal"), {"batch": str(seal.batch)})

    async def ask(self, batch: uuid.UUID, ticket: str | None) -> BatchState:
        """See `Peer`."""
        query = {self._words["ticket"]: ticket} if ticket else {}
        told = await self._calls.read(self._form.paths["ask"].format(batch=batch), query)
        if told is None:
            return NotThere()
        self._check_asked(told, {"batch": str(batch)})
        state = told.get(self._words["state"])
        if state == self._form.states[WORKING]:
            return Working()
        if state == self._form.states[RECEIVING]:
            return Receiving(frozenset(_numbers(told.get(self._words["received"]))))
        if state != self._form.states[DONE]:
            raise PeerUnreadableError("a state that is none of the interface's")
        number = told.get(self._words["rejected"])
        rejected = await self._rejected(batch) if number != 0 else {}
        if len(rejected) != number:
            raise PeerUnreadableError("other refused records than it counts")
        return Done(rejected)

    async def summaries(self, kind: Kind) -> Sequence[CountySummary]:
        """See `Peer`."""
        told = await self._calls.read(self._form.paths["summaries"], {self._words["kind"]: self._form.kinds[kind]})
        self._check_asked(told, {"kind": self._form.kinds[kind]})
        rows = self._rows(told)
        try:
            read = [
                CountySummary(
                    text_in(row[self._words["region"]], LONGEST_REGION),
                    whole_in(row[self._words["records"]], 0, MOST),
                    self._digest(row),
                )
                for row in rows
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise PeerUnreadableError("a county that is not as the interface says") from error
        return sorted({one.region: one for one in read}.values(), key=lambda one: one.region)

    async def held(self, kind: Kind, region: str, after: str | None) -> HeldPage:
        """See `Peer`. A page that does not lead on is refused: it would be read forever."""
        query = {self._words["kind"]: self._form.kinds[kind], self._words["region"]: region}
        query |= {self._words["after"]: after} if after else {}
        told = await self._calls.read(self._form.paths["held"], query)
        self._check_asked(told, {"kind": self._form.kinds[kind], "region": region, "asked": after or ""})
        records = sorted(map(self._form.held_in, self._rows(told)), key=lambda one: one.key.encode())
        behind = (told or {}).get(self._words["after"])
        before = (after or "").encode()
        if any(one.key.encode() <= before or one.kind is not kind or one.region != region for one in records):
            raise PeerUnreadableError("records that were not asked for")
        if behind is not None and (not isinstance(behind, str) or not records or behind != records[-1].key):
            raise PeerUnreadableError("a page that does not lead on")
        return HeldPage(records, behind)

    async def look_up(self, uscc: str) -> Sequence[HeldRecord]:
        """See `Peer`."""
        told = await self._calls.read(self._form.paths["household"].format(uscc=quote(uscc, safe="")), {})
        self._check_asked(told, {"uscc": uscc})
        records = [self._form.held_in(row) for row in self._rows(told)]
        if any(one.uscc != uscc for one in records):
            raise PeerUnreadableError("another household than was asked for")
        return sorted({(one.kind, one.key): one for one in records}.values(), key=lambda one: (one.kind, one.key))

    async def handed_in(self, cursor: str) -> HandInPage:
        """See `HandsIn`."""
        query = {self._words["after"]: cursor} if cursor else {}
        told = await self._calls.read(self._form.paths["handed_in"], query)
        if told is None:
            raise CursorForgottenError
        self._check_asked(told, {"asked": cursor})
        behind, more = told.get(self._words["after"]), told.get(self._words["more"])
        if not isinstance(behind, str) or not isinstance(more, bool) or len(behind) > LONGEST_CURSOR or "\0" in behind:
            raise PeerUnreadableError("not a page")
        items = [self._form.hand_ins.item_in(one) for one in self._rows(told)]
        if any(_nested(one, DEEPEST) for one in items):
            raise PeerUnreadableError("an item that is nested too deep")
        return HandInPage(items, behind, more)

    async def answer(self, reference: str, report: HandInReport) -> Outcome:
        """See `HandsIn`."""
        told = {"reference": reference, "outcome": self._form.outcomes[report.outcome], "reason": report.reason}
        body = orjson.dumps({self._words[name]: value for name, value in told.items()})
        path = self._form.paths["answer"].format(reference=quote(reference, safe=""))
        return self._taken(await self._calls.write(path, body, f"hand-in:{reference}"), {"reference": reference})

    async def close(self) -> None:
        """See `Peer`."""
        await self._calls.close()

    def _taken(self, answer: Answer | RefusedCall | Busy | Unknown, asked: Mapping[str, Any]) -> Outcome:
        if not isinstance(answer, Answer):
            return answer
        try:
            self._check_asked(answer.data, asked)
        except PeerUnreadableError as error:
            return Unknown(str(error))
        ticket = answer.data.get(self._words["ticket"])
        return Received(ticket.replace("\0", "")[:200] or None if isinstance(ticket, str) else None)

    async def _rejected(self, batch: uuid.UUID) -> Mapping[RecordKey, Verdict]:
        rejected: dict[RecordKey, Verdict] = {}
        after = ""
        while True:
            query = {self._words["after"]: after} if after else {}
            told = await self._calls.read(self._form.paths["rejected"].format(batch=batch), query) or {}
            self._check_asked(told, {"batch": str(batch), "asked": after})
            for row in self._rows(told):
                key, verdict = self._verdict(row)
                rejected[key] = verdict
            behind = told.get(self._words["after"])
            if behind is None:
                return rejected
            if not isinstance(behind, str) or behind <= after:
                raise PeerUnreadableError("a page that does not lead on")
            after = behind

    def _verdict(self, row: Mapping[str, Any]) -> tuple[RecordKey, Verdict]:
        kind = self._form.own_kinds.get(str(row.get(self._words["kind"])))
        key, code, message = (row.get(self._words[name]) for name in ("key", "code", "message"))
        if kind is None or not isinstance(code, str) or not isinstance(message, str):
            raise PeerUnreadableError("a refusal that is not as the interface says")
        try:
            return (kind, text_in(key, LONGEST_KEY)), Verdict(code[:100], message[:1000])
        except ValueError:
            raise PeerUnreadableError("a refusal of a key that none of our records has") from None

    def _check_asked(self, told: Mapping[str, Any] | None, asked: Mapping[str, Any]) -> None:
        if any((told or {}).get(self._words[name]) != value for name, value in asked.items()):
            raise PeerUnreadableError("answers another call")

    def _rows(self, told: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
        rows = (told or {}).get(self._words["rows"])
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            raise PeerUnreadableError("no rows")
        return rows

    def _digest(self, row: Mapping[str, Any]) -> str | None:
        digest = row.get(self._words["digest"])
        return None if digest is None else digest_in(digest)


def _numbers(pages: object) -> list[int]:
    if not isinstance(pages, list):
        raise PeerUnreadableError("no list of pages")
    try:
        return [whole_in(one, 1, MOST) for one in pages]
    except ValueError:
        raise PeerUnreadableError("no list of pages") from None


def _nested(value: object, deepest: int) -> bool:
    """Whether something lies deeper in it than so many levels."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return deepest == 0 or any(_nested(one, deepest - 1) for one in inner)
