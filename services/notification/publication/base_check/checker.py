"""The worker's side: the base is read page by page in the order of codes, each page compared with our households
between the same two codes. A page, what it found and the place are one transaction: whatever is killed goes on there.
"""

import datetime as dt
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from services.notification.peer_urls import parse_peer
from services.notification.publication.base_check import repository
from services.notification.publication.base_check.domain import CHECK_STATES, CheckState, check_due
from services.notification.publication.base_check.models import PublicationBaseCheck
from services.notification.publication.peers.legal_person_base import EntityPage, legal_person_base_of
from services.notification.publication.peers.peer import PeerUnavailableError, PeerUnreadableError
from services.notification.publication.stepping import step_forever
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from shared.platform.service import WorkerContext
from shared.worker.failpoints import failpoint

log = structlog.get_logger()
EMPTY = "empty"
"""Trouble of a base that has nothing of a region in which we have households: its answer must be wrong."""


class PersonBase(Protocol):
    """What is needed of the base."""

    async def entities(self, region: str, after: str | None) -> EntityPage:
        """Entities of a region behind a code, in the order of codes."""
        ...


@dataclass(frozen=True)
class CheckPace:
    """When checks are made by the calendar, how long one may last, how long until the base is asked again."""

    at: dt.time | None
    days: frozenset[int]
    patience: dt.timedelta
    pause: dt.timedelta


class BaseChecker:
    """Makes checks. `region`: whose entities the base shows us; empty: all."""

    def __init__(self, database: Database, base: PersonBase, pace: CheckPace, region: str = "") -> None:
        self._database, self._base, self._pace, self._region = database, base, pace, region

    async def step(self) -> bool:
        """One page, or one beginning or end; False when there is nothing to do now."""
        now = clock.now()
        async with self._database.transaction() as session:
            check = await repository.next_check(session, now)
            if check is None:
                day = check_due(now, self._pace.at, self._pace.days)
                return day is not None and await repository.order_check(session, self._region, day, None) is not None
        if now - check.started_at > self._pace.patience:
            await self._end(check.id, CheckState.FAILED)
            return True
        try:
            await self._read_page(check)
        except (PeerUnavailableError, PeerUnreadableError) as error:
            await self._wait(check.id, type(error).__name__)
        return True

    async def _read_page(self, check: PublicationBaseCheck) -> None:
        page = await self._base.entities(check.region, check.after or None)
        if page.after is not None and page.after <= check.after:
            raise PeerUnreadableError("a page that does not lead on")
        async with self._database.transaction() as session:
            locked = await repository.lock_check(session, check.id)
            if locked.ended_at is not None or locked.after != check.after:
                return  # another process was faster, since this one lost its lease
            locked.ours += await repository.compare(session, locked, page.entities, page.after)
            locked.theirs += len(page.entities)
            locked.trouble = None
            if page.after is not None:
                locked.after = page.after
            elif locked.ours and not locked.theirs:
                raise PeerUnreadableError(EMPTY)
            else:
                _finish(locked, CheckState.DONE)
        failpoint("base-check.compared")

    async def _wait(self, check: uuid.UUID, trouble: str) -> None:
        log.warning("base_not_read", cause=trouble)
        async with self._database.transaction() as session:
            locked = await repository.lock_check(session, check)
            locked.trouble, locked.next_try_at = trouble, clock.now() + self._pace.pause

    async def _end(self, check: uuid.UUID, state: CheckState) -> None:
        async with self._database.transaction() as session:
            locked = await repository.lock_check(session, check)
            if locked.ended_at is None:
                _finish(locked, state)


def _finish(check: PublicationBaseCheck, state: CheckState) -> None:
    CHECK_STATES.require(check.state, state)
    check.state, check.ended_at = state, clock.now()


def base_check_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None] | None:
    """Checks, forever, in one process at a time; None where no base is set."""
    settings = context.settings
    if settings.legal_person_base is None:
        return None
    region = parse_peer(settings.legal_person_base).region
    return _keep_checking(context.database, settings, region)


async def _keep_checking(database: Database, settings: NotificationSettings, region: str) -> None:
    base = legal_person_base_of(settings)
    assert base is not None  # noqa: S101 - looked at above
    pace = CheckPace(
        at=settings.reconciliation_at,
        days=frozenset(settings.base_check_days),
        patience=dt.timedelta(hours=settings.reconciliation_patience_hours),
        pause=dt.timedelta(seconds=settings.reconciliation_pause),
    )
    try:
        checker = BaseChecker(database, base, pace, region)
        await step_forever(database, settings, "base check", lambda: checker.step, settings.reconciliation_poll)
    finally:
        await base.close()
