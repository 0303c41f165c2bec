"""Rows that wait for their household: those of the other feeds may come before its registration.

Nothing is done when it comes: every run joins the stored rows with the registrations of its day. Here it is only told
which rows of a delivery belong to nobody yet.
"""

from collections.abc import Sequence

import anyio.to_thread
import duckdb
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.domain import REGISTRATION, AcceptedDelivery
from services.typing.deliveries.intake import evidence_of
from services.typing.deliveries.models import Delivery
from services.typing.deliveries.parquet_sql import read_parquet_sql
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import IntakeContext
from shared.platform.deliveries.waiting import WaitingRows


async def list_waiting(session: AsyncSession, intake: IntakeContext, delivery: Delivery, limit: int) -> WaitingRows:
    """The accepted rows of a delivery whose household no registration delivery has ever held. The connection is given
    back before the slot is waited for: many who ask at once leave the others theirs.
    """
    if delivery.feed == REGISTRATION:
        return WaitingRows(0, delivery.received_at, [])
    registered = [
        evidence_of(intake.store, one) for one in await deliveries_repository.registration_deliveries(session)
    ]
    about = evidence_of(intake.store, delivery)
    await session.commit()
    async with intake.slot(delivery.bytes):
        number, rows = await anyio.to_thread.run_sync(_strangers, intake, about, registered, limit)
    names = FEEDS[delivery.feed].key
    return WaitingRows(number, delivery.received_at, [dict(zip(names, row, strict=True)) for row in rows])


def _strangers(
    intake: IntakeContext, delivery: AcceptedDelivery, registered: Sequence[AcceptedDelivery], limit: int
) -> tuple[int, list[tuple[object, ...]]]:
    with intake.store.workspace() as workspace, intake.bench.connect(workspace) as con:
        rows = f"FROM {read_parquet_sql([delivery.accepted])} f WHERE {_not_registered(registered)}"
        ((number,),) = con.execute(f"SELECT count(*) {rows}").fetchall()
        return int(number), _keys(con, FEEDS[delivery.feed].key, rows, limit) if number else []


def _not_registered(registered: Sequence[AcceptedDelivery]) -> str:
    if not registered:
        return "true"
    files = read_parquet_sql(one.accepted for one in registered)
    return f"NOT EXISTS (SELECT 1 FROM {files} r WHERE r.uscc = f.uscc)"


def _keys(con: duckdb.DuckDBPyConnection, key: Sequence[str], rows: str, limit: int) -> list[tuple[object, ...]]:
    columns = ", ".join(f"f.{name}" for name in key)
    return con.execute(f"SELECT {columns} {rows} ORDER BY ALL LIMIT {limit}").fetchall()
