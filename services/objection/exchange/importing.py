"""Objections that were filed at the directory: each is taken once, with the instant of filing there.

A row is a transaction of its own; the cursor goes on when a whole page is in. What cannot be taken (late, no such
year) is kept with its reason and answered with it; what cannot be read is kept by its number and shown to officers.
"""

import datetime as dt
import hashlib
import re
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.exchange import repository as exchange_repository
from services.objection.exchange.domain import Intake
from services.objection.exchange.models import ExchangedObjection
from services.objection.exchange.peer import DirectoryPeer, PeerObjection
from services.objection.filing.contested import find_contested_surely
from services.objection.filing.domain import Target
from services.objection.filing.order import FilingOrder
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

RECEIPT_PATTERN = re.compile(r"[A-Za-z0-9-]{1,60}")
DIRECTORY = Caller(subject="directory", roles=frozenset({Role.SYSTEM}), region="")
"""Who files what was filed at the directory."""


async def import_objections(resources: Resources, peer: DirectoryPeer, directory: str, region: str) -> int:
    """Read the directory from where reading ended before; how many rows were new."""
    new = 0
    while True:
        async with resources.database.transaction() as session:
            cursor = await exchange_repository.cursor_of(session, directory)
        page = await peer.page(cursor)
        for row in page.rows:
            new += await import_row(resources, row, region)
        async with resources.database.transaction() as session:
            await exchange_repository.save_cursor(session, directory, page.next)
        if not page.more or page.next == cursor:
            return new


async def import_row(resources: Resources, row: dict[str, Any], region: str) -> bool:
    """Take one row in; False for one that was taken before."""
    try:
        wanted = PeerObjection.model_validate(row)
    except ValidationError as error:
        return await _note_unreadable(resources, row, region, error)
    async with resources.database.transaction() as session:
        if await exchange_repository.is_known(session, wanted.receipt):
            return False
    try:
        async with resources.database.transaction() as session:
            filed = await _file(session, resources, wanted)
            intake = Intake.JOINED if filed.joined else Intake.TAKEN
            _add(session, wanted.receipt, filed.objection.county, intake, objection=filed)
    except ServiceError as refusal:
        async with resources.database.transaction() as session:
            _add(session, wanted.receipt, wanted.county or region, Intake.REFUSED, reason=refusal.detail)
    return True


async def _file(session: AsyncSession, resources: Resources, wanted: PeerObjection) -> Filed:
    """File for the operator, whom the directory has identified; a name and a contact are kept sealed."""
    target = Target(wanted.against, wanted.uscc, year=wanted.year, county=wanted.county)
    identity = Identity(wanted.name, wanted.contact) if wanted.name and wanted.contact else None
    order = FilingOrder(target, (Ground(GroundKind.OTHER, OTHER),), statement_of(wanted), identity)
    contested = await find_contested_surely(session, target)
    ref = contested.operator_ref
    if ref is not None:
        keys = [operator_key(ref)]
    elif identity is not None:
        keys = list(named_keys(resources.settings.vault_keys, identity))
    else:
        keys = [f"directory:{wanted.receipt}"]
    at = min(wanted.filed_at.astimezone(dt.UTC), clock.now())
    return await take(session, resources, order, DIRECTORY, at, contested, Objecting(FiledBy.DIRECTORY, ref, keys))


def statement_of(wanted: PeerObjection) -> str:
    """What the objector wrote; a text that holds somebody's number stays where it was written."""
    if not wanted.statement or personal_pattern_in(wanted.statement) is not None:
        return f"异议内容见省名录异议申诉模块，回执号 {wanted.receipt}（原文为空，或含有证件号码、电话，没有复制）。"
    return wanted.statement


async def _note_unreadable(resources: Resources, row: dict[str, Any], region: str, error: ValidationError) -> bool:
    """Keep which fields of which row cannot be read, not what they hold."""
    said = row.get("receipt")
    digest = hashlib.sha256(repr(sorted(row.items(), key=str)).encode()).hexdigest()[:40]
    receipt = said if isinstance(said, str) and RECEIPT_PATTERN.fullmatch(said) else f"unreadable-{digest}"
    fields = "、".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})) or "整行"
    async with resources.database.transaction() as session:
        if await exchange_repository.is_known(session, receipt):
            return False
        _add(session, receipt, region, Intake.UNREADABLE, reason=f"这些栏目缺少或格式不对：{fields}")
    return True


def _add(
    session: AsyncSession,
    receipt: str,
    region: str,
    intake: Intake,
    *,
    objection: Filed | None = None,
    reason: str | None = None,
) -> None:
    session.add(
        ExchangedObjection(
            peer_receipt=receipt,
            objection_id=objection.objection.id if objection else None,
            region=region,
            intake=intake,
            reason=reason,
            try_at=clock.now(),
        )
    )
