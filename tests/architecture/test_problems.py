"""What a service refuses is a named error of its capability, and the API description lists it where it can happen."""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from deploy.services import SERVICES
from shared.platform.api_description import complete_description
from shared.platform.errors import ServiceError
from shared.platform.identity import route_access
from shared.platform.problems import status_of

ROOT = Path(__file__).parents[2]
PACKAGES = [settings.package() for settings in SERVICES]
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py"))]


def named_errors(kind: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    """Every error with a slug that the imported code defines."""
    for one in kind.__subclasses__():
        if hasattr(one, "slug"):
            yield one
        yield from named_errors(one)


def api_of(package: str) -> FastAPI:
    """The service's routes, with the description that its application has."""
    app = FastAPI(redoc_url=None)
    for router in importlib.import_module(f"{package}.service").SERVICE.routers:
        app.include_router(router)
    complete_description(app)
    return app


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_services_raise_no_problems_of_http(path: Path) -> None:
    """They raise named errors, which stand in the modules `problems` (and in domains, for tables of transitions)."""
    tree = ast.parse(path.read_text("utf-8"))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [function for function in called if isinstance(function, ast.Name)]
    assert [name.lineno for name in names if name.id in ("Problem", "HTTPException")] == []
    if path.name not in ("problems.py", "domain.py"):
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        assert [node.lineno for node in named if node.id == "slug"] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_error_of_a_service_is_listed_where_it_can_happen(package: str) -> None:
    app = api_of(package)
    paths = app.openapi()["paths"]
    texts = [paths[one.path][one.method.lower()]["responses"]["default"]["description"] for one in route_access(app)]
    own = [one for one in named_errors() if one.__module__.startswith(f"{package}.")]
    assert own
    for one in own:
        line = f"- {status_of(one)} `{one.slug}`：{one.title}"
        assert any(line in text.splitlines() for text in texts), f"{one.__module__}.{one.__name__}"


def test_an_operation_lists_what_its_steps_refuse_and_nothing_else() -> None:
    paths = api_of("services.typing").openapi()["paths"]
    published = paths["/v1/runs/{run_id}/publication"]["post"]["responses"]["default"]["description"]
    for slug in ("run-not-found", "run-state", "publication-refused", "version-required", "version-stale"):
        assert f"`{slug}`" in published
    assert "trial" not in published
    assert "`household-not-found`" in paths["/v1/households/{uscc}"]["get"]["responses"]["default"]["description"]


def test_every_error_has_a_slug_a_chinese_title_and_a_sentence_of_its_own() -> None:
    for package in PACKAGES:
        importlib.import_module(f"{package}.service")
    for one in named_errors():
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", one.slug), one
        assert re.search(r"[\u4e00-\u9fff]", one.title), one
        assert one.__doc__, one


def test_a_body_that_is_named_as_errors_are_is_not_described_by_their_schema() -> None:
    class ProblemDetails(BaseModel):
        """A service's own."""

    app = FastAPI()
    app.post("/mine", response_model=None)(takes(ProblemDetails))
    complete_description(app)
    with pytest.raises(LookupError, match="ProblemDetails"):
        app.openapi()


def takes(body: type[BaseModel]) -> Callable[[BaseModel], None]:
    def endpoint(body: BaseModel) -> None: ...

    endpoint.__annotations__["body"] = body
    return endpoint
