"""Errors as RFC 9457 problem details: `application/problem+json` with a stable `type` and a Chinese `detail`.

Raise `Problem(409, "run-already-published", "运行已发布", "…")` anywhere below an endpoint. `type` becomes
`/problems/run-already-published`. Every other error that a request can meet is turned into one here too; no
answer repeats what the caller sent, which may be somebody's data.
"""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.service.problem_texts import STATUS_PROBLEMS, sentence_for
from shared.service.transient import is_transient_database_error

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One field that is wrong."""

    field: str = Field(description="Where, e.g. body.as_of")
    message: str = Field(description="What is wrong, in Chinese")
    code: str = Field(description="Stable name of the kind of error")


class ProblemBody(BaseModel):
    """The body of every error."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """An error to tell the caller: status, slug of the type, Chinese title and detail, more members."""

    def __init__(
        self,
        status: int,
        type_: str,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,  # noqa: ANN401 - members of a JSON object
    ) -> None:
        super().__init__(f"{status} {type_}")
        self.status, self.type, self.title, self.detail = status, type_, title, detail
        self.headers, self.extra = headers, extra

    def response(self, instance: str | None = None) -> Response:
        """The HTTP answer."""
        body = {
            "type": f"/problems/{self.type}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **({"instance": instance} if instance else {}),
            **self.extra,
        }
        text = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
        return Response(text, self.status, self.headers, MEDIA_TYPE)


OPENAPI_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Problem details (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
    }
}
"""Every operation declares it; the schema itself is added by `create_app`."""


def server_error() -> Problem:
    """What a caller learns of an error of ours."""
    return of_status(500)


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The general problem of an HTTP status."""
    slug, title, detail = STATUS_PROBLEMS.get(status, STATUS_PROBLEMS[500 if status >= 500 else 400])
    return Problem(status, slug, title, detail, headers=headers)


def invalid(*errors: tuple[str, str, str]) -> Problem:
    """422 with one entry per wrong field: (field, code, Chinese message)."""
    slug, title, detail = STATUS_PROBLEMS[422]
    fields = [{"field": field, "message": message, "code": code} for field, code, message in errors]
    return Problem(422, slug, title, detail, errors=fields)


def install(app: FastAPI) -> None:
    """Register the handlers; what they do not know is a 500, made by the outermost middleware."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class
    return error.response(request.scope["path"])


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    return of_status(error.status_code, error.headers).response(request.scope["path"])


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    fields = [(".".join(map(str, one["loc"])), one["type"], sentence_for(one)) for one in error.errors()]
    return invalid(*fields).response(request.scope["path"])


async def _database(request: Request, error: Exception) -> Response:
    """Values that PostgreSQL refuses (NUL characters, numbers out of range) are the caller's; lost races and
    a database that is away can be tried again; anything else is ours.
    """
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    problem = _of_database_error(cause)
    if problem is None:
        raise error
    log.warning("database_refused", status=problem.status, error=type(cause).__name__, path=request.scope["path"])
    return problem.response(request.scope["path"])


def _of_database_error(cause: BaseException | None) -> Problem | None:
    state = getattr(cause, "sqlstate", None) or ""
    unencodable = isinstance(cause, asyncpg.InterfaceError) and isinstance(cause, ValueError)
    if unencodable or state.startswith("22"):
        return invalid(("", "unstorable", "请求中含有无法保存的内容，例如空字符或超出范围的数字。"))
    if cause is not None and is_transient_database_error(cause):
        return of_status(503, {"Retry-After": "1"})
    return None


HANDLERS = {
    Problem: _problem,
    HTTPException: _http_exception,
    RequestValidationError: _validation,
    DBAPIError: _database,
    PoolTimeoutError: _database,
    asyncpg.PostgresError: _database,
    asyncpg.InterfaceError: _database,
    asyncpg.InternalClientError: _database,
    ConnectionError: _database,
}
