"""The contract of the events over HTTP, from every service: ``/asyncapi.json``, and each event's schema under the path
that its ``dataschema`` names. They are written in full in docs/contracts, with examples.
"""

from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.catalogue import BY_TYPE
from shared.contracts.generate import asyncapi, data_schema
from shared.platform.caching import CACHEABLE
from shared.platform.problems import status_problem

ASYNCAPI = "/asyncapi.json"
SCHEMA = "/contracts/{name}"
REUSED_SECONDS = 3600


async def asyncapi_page(request: Request) -> Response:
    """All topics and events."""
    return _answer(request, _asyncapi(), "application/json")


async def schema_page(request: Request) -> Response:
    """One event's data, as JSON Schema; 404 for an unknown type."""
    payload = BY_TYPE.get(request.path_params["name"].removesuffix(".json"))
    if payload is None:
        return status_problem(404).response(request.scope["path"])
    return _answer(request, orjson.dumps(data_schema(payload)), "application/schema+json")


def _answer(request: Request, content: bytes, media_type: str) -> Response:
    request.scope[CACHEABLE] = REUSED_SECONDS
    return Response(content, media_type=media_type)


@cache
def _asyncapi() -> bytes:
    return orjson.dumps(asyncapi(with_examples=False))
