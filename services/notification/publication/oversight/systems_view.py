"""How far each system is: its counts, batches, pace and cut-offs, put together."""

from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.sending import stuck_after
from services.notification.publication.oversight import repository
from services.notification.publication.oversight.domain import Punctuality, expected_end, rate_of
from services.notification.publication.oversight.repository import LEFT
from services.notification.publication.oversight.schemas import (
    BatchView,
    CutOffView,
    KindCount,
    MissingStandardView,
    SystemView,
    kinds_of,
)
from services.notification.publication.oversight.watching import SYSTEM as WITH_CUT_OFF, cut_offs
from services.notification.publication.peers.connections import peer_urls_of
from services.notification.publication.systems import KINDS_OF, SYSTEM_LABELS, Kind, System
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.row_scope import beyond_region

CONNECTIONS: Mapping[str, str] = {"interface": "已连接接口", "files": "以文件上报", "none": "未连接"}


def batch_views(settings: NotificationSettings) -> Callable[[PublicationBatch], BatchView]:
    """How batches are shown now."""
    due, urls = clock.now() - stuck_after(settings), peer_urls_of(settings)
    by_file = {system for system, url in urls.items() if url.files_only}
    return lambda batch: BatchView.of(batch, None if batch.system in by_file else due)


async def systems_of(session: AsyncSession, settings: NotificationSettings, region: str) -> list[SystemView]:
    """Every system, those that are not connected too."""
    now, urls = clock.now(), peer_urls_of(settings)
    here = await repository.tallied(session, region)
    runs = await repository.runs_in(session, region, clock.today().year)
    async with beyond_region(session):  # a system takes what waits in its order, whatever the region
        everywhere = await repository.tallied(session, "") if region else here
        oldest = {system: await repository.oldest_waiting(session, system) for system in System}
        stands = await cut_offs(session, settings, runs)
    missing = [MissingStandardView.of(one) for one in await repository.missing_standards(session, region)]
    view, found = batch_views(settings), []
    for system in System:
        url = urls.get(system)
        connection = "none" if url is None else "files" if url.files_only else "interface"
        batches = await repository.open_batches(session, system, region)
        rate = rate_of(await repository.last_ended(session, system))
        left = sum(rows for (one, _, state), rows in everywhere.items() if one is system and state in LEFT)
        views = [view(one) for one in batches]
        found.append(
            SystemView(
                system=system,
                system_label=SYSTEM_LABELS[system],
                connection=connection,
                connection_label=CONNECTIONS[connection],
                kinds=[KindCount.of(system, kind, here) for kind in kinds_of(system)],
                oldest_waiting_at=oldest[system],
                open_batches=views,
                trouble_words=next((one.trouble_words for one in views if one.trouble_words is not None), None),
                rate=rate,
                expected_end=expected_end(left, rate, now),
                cut_offs=[CutOffView.of(one) for one in stands] if system is WITH_CUT_OFF else [],
                late=system is WITH_CUT_OFF and any(one.punctuality is Punctuality.LATE for one in stands),
                standards_missing=missing if Kind.TYPING_STANDARD in KINDS_OF[system] else [],
            )
        )
    return found
