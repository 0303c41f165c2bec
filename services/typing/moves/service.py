"""A household's own county decides whether it moves. Confirmed, its row counts from then on, as a delivery of one row,
and HouseholdChanged is told; refused, nothing has ever changed.
"""

import uuid
from pathlib import Path

import anyio.to_thread
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER, HOUSEHOLD_CHANGED_STREAM
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.domain import REGISTRATION, MoveState
from services.typing.deliveries.models import Delivery, PendingMove
from services.typing.deliveries.service import decided_move_event
from services.typing.moves.domain import MOVES, may_decide
from services.typing.moves.problems import DelivererOfMove, HouseholdElsewhere, LosingCountyDecides
from shared import clock
from shared.feeds.validation.rejects import COLUMNS
from shared.file_store import Store
from shared.platform import audit
from shared.platform.identity import Caller
from shared.reference.regions import region_name

ANNOUNCED = ("uscc", "name", "region_code", "status", "operator_ref", "industry_code", "established_on")
"""What HouseholdChanged says of the row."""


async def decide_move(
    session: AsyncSession, store: Store, move: PendingMove, caller: Caller, *, confirmed: bool, reason: str
) -> None:
    """Decides a move, which is locked together with the registration feed. 403 for any bureau but that of the county
    that loses the household and their common superiors, and for who delivered the row.
    """
    if not may_decide(caller.region, losing=move.from_region, gaining=move.to_region):
        county = region_name(move.from_region) or move.from_region
        raise LosingCountyDecides(f"这一户登记在{county}，由{county}或两地共同的上级确认。")
    if caller.subject == move.delivered_by:
        raise DelivererOfMove
    target = MoveState.CONFIRMED if confirmed else MoveState.REFUSED
    MOVES.require(move.state, target)
    move.state, move.decided_by, move.decided_at, move.reason = target, caller.subject, clock.now(), reason
    move.version += 1
    details = {"confirmed": confirmed, "reason": reason, "operator_changes": move.operator_changes}
    if confirmed:
        details["counted"] = str(await count_move(session, store, move, caller))
    await ANNOUNCER.announce(session, decided_move_event(move), subject=move.uscc, actor=caller.subject)
    await audit.record(session, move, caller, "move:decide", details)


async def count_move(session: AsyncSession, store: Store, move: PendingMove, caller: Caller) -> uuid.UUID:
    """The row that was set aside, as a delivery of its own that comes after all others."""
    source = await session.get_one(Delivery, move.delivery_id)
    if source.pending_file is None:
        raise HouseholdElsewhere
    files = await anyio.to_thread.run_sync(store_move, store, store.path(source.pending_file), move.uscc)
    delivery = Delivery(
        id=uuid.uuid4(),
        feed=REGISTRATION,
        bureau=move.bureau,
        region=move.to_region,
        mode="incremental",
        sha256=files["accepted_file"],
        channel="move",
        format="parquet",
        rows=1,
        accepted=1,
        rejected=0,
        flagged=0,
        moved_in=1,
        changed=1,
        revision=await ANNOUNCER.next_revision(session),
        received_by=caller.subject,
        received_on=clock.today(),
        received_at=clock.now(),
        bytes=0,
        warnings=[],
        **files,
    )
    await deliveries_repository.add_delivery(session, delivery)
    await HOUSEHOLD_CHANGED_STREAM.register(session, delivery.id, 1)
    return delivery.id


def store_move(store: Store, pending: Path, uscc: str) -> dict[str, str]:
    """The files of a delivery that holds one household's row, durable on return. HouseholdElsewhere without the row.
    Blocking.
    """
    row = pq.read_table(pending, filters=[("uscc", "=", uscc)])
    if row.num_rows != 1:
        raise HouseholdElsewhere
    changes = row.select(list(ANNOUNCED)).rename_columns(
        ["region" if name == "region_code" else name for name in ANNOUNCED]
    )
    rejects: dict[str, pa.DataType] = dict.fromkeys(COLUMNS, pa.string())
    keys: dict[str, pa.DataType] = {"uscc": pa.string(), "year": pa.int32()}
    tables = {
        "accepted_file": row,
        "changes_file": changes,
        "rejects_file": pa.schema(rejects).empty_table(),
        "rejected_keys_file": pa.schema(keys).empty_table(),
    }
    files = {}
    with store.workspace() as workspace:
        for name, table in tables.items():
            pq.write_table(table, workspace / name)
            files[name] = store.keep(workspace / name)
    return files
