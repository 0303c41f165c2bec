"""One request that changes something, one transaction, committed before the answer is sent; reads take none.

FastAPI runs what follows a dependency's `yield` after the answer has gone out: a commit there that fails has already
been reported as done. `TransactionalRoute` commits between endpoint and answer; an error, or an answer of 400 and
above, rolls back. It also serves `Idempotency-Key` (see idempotency) and records who has acted (see officers).

    router = APIRouter(prefix="/v1", route_class=TransactionalRoute)

An endpoint that reads its body itself (`request.stream()`) opens its transaction with its first statement, so it reads
the stream first. Under an `Idempotency-Key` such a call names its content by `Content-Digest`, and the endpoint must
refuse a stream that does not match. Who may not call is told so before a byte of a body is read.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message

from shared.database.connections import Database
from shared.platform import idempotency
from shared.platform.idempotency import (
    AnsweredBeforeError,
    IdempotentCall,
    check_key,
    hold_key,
    keep_answer,
    stored_answer,
)
from shared.platform.identity import CALLER, SAFE_METHODS, Access, Caller, access_of, identify, row_scope
from shared.platform.officers import RecordedToday, record_officer, record_officer_afterwards
from shared.platform.problems import invalid_request, status_problem

MAX_BODY = 2**20
"""Bytes of a body that is read into memory."""
SESSION = "minglu.session"
NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class TransactionalRoute(APIRoute):
    """A route whose endpoint's changes are committed before its answer is sent."""

    def get_route_handler(self) -> Endpoint:
        """The endpoint inside its transaction."""
        endpoint = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.method in SAFE_METHODS:
                return await _committed(request, endpoint)
            await _access(request)(request)  # before a body is read or anything told about a key
            if self.body_field is not None:
                request = await _with_body(request)
            key = request.headers.get(idempotency.HEADER)
            if key is None:
                return await _committed(request, endpoint)
            claim = await _call_of(request, key, streams=self.body_field is None)
            if self.body_field is None and _carries_body(request):
                return await _idempotently_streamed(request, endpoint, claim)
            return await _idempotently(request, endpoint, claim)

        return handle


async def current_session(request: Request) -> AsyncIterator[AsyncSession]:
    """The request's session; a route that is not transactional gets one to read with, which sees no cases."""
    session: AsyncSession | None = request.scope.get(SESSION)
    if session is not None:
        yield session
        return
    async with _database(request).reading() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(current_session, scope="function")]


async def read_pool(request: Request) -> asyncpg.Pool:
    """The pool of the application's database, for endpoints."""
    return await _database(request).pool()


PoolDep = Annotated[asyncpg.Pool, Depends(read_pool)]


async def _committed(request: Request, endpoint: Endpoint) -> Response:
    async with await _session_of(request) as session:
        response = await endpoint(request)
        if response.status_code < 400:
            await _commit(session, request)
        return response


async def _idempotently(
    request: Request, endpoint: Endpoint, claim: IdempotentCall, *, streams: bool = False
) -> Response:
    """Take the key, run the endpoint, keep its answer, commit; or return the answer that is stored. A streaming
    endpoint takes the key with its first statement, any other before it begins.
    """
    async with await _session_of(request) as session:
        hold_key(session, claim)
        try:
            if not streams:
                await session.connection()
            response = await endpoint(request)
            if response.status_code < 400:
                await keep_answer(session, claim, response)
                await _commit(session, request)
        except AnsweredBeforeError as answered:
            return answered.response
        return response


async def _idempotently_streamed(request: Request, endpoint: Endpoint, claim: IdempotentCall) -> Response:
    """The same for a body that takes long to arrive: until it is there, no transaction is open and the key is not held.
    Of several such calls at once, the first whose body is complete runs; the others return its answer.
    """
    async with _database(request).reading() as session:
        answer = await stored_answer(session, claim)
    return answer or await _idempotently(request, endpoint, claim, streams=True)


async def _commit(session: AsyncSession, request: Request) -> None:
    """Commits, and records who is acting with the change. Somebody who is recorded today already costs nothing more."""
    acting: RecordedToday = request.app.state.acting
    caller: Caller | None = request.scope.get(CALLER)
    if caller is None or request.method in SAFE_METHODS or not acting.is_due(caller):
        await session.commit()
        return
    kept = await record_officer(session, caller)
    await session.commit()
    if kept or await record_officer_afterwards(_database(request), caller):
        acting.remember(caller)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _session_of(request: Request) -> AsyncSession:
    database, scope = _database(request), await _row_scope(request)
    session = database.reading(scope) if request.method in SAFE_METHODS else database.session(scope)
    request.scope[SESSION] = session
    return session


def _access(request: Request) -> Access:
    """Who may call the route that was found."""
    route: APIRoute = request.scope["route"]
    return access_of(route.dependant, route.path)


async def _row_scope(request: Request) -> str:
    """Whose rows the database shows this request, whatever its queries ask for."""
    return row_scope(_access(request), await identify(request))


async def _call_of(request: Request, key: str, *, streams: bool) -> IdempotentCall:
    check_key(key)
    caller = await identify(request)
    digest = hashlib.sha256(_rights(caller) + request.url.query.encode() + b"\n")
    digest.update(request.headers.get("content-type", "").encode() + b"\n")
    if not streams:
        digest.update(await request.body())
    elif _carries_body(request):
        digest.update(_content_digest(request))
    return IdempotentCall(caller.subject, f"{request.method} {request.url.path}", key, digest.digest())


def _rights(caller: Caller) -> bytes:
    """Where and as what a caller acts: with another region the same person asks for something else."""
    rights = [caller.region, caller.operator_ref, caller.department, sorted(caller.roles)]
    return json.dumps(rights).encode() + b"\n"


def _content_digest(request: Request) -> bytes:
    named = request.headers.get("content-digest")
    if named is None:
        raise invalid_request(
            ("header.content-digest", "missing", "带 Idempotency-Key 的上传必须给出 Content-Digest。")
        )
    return named.encode()


def _carries_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


async def _with_body(request: Request) -> Request:
    """The same request with its body read: not too large, and without the NUL characters PostgreSQL refuses."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise status_problem(413)
        chunks.append(chunk)
    body = b"".join(chunks)
    if NUL_ESCAPE.search(body):
        raise invalid_request(("body", "nul-character", "不能含有空字符（\\u0000）。"))
    return Request(request.scope, _replay(body, request.receive))


def _replay(body: bytes, then: Callable[[], Awaitable[Message]]) -> Callable[[], Awaitable[Message]]:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await then()

    return receive
