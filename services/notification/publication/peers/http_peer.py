"""A system over HTTP: the calls of `peer.Peer` in the system's `wire.WireFormat`."""

import asyncio
import hashlib
import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import orjson

from services.notification.peer_urls import PeerUrl
from services.notification.publication.peers.http_calls import Answer, PeerCalls
from services.notification.publication.peers.peer import (
    CONCEALED,
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
from services.notification.publication.peers.turns import OwnTurns, Turns
from services.notification.publication.peers.wire import (
    CONCLUDED,
    DONE,
    LONGEST_CURSOR,
    LONGEST_KEY,
    LONGEST_REGION,
    MOST,
    RECEIVING,
    WORKING,
    WireFormat,
    digest_in,
    is_somebodys,
    text_in,
    whole_in,
)
from services.notification.publication.systems import Kind, System

DEEPEST = 20
"""Levels of what is handed in: nothing of ours has more than four"""
MOST_REFUSED = 1_000_000
"""Records of one batch that a system may refuse: none of ours has more"""


class HttpPeer:
    """See `Peer` and `HandsIn`. Without `turns` nobody else calls the system."""

    def __init__(self, form: WireFormat, url: PeerUrl, turns: Turns | None = None) -> None:
        self._form, self._words = form, form.words
        self._calls, self._page_size = PeerCalls(form, url, turns or OwnTurns(url.per_second)), url.page
        self._concealing = hashlib.sha256(b"record-key:" + url.secret.get_secret_value().encode()).digest()

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
        named = {"batch": page.batch, "number": page.number}
        answer = await self._calls.write("page", named, body, page.idempotency_key)
        return self._taken(answer, {"batch": str(page.batch), "number": page.number})

    async def seal(self, seal: BatchSeal) -> Outcome:
        """See `Peer`."""
        told = {"batch": str(seal.batch), "pages": seal.pages, "records": seal.records, "digest": seal.digest}
        body = orjson.dumps({self._words[name]: value for name, value in told.items()})
        answer = await self._calls.write("seal", {"batch": seal.batch}, body, f"{seal.batch}:seal")
        return self._taken(answer, {"batch": str(seal.batch)})

    async def ask(self, batch: uuid.UUID, ticket: str | None) -> BatchState:
        """See `Peer`."""
        query = {self._words["ticket"]: ticket} if ticket else {}
        told = await self._calls.read("ask", {"batch": batch}, query)
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
        try:
            number = whole_in(told.get(self._words["rejected"]), 0, MOST_REFUSED)
        except ValueError:
            raise PeerUnreadableError("no number of refused records") from None
        rejected = await self._rejected(batch, number) if number else {}
        if len(rejected) != number:
            raise PeerUnreadableError("other refused records than it counts")
        return Done(rejected)

    async def summaries(self, kind: Kind) -> Sequence[CountySummary]:
        """See `Peer`."""
        told = await self._calls.read("summaries", {}, {self._words["kind"]: self._form.kinds[kind]})
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
        told = await self._calls.read("held", {}, query)
        self._check_asked(told, {"kind": self._form.kinds[kind], "region": region, "asked": after or ""})
        records = sorted(map(self._form.held_in, self._rows(told)), key=lambda one: one.key.encode())
        behind = (told or {}).get(self._words["after"])
        before = (after or "").encode()
        if any(one.key.encode() <= before or one.kind is not kind or one.region != region for one in records):
            raise PeerUnreadableError("records that were not asked for")
        if behind is not None and (not isinstance(behind, str) or not records or behind != records[-1].key):
            raise PeerUnreadableError("a page that does not lead on")
        while behind is not None and is_somebodys(behind):  # where to go on is kept: read them again on the next page
            records.pop()
            if not records:
                raise PeerUnreadableError("a page of nothing but persons' numbers")
            behind = records[-1].key
        return HeldPage([self._concealed(one) for one in records], behind)

    async def look_up(self, uscc: str) -> Sequence[HeldRecord]:
        """See `Peer`."""
        told = await self._calls.read("household", {"uscc": quote(uscc, safe="")}, {})
        self._check_asked(told, {"uscc": uscc})
        records = [self._form.held_in(row) for row in self._rows(told)]
        if any(one.uscc != uscc for one in records):
            raise PeerUnreadableError("another household than was asked for")
        shown = {(one.kind, one.key): one for one in map(self._concealed, records)}
        return sorted(shown.values(), key=lambda one: (one.kind, one.key))

    def _concealed(self, record: HeldRecord) -> HeldRecord:
        """A record as it is kept and shown: where its key or code is somebody's number there is a digest instead, the
        same each time, from which nobody can guess the number.
        """
        uscc = None if record.uscc is not None and is_somebodys(record.uscc) else record.uscc
        if not is_somebodys(record.key):
            return replace(record, uscc=uscc)
        digest = hmac.new(self._concealing, record.key.encode(), "sha256").hexdigest()
        return replace(record, uscc=uscc, key=f"{CONCEALED}{digest[:40]}")

    async def handed_in(self, cursor: str) -> HandInPage:
        """See `HandsIn`."""
        query = {self._words["after"]: cursor} if cursor else {}
        told = await self._calls.read("handed_in", {}, query)
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
        named = {"reference": quote(reference, safe="")}
        key = f"hand-in:{reference}" + (f":{CONCLUDED}" if report.outcome == CONCLUDED else "")
        answer = await self._calls.write("answer", named, body, key)
        return self._taken(answer, {"reference": reference})

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

    async def _rejected(self, batch: uuid.UUID, number: int) -> Mapping[RecordKey, Verdict]:
        """So many refused records; a system that goes on without end is read no further than that."""
        rejected: dict[RecordKey, Verdict] = {}
        after = ""
        for _ in range(number):
            query = {self._words["after"]: after} if after else {}
            told = await self._calls.read("rejected", {"batch": batch}, query) or {}
            self._check_asked(told, {"batch": str(batch), "asked": after})
            rows = self._rows(told)
            rejected |= dict(map(self._verdict, rows))
            behind = told.get(self._words["after"])
            if behind is None or len(rejected) > number:
                return rejected
            if not isinstance(behind, str) or behind <= after or not rows:
                raise PeerUnreadableError("a page that does not lead on")
            after = behind
        return rejected

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
