"""The national base of legal persons (国家法人库), with which the copy of households is compared: read page by page.

    GET {url}/entities?region=4101&after=…   Authorization: Bearer …
    → {"entities": [{"tyshxydm", "mc", "djzt", "xzqh", "clrq"}], "next": "…" | null}

`region` is a region's code without trailing zeros, `after` and `next` are codes of households. A proposal, as
docs/national-systems.md says.
"""

import asyncio
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import orjson
import stamina

from services.notification.peer_urls import PeerUrl, parse_peer
from services.notification.publication.peers.http_calls import LOST, connection_of, content_of
from services.notification.publication.peers.peer import PeerUnavailableError, PeerUnreadableError
from services.notification.publication.peers.turns import OwnTurns
from services.notification.publication.peers.wire import LONGEST_USCC, is_somebodys, text_in
from services.notification.settings import NotificationSettings

STATES: Final = {"1": "在营", "2": "注销", "3": "吊销", "4": "迁出", "5": "转型为企业"}
"""Codes of 登记状态; any other is told as it is, and so as a difference"""
LONGEST_REGION: Final = 12
"""Digits of a region, of which the first six are the county's"""


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
        self._turns = OwnTurns(url.per_second)
        self._headers = {
            "Authorization": f"Bearer {url.secret.get_secret_value()}",
            "X-App-Id": url.user,
        }

    async def entities(self, region: str, after: str | None) -> EntityPage:
        """Households of a region behind a code; PeerUnavailableError, PeerUnreadableError."""
        query = {"region": region, "limit": str(self._url.page)} | ({"after": after} if after else {})
        try:
            async for attempt in stamina.retry_context(
                on=(*LOST, PeerUnavailableError),
                attempts=3,
                wait_initial=0.1,
                wait_max=2.0,
                wait_jitter=0.1,
            ):
                with attempt:
                    content = await self._asked(query)
        except LOST as error:
            raise PeerUnavailableError(type(error).__name__) from None
        return _page(content, after or "")

    async def _asked(self, query: Mapping[str, str]) -> bytes:
        """One answer, whole within the time that the address says, however slowly it comes."""
        await self._turns.wait()
        async with asyncio.timeout(self._url.timeout * 2):
            path = f"{self._url.base}/entities"
            async with self._client.stream("GET", path, params=query, headers=self._headers) as answer:
                if not answer.is_success:
                    raise PeerUnavailableError(f"http-{answer.status_code}")
                return await content_of(answer)

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
    known = [one for one in entities if not is_somebodys(one.uscc)]  # what is a person's number is no household's
    if behind is not None and is_somebodys(behind):  # where to go on is kept
        if not known:
            raise PeerUnreadableError("a page of nothing but persons' numbers")
        behind = known[-1].uscc
    return EntityPage(known, behind)


def _entity(told: dict[str, Any]) -> RegisteredEntity:
    established = told.get("clrq")
    return RegisteredEntity(
        uscc=text_in(told["tyshxydm"], LONGEST_USCC),
        name=told["mc"].replace("\0", ""),
        state=STATES.get(told["djzt"]) or f"代码{_short(told['djzt'])}",
        region=text_in(told["xzqh"], LONGEST_REGION),
        established_on=dt.date.fromisoformat(established) if established else None,
    )


def _short(code: object) -> str:
    if not isinstance(code, str) or not re.fullmatch(r"[0-9A-Za-z]{1,8}", code):
        raise TypeError("not a code")
    return code
