"""Answers that are a bare list, and answers whose version a change must name."""

from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from services.portal.upstream.calls import Upstream, fetch
from services.portal.upstream.problems import ServiceAway

M = TypeVar("M", bound=BaseModel)


async def read_all(upstream: Upstream, model: type[M], path: str) -> list[M]:
    """A list without pages."""
    answer = await fetch(upstream, path)
    try:
        return TypeAdapter(list[model]).validate_json(answer.content)  # type: ignore[valid-type]  # a type at run time
    except ValidationError as error:  # not printed: it holds what was answered
        raise ServiceAway from error


async def read_versioned(upstream: Upstream, model: type[M], path: str) -> tuple[M, str]:
    """With the ETag of what was read."""
    answer = await fetch(upstream, path)
    try:
        return model.model_validate_json(answer.content), answer.headers.get("etag", "")
    except ValidationError as error:
        raise ServiceAway from error
