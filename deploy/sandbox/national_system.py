"""One of the sandbox's national systems (`national_systems`): its calls in its own way to write."""

import asyncio
import gzip
import hashlib
import hmac
import uuid
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.sandbox.national_checks import RefusedCallError, check_page, read_body, verdict
from deploy.sandbox.national_moods import BEFORE, NOT_TAKEN, WRITES, CutResponse, Moods, Pace
from deploy.sandbox.national_store import KeptRecord, NationalStore, NewRecord
from services.notification.publication.batches.domain import batch_digest
from services.notification.publication.peers.http_calls import signed
from services.notification.publication.peers.peer import Verdict
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.peers.wire import CONCLUDED, DONE, RECEIVING, WORKING, WireFormat
from services.notification.publication.systems import Kind, System

SIGNED_FOR: Final = 300
"""Seconds for which a signature is valid"""
WORK: Final = ThreadPoolExecutor(1, "national-work")
"""One page at a time, so that calls are answered meanwhile"""
ROWS: Final = 5000
"""In one answer"""
NOT_FOUND, CONFLICT, GONE, UNPROCESSABLE = 404, 409, 410, 422
UNAUTHORIZED, TOO_MANY, UNAVAILABLE = 401, 429, 503
STATUS: Final[Mapping[Reason, int]] = {
    Reason.CREDENTIALS: UNAUTHORIZED,
    Reason.BUSY: TOO_MANY,
    Reason.UNKNOWN_BATCH: NOT_FOUND,
    Reason.OTHER_CONTENT: CONFLICT,
    Reason.CURSOR: GONE,
    Reason.UNKNOWN_ITEM: NOT_FOUND,
    Reason.SEALED: CONFLICT,
}


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class SandboxSystem:
    """One of the systems: how it writes, what it holds, how its next calls go wrong. `region`: prefix of the regions
    that it takes; `at_work`: not set while batches wait to be worked on.
    """

    form: WireFormat
    store: NationalStore
    user: str
    secret: str
    region: str = ""
    pace: Pace = field(default_factory=Pace)
    moods: Moods = field(default_factory=Moods)
    calls: Counter[str] = field(default_factory=Counter)
    last: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    nonces: deque[str] = field(default_factory=lambda: deque(maxlen=10_000))
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    at_work: asyncio.Event = field(default_factory=_set_event)

    @property
    def name(self) -> System:
        """Which it is."""
        return self.form.system

    @property
    def calls_by_name(self) -> Mapping[str, Callable[[Request, str], Awaitable[Mapping[str, Any]]]]:
        """What answers each of its calls."""
        return {
            "page": self.page,
            "seal": self.seal,
            "ask": self.ask,
            "rejected": self.rejected,
            "summaries": self.summaries,
            "held": self.held,
            "household": self.household,
            "handed_in": self.handed_in,
            "answer": self.answer_item,
        }

    def mood(self, call: str) -> str:
        """How this call goes; what is to happen before it has happened."""
        self.calls[call] += 1
        while (mood := self.moods.of(call)) in BEFORE:
            self.lose(mood)
        return mood

    def lose(self, mood: str) -> None:
        """`restart`, `forget` or `forget-day`."""
        if mood == "forget-day":
            self.store.forget_records(self.name, datetime.now(UTC) - timedelta(days=1))
        else:
            self.store.forget_batches(self.name, known=mood == "restart")

    def resume(self) -> None:
        """Go on with batches that a stop interrupted."""
        for system, batch in self.store.unfinished():
            if system == self.name:
                self.start(batch)

    def start(self, batch: str) -> None:
        """Work on a sealed batch, beside the calls."""
        task = asyncio.ensure_future(self._work(batch))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _work(self, batch: str) -> None:
        begun = asyncio.get_running_loop().time()
        await self.at_work.wait()
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(WORK, self._work_on_page, batch):
            pass
        await asyncio.sleep(max(0.0, begun + self.pace.work_seconds - asyncio.get_running_loop().time()))
        self.store.finish(self.name, batch)

    def _work_on_page(self, batch: str) -> bool:
        page = self.store.next_page(self.name, batch)
        if page is None:
            return False
        number, body, half = page
        _, rows = self.form.page_in(gzip.decompress(body))
        taken, refused = check_page(
            self.form, self.region, rows, lambda kind, keys: self.store.versions(self.name, kind, keys)
        )
        if half:
            not_taken: Sequence[NewRecord] = taken[1::2]
            missing = verdict(self.form, Reason.NOT_REGISTERED)
            taken = taken[::2]
            refused = {**refused, **{(one.record.kind, one.record.key): missing for one in not_taken}}
        self.store.conclude_page(self.name, batch, number, taken, refused)
        return True

    def check_caller(self, request: Request) -> None:
        """Who calls; RefusedCallError."""
        headers = request.headers
        if not self.form.signed:
            good = hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {self.secret}".encode())
            if not good or headers.get("x-app-id") != self.user:
                raise RefusedCallError(Reason.CREDENTIALS)
            return
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        moment, nonce = headers.get("x-timestamp", ""), headers.get("x-nonce", "")
        expected = signed(self.secret, request.method, path, moment, nonce, headers.get("content-digest", ""))
        fresh = moment.isdecimal() and abs(int(moment) - datetime.now(UTC).timestamp()) <= SIGNED_FOR
        good = hmac.compare_digest(headers.get("x-signature", "").encode(), expected.encode())
        if not (good and fresh) or nonce in self.nonces or headers.get("x-app-id") != self.user:
            raise RefusedCallError(Reason.CREDENTIALS)
        self.nonces.append(nonce)

    # what is asked: a mapping by our words

    async def page(self, request: Request, mood: str) -> Mapping[str, Any]:
        """A page is kept until the seal; under its key again it is the same one."""
        packed, body = await read_body(request)
        return await asyncio.to_thread(self.keep_page, request.path_params, packed, body, half=mood == "half")

    def keep_page(self, asked: Mapping[str, Any], packed: bytes, body: bytes, *, half: bool) -> Mapping[str, Any]:
        """See `page`."""
        words, batch, number = self.form.words, str(asked["batch"]), int(asked["number"])
        try:
            head, rows = self.form.page_in(body)
            told = (hashlib.sha256(body).hexdigest(), str(head[words["digest"]]), len(rows))
            fits = head[words["batch"]] == batch and head[words["number"]] == number and uuid.UUID(batch)
        except (KeyError, ValueError):
            raise RefusedCallError(Reason.UNREADABLE) from None
        if not fits or head.get(words["records"]) != len(rows):
            raise RefusedCallError(Reason.UNREADABLE)
        if any(row.get(words["kind"]) not in self.form.own_kinds for row in rows):
            raise RefusedCallError(Reason.KIND)
        kept, known = self.store.pages(self.name, batch).get(number), self.store.batch(self.name, batch)
        if kept is not None and kept[0] != told[0]:
            raise RefusedCallError(Reason.OTHER_CONTENT)
        if kept is None:
            if known is not None and known.state != RECEIVING:
                raise RefusedCallError(Reason.SEALED)
            self.store.keep_page(self.name, batch, number, told, packed, half)
        return {"batch": batch, "number": number, "records": len(rows)}

    async def seal(self, request: Request, mood: str) -> Mapping[str, Any]:  # noqa: ARG002 - see `page`
        """The batch is whole, if it is; a second seal is answered as the first one was."""
        _, body = await read_body(request)
        words, batch = self.form.words, str(request.path_params["batch"])
        try:
            told = orjson.loads(body)
            asked = (told[words["pages"]], told[words["records"]], told[words["digest"]])
        except (KeyError, TypeError, ValueError):
            raise RefusedCallError(Reason.UNREADABLE) from None
        known, pages = self.store.batch(self.name, batch), self.store.pages(self.name, batch)
        if known is None:
            raise RefusedCallError(Reason.UNKNOWN_BATCH)
        if known.state != RECEIVING:
            if known.seal_body != body.decode():
                raise RefusedCallError(Reason.OTHER_CONTENT)
            return {"batch": batch, "ticket": known.ticket}
        if [*pages] != [*range(1, asked[0] + 1)]:
            raise RefusedCallError(Reason.PAGES_MISSING)
        if (sum(one[2] for one in pages.values()), batch_digest([one[1] for one in pages.values()])) != asked[1:]:
            raise RefusedCallError(Reason.SEAL_DIFFERS)
        ticket = f"{datetime.now(UTC):%Y%m%d}{uuid.uuid4().hex[:12].upper()}"
        self.store.keep_seal(self.name, batch, ticket, body.decode())
        self.start(batch)
        return {"batch": batch, "ticket": ticket}

    async def ask(self, request: Request, mood: str) -> Mapping[str, Any]:  # noqa: ARG002 - see `page`
        """How far it is with a batch."""
        batch = str(request.path_params["batch"])
        known = self.store.batch(self.name, batch)
        ticket = request.query_params.get(self.form.words["ticket"])
        if known is None or (ticket and ticket != known.ticket):
            raise RefusedCallError(Reason.UNKNOWN_BATCH)
        told = {"batch": batch, "ticket": known.ticket, "state": self.form.states[known.state]}
        if known.state == RECEIVING:
            return told | {"received": [*self.store.pages(self.name, batch)]}
        return told | ({"rejected": self.store.refused_number(self.name, batch)} if known.state == DONE else {})

    async def rejected(self, request: Request, mood: str) -> Mapping[str, Any]:
        """Records of a batch that were refused."""
        batch, words = str(request.path_params["batch"]), self.form.words
        known = self.store.batch(self.name, batch)
        if known is None or known.state in (RECEIVING, WORKING):
            raise RefusedCallError(Reason.UNKNOWN_BATCH)
        after = int(request.query_params.get(words["after"], "0"))
        found = self.store.refused(self.name, batch, after, ROWS)
        rows = [
            {
                words["kind"]: self.form.kinds[Kind(kind)],
                words["key"]: key,
                words["code"]: code,
                words["message"]: message,
            }
            for _, kind, key, code, message in found
        ]
        behind = f"{found[-1][0]:012}" if len(found) == ROWS else None
        asked = request.query_params.get(words["after"], "")
        return {"batch": batch, "asked": asked, "rows": turned(rows, mood), "after": behind}

    async def summaries(self, request: Request, mood: str) -> Mapping[str, Any]:
        """What it holds of a kind, by county."""
        words = self.form.words
        kind = self.form.own_kinds.get(request.query_params.get(words["kind"], ""))
        if kind is None:
            raise RefusedCallError(Reason.KIND)
        counties = await asyncio.to_thread(self.store.counties, self.name, kind)
        rows = [{words["region"]: one[0], words["records"]: one[1], words["digest"]: one[2]} for one in counties]
        return {"kind": self.form.kinds[kind], "rows": turned(rows, mood)}

    async def held(self, request: Request, mood: str) -> Mapping[str, Any]:
        """What it holds of a kind in a county, in the order of the keys."""
        words, query = self.form.words, request.query_params
        kind = self.form.own_kinds.get(query.get(words["kind"], ""))
        if kind is None:
            raise RefusedCallError(Reason.KIND)
        region, after = query.get(words["region"], ""), query.get(words["after"], "")
        found = await asyncio.to_thread(self.store.held, self.name, kind, region, after, ROWS)
        behind = found[-1].key if len(found) == ROWS else None
        asked = {"kind": self.form.kinds[kind], "region": region, "asked": after}
        return asked | {"rows": turned([self.told(one) for one in found], mood), "after": behind}

    async def household(self, request: Request, mood: str) -> Mapping[str, Any]:
        """What it says about one household."""
        uscc = request.path_params["uscc"]
        found = self.store.household(self.name, uscc)
        return {"uscc": uscc, "rows": turned([self.told(one) for one in found], mood)}

    async def handed_in(self, request: Request, mood: str) -> Mapping[str, Any]:
        """What was handed in there, behind a cursor."""
        asked = request.query_params.get(self.form.words["after"], "")
        after = int(asked or "0")
        found = self.store.handed_in(self.name, after, ROWS // 50 + 1)
        items, more = found[: ROWS // 50], len(found) > ROWS // 50
        behind = items[-1][0] if items else after
        rows = turned([self.form.hand_ins.item_out(item) for _, item in items], mood)
        return {"asked": asked, "rows": rows, "after": str(behind), "more": more}

    async def answer_item(self, request: Request, mood: str) -> Mapping[str, Any]:  # noqa: ARG002 - see `page`
        """What became of something that was handed in, and later how it ended; the same again is the same one."""
        _, body = await read_body(request)
        reference = request.path_params["reference"]
        is_end = orjson.loads(body).get(self.form.words["outcome"]) == self.form.outcomes[CONCLUDED]
        keep = self.store.conclude if is_end else self.store.answer
        kept = keep(self.name, reference, body.decode())
        if kept is None:
            raise RefusedCallError(Reason.UNKNOWN_ITEM)
        if kept != body.decode():
            raise RefusedCallError(Reason.OTHER_CONTENT)
        return {"reference": reference}

    def told(self, kept: KeptRecord) -> dict[str, Any]:
        """A record as it is answered."""
        words = self.form.words
        row: dict[str, Any] = {
            words["kind"]: self.form.kinds[Kind(kept.kind)],
            words["key"]: kept.key,
            words["uscc"]: kept.uscc,
            words["region"]: kept.region,
            words["version"]: kept.version,
            words["digest"]: kept.digest,
            words["since"]: kept.since,
        }
        if kept.content is not None:
            row[words["content"]] = self.form.content_out(orjson.loads(kept.content))
        return row

    async def answer(self, call: str, request: Request) -> Response:
        """One call, as its mood has it."""
        begun = asyncio.get_running_loop().time()
        try:
            self.check_caller(request)
            mood = self.mood(call)
            if mood in NOT_TAKEN:
                return self.not_taken(mood)
            told = await self.calls_by_name[call](request, mood)
        except RefusedCallError as error:
            return self.refusal(error.reason)
        if call == "page":
            await asyncio.sleep(max(0.0, begun + self.pace.page_seconds - asyncio.get_running_loop().time()))
        if mood == "repeat":
            told = self.last.get(call, told)
        self.last[call] = told
        return await self.answered(request, mood, told)

    async def answered(self, request: Request, mood: str, told: Mapping[str, Any]) -> Response:
        """The answer, or what comes in its place."""
        if mood == "slow":
            await asyncio.sleep(self.pace.slow_seconds)
        if mood == "hang":
            while (await request.receive())["type"] != "http.disconnect":
                pass
        if mood == "lost":
            return CutResponse()
        if mood == "garbage":
            return Response(b"<html>", media_type="text/html")
        words, envelope = self.form.words, self.form.envelope
        body = {words[name]: value for name, value in told.items()}
        if envelope is not None:
            body = {envelope.code: envelope.success, envelope.message: "成功", envelope.data: body}
        return json_response(body)

    def not_taken(self, mood: str) -> Response:
        """What is answered instead of taking the call."""
        if mood == "unavailable":
            return Response(status_code=UNAVAILABLE)
        reasons = {"busy": Reason.BUSY, "credentials": Reason.CREDENTIALS, "no-cursor": Reason.CURSOR}
        return self.refusal(reasons.get(mood, Reason.NOT_ALLOWED))

    def refusal(self, reason: Reason) -> Response:
        """A refused call, in the system's words."""
        said: Verdict = verdict(self.form, reason)
        headers = {"Retry-After": str(self.pace.retry_after)} if reason is Reason.BUSY else {}
        envelope, words = self.form.envelope, self.form.words
        if envelope is not None:
            return json_response({envelope.code: said.code, envelope.message: said.message}, headers=headers)
        body = {words["code"]: said.code, words["message"]: said.message}
        return json_response(body, STATUS.get(reason, UNPROCESSABLE), headers)

    def routes(self) -> list[Route]:
        """Its paths."""

        def endpoint(call: str) -> Callable[[Request], Awaitable[Response]]:
            async def called(request: Request) -> Response:
                return await self.answer(call, request)

            return called

        return [
            Route(path, endpoint(call), methods=["POST" if call in WRITES else "GET"])
            for call, path in self.form.paths.items()
        ]


def turned(rows: list[dict[str, Any]], mood: str) -> list[dict[str, Any]]:
    """In the order that the mood has."""
    return rows[::-1] if mood == "reorder" else rows


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON."""
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
