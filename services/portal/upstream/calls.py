"""`Upstream`: reads from one service and asks it for things; what goes wrong becomes what a page can say."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from services.portal.upstream.problems import Absent, NotAllowed, Outdated, QueryRefused, ServiceAway

log = structlog.get_logger()

M = TypeVar("M", bound=BaseModel)

UPWARDS = {".", ".."}
"""Parts of an address that lead out of it: quoting leaves them, and an id of that name would ask for something else"""
Query = Mapping[str, str | int | None]


class Answer(BaseModel):
    """What a page reads of an answer; members that no page shows are passed over."""


class Listed(Answer, Generic[M]):
    """A page of a list, and the cursor of the next one."""

    items: list[M]
    next: str | None = None


@dataclass(frozen=True)
class Upstream:
    """One service over HTTP. `title` is what people call it; `token`: of the person for whom it is called."""

    title: str
    client: httpx.AsyncClient
    token: str = ""

    def as_(self, token: str) -> "Upstream":
        """The same service, called for a person."""
        return replace(self, token=token)


@dataclass(frozen=True)
class Change:
    """What a form asks a service for. `key`: the same one has one effect, however often it is sent; `version`: the ETag
    that the form rests on.
    """

    key: str
    body: Mapping[str, Any] | None = None
    version: str = ""
    content: bytes | None = None
    media_type: str = ""


async def read(upstream: Upstream, model: type[M], path: str, query: Query | None = None) -> M:
    """Read; Absent for a 404, the service's own sentence for other refusals, 503 if it does not answer."""
    return _read_as(upstream, model, await _get(upstream, path, query))


async def read_versioned(upstream: Upstream, model: type[M], path: str) -> tuple[M, str]:
    """The same, with the version that a change must name."""
    answer = await _get(upstream, path)
    return _read_as(upstream, model, answer), answer.headers.get("etag", "")


async def fetch(upstream: Upstream, path: str, query: Query | None = None) -> httpx.Response:
    """A file as it is."""
    return await _get(upstream, path, query)


async def send(
    upstream: Upstream, method: str, path: str, change: Change, query: Query | None = None
) -> httpx.Response:
    """Ask for a change. As `read`; also NotAllowed, and Outdated for a version that is not the stored one."""
    headers = {"Idempotency-Key": change.key}
    if change.version:
        headers["If-Match"] = change.version
    options: dict[str, Any] = {}
    if change.content is not None:
        options["content"] = change.content
        headers |= {"Content-Type": change.media_type, "Content-Digest": _content_digest(change.content)}
    elif change.body is not None:
        options["json"] = change.body
    answer = await _request(upstream, method, path, _given(query), headers, options)
    if answer.status_code == httpx.codes.PRECONDITION_FAILED:
        raise Outdated
    return _passed(upstream, answer)


async def send_for(upstream: Upstream, model: type[M], path: str, change: Change) -> M:
    """POST, and read what is answered."""
    return _read_as(upstream, model, await send(upstream, "POST", path, change))


def _content_digest(content: bytes) -> str:
    """A `Content-Digest` header (RFC 9530): services demand it of an upload under an idempotency key."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


async def _get(upstream: Upstream, path: str, query: Query | None = None) -> httpx.Response:
    return _passed(upstream, await _request(upstream, "GET", path, _given(query), {}, {}))


async def _request(
    upstream: Upstream,
    method: str,
    path: str,
    query: Mapping[str, str | int],
    headers: Mapping[str, str],
    options: Mapping[str, Any],
) -> httpx.Response:
    if UPWARDS & set(path.split("/")):
        raise Absent
    whose = {"Authorization": f"Bearer {upstream.token}"} if upstream.token else {}
    try:
        return await upstream.client.request(method, path, params=query, headers={**whose, **headers}, **options)
    except httpx.HTTPError as error:
        raise away(upstream, type(error).__name__) from error


def _passed(upstream: Upstream, answer: httpx.Response) -> httpx.Response:
    """The answer, unless it is a refusal."""
    match answer.status_code:
        case httpx.codes.NOT_FOUND:
            raise Absent(_said_by(answer))
        case httpx.codes.FORBIDDEN:
            raise NotAllowed(_said_by(answer))
        case status if status >= 500 or status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.UNAUTHORIZED):
            raise away(upstream, str(status))
        case status if status >= 400:
            raise QueryRefused(_said_by(answer), _fields_of(answer))
    return answer


def _given(query: Query | None) -> dict[str, str | int]:
    """What of a query is said."""
    return {name: value for name, value in (query or {}).items() if value is not None and value != ""}


def _read_as(upstream: Upstream, model: type[M], answer: httpx.Response) -> M:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:  # not printed: it holds what was answered
        raise away(upstream, "unreadable") from error


def away(upstream: Upstream, reason: str) -> ServiceAway:
    """That a service does not answer, or not as described; the log says in which way."""
    log.warning("service_away", upstream=upstream.title, reason=reason)
    return ServiceAway(upstream.title)


def _said_by(answer: httpx.Response) -> str:
    """The sentence of a problem; empty if the answer is none."""
    try:
        said = answer.json()
        return "；".join(str(one["message"]) for one in said.get("errors", [])) or str(said["detail"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _fields_of(answer: httpx.Response) -> list[tuple[str, str]]:
    """Which fields a problem names, as forms name them, and what it says of each."""
    try:
        return [(_form_field(str(one["field"])), str(one["message"])) for one in answer.json()["errors"]]
    except (ValueError, LookupError, TypeError, AttributeError):
        return []


def _form_field(path: str) -> str:
    """`body.content.honours.3` is about the field `honours`: a place in a list is no field of a form."""
    return next((part for part in reversed(path.split(".")) if not part.isdecimal()), "")
