"""The national base of legal persons (国家法人库), with which the copy of households is compared: read page by page.

    GET {url}/entities?region=4101&after=…   Authorization: Bearer …
    → {"entities": [{"tyshxydm", "mc", "djzt", "xzqh", "clrq"}], "next": "…" | null}

`region` is a region's code without trailing zeros, `after` and `next` are codes of households. A proposal, as
docs/national-systems.md says.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import httpx
import orjson
import stamina

from services.notification.peer_urls import PeerUrl, parse_peer
from services.notification.publication.peers.http_calls import LARGEST_ANSWER, connection_of
from services.notification.publication.peers.peer import PeerUnavailableError, PeerUnreadableError
from services.notification.settings import NotificationSettings

STATES: Final = {"1": "在营", "2": "注销", "3": "吊销", "4": "迁出", "5": "转型为企业"}
"""Codes of 登记状态"""


@dataclass(frozen=True)
class RegisteredEntity:
    """A household as the base has it. `state`: one of the values of `STATES`; `established_on`: None where unknown."""

    uscc: str
    name: str
    state: str
    region: str
    established_on: dt.date | None


@dataclass(frozen=True)
class EntityPage:
    """Households in the order of their codes; `after`: where to go on, None at the end."""

    entities: Sequence[RegisteredEntity]
    after: str | None


class LegalPersonBase:
    """The base over HTTP."""

    def __init__(self, url: PeerUrl) -> None:
        self._url, self._client = url, connection_of(url)
        self._headers = {
            "Authorization": f"Bearer {url.secret.get_secret_value()}",
            "X-App-Id": url.user,
        }

    async def entities(self, region: str, after: str | None) -> EntityPage:
        """Households of a region behind a code; PeerUnavailableError, PeerUnreadableError."""
        query = {"region": region, "limit": str(self._url.page)} | ({"after": after} if after else {})
        try:
            async for attempt in stamina.retry_context(
                on=(httpx.TransportError, PeerUnavailableError),
                attempts=3,
                wait_initial=0.1,
                wait_max=2.0,
                wait_jitter=0.1,
            ):
                with attempt:
                    answer = await self._client.get(f"{self._url.base}/entities", params=query, headers=self._headers)
                    if not answer.is_success:
                        raise PeerUnavailableError(f"http-{answer.status_code}")
        except httpx.TransportError as error:
            raise PeerUnavailableError(type(error).__name__) from None
        if len(answer.content) > LARGEST_ANSWER:
            raise PeerUnreadableError("answer-too-large")
        return _page(answer.content, after or "")

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()


def legal_person_base_of(settings: NotificationSettings) -> LegalPersonBase | None:
    """The base, if one is set; whoever asks closes it."""
    url = settings.legal_person_base
    return None if url is None else LegalPersonBase(parse_peer(url))


def _page(content: bytes, after: str) -> EntityPage:
    try:
        told = orjson.loads(content)
        entities = [_entity(one) for one in told["entities"]]
        behind = told["next"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PeerUnreadableError("a page that is not as the interface says") from error
    codes = [after, *(one.uscc for one in entities)]
    if any(earlier >= later for earlier, later in pairwise(codes)):
        raise PeerUnreadableError("households that are not in order")
    if behind is not None and (not entities or behind != codes[-1]):
        raise PeerUnreadableError("a page that does not lead on")
    return EntityPage(entities, behind)


def _entity(told: dict[str, Any]) -> RegisteredEntity:
    established = told.get("clrq")
    return RegisteredEntity(
        uscc=str(told["tyshxydm"]),
        name=str(told["mc"]),
        state=STATES[told["djzt"]],
        region=str(told["xzqh"]),
        established_on=dt.date.fromisoformat(established) if established else None,
    )
