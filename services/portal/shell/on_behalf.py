"""`OnBehalfDep`: the services, called for whoever is signed in. They decide what that person may see and do."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.portal.resources import ResourcesDep
from services.portal.upstream.calls import Upstream


@dataclass(frozen=True)
class OnBehalf:
    """Clients with the person's token."""

    typing: Upstream
    recognition: Upstream
    objection: Upstream
    notification: Upstream


async def on_behalf(request: Request, resources: ResourcesDep) -> OnBehalf:
    """With the token that `identify` has checked: the session's, which the middleware has put there."""
    token = request.headers.get("authorization", "").partition(" ")[2]
    return OnBehalf(
        resources.typing.as_(token),
        resources.recognition.as_(token),
        resources.objection.as_(token),
        resources.notification.as_(token),
    )


OnBehalfDep = Annotated[OnBehalf, Depends(on_behalf)]
