"""Parts of a page that may be missing: one service that does not answer leaves the others' parts standing."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.portal.upstream.problems import ServiceAway

T = TypeVar("T")


@dataclass(frozen=True)
class Panel(Generic[T]):
    """What a part shows, or why it cannot."""

    value: T | None
    away: str = ""


async def panel(reading: Awaitable[T]) -> Panel[T]:
    """Read for a part of a page."""
    try:
        return Panel(await reading)
    except ServiceAway as away:
        return Panel(None, away.detail)
