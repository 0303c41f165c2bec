"""Events of typing and recognition, as the publisher hears them, and what is wanted of the systems then."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.handlers import BULK_HANDLERS, CORRECTION_HANDLERS, URGENT_HANDLERS
from services.notification.resources import Resources
from shared.contracts.payload import Payload
from shared.contracts.recognition import RecognitionGranted, RecognitionStatePayload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.messaging.dispatch import Handlers
from shared.messaging.events import Event, new_event
from shared.messaging.inbox import not_applied_before
from shared.platform.service import BatchEventHandler
from tests.integration.notification.notification_client import COUNTY, RUN, NotificationClient, uscc

RECOGNITION = uuid.UUID("7f7e4a42-3b1c-4d2e-9f10-0a1b2c3d4e5f")


def typed(kind: str = "growth", revision: int = 1, number: int = 1, **changed: Any) -> HouseholdTyped:
    """A household's type."""
    values: dict[str, Any] = {
        "uscc": uscc(number),
        "name": f"测试商户{number}号",
        "region": COUNTY,
        "operator_ref": None,
        "type": kind,
        "previous_type": None,
        "year": 2026,
        "run": RUN,
        "revision": revision,
    }
    return HouseholdTyped(**(values | changed))


def changed(revision: int, number: int = 1, **values: Any) -> HouseholdChanged:
    """A household's register entry."""
    entry: dict[str, Any] = {
        "uscc": uscc(number),
        "name": f"测试商户{number}号",
        "region": COUNTY,
        "status": "registered",
        "operator_ref": None,
        "revision": revision,
    }
    return HouseholdChanged(**(entry | values))


def recognition(
    kind: type[RecognitionStatePayload], revision: int, number: int = 1, **changed: Any
) -> RecognitionStatePayload:
    """A state of the household's recognition."""
    values: dict[str, Any] = {
        "recognition": RECOGNITION,
        "uscc": uscc(number),
        "region": COUNTY,
        "category": "quality",
        "operator_ref": None,
        "valid_until": dt.date(2029, 11, 19),
        "revision": revision,
    }
    if kind is RecognitionGranted:
        values |= {"granted_on": dt.date(2026, 11, 20), "benefits_from": dt.date(2027, 1, 1)}
    return kind(**(values | changed))


@dataclass
class Publisher:
    """The publisher's consumer, and its tables."""

    office: NotificationClient

    async def hear(self, *said: Payload) -> None:
        """Apply events as the consumer does: together."""
        await self.hear_events([new_event(one, subject=_subject(one), source="/typing") for one in said])

    async def hear_events(self, events: Sequence[Event]) -> None:
        """Apply events in their envelopes."""
        resources = self.office.resources
        heard = {**BULK_HANDLERS, **CORRECTION_HANDLERS, **URGENT_HANDLERS}
        handlers = Handlers({}, {kind: partial(_handled, handle, resources) for kind, handle in heard.items()})
        async with resources.database.transaction() as session:
            await handlers.handle(session, await not_applied_before(session, "publication", events))

    async def records(self, kind: str = "type") -> list[Any]:
        """The records of a kind, by key."""
        return await self.office.sql("select * from publication_record where kind = $1 order by key", kind)

    async def record(self, kind: str = "type") -> Any:
        """The only one of a kind."""
        [one] = await self.records(kind)
        return one

    async def rows(self, kind: str = "type") -> list[Any]:
        """The rows of a kind, by system and key."""
        return await self.office.sql("select * from publication_row where kind = $1 order by system, key", kind)

    async def execute(self, statement: str) -> None:
        """Change the tables as another part of the publisher would."""
        async with self.office.resources.database.transaction() as session:
            await session.execute(text(statement))

    async def acknowledged(self) -> None:
        """All systems have taken everything, as a batch leaves it."""
        await self.execute(
            """
            update publication_row w set state = 'acknowledged', sent_version = wanted_version, batch_id = null,
                acknowledged_version = wanted_version, acknowledged_at = now(), acknowledged_region = w.region,
                acknowledged_digest = case when r.removed or w.outside then null else r.digest end
            from publication_record r where r.kind = w.kind and r.key = w.key
            """
        )


def _subject(payload: Payload) -> str:
    return str(getattr(payload, "uscc", None) or getattr(payload, "region"))  # noqa: B009 - of any payload


async def _handled(
    handle: BatchEventHandler[Resources], resources: Resources, session: AsyncSession, events: Sequence[Event]
) -> None:
    await handle(session, events, resources)
