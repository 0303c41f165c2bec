"""Query parameters that an operation does not know are refused: a misspelt filter that is ignored answers another
question than the one that was asked, and nobody notices.
"""

from collections.abc import Iterator

from fastapi import Request
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.applications import Starlette

from shared.platform.problems import invalid_request
from shared.platform.reachable_errors import flattened


async def refuse_unknown_parameters(request: Request) -> None:
    """422 that names the parameters which the operation knows. No answer repeats what was sent."""
    if not request.scope["query_string"]:
        return
    known = _known_parameters(request.app).get(request.scope.get("endpoint"))
    if known is None or known.issuperset(request.query_params.keys()):
        return
    listed = f"可用的有：{'、'.join(sorted(known))}。" if known else "这个地址不用查询参数。"
    raise invalid_request(("query", "unknown-parameter", f"含有不认识的查询参数。{listed}"))


def _known_parameters(app: Starlette) -> dict[object, frozenset[str]]:
    """Endpoint → names of its query parameters; found once for an application."""
    known: dict[object, frozenset[str]] | None = getattr(app.state, "query_parameters", None)
    if known is None:
        known = app.state.query_parameters = {
            context.endpoint: frozenset(
                name
                for one in flattened(context.dependant)
                for field in one.query_params
                for name in _names(field.alias, field.field_info.annotation)
            )
            for context in iter_route_contexts(app.routes)
            if getattr(context, "dependant", None) is not None
        }
    return known


def _names(alias: str, annotation: object) -> Iterator[str]:
    """The name of a parameter, or the names of those that come as a model."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from (one.alias or name for name, one in annotation.model_fields.items())
    else:
        yield alias
