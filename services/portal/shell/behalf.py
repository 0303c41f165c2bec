"""The services, called for the person who is signed in: with their own token, so that each service says what they may
see and do. A page of several parts reads them together, and one service that is away leaves the other parts.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request

from services.portal.resources import Resources
from services.portal.sessions.signed_in import SIGNED_IN, SignedIn
from services.portal.upstream.calls import Upstream
from services.portal.upstream.problems import Absent, NotAllowed, ServiceAway

T = TypeVar("T")


@dataclass(frozen=True)
class Behalf:
    """The services, each called for one person."""

    typing: Upstream
    recognition: Upstream
    objection: Upstream
    notification: Upstream
    support: Upstream


async def on_behalf(request: Request) -> Behalf:
    """For whoever sends the request; a program that has a token of its own calls the services itself."""
    resources: Resources = request.app.state.resources
    signed_in: SignedIn | None = request.scope.get(SIGNED_IN)
    token = signed_in.token if signed_in else request.headers.get("authorization", "").removeprefix("Bearer ")
    services = (
        resources.typing,
        resources.recognition,
        resources.objection,
        resources.notification,
        resources.support,
    )
    return Behalf(*(one.as_(token) for one in services))


BehalfDep = Annotated[Behalf, Depends(on_behalf)]


@dataclass(frozen=True)
class Part(Generic[T]):
    """A part of a page: what was read, or why there is nothing."""

    value: T | None = None
    complaint: str = ""


async def part(reading: Awaitable[T]) -> Part[T]:
    """What a service answers; that it is away, knows nothing or does not let this person see it is said in its part."""
    try:
        return Part(await reading)
    except ServiceAway as away:
        return Part(complaint=f"{away.service}服务暂时查不到，其他内容不受影响。请过一会儿刷新本页。")
    except NotAllowed:
        return Part(complaint="您的角色不看这一部分。")
    except Absent:
        return Part()


async def parts(**readings: Awaitable[object]) -> Mapping[str, Any]:
    """Several, read together: parts by their names, as the template calls them."""
    read = await asyncio.gather(*(part(one) for one in readings.values()))
    return dict(zip(readings, read, strict=True))
