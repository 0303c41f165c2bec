"""What every address answers as HTTP asks for it: unknown parameters, HEAD, OPTIONS, 304, gzip, CORS, budgets."""

import gzip
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from shared.platform.app import create_app
from shared.platform.caching import cacheable
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.unit_of_work import TransactionalRoute
from tests.fixtures.service_client import Issuer, running, settings_of

router = APIRouter(prefix="/v1", route_class=TransactionalRoute)
BOARD = "https://boards.example.test"


class Filter(BaseModel):
    """Parameters may come as a model."""

    region: str | None = None
    year: int | None = None


@router.get("/figures", dependencies=[cacheable()])
async def figures(query: Annotated[Filter, Query()], caller: Annotated[Caller, anyone()]) -> dict[str, object]:
    return {"region": query.region, "more": not caller.anonymous, "rows": ["0123456789"] * 500}


@router.post("/figures", status_code=201)
async def write_figures(_: Annotated[Caller, allow(Role.OFFICER)]) -> None: ...


@router.get("/figures/export")
async def export(_: Annotated[Caller, anyone()]) -> StreamingResponse:
    async def rows() -> AsyncIterator[bytes]:
        for number in range(200):
            yield b"row %d\n" % number

    return StreamingResponse(rows(), media_type="text/csv")


@router.get("/me")
async def me(_: Annotated[Caller, allow(Role.OFFICER)]) -> str:
    return "you"


@pytest.fixture
async def api(database_url: str, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_of(database_url, issuer).model_copy(update={"cors_origins": (BOARD,), "address_rate": 100})
    async with running(create_app("账册", settings, [router])) as client:
        yield client


async def test_a_parameter_that_the_operation_does_not_know_is_refused_with_those_it_knows(
    api: httpx.AsyncClient, issuer: Issuer
) -> None:
    answer = await api.get("/v1/figures?region=41&state=published-by-somebody")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (wrong,) = answer.json()["errors"]
    assert wrong == {
        "field": "query",
        "code": "unknown-parameter",
        "message": "含有不认识的查询参数。可用的有：region、year。",
    }
    assert "published-by-somebody" not in answer.text
    assert "不用查询参数" in (await api.post("/v1/figures?year=2025", headers=issuer.headers(Role.OFFICER))).text
    assert (await api.post("/v1/figures?year=2025")).status_code == 401
    assert (await api.get("/v1/figures?region=41&year=2025")).status_code == 200


async def test_head_is_get_without_the_body(api: httpx.AsyncClient) -> None:
    for path, status in (("/v1/figures", 200), ("/v1/figures/export", 200), ("/v1/me", 401), ("/nowhere", 404)):
        head, get = await api.head(path), await api.get(path)
        assert (head.status_code, head.content) == (status, b"")
        named = ("content-type", "content-length", "etag", "cache-control")
        assert [head.headers.get(name) for name in named] == [get.headers.get(name) for name in named]
    assert 'method="HEAD",route="/v1/figures"' in (await api.get("/metrics")).text


async def test_options_and_a_wrong_method_name_all_methods_of_the_address(api: httpx.AsyncClient) -> None:
    every = "GET, HEAD, OPTIONS, POST"
    options = await api.options("/v1/figures")
    assert (options.status_code, options.headers["allow"], options.content) == (204, every, b"")
    wrong = await api.delete("/v1/figures")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, every)
    assert (await api.options("/nowhere")).status_code == 404


async def test_what_has_not_changed_is_not_sent_again(api: httpx.AsyncClient, issuer: Issuer) -> None:
    first = await api.get("/v1/figures")
    assert first.headers["cache-control"] == "public, max-age=60"
    tag = first.headers["etag"]
    again = await api.get("/v1/figures", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "Authorization" in again.headers["vary"]
    other = await api.get("/v1/figures?region=41", headers={"If-None-Match": tag})
    assert other.status_code == 200
    known = await api.get("/v1/figures", headers={"If-None-Match": tag, **issuer.headers(Role.OFFICER)})
    assert (known.status_code, known.headers["cache-control"]) == (200, "private, no-cache"), "it says more"
    refused = await api.get("/v1/figures?state=x", headers={"If-None-Match": "*"})
    assert (refused.status_code, refused.headers["cache-control"]) == (422, "no-store")
    assert (await api.get("/v1/figures/export")).headers["cache-control"] == "no-store"


async def test_long_answers_are_compressed_for_who_asks(api: httpx.AsyncClient) -> None:
    plain = await api.get("/v1/figures", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    async with api.stream("GET", "/v1/figures", headers={"Accept-Encoding": "br, gzip"}) as packed:
        raw = b"".join([chunk async for chunk in packed.aiter_raw()])
    assert (packed.headers["content-encoding"], packed.headers["etag"]) == ("gzip", plain.headers["etag"])
    assert len(raw) == int(packed.headers["content-length"]) < len(plain.content) / 10
    assert gzip.decompress(raw) == plain.content
    for taken in ("*;q=0, gzip", "gzip;q=0.5, *;q=0", "deflate, *", "GZIP"):
        assert (await api.get("/v1/figures", headers={"Accept-Encoding": taken})).headers["content-encoding"] == "gzip"
    for refused in ("gzip;q=0", "gzip;q=0.0, *", "*, gzip;q=0", "deflate", ""):
        assert "content-encoding" not in (await api.get("/v1/figures", headers={"Accept-Encoding": refused})).headers
    assert "content-encoding" not in (await api.get("/v1/figures/export")).headers, "a stream goes as it is"


async def test_pages_of_named_origins_may_read_answers_and_no_others(api: httpx.AsyncClient) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    preflight = await api.options("/v1/figures", headers={"Origin": BOARD, **asked})
    assert preflight.headers["access-control-allow-origin"] == BOARD
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    for path in ("/v1/figures", "/nowhere"):
        for origin, let in ((BOARD, BOARD), ("https://evil.example.test", None)):
            answer = await api.get(path, headers={"Origin": origin})
            assert answer.headers.get("access-control-allow-origin") == let
            assert "access-control-allow-credentials" not in answer.headers
            assert "Origin" in answer.headers["vary"]


async def test_answers_say_what_is_left_of_the_callers_budget(api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/figures")
    assert answer.headers["ratelimit-policy"] == '"address";q=1000;w=10'
    assert answer.headers["ratelimit"].startswith('"address";r=999;t=')


async def test_head_says_what_is_left_of_the_subjects_budget_as_get_does(database_url: str, issuer: Issuer) -> None:
    settings = settings_of(database_url, issuer).model_copy(update={"subject_rate": 100})
    async with running(create_app("账册", settings, [router])) as client:
        for method in ("GET", "HEAD"):
            answer = await client.request(method, "/v1/figures", headers=issuer.headers(Role.OFFICER))
            assert answer.headers["ratelimit-policy"] == '"subject";q=1000;w=10', method


async def test_the_contract_of_the_events_is_served_without_a_token(api: httpx.AsyncClient) -> None:
    document = (await api.get("/asyncapi.json")).json()
    assert (document["asyncapi"], "typing.events" in document["channels"]) == ("3.1.0", True)
    (kind,) = [name for name in document["components"]["messages"] if name.endswith("AnnualReportFiled.v1")]
    address = f"/contracts/{kind}.json"
    schema = await api.get(address)
    assert schema.json()["$id"].endswith(address)
    assert (await api.get(address, headers={"If-None-Match": schema.headers["etag"]})).status_code == 304
    assert (await api.get("/contracts/nothing.json")).status_code == 404
