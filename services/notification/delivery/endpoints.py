"""`/v1/messages`: what is on its way and what failed, by region; `/v1/receipts`: call-backs of the providers."""

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.notification.channels.gateway import RECEIPTS_TAKEN, Provider
from services.notification.channels.providers import providers_of
from services.notification.delivery import repository as delivery_repository, service as delivery_service
from services.notification.delivery.problems import MessageNotFound, ProviderNotFound, ReceiptsTooLarge
from services.notification.delivery.schemas import CountView, MessageQuery, MessageView, ReplayBody
from services.notification.resources import ResourcesDep
from shared import clock
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["messages"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
LARGEST = 2**20
"""Bytes of one call-back"""


@router.get("/messages", summary="在途和未送达的消息")
async def list_messages(
    session: SessionDep, caller: Reader, query: Annotated[MessageQuery, Query()]
) -> Page[MessageView]:
    """Of the region: in one state, at one provider, on one channel."""
    page = query.page(str, uuid.UUID)
    wanted = delivery_repository.Wanted(caller.region, query.state, query.provider, query.channel)
    rows = await delivery_repository.list_messages(session, wanted, page.after, page.wanted)
    return page.of(rows, MessageView.of, lambda row: (row[0].region, row[0].id))


@router.get("/messages/counts", summary="在途和未送达的消息数")
async def count_messages(session: SessionDep, caller: Reader) -> list[CountView]:
    """Of the region, by state, channel and provider."""
    return [CountView.of(row) for row in await delivery_repository.count_messages(session, caller.region)]


@router.post("/messages/{message_id}/replay", summary="重新发送未送达的消息")
async def replay(
    message_id: uuid.UUID,
    body: ReplayBody,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> MessageView:
    """Once more, under a new key. One whose result nobody knows needs `may_repeat`."""
    row = or_404(await delivery_repository.get_in_region(session, message_id, caller.region), MessageNotFound)
    hours = resources.settings.replay_hours
    await delivery_service.replay(session, row[0], caller, body.reason, may_repeat=body.may_repeat, hours=hours)
    return MessageView.of(row)


@router.post("/receipts/{provider}", summary="发送服务商的回执")
async def take_receipts(
    provider: str,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    _caller: Annotated[Caller, anyone()],
    secret: Annotated[str, Query(max_length=200)] = "",
) -> Mapping[str, object]:
    """Receipts of a provider, who shows the secret that is set for it. They are stored; the worker applies them."""
    found = or_404(_providers(request, resources).get(provider), ProviderNotFound)
    receipts = found.read_receipts(secret, await _body(request))
    await delivery_repository.keep_receipts(session, provider, receipts, clock.now())
    return RECEIPTS_TAKEN


def _providers(request: Request, resources: ResourcesDep) -> Mapping[str, Provider]:
    """The application's providers by name, opened when first asked for. Reading a call-back opens no connection, so
    nothing is to be closed.
    """
    state = request.app.state
    if not hasattr(state, "providers"):
        state.providers = {one.name: one for some in providers_of(resources.settings).values() for one in some}
    known: Mapping[str, Provider] = state.providers
    return known


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise ReceiptsTooLarge
    return body
