"""The same `Idempotency-Key` gives the same answer: the table of answers given, and how a call finds its own.

An answer belongs to (caller, method and path, key) and is written in the transaction of the call's effects. Every
transaction of such a call begins with the key's advisory lock: a second call waits for the first one's end before it
locks or writes anything else, then gives the answer that is there, or, if the first call failed, does the work itself.
The order is always key, then rows, so calls under one key cannot wait for each other in a circle.
Only answers below 400 are kept: after an error the same key may try again. Another content under a used key is a 422.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction
from starlette.responses import Response

from shared.database.advisory_locks import TAKE_LOCK, AdvisoryLock
from shared.database.direct import Values, fetch, fetch_within
from shared.platform.errors import Invalid
from shared.platform.problems import invalid_request

CLAIM = "minglu.claim"
UNKEPT = "minglu.unkept"
MAX_KEY_LENGTH = 255
HEADER = "idempotency-key"
ANSWERS_KEPT = timedelta(days=7)
"""How long a call can be repeated with its Idempotency-Key and get the answer of the first."""


def idempotency_tables(metadata: MetaData) -> None:
    """Adds the table to a service's metadata."""
    answer = Table(
        "idempotent_answer",
        metadata,
        Column("caller", Text, primary_key=True),
        Column("call", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("headers", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("answered_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    )
    Index("ix_idempotent_answer_answered_at", answer.c.answered_at)


@dataclass(frozen=True)
class IdempotentCall:
    """One call under a key; `fingerprint` is the SHA-256 of what is asked."""

    caller: str
    call: str
    key: str
    fingerprint: bytes

    def identity(self) -> tuple[str, str, str]:
        """The primary key."""
        return self.caller, self.call, self.key


INSERT_ANSWER = """
    INSERT INTO idempotent_answer (caller, call, key, fingerprint, status, headers, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
FIND_ANSWER = """
    SELECT fingerprint, status, headers, body FROM idempotent_answer WHERE caller = $1 AND call = $2 AND key = $3
"""


def check_key(key: str) -> None:
    """422 for a key that is empty, too long, or not printable ASCII."""
    if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise invalid_request(
            (f"header.{HEADER}", "idempotency-key", f"应为 1 到 {MAX_KEY_LENGTH} 个可打印的 ASCII 字符。")
        )


class KeyReused(Invalid):
    """The key was given to another call before."""

    slug, title = "idempotency-key-reused", "幂等键已用于其他内容"
    detail = "同一个 Idempotency-Key 只能用于完全相同的请求。"


class AnsweredBeforeError(Exception):
    """Raised where a transaction under a key would begin: another call has answered. Carries its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def hold_key(session: AsyncSession, claim: IdempotentCall) -> None:
    """From now on each transaction of the session begins by waiting for the key, and looks for its answer then:
    AnsweredBeforeError if it is there, KeyReused if it was given to another content.
    """
    session.info[CLAIM] = claim


@event.listens_for(Session, "after_begin")
def _wait_and_look(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    claim: IdempotentCall | None = session.info.get(CLAIM)
    if claim is None or transaction.nested:
        return
    fetch_within(connection, TAKE_LOCK, AdvisoryLock.IDEMPOTENCY_KEY.value, "\n".join(claim.identity()))
    answer = _answer_of(fetch_within(connection, FIND_ANSWER, *claim.identity()), claim)
    if answer is not None:
        raise AnsweredBeforeError(answer)


def keep_no_answer(session: AsyncSession) -> None:
    """The answer of this request is not kept under its key, since it shows what is stored only sealed. The same call
    with the same key is carried out again.
    """
    session.info[UNKEPT] = True


async def keep_answer(session: AsyncSession, claim: IdempotentCall, response: Response) -> None:
    """Keep the answer, in the same transaction; the key must be held."""
    if session.info.get(UNKEPT):
        return
    kept = {name: value for name, value in response.headers.items() if name != "content-length"}
    answer = response.status_code, json.dumps(kept), bytes(response.body)
    await fetch(session, INSERT_ANSWER, *claim.identity(), claim.fingerprint, *answer)


async def stored_answer(session: AsyncSession, claim: IdempotentCall) -> Response | None:
    """The answer given before; KeyReused if it was given to another content. Waits for nobody."""
    return _answer_of(await fetch(session, FIND_ANSWER, *claim.identity()), claim)


def _answer_of(found: Sequence[Values], claim: IdempotentCall) -> Response | None:
    if not found:
        return None
    fingerprint, status, headers, body = found[0]
    if fingerprint != claim.fingerprint:
        raise KeyReused
    return Response(body, status, json.loads(headers))


async def forget_answers(session: AsyncSession, older_than: timedelta) -> None:
    """Delete answers given longer ago than that, by the database's clock, which no demonstration shifts."""
    query = text("DELETE FROM idempotent_answer WHERE answered_at < now() - CAST(:older_than AS interval)")
    await session.execute(query, {"older_than": older_than})
