"""The directory's side as this service sees it: objections by cursor, an answer by receipt number.

    GET  {url}/objections?cursor=…&limit=…   → {"items": [{receipt, uscc, …}], "next": "…", "more": bool}
    POST {url}/objections/{receipt}/answers   Idempotency-Key: …   {state, receipt, outcome, text}

`next` is where to go on, also on the last page; what is filed later comes behind it. The interfaces of the provinces'
modules are not public: this is a proposal, kept small so that it can be put in front of any of them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import httpx
import stamina
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError, field_validator

from services.objection.exchange.problems import PeerRefused, PeerUnavailable, PeerUnreadable
from services.objection.registers.domain import Against
from shared.contracts.payload import Uscc
from shared.outgoing_tls import http_tls
from shared.platform.sealed_fields.values import PersonalText

PAGE = 100
LARGEST_ANSWER = 8 * 2**20
"""Bytes of one page"""
PeerReceipt = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,60}$")]


class PeerObjection(BaseModel):
    """An objection as the directory has it: against a type, by the household's operator, whom it has identified."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    receipt: PeerReceipt
    uscc: Uscc
    county: Annotated[str | None, StringConstraints(pattern=r"^[1-9][0-9]{5}$")] = None
    year: Annotated[int | None, Field(ge=2000, le=2200)] = None
    filed_at: dt.datetime
    statement: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000, pattern=r"^[^\x00]*$")] = ""
    name: PersonalText | None = None
    contact: PersonalText | None = None

    @field_validator("filed_at")
    @classmethod
    def has_a_zone(cls, value: dt.datetime) -> dt.datetime:
        """An instant; a time without zone could be any."""
        if value.tzinfo is None:
            raise ValueError("a time zone is needed")
        return value

    @property
    def against(self) -> Against:
        """The module takes objections to typing results only."""
        return Against.TYPING


@dataclass(frozen=True)
class PeerPage:
    """Rows as they came, where to go on, and whether there are more now."""

    rows: Sequence[dict[str, Any]]
    next: str
    more: bool


@dataclass(frozen=True)
class PeerAnswer:
    """What is told to the directory about one of its objections; without figures."""

    state: str
    receipt: str | None
    outcome: str | None
    text: str


class DirectoryPeer(Protocol):
    """What the exchange needs of a directory."""

    async def page(self, cursor: str) -> PeerPage:
        """The objections behind a cursor (empty: from the beginning). PeerUnavailable, PeerRefused, PeerUnreadable."""
        ...

    async def answer(self, receipt: str, answer: PeerAnswer, key: str) -> None:
        """Deliver an answer; under the same key once. PeerUnavailable, PeerRefused."""
        ...


@dataclass(frozen=True)
class RetryPolicy:
    """How long one call is tried; seconds."""

    attempts: int = 4
    total: float = 60.0
    first_pause: float = 0.2
    answer: float = 20.0


class HttpDirectory:
    """A directory over HTTP; use it with ``async with``."""

    def __init__(self, url: str, credential: SecretStr, patience: RetryPolicy | None = None) -> None:
        self._url, self._patience = url.rstrip("/"), patience or RetryPolicy()
        self._client = httpx.AsyncClient(
            timeout=self._patience.answer,
            follow_redirects=False,
            trust_env=False,
            verify=http_tls(),
            headers={"Accept": "application/json", "Authorization": f"Bearer {credential.get_secret_value()}"},
        )

    async def __aenter__(self) -> "HttpDirectory":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def page(self, cursor: str) -> PeerPage:
        """See `DirectoryPeer`."""
        parameters = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        answer = await self._call("GET", "/objections", params=parameters)
        if len(answer.content) > LARGEST_ANSWER:
            raise PeerUnreadable("page too large")
        return read_page(answer)

    async def answer(self, receipt: str, answer: PeerAnswer, key: str) -> None:
        """See `DirectoryPeer`."""
        body = {"state": answer.state, "receipt": answer.receipt, "outcome": answer.outcome, "text": answer.text}
        await self._call("POST", f"/objections/{receipt}/answers", json=body, headers={"Idempotency-Key": key})

    async def _call(self, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """One call, tried again while the directory is not there; both kinds of call may be repeated."""
        patience = self._patience
        try:
            async for attempt in stamina.retry_context(
                on=(httpx.TransportError, PeerUnavailable),
                attempts=patience.attempts,
                timeout=patience.total,
                wait_initial=patience.first_pause,
                wait_jitter=patience.first_pause,
            ):
                with attempt:
                    answer = await self._client.request(method, f"{self._url}{path}", **sent)
                    if answer.status_code in (408, 425, 429) or answer.status_code >= 500:
                        raise PeerUnavailable(str(answer.status_code))
        except httpx.TransportError as error:
            raise PeerUnavailable(type(error).__name__) from None  # its message may quote the credential
        if not answer.is_success:
            raise PeerRefused(str(answer.status_code))
        return answer


class _Page(BaseModel):
    items: list[dict[str, Any]]
    next: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    more: bool


def read_page(answer: httpx.Response) -> PeerPage:
    """The page of an answer; PeerUnreadable for anything else."""
    try:
        page = _Page.model_validate_json(answer.content)
    except ValidationError as error:
        raise PeerUnreadable("not a page") from error
    return PeerPage(page.items, page.next, page.more)
