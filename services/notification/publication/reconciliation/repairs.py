"""Repairs: what a system lacks or holds otherwise is sent again as it is now, what it holds too much is taken back.

A repair is ordered on the differences themselves, at once for any number of them; the worker then makes their rows
wait, some thousands at a time, and the next round says whether it helped.
"""

from collections.abc import Collection

import structlog
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.peers.peer import CONCEALED
from services.notification.publication.reconciliation.domain import DifferenceKind
from services.notification.publication.reconciliation.metrics import NOT_REPAIRED
from services.notification.publication.reconciliation.models import PublicationReconciliation
from services.notification.publication.records.domain import Urgency, canonical, content_digest
from services.notification.publication.records.service import want_again
from services.notification.publication.systems import Kind, System
from shared import clock
from shared.contracts.payload import Region, Uscc, has_form

log = structlog.get_logger()

AT_ONCE = 2000
FOUND = (
    "system = :system AND last_round = :number AND state = 'open' AND closed_at IS NULL AND difference = ANY(:kinds)"
)
COUNT = text(f"SELECT count(*) FROM publication_difference WHERE {FOUND}")
ORDER = text(
    f"""
    UPDATE publication_difference SET state = 'repairing', acted_by = NULL, acted_at = :now, reason = NULL,
        sent_at = NULL, version = version + 1
    WHERE {FOUND}
    """
)
TAKE = text(
    """
    SELECT d.id, d.kind, d.region, d.key, d.uscc, d.difference, d.their_version, r.version AS our_version
    FROM publication_difference d LEFT JOIN publication_record r ON r.kind = d.kind AND r.key = d.key
    WHERE d.system = :system AND d.state = 'repairing' AND d.sent_at IS NULL AND d.closed_at IS NULL
    ORDER BY d.id LIMIT :limit FOR UPDATE OF d SKIP LOCKED
    """
)
OPEN_AGAIN = text(
    """
    UPDATE publication_difference SET state = 'open', reason = :reason, version = version + 1 WHERE id = ANY(:ids)
    """
)
NOT_REPAIRABLE = "对方登载的代码、地区或修订号不合规范，平台不能据此重报或撤下，请与对方的管理单位核实。"
PERSONS_NUMBER = "对方用个人号码作为记录的编号，平台不保存这样的编号，不能请对方撤下，请与对方的管理单位核实。"
NO_ROW = "这条记录已不再向该系统上报，没有可以重新上报的内容；仍不一致的，下次对账会再列出。"
FURTHEST_AHEAD = 1_000_000
"""Versions count a record's changes. What is further ahead of ours was made up; taken over, it would leave none."""
OVERTAKE = text(
    """
    WITH raised AS (
        UPDATE publication_record r SET version = n.version + 1
        FROM unnest(CAST(:kind AS text[]), CAST(:key AS text[]), CAST(:version AS bigint[])) AS n(kind, key, version)
        WHERE r.kind = n.kind AND r.key = n.key AND n.version >= r.version
        RETURNING r.kind, r.key, r.version
    )
    UPDATE publication_row w SET wanted_version = raised.version FROM raised
    WHERE w.system = :system AND w.kind = raised.kind AND w.key = raised.key
    """
)
"""A system that holds our version with another content, or a later one (our database was restored from a backup), must
not take what is sent for something that it has already.
"""
UNKNOWN_RECORDS = text(
    """
    INSERT INTO publication_record (kind, key, uscc, region, version, revision, removed, content, digest, changed_at)
    SELECT n.kind, n.key, n.uscc, n.region, coalesce(n.version, 0) + 1, NULL, true, CAST(:content AS jsonb), :digest,
        CAST(:now AS timestamptz)
    FROM unnest(CAST(:kind AS text[]), CAST(:key AS text[]), CAST(:uscc AS text[]), CAST(:region AS text[]),
        CAST(:version AS bigint[])) AS n(kind, key, uscc, region, version)
    ORDER BY n.kind, n.key
    ON CONFLICT (kind, key) DO NOTHING
    """
)
ROWLESS = text(
    """
    INSERT INTO publication_row (system, kind, key, uscc, region, acknowledged_region, state, urgency, wanted_version,
        wanted_at, outside)
    SELECT :system, r.kind, r.key, r.uscc, n.region, n.region, 'waiting', :urgency, r.version,
        CAST(:now AS timestamptz), NOT r.removed AND NOT starts_with(r.region, coalesce(s.scope, ''))
    FROM unnest(CAST(:kind AS text[]), CAST(:key AS text[]), CAST(:region AS text[])) AS n(kind, key, region)
    JOIN publication_record r ON r.kind = n.kind AND r.key = n.key
    LEFT JOIN publication_scope s ON s.system = :system
    ORDER BY r.kind, r.key
    ON CONFLICT (system, kind, key) DO NOTHING
    """
)
"""A row for what the system holds and has none: a removal at this system alone where the record is gone, or is in a
region that the system is not sent. The region is the one that the system has shown it in.
"""
WITHOUT_ROW = text(
    """
    SELECT d.id FROM publication_difference d
    WHERE d.id = ANY(:ids) AND NOT EXISTS (
        SELECT FROM publication_row w WHERE w.system = d.system AND w.kind = d.kind AND w.key = d.key)
    """
)
SENT = text("UPDATE publication_difference SET sent_at = :now, version = version + 1 WHERE id = ANY(:ids)")


async def order_repairs(
    session: AsyncSession, a_round: PublicationReconciliation, kinds: Collection[DifferenceKind], most: int
) -> int:
    """What is repaired without an officer after a round; nothing where it found more than so many: then the system's
    answer may be wrong, and an officer looks first. Returns how many.
    """
    values = {"system": a_round.system.value, "number": a_round.number, "kinds": [kind.value for kind in kinds]}
    found = int((await session.execute(COUNT, values)).scalar_one())
    if not 0 < found <= most:
        return 0
    await session.execute(ORDER, values | {"now": clock.now()})
    return found


async def send_ordered(session: AsyncSession, system: System) -> int:
    """Makes the rows of ordered repairs wait, so many at once; returns how many."""
    taken = (await session.execute(TAKE, {"system": system.value, "limit": AT_ONCE})).mappings().all()
    if not taken:
        return 0
    now, repairable = clock.now(), [one for one in taken if _obstacle(one) is None]
    extra = [one for one in repairable if one["difference"] == DifferenceKind.EXTRA]
    if extra:
        await _take_back(session, system, extra)
    newer = [one for one in repairable if one["their_version"] is not None]
    if newer:
        await session.execute(OVERTAKE, _columns(newer, "kind", "key", "version") | {"system": system.value})
    await want_again(session, system, [(Kind(one["kind"]), one["key"]) for one in repairable])
    gone = set(await session.scalars(WITHOUT_ROW, {"ids": [one["id"] for one in repairable]}))
    await session.execute(SENT, {"now": now, "ids": [one["id"] for one in repairable if one["id"] not in gone]})
    left = {one["id"]: reason for one in taken if (reason := _obstacle(one)) is not None} | dict.fromkeys(gone, NO_ROW)
    for reason in set(left.values()):
        ids = [one for one, its_reason in left.items() if its_reason == reason]
        log.warning("differences_not_repairable", system=system.value, count=len(ids))
        NOT_REPAIRED.labels(system).inc(len(ids))
        await session.execute(OPEN_AGAIN, {"ids": ids, "reason": reason})
    return len(taken)


def _obstacle(difference: RowMapping) -> str | None:
    """Why a repair can lead nowhere, in words for officers; None where it may. What a system holds too much must have
    a key that we know and be a region's, and a household's where it names one, or nobody could be told that it is gone;
    a version must be one that we can come to.
    """
    theirs, uscc = difference["their_version"], difference["uscc"]
    if difference["key"].startswith(CONCEALED):
        return PERSONS_NUMBER
    if theirs is not None and theirs - (difference["our_version"] or 0) > FURTHEST_AHEAD:
        return NOT_REPAIRABLE
    if difference["difference"] != DifferenceKind.EXTRA:
        return None
    sayable = has_form(Region, difference["region"]) and (uscc is None or has_form(Uscc, uscc))
    return None if sayable else NOT_REPAIRABLE


async def _take_back(session: AsyncSession, system: System, extra: list[RowMapping]) -> None:
    """What the system holds and we do not know gets a record that is removed; what has no row, a row for this system
    alone. What has both is sent again.
    """
    columns = _columns(extra, "kind", "key", "uscc", "region", "version")
    empty = {"content": canonical({}).decode(), "digest": content_digest({}), "now": clock.now()}
    await session.execute(UNKNOWN_RECORDS, columns | empty)
    told = {name: columns[name] for name in ("kind", "key", "region")}
    values = {"system": system.value, "urgency": int(Urgency.URGENT), "now": clock.now()}
    await session.execute(ROWLESS, told | values)


def _columns(rows: list[RowMapping], *names: str) -> dict[str, list[object]]:
    found = {name: name if name != "version" else "their_version" for name in names}
    return {name: [row[column] for row in rows] for name, column in found.items()}
