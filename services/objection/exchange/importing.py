"""Objections that were filed at the directory: each is taken once, with the instant of filing there.

A row is a transaction of its own; the cursor goes on when a whole page is in. What cannot be taken (late, no such
year) is kept with its reason and answered with it; what cannot be read is kept by its number and shown to officers.

What cannot be taken yet (the household has not been heard of and the row names no county; the objector's last one is
being closed; an error of ours) is refused by nobody: its row waits, what comes behind it is read all the same, and the
cursor stays before it, so that the next round reads it again.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.exchange import repository as exchange_repository
from services.objection.exchange.domain import Intake
from services.objection.exchange.models import ExchangedObjection
from services.objection.exchange.peer import DirectoryPeer, PeerObjection
from services.objection.filing.contested import find_contested_surely
from services.objection.filing.domain import Target
from services.objection.filing.order import FilingOrder
from services.objection.filing.problems import CountyMissing, DecidedAlready, FilingUnderWay
from services.objection.filing.service import Filed, Objecting, take
from services.objection.objections.domain import FiledBy, Ground
from services.objection.objectors.identities import Identity, named_keys, operator_key
from services.objection.resources import Resources
from services.objection.rules.domain import GroundKind
from services.objection.rules.grounds import OTHER
from shared import clock
from shared.platform.errors import ServiceError
from shared.platform.identity import Caller, Role
from shared.reference.personal_patterns import personal_pattern_in
from shared.worker.transient import is_transient

log = structlog.get_logger()

NOT_YET = (CountyMissing, FilingUnderWay, DecidedAlready)
"""Refusals that pass by themselves."""
RECEIPT_PATTERN = re.compile(r"[A-Za-z0-9-]{1,60}")


@dataclass(frozen=True)
class Source:
    """Where something was filed: who files it here, by which way, and its Chinese name."""

    caller: Caller
    filed_by: FiledBy
    label: str


DIRECTORY = Source(
    Caller(subject="directory", roles=frozenset({Role.SYSTEM}), region=""), FiledBy.DIRECTORY, "省名录异议申诉模块"
)


async def import_objections(resources: Resources, peer: DirectoryPeer, directory: str, region: str) -> int:
    """Read the directory from where reading ended before; how many rows were new."""
    new, waiting = 0, False
    async with resources.database.transaction() as session:
        cursor = await exchange_repository.cursor_of(session, directory)
    while True:
        page = await peer.page(cursor)
        for row in page.rows:
            intake = await import_row(resources, row, region)
            new += intake is not None and intake is not Intake.WAITING
            waiting = waiting or intake is Intake.WAITING
        if not waiting:
            async with resources.database.transaction() as session:
                await exchange_repository.save_cursor(session, directory, page.next)
        if not page.more or page.next == cursor:
            return new
        cursor = page.next


async def import_row(resources: Resources, row: dict[str, Any], region: str) -> Intake | None:
    """Take one row in: what came of it, None for one that was taken before."""
    try:
        wanted = PeerObjection.model_validate(row)
    except ValidationError as error:
        return await _note_unreadable(resources, row, region, error)
    async with resources.database.transaction() as session:
        if await exchange_repository.is_settled(session, wanted.receipt):
            return None
    place = wanted.county or region
    try:
        async with resources.database.transaction() as session:
            filed = await file_for_operator(session, resources, wanted, DIRECTORY)
            intake = Intake.JOINED if filed.joined else Intake.TAKEN
            await _keep(session, wanted.receipt, filed.objection.county, intake, objection=filed)
            return intake
    except ServiceError as refusal:
        intake = Intake.WAITING if isinstance(refusal, NOT_YET) else Intake.REFUSED
        async with resources.database.transaction() as session:
            await _keep(session, wanted.receipt, place, intake, reason=refusal.detail)
        return intake
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("directory_row_failed", receipt=wanted.receipt)
        async with resources.database.transaction() as session:
            await _keep(session, wanted.receipt, place, Intake.WAITING, reason="处理出错，稍后再试")
        return Intake.WAITING


async def file_for_operator(
    session: AsyncSession, resources: Resources, wanted: PeerObjection, source: Source
) -> Filed:
    """File for the operator, whom the source has identified; a name and a contact are kept sealed."""
    target = Target(wanted.against, wanted.uscc, year=wanted.year, county=wanted.county)
    identity = Identity(wanted.name, wanted.contact) if wanted.name and wanted.contact else None
    order = FilingOrder(target, (Ground(GroundKind.OTHER, OTHER),), statement_of(wanted, source), identity)
    contested = await find_contested_surely(session, target)
    ref = contested.operator_ref
    if ref is not None:
        keys = [operator_key(ref)]
    elif identity is not None:
        keys = list(named_keys(resources.settings.vault_keys, identity))
    else:
        keys = [f"{source.caller.subject}:{wanted.receipt}"]
    at = min(wanted.filed_at.astimezone(dt.UTC), clock.now())
    return await take(session, resources, order, source.caller, at, contested, Objecting(source.filed_by, ref, keys))


def statement_of(wanted: PeerObjection, source: Source) -> str:
    """What the objector wrote; a text that holds somebody's number stays where it was written."""
    if not wanted.statement or personal_pattern_in(wanted.statement) is not None:
        return f"异议内容见{source.label}，回执号 {wanted.receipt}（原文为空，或含有证件号码、电话，没有复制）。"
    return wanted.statement


async def _note_unreadable(
    resources: Resources, row: dict[str, Any], region: str, error: ValidationError
) -> Intake | None:
    """Keep which fields of which row cannot be read, not what they hold."""
    said = row.get("receipt")
    digest = hashlib.sha256(repr(sorted(row.items(), key=str)).encode()).hexdigest()[:40]
    receipt = said if isinstance(said, str) and RECEIPT_PATTERN.fullmatch(said) else f"unreadable-{digest}"
    fields = "、".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})) or "整行"
    async with resources.database.transaction() as session:
        if await exchange_repository.is_settled(session, receipt):
            return None
        await _keep(session, receipt, region, Intake.UNREADABLE, reason=f"这些栏目缺少或格式不对：{fields}")
    return Intake.UNREADABLE


async def _keep(
    session: AsyncSession,
    receipt: str,
    region: str,
    intake: Intake,
    *,
    objection: Filed | None = None,
    reason: str | None = None,
) -> None:
    row = ExchangedObjection(
        peer_receipt=receipt,
        objection_id=objection.objection.id if objection else None,
        region=region,
        intake=intake,
        reason=reason,
        try_at=clock.now(),
    )
    await exchange_repository.save_row(session, row)
