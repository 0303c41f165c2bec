"""A round, step by step, by the worker: the counties of each kind, then page after page of those that differ.

Every step is one call of the system and one transaction after it, so whatever is killed goes on where it was. A system
that cannot be read is tried again until the round has lasted too long.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import product

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.peers.peer import HeldPage, Peer, PeerUnavailableError, PeerUnreadableError
from services.notification.publication.reconciliation import comparing, repository
from services.notification.publication.reconciliation.comparing import Place
from services.notification.publication.reconciliation.domain import (
    ROUND_STATES,
    CountyState,
    DifferenceKind,
    DifferenceState,
    RoundState,
    daily_round_due,
)
from services.notification.publication.reconciliation.metrics import DIFFERENCES, LAST_ROUND
from services.notification.publication.reconciliation.models import (
    PublicationReconciliation,
    PublicationReconciliationCounty,
)
from services.notification.publication.reconciliation.repairs import order_repairs, send_ordered
from services.notification.publication.systems import KINDS_OF, Kind
from shared import clock
from shared.database.connections import Database
from shared.worker.failpoints import failpoint

log = structlog.get_logger()


@dataclass(frozen=True)
class Pace:
    """When the daily round is made (`at`, None: only rounds that officers order), how long it may last, how long until
    a system is asked again; rows acknowledged less than `settle` ago are left out; which kinds of differences are
    repaired without an officer, unless a round has found more than `most_repairs` of them.
    """

    at: dt.time | None
    patience: dt.timedelta
    pause: dt.timedelta
    settle: dt.timedelta
    repairs: frozenset[DifferenceKind]
    most_repairs: int


class Reconciler:
    """Reconciles one system. `region`: the region of our records that it holds; empty: all."""

    def __init__(self, database: Database, peer: Peer, pace: Pace, region: str = "") -> None:
        self._database, self._peer, self._pace, self._region = database, peer, pace, region

    async def step(self) -> bool:
        """One unit of work; False when there is nothing to do now."""
        async with self._database.transaction() as session:
            if await send_ordered(session, self._peer.system):
                return True
            a_round = await repository.open_round(session, self._peer.system)
            if a_round is None:
                return await self._begin_daily(session)
        if a_round.next_try_at > clock.now():
            return False
        if a_round.state is not RoundState.ORDERED and clock.now() - a_round.started_at > self._pace.patience:
            await self._end(a_round.id, RoundState.FAILED)
            return True
        try:
            await self._go_on(a_round)
        except (PeerUnavailableError, PeerUnreadableError) as error:
            await self._wait(a_round, type(error).__name__)
        return True

    async def _begin_daily(self, session: AsyncSession) -> bool:
        day = daily_round_due(clock.now(), self._pace.at) if self._pace.at is not None else None
        if day is None:
            return False
        kinds = sorted(KINDS_OF[self._peer.system])
        return await repository.order_round(session, self._peer.system, kinds, self._region, day, None) is not None

    async def _go_on(self, a_round: PublicationReconciliation) -> None:
        if a_round.state is RoundState.ORDERED:
            await self._start(a_round.id)
            return
        kind = next((Kind(one) for one in a_round.kinds if one not in a_round.planned), None)
        if kind is not None:
            await self._plan(a_round, kind)
            return
        async with self._database.reading() as session:
            county = await repository.next_county(session, a_round.id)
        if county is None:
            await self._end(a_round.id, RoundState.DONE)
        elif county.state is CountyState.READ:
            await self._judge(a_round, county)
        else:
            await self._read_page(a_round, county)

    async def _start(self, round_id: uuid.UUID) -> None:
        async with self._database.transaction() as session:
            a_round = await repository.lock_round(session, round_id)
            if a_round.state is RoundState.ORDERED:
                a_round.state, a_round.started_at = RoundState.COMPARING, clock.now()

    async def _plan(self, a_round: PublicationReconciliation, kind: Kind) -> None:
        """Both sides' counts and digests by county. Ours are read after theirs: what is acknowledged in between makes a
        county look different, and it is read row by row.
        """
        theirs = await self._peer.summaries(kind)
        async with self._database.transaction() as session:
            locked = await repository.lock_round(session, a_round.id)
            if locked.ended_at is None and kind.value not in locked.planned:
                await comparing.plan_counties(session, locked, kind, theirs, clock.now())
                locked.planned = [*locked.planned, kind.value]
                locked.trouble = None
        failpoint("reconciliation.planned")

    async def _read_page(self, a_round: PublicationReconciliation, county: PublicationReconciliationCounty) -> None:
        """The next page of what the system holds. What another process has read meanwhile, since this one lost its
        lease, is dropped.
        """
        since = county.since or clock.now() - self._pace.settle
        page = await self._peer.held(county.kind, county.region, county.after)
        if page.after is not None and page.after == county.after:
            raise PeerUnreadableError("the pages lead nowhere")
        place = Place(a_round, county.kind, county.region)
        async with self._database.transaction() as session:
            if not await repository.note_page(session, county, since, page.after):
                return
            await self._keep(session, place, page)
        failpoint("reconciliation.page-kept")

    async def _judge(self, a_round: PublicationReconciliation, county: PublicationReconciliationCounty) -> None:
        """Compares a county. Where the pages held less or more than the system says it has, before or after, records
        would be claimed to be missing that are there: it is read again.
        """
        place = Place(a_round, county.kind, county.region)
        assert county.since is not None  # noqa: S101 - set with its first page
        async with self._database.reading() as session:
            read = await comparing.count_held(session, place)
        if read != county.theirs:
            now_there = await self._count_there(county.kind, county.region)
            if not min(county.theirs, now_there) <= read <= max(county.theirs, now_there):
                async with self._database.transaction() as session:
                    await comparing.read_again(session, place, now_there)
                raise PeerUnreadableError("its pages hold another number of records than it says")
        async with self._database.transaction() as session:
            await comparing.judge(session, place, county.since, clock.now())
        failpoint("reconciliation.compared")

    async def _count_there(self, kind: Kind, region: str) -> int:
        found = [one.records for one in await self._peer.summaries(kind) if one.region == region]
        return found[0] if found else 0

    async def _keep(self, session: AsyncSession, place: Place, page: HeldPage) -> None:
        try:
            await comparing.keep_held(session, place, page.records)
        except ValueError as error:
            raise PeerUnreadableError("a digest that is none") from error

    async def _wait(self, a_round: PublicationReconciliation, trouble: str) -> None:
        log.warning("system_not_read", system=a_round.system, cause=trouble)
        async with self._database.transaction() as session:
            locked = await repository.lock_round(session, a_round.id)
            locked.trouble, locked.next_try_at = trouble, clock.now() + self._pace.pause

    async def _end(self, round_id: uuid.UUID, state: RoundState) -> None:
        async with self._database.transaction() as session:
            a_round = await repository.lock_round(session, round_id)
            if a_round.ended_at is not None:
                return
            ROUND_STATES.require(a_round.state, state)
            a_round.state, a_round.ended_at = state, clock.now()
            a_round.version += 1
            await comparing.forget_held(session, round_id)
            if state is RoundState.DONE:
                a_round.trouble = None
                await order_repairs(session, a_round, self._pace.repairs, self._pace.most_repairs)
            left = await repository.still_there(session, a_round.system)
        for kind, its_state in product(DifferenceKind, DifferenceState):
            DIFFERENCES.labels(a_round.system, kind, its_state).set(left.get((kind, its_state), 0))
        if state is RoundState.DONE:
            LAST_ROUND.labels(a_round.system).set(clock.now().timestamp())
        log.info("reconciled", system=a_round.system, state=state, differences=sum(left.values()))
