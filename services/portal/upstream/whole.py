"""Answers that are a bare list, and lists of several pages that a page shows as one."""

from typing import TypeVar

import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.portal.upstream.calls import Listed, Query, Upstream, away, fetch, read

log = structlog.get_logger()

M = TypeVar("M", bound=BaseModel)

PAGE_ITEMS, MOST_PAGES = 100, 10
"""A list of more items belongs on pages of its own; it is cut, and the log says so"""


async def read_all(upstream: Upstream, model: type[M], path: str) -> list[M]:
    """A list without pages."""
    answer = await fetch(upstream, path)
    try:
        return TypeAdapter(list[model]).validate_json(answer.content)  # type: ignore[valid-type]  # a type at run time
    except ValidationError as error:  # not printed: it holds what was answered
        raise away(upstream, "unreadable") from error


async def read_list(upstream: Upstream, model: type[M], path: str, query: Query | None = None) -> list[M]:
    """All pages of a list, one after another."""
    items: list[M] = []
    asked: dict[str, str | int | None] = {**(query or {}), "limit": PAGE_ITEMS}
    for _ in range(MOST_PAGES):
        page: Listed[M] = await read(upstream, Listed[model], path, asked)  # type: ignore[valid-type]  # a type at run time
        items += page.items
        if not page.next:
            return items
        asked["cursor"] = page.next
    log.warning("list_cut", upstream=upstream.title, path=path, items=len(items))
    return items
