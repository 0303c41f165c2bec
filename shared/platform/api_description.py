"""What FastAPI cannot see of our operations, put into their OpenAPI description: headers, callers, problems.

Clients are generated from the description, so a header that an operation demands or gives must stand there. What is
added is read from the code that serves the operation, never listed by hand.
"""

import inspect
import json
from types import FunctionType
from typing import Any

from fastapi import FastAPI

from shared.platform.api_examples import example_of
from shared.platform.caching import Cacheable
from shared.platform.etag import require_match
from shared.platform.idempotency import ANSWERS_KEPT, MAX_KEY_LENGTH, KeyReused
from shared.platform.identity import SAFE_METHODS, RoleAccess, RouteAccess, route_access
from shared.platform.problems import OPENAPI_RESPONSES, ProblemDetails, status_of
from shared.platform.reachable_errors import errors_of, flattened, is_ours, named_in
from shared.platform.unit_of_work import TransactionalRoute

RESPONSE_HEADERS = {
    "ETag": "当前版本，办理时写在 If-Match 里",
    "Location": "所述内容的地址",
}
"""The headers that endpoints set on their answers, and what they say."""
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        f"幂等键：{ANSWERS_KEPT.days} 天内以同一个键重复同样的请求，得到第一次的答复。用于其他内容的，答复 422。"
        "流式上传的，还须给出 Content-Digest。"
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[ -~]+$"},
}


IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "上次答复的 ETag；内容没有变化的，答复 304，不再传送。",
    "schema": {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": "^[ -~]+$"},
}
CACHE_HEADERS = {
    "ETag": {"description": "内容的标识，下次查询写在 If-None-Match 里", "schema": {"type": "string"}},
    "Cache-Control": {"description": "多久以内可以不再查询", "schema": {"type": "string"}},
}
MODULES = frozenset({"schemas", "endpoints"})
"""Modules whose names say nothing of a schema in them."""
GENERAL = """\
时间带时区；地区用 GB/T 2260 的 2、4、6 位代码；金额单位见各字段。

- **身份**：`Authorization: Bearer` 令牌（JWT）。`x-roles` 是可以办理的角色；不带令牌也能查询的，带上可能看到更多。
- **出错**：RFC 9457 的 `application/problem+json`：`type` 不变，`detail`、`errors` 说明哪里不对、应当怎样。
- **查询参数**：不认识的参数不予受理（422），以免漏掉筛选条件而不自知。
- **分页**：`next` 是下一页的 `cursor`，为空即到末页。
- **版本**：办理时在 `If-Match` 中给出所依据的 `ETag`；修改和删除不接受 `*`。
- **重复请求**：`Idempotency-Key` 相同的，得到第一次的答复。
- **省流量**：公开的统计和名单带 `ETag`，`If-None-Match` 相同的答复 304；较长的答复按 `Accept-Encoding: gzip` 压缩。
- **限流**：设有限额的，答复带 `RateLimit`、`RateLimit-Policy`；超过的答复 429，`Retry-After` 说明何时再来。
- 每个地址都可以用 HEAD 和 OPTIONS 查询，`Allow` 列出全部方法。
"""
"""What holds for every operation."""


def complete_description(app: FastAPI) -> None:
    """Complete the description of every operation, and put the problem's schema there, which all refer to."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        description = describe()
        components = description.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        ours = _problem_schemas()
        if taken := sorted(ours.keys() & schemas):
            raise LookupError(f"schemas of the service that are named as errors' are: {', '.join(taken)}")
        schemas |= ours
        bearer = RoleAccess.model.model_dump(mode="json", by_alias=True, exclude_none=True)
        components.setdefault("securitySchemes", {}).setdefault(RoleAccess.scheme_name, bearer)
        tags: dict[str, str] = {}
        for one in route_access(app):
            operation = description["paths"].get(one.path, {}).get(one.method.lower())
            if operation is not None:
                _complete(operation, one)
                for tag in operation.get("tags", []):
                    tags.setdefault(tag, _first_paragraph(one.route.endpoint))
        description["tags"] = [{"name": tag, "description": about} for tag, about in sorted(tags.items())]
        description["servers"] = [{"url": "/", "description": "The service itself, or its path behind a proxy"}]
        description["info"]["description"] = GENERAL
        app.openapi_schema = description = _with_short_names(description)
        _add_examples(description)
        return description

    app.openapi = openapi  # type: ignore[method-assign] # the way FastAPI documents


def _problem_schemas() -> dict[str, Any]:
    """The schemas of an error's body. What may be absent is never null, and has no default: generators make a type of
    its own of `null` with a default.
    """
    details = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = details.pop("$defs", {})
    for one in details["properties"].values():
        one.pop("default", None)
    return {**parts, ProblemDetails.__name__: details}


def _first_paragraph(endpoint: object) -> str:
    """What the endpoint's module says that it is about."""
    module = inspect.getmodule(endpoint)
    return " ".join(((module and module.__doc__) or "").partition("\n\n")[0].split())


def _with_short_names(description: dict[str, Any]) -> dict[str, Any]:
    """The description with names of schemas that a generated client can have as classes. Two models of one name are
    told apart by their capability; what a model takes and gives, where it differs, by `Input` and `Output`. Titles
    are the same names: some generators name classes by them.
    """
    schemas = description["components"]["schemas"]
    short = {name: _short_name(name) for name in schemas}
    if len(set(short.values())) < len(short):
        raise LookupError(f"two schemas of one name: {sorted(short.values())}")
    described = json.dumps(description)
    for name, new in short.items():
        described = described.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{new}"')
    renamed: dict[str, Any] = json.loads(described)
    schemas = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {short[name]: {**one, "title": short[name]} for name, one in schemas.items()}
    return renamed


def _short_name(name: str) -> str:
    *folders, own = name.split("__")
    capability = next((folder for folder in reversed(folders) if folder not in MODULES), "")
    return "".join(part.capitalize() for part in capability.split("_")) + own.replace("-", "")


def _add_examples(description: dict[str, Any]) -> None:
    """An example for every JSON body and answer."""
    schemas = description["components"]["schemas"]
    operations = [one for methods in description["paths"].values() for one in methods.values()]
    for operation in operations:
        given = [operation.get("requestBody", {}), *operation["responses"].values()]
        for one in given:
            content = one.get("content", {}).get("application/json")
            if content and content.get("schema") and "example" not in content:
                content["example"] = example_of(content["schema"], schemas)


def response_headers(endpoint: object) -> list[str]:
    """Which of RESPONSE_HEADERS an endpoint sets, itself or in functions that it hands its response to."""
    found: set[str] = set()
    seen: set[object] = set()
    waiting = [endpoint]
    while waiting:
        one = waiting.pop()
        one = inspect.unwrap(one) if callable(one) else one
        if one in seen or not is_ours(one) or not isinstance(one, FunctionType):
            continue
        seen.add(one)
        if "response" in inspect.signature(one).parameters:
            found |= RESPONSE_HEADERS.keys() & {constant for constant in one.__code__.co_consts if constant}
            waiting += [named for named in named_in(one) if isinstance(named, FunctionType)]
    return sorted(found)


def _complete(operation: dict[str, Any], one: RouteAccess) -> None:
    operation["responses"]["default"] = _problems_response(one)
    _describe_callers(operation, one)
    _describe_request_headers(operation, one)
    if any(isinstance(inner.call, Cacheable) for inner in flattened(one.route.dependant)):
        operation["parameters"] = [*operation.get("parameters", []), IF_NONE_MATCH]
        operation["responses"]["304"] = {"description": "内容没有变化"}
        operation["responses"]["200"]["headers"] = CACHE_HEADERS | operation["responses"]["200"].get("headers", {})
    headers = {
        name: {"description": RESPONSE_HEADERS[name], "schema": {"type": "string"}}
        for name in response_headers(one.route.endpoint)
    }
    for status, response in operation["responses"].items():
        if headers and status.startswith("2"):
            response["headers"] = headers | response.get("headers", {})


def _describe_callers(operation: dict[str, Any], one: RouteAccess) -> None:
    """A public operation takes a token too: it may say more to who gives one."""
    if one.access.public:
        operation["security"] = [{}, {RoleAccess.scheme_name: []}]
    else:
        operation["x-roles"] = sorted(one.access.roles)


def _describe_request_headers(operation: dict[str, Any], one: RouteAccess) -> None:
    """`If-Match` is required where its absence is refused: we answer 428, not 422, so FastAPI sees an optional one."""
    parameters = operation.get("parameters", [])
    if any(inner.call is require_match for inner in flattened(one.route.dependant)):
        for parameter in parameters:
            if parameter["name"] == "If-Match":
                parameter |= {"required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
    if one.method not in SAFE_METHODS and isinstance(one.route, TransactionalRoute):
        operation["parameters"] = [*parameters, IDEMPOTENCY_KEY]


def _problems_response(one: RouteAccess) -> dict[str, Any]:
    """How an operation answers with problems, and which named errors it can answer with."""
    response: dict[str, Any] = dict(OPENAPI_RESPONSES["default"])
    named = errors_of(one.route.dependant)
    if one.method not in SAFE_METHODS:
        named.append(KeyReused)  # raised around the endpoint, where an answer is looked up
    lines = [f"- {status_of(error)} `{error.slug}`：{error.title}" for error in named]
    if lines:
        response["description"] += "\n\n可能的问题（type 为 `/problems/…`）：\n" + "\n".join(dict.fromkeys(lines))
    return response
