"""What officers do about reconciliation: order a round, have differences repaired, decide to leave them, sign."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.reconciliation import repository
from services.notification.publication.reconciliation.domain import (
    DIFFERENCE_STATES,
    DifferenceKind,
    DifferenceState,
    RoundState,
    daily_round_due,
    report_digest,
)
from services.notification.publication.reconciliation.models import (
    PublicationDifference,
    PublicationReconciliation,
    PublicationReconciliationCounty,
)
from services.notification.publication.reconciliation.problems import (
    DailyRoundFirst,
    DifferenceClosed,
    DifferenceNotFound,
    KindNotHeld,
    OtherNumber,
    ReportSigned,
    RoundNotDone,
    RoundNotFound,
    RoundUnderWay,
    SignerNameless,
    SignerTookPart,
    SystemNotConnected,
    TooManyWithdrawals,
    WithdrawalNeedsApprover,
)
from services.notification.publication.reconciliation.repository import DifferenceQuery
from services.notification.publication.systems import KINDS_OF, SYSTEM_LABELS, Kind, System
from shared import clock
from shared.database.row_scope import beyond_region
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.etag import check_match
from shared.platform.identity import Caller, OutsideRegion, Role
from shared.platform.lookups import or_404
from shared.platform.scope import PROVINCE_DIGITS

PAGE = 5000
COUNTY_FIGURES = ("ours", "theirs", "our_digest", "their_digest", "missing", "extra", "older", "different", "left_out")


async def order_round(
    session: AsyncSession,
    system: System,
    kind: Kind | None,
    region: str,
    caller: Caller,
    *,
    connected: Collection[System],
    daily_at: dt.time | None,
) -> PublicationReconciliation:
    """A round of one kind or of all, which the worker makes now. `connected`: the systems that can be asked;
    `daily_at`: once it is that time nobody's round goes before the daily one.
    """
    if system not in connected:
        raise SystemNotConnected
    if kind is not None and kind not in KINDS_OF[system]:
        raise KindNotHeld
    due = daily_round_due(clock.now(), daily_at) if daily_at is not None else None
    if due is not None and not await repository.has_daily(session, system, due):
        raise DailyRoundFirst
    kinds = [kind] if kind is not None else sorted(KINDS_OF[system])
    made = await repository.order_round(session, system, kinds, region, clock.today(), caller.subject)
    if made is None:
        raise RoundUnderWay
    await audit.record(session, made, caller, "reconciliation:order", {"kinds": made.kinds})
    return made


async def repair(
    session: AsyncSession, difference: uuid.UUID, match: str, reason: str, caller: Caller
) -> PublicationDifference:
    """Send the record again as it is now; or, where the system holds too much, have it taken back."""
    row = await _lock_open(session, difference, match, caller)
    DIFFERENCE_STATES.require(row.state, DifferenceState.REPAIRING)
    row.sent_at = None
    return await _act(session, row, DifferenceState.REPAIRING, reason, caller)


async def decide(
    session: AsyncSession, difference: uuid.UUID, match: str, reason: str, caller: Caller
) -> PublicationDifference:
    """Leave it as it is, for a reason; it is open again as soon as either side changes."""
    row = await _lock_open(session, difference, match, caller)
    DIFFERENCE_STATES.require(row.state, DifferenceState.DECIDED)
    return await _act(session, row, DifferenceState.DECIDED, reason, caller)


async def repair_all(
    session: AsyncSession, query: DifferenceQuery, reason: str, caller: Caller, *, expected: int | None, most: int
) -> int:
    """The same for all open differences that a query names; returns how many. `expected`: how many the caller has
    seen; another number is refused. Records are withdrawn by approvers only, up to `most` at once: a system may show
    what other platforms have put there.
    """
    withdraws = query.difference is DifferenceKind.EXTRA
    if withdraws and Role.APPROVER not in caller.roles:
        raise WithdrawalNeedsApprover
    counted = await repository.order_repair_of_all(session, query, caller.subject, reason)
    found = sum(rows for _, rows in counted)
    if expected is not None and found != expected:
        raise OtherNumber(f"现有 {found} 条待处理，与您写的 {expected} 条不符，没有办理；请重新查看。")
    if withdraws and found > most:
        raise TooManyWithdrawals(f"一次最多请对方撤下 {most} 条，现有 {found} 条；请分地区办理，或逐条办理。")
    named: dict[str, object] = {"system": query.system, "kind": query.kind, "difference": query.difference}
    for region, rows in counted:
        subject = about("publication-differences", region, rows=rows)
        await audit.record(session, subject, caller, "publication-difference:repair", {"reason": reason, **named})
    return found


async def _lock_open(session: AsyncSession, difference: uuid.UUID, match: str, caller: Caller) -> PublicationDifference:
    row = or_404(await repository.lock_difference(session, difference, caller.region), DifferenceNotFound)
    check_match(match, row.version)
    if row.closed_at is not None:
        raise DifferenceClosed
    return row


async def _act(
    session: AsyncSession, row: PublicationDifference, state: DifferenceState, reason: str, caller: Caller
) -> PublicationDifference:
    row.state, row.reason, row.acted_by, row.acted_at = state, reason, caller.subject, clock.now()
    row.version += 1
    await session.flush()
    await audit.record(session, row, caller, f"publication-difference:{state.value}", {"reason": reason})
    return row


async def round_of(
    session: AsyncSession, round_id: uuid.UUID, region: str, *, lock: bool = False
) -> PublicationReconciliation:
    """A round that concerns the region; RoundNotFound."""
    return or_404(await repository.get_round(session, round_id, region, lock=lock), RoundNotFound)


async def report_of(session: AsyncSession, round_id: uuid.UUID, caller: Caller) -> dict[str, Any]:
    """The report of a round, as signed or as it would be now; for those whose region has all its counties."""
    a_round = await round_of(session, round_id, caller.region)
    await _require_whole(session, a_round, caller)
    if a_round.report is not None:
        kept: dict[str, Any] = orjson.loads(a_round.report)
        return kept
    async with beyond_region(session, a_round.region):
        return await _report(session, a_round)


async def sign(session: AsyncSession, round_id: uuid.UUID, match: str, caller: Caller) -> PublicationReconciliation:
    """Sign the report of a round: from then on it is what it was then."""
    a_round = await round_of(session, round_id, caller.region, lock=True)
    await _require_whole(session, a_round, caller)
    if a_round.signed_at is not None:
        raise ReportSigned
    check_match(match, a_round.version)
    if caller.name is None:
        raise SignerNameless
    async with beyond_region(session, a_round.region):
        report = await _report(session, a_round)
        took_part = await repository.acted_in(session, DifferenceQuery(region="", round=a_round), caller.subject)
    if took_part:
        raise SignerTookPart
    a_round.report, a_round.report_digest = report_digest(report)
    a_round.signed_by, a_round.signed_name, a_round.signed_at = caller.subject, caller.name, clock.now()
    a_round.version += 1
    await session.flush()
    await audit.record(session, a_round, caller, "reconciliation:sign", {"digest": a_round.report_digest})
    return a_round


async def _require_whole(session: AsyncSession, a_round: PublicationReconciliation, caller: Caller) -> None:
    """Of the round's region; or a province that has all that the round has found."""
    whole = caller.covers(a_round.region)
    if not whole and len(caller.region) <= PROVINCE_DIGITS:
        whole = await repository.is_inside(session, a_round.id, caller.region)
    if not whole:
        raise OutsideRegion("报告含有您辖区以外的地区，由上级机关查看和签署。")


async def _report(session: AsyncSession, a_round: PublicationReconciliation) -> dict[str, Any]:
    """Figures of every county, differences by kind and state, and a digest over all of them."""
    if a_round.state is not RoundState.DONE or a_round.ended_at is None:
        raise RoundNotDone
    query = DifferenceQuery(region="", round=a_round)
    counted = await repository.counted_by_state(session, query)
    counties = await repository.counties_of(session, a_round.id, "")
    return {
        "reconciliation": str(a_round.id),
        "system": a_round.system.value,
        "system_label": SYSTEM_LABELS[a_round.system],
        "day": a_round.day.isoformat(),
        "kinds": a_round.kinds,
        "region": a_round.region,
        "started_at": a_round.started_at.astimezone(clock.CHINA).isoformat(),
        "ended_at": a_round.ended_at.astimezone(clock.CHINA).isoformat(),
        "counties": [_county_figures(one) for one in counties],
        "differences": [
            {"difference": difference.value, "state": state.value, "rows": rows} for difference, state, rows in counted
        ],
        "differences_digest": await _digest_of_differences(session, query),
    }


def _county_figures(county: PublicationReconciliationCounty) -> dict[str, Any]:
    figures = {name: getattr(county, name) for name in COUNTY_FIGURES}
    return {"kind": county.kind.value, "region": county.region, "state": county.state.value, **figures}


async def _digest_of_differences(session: AsyncSession, query: DifferenceQuery) -> str:
    """SHA-256 over the differences as lines of JSON, by county and id, with who acted and why."""
    whole = hashlib.sha256()
    after: tuple[str, uuid.UUID] | None = None
    while True:
        rows: Sequence[PublicationDifference] = await repository.list_differences(session, query, after, PAGE)
        for row in rows:
            line = (str(row.id), row.kind, row.region, row.key, row.difference, row.state, row.acted_by, row.reason)
            versions = (row.our_version, row.their_version, _hex(row.our_digest), _hex(row.their_digest))
            whole.update(orjson.dumps([*line, *versions]) + b"\n")
        if len(rows) < PAGE:
            return whole.hexdigest()
        after = (rows[-1].region, rows[-1].id)


def _hex(digest: bytes | None) -> str | None:
    return None if digest is None else digest.hex()
