"""Errors as RFC 9457 problem details: `application/problem+json` with a stable `type` and a Chinese `detail`.

Services raise named errors (`shared.platform.errors`); here each becomes the problem of type `/problems/<slug>`. Every
other error that a request can meet is turned into one here too: general problems by HTTP status, one sentence per kind
of validation error. No answer repeats what the caller sent, which may be somebody's data.
"""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.database.transient_errors import is_transient_database_error
from shared.platform import errors
from shared.platform.errors import ServiceError

STATUS_PROBLEMS = {
    400: ("bad-request", "请求有误", "服务器无法理解这个请求，请检查格式。"),
    401: ("unauthenticated", "未登录", "请提供有效的访问令牌（Authorization: Bearer …）。"),
    403: ("forbidden", "没有权限", "您的角色或辖区不允许这项操作。"),
    404: ("not-found", "没有找到", "请求的内容不存在，或不在您的辖区内。"),
    405: ("method-not-allowed", "方法不允许", "这个地址不支持该请求方法。"),
    406: ("not-acceptable", "格式不支持", "无法按要求的格式返回内容。"),
    408: ("request-timeout", "请求超时", "服务器等待请求超时，请重试。"),
    409: ("conflict", "状态冲突", "当前状态不允许这项操作。"),
    411: ("length-required", "缺少长度", "请给出请求内容的长度（Content-Length）。"),
    413: ("content-too-large", "内容过大", "请求内容超过允许的大小。"),
    414: ("address-too-long", "地址过长", "请求地址过长。"),
    415: ("unsupported-media-type", "内容类型不支持", "请求的内容类型不受支持。"),
    422: ("invalid-request", "内容不符合要求", "请求中有内容不符合要求，请按所列各项更正。"),
    429: ("too-many-requests", "请求过多", "请求过于频繁，请稍后再试。"),
    500: ("server-error", "服务器内部错误", "服务器处理请求时出错，问题已被记录，请稍后再试。"),
    503: ("unavailable", "暂时不可用", "服务暂时不可用，请稍后再试。"),
}

STATUS_OF_KIND: Mapping[type[ServiceError], int] = {
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.VersionMismatch: 412,
    errors.TooLarge: 413,
    errors.UnsupportedType: 415,
    errors.Invalid: 422,
    errors.VersionMissing: 428,
    errors.TooMany: 429,
    errors.Unreadable: 500,
    errors.Unavailable: 503,
    errors.NoRoom: 507,
}
"""How the edge answers each kind of named error."""

VALIDATION_TEXTS = {
    "missing": "必须填写。",
    "json_invalid": "不是有效的 JSON。",
    "extra_forbidden": "不是已知的字段。",
    "string_type": "应为文字。",
    "string_too_short": "太短，至少 {min_length} 个字符。",
    "string_too_long": "太长，至多 {max_length} 个字符。",
    "string_pattern_mismatch": "格式不对。",
    "string_unicode": "含有无效的字符。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_parsing_size": "数字过大。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "decimal_type": "应为数字。",
    "decimal_parsing": "应为数字。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "date_type": "应为日期，如 2025-07-01。",
    "date_parsing": "应为日期，如 2025-07-01。",
    "date_from_datetime_parsing": "应为日期，如 2025-07-01。",
    "date_from_datetime_inexact": "应为日期，如 2025-07-01，不带时间。",
    "datetime_type": "应为时间，如 2025-07-01T08:00:00+08:00。",
    "datetime_parsing": "应为时间，如 2025-07-01T08:00:00+08:00。",
    "timezone_aware": "时间须带时区。",
    "uuid_type": "应为 UUID。",
    "uuid_parsing": "应为 UUID。",
    "enum": "只能是以下之一：{expected}。",
    "literal_error": "只能是以下之一：{expected}。",
    "greater_than": "应大于 {gt}。",
    "greater_than_equal": "应不小于 {ge}。",
    "less_than": "应小于 {lt}。",
    "less_than_equal": "应不大于 {le}。",
    "list_type": "应为列表。",
    "too_short": "至少 {min_length} 项。",
    "too_long": "至多 {max_length} 项。",
    "dict_type": "应为对象。",
    "model_type": "应为对象。",
    "model_attributes_type": "应为对象（内容类型应为 application/json）。",
}


def sentence_for(error: Mapping[str, Any]) -> str:
    """The sentence for one error as pydantic describes it. An error raised by our own validators, as
    `PydanticCustomError` or ValueError, brings its Chinese sentence with it.
    """
    text = VALIDATION_TEXTS.get(error["type"])
    context = error.get("ctx") or {}
    if text is not None:
        return text.format_map(_MissingAsEmpty(context))
    if error["type"] == "value_error":
        return str(context.get("error", "")) or "不符合要求。"
    return str(error["msg"]) if _is_chinese(str(error["msg"])) else "不符合要求。"


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


class _MissingAsEmpty(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One field that is wrong."""

    field: str = Field(description="Where, e.g. body.as_of")
    message: str = Field(description="What is wrong, in Chinese")
    code: str = Field(description="Stable name of the kind of error")


class ProblemDetails(BaseModel):
    """The body of every error (RFC 9457)."""

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
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }
}
"""Every operation declares it; the schema itself is added by `create_app`."""


def server_error() -> Problem:
    """What a caller is told about an error of ours."""
    return status_problem(500)


def status_problem(status: int, headers: Mapping[str, str] | None = None, detail: str | None = None) -> Problem:
    """The general problem of an HTTP status, with its general explanation or another."""
    slug, title, general = STATUS_PROBLEMS.get(status, STATUS_PROBLEMS[500 if status >= 500 else 400])
    return Problem(status, slug, title, detail or general, headers=headers)


def invalid_request(*errors: tuple[str, str, str]) -> Problem:
    """422 with one entry per wrong field: (field, code, Chinese message)."""
    slug, title, detail = STATUS_PROBLEMS[422]
    fields = [{"field": field, "message": message, "code": code} for field, code, message in errors]
    return Problem(422, slug, title, detail, errors=fields)


def status_of(error: type[ServiceError]) -> int:
    """The HTTP status of a named error: that of its kind."""
    return next(STATUS_OF_KIND[kind] for kind in error.__mro__ if kind in STATUS_OF_KIND)


def problem_of(error: ServiceError) -> Problem:
    """A named error as the problem that a caller gets."""
    return Problem(status_of(type(error)), error.slug, error.title, error.detail, **error.members)


def install_problem_handlers(app: FastAPI) -> None:
    """Register the handlers; what they do not know is a 500, made by the outermost middleware."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def _handle_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class
    return error.response(request.scope["path"])


async def _handle_service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)  # noqa: S101 - registered for this class
    return problem_of(error).response(request.scope["path"])


async def _handle_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    return status_problem(error.status_code, error.headers).response(request.scope["path"])


async def _handle_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    fields = [(".".join(map(str, one["loc"])), one["type"], sentence_for(one)) for one in error.errors()]
    return invalid_request(*fields).response(request.scope["path"])


async def _handle_database_error(request: Request, error: Exception) -> Response:
    """Values that PostgreSQL refuses (NUL characters, numbers out of range) are the caller's; lost races and
    a database that is away can be tried again; anything else is ours.
    """
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    problem = _problem_of_database_error(cause)
    if problem is None:
        raise error
    route = getattr(request.scope.get("route"), "path", "-")  # the pattern: a path can hold an id number
    log.warning("database_refused", status=problem.status, error=type(cause).__name__, route=route)
    return problem.response(request.scope["path"])


def _problem_of_database_error(cause: BaseException | None) -> Problem | None:
    state = getattr(cause, "sqlstate", None) or ""
    unencodable = isinstance(cause, asyncpg.InterfaceError) and isinstance(cause, ValueError)
    if unencodable or state.startswith("22"):
        return invalid_request(("", "unstorable", "请求中含有无法保存的内容，例如空字符或超出范围的数字。"))
    if cause is not None and is_transient_database_error(cause):
        return status_problem(503, {"Retry-After": "1"})
    return None


HANDLERS = {
    Problem: _handle_problem,
    ServiceError: _handle_service_error,
    HTTPException: _handle_http_exception,
    RequestValidationError: _handle_validation_error,
    DBAPIError: _handle_database_error,
    PoolTimeoutError: _handle_database_error,
    asyncpg.PostgresError: _handle_database_error,
    asyncpg.InterfaceError: _handle_database_error,
    asyncpg.InternalClientError: _handle_database_error,
    ConnectionError: _handle_database_error,
}
