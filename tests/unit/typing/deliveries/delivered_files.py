"""Deliveries in memory, and as the files that receipt would have stored."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from services.typing.deliveries.domain import AcceptedDelivery
from tests.unit.typing.deliveries.replay import ReplayedDelivery, Row, region, registration

A, B, STRANGER = "92" + "A" * 16, "92" + "B" * 16, "92" + "Z" * 16
SCHEMAS: dict[str, list[tuple[str, pa.DataType]]] = {
    "registration": [("uscc", pa.string()), ("name", pa.string()), ("region_code", pa.string())],
    "tax": [("uscc", pa.string()), ("year", pa.int32()), ("tax_paid", pa.int64())],
    "suspension": [("uscc", pa.string()), ("filed_on", pa.int32()), ("until", pa.int64())],
    "credit": [("uscc", pa.string()), ("abnormal", pa.int64())],
}

KEY_SCHEMA: list[tuple[str, pa.DataType]] = [("uscc", pa.string()), ("year", pa.int32())]


def write_deliveries(directory: Path, deliveries: Sequence[ReplayedDelivery]) -> list[AcceptedDelivery]:
    """The deliveries as files, with the moves that receipt would have counted."""
    return [write_delivery(directory, deliveries, number) for number in range(1, len(deliveries) + 1)]


def write_delivery(directory: Path, deliveries: Sequence[ReplayedDelivery], number: int) -> AcceptedDelivery:
    delivery = deliveries[number - 1]
    accepted, keys = directory / f"{number}.parquet", directory / f"{number}-keys.parquet"
    pq.write_table(pa.Table.from_pylist(list(delivery.rows), pa.schema(SCHEMAS[delivery.feed])), accepted)
    rejected = [{"uscc": uscc, "year": year} for uscc, year in delivery.rejected]
    pq.write_table(pa.Table.from_pylist(rejected, pa.schema(KEY_SCHEMA)), keys)
    before = registration(deliveries[: number - 1]).rows if delivery.feed == "registration" else {}
    moved = sum(
        1
        for row in delivery.rows
        if row["uscc"] in before and not region(before[str(row["uscc"])][1]).startswith(delivery.region)
    )
    return AcceptedDelivery(number, delivery.feed, delivery.region, delivery.year, delivery.full, accepted, keys, moved)


def registration_delivery(*households: tuple[str, str], region: str = "4101", full: bool = True) -> ReplayedDelivery:
    rows: tuple[Row, ...] = tuple({"uscc": u, "name": u[-1], "region_code": code} for u, code in households)
    return ReplayedDelivery("registration", region, None, full, rows)


def tax_delivery(
    *payers: tuple[str, int],
    region: str = "4101",
    year: int = 2024,
    full: bool = True,
    rejected: tuple[tuple[str, int | None], ...] = (),
) -> ReplayedDelivery:
    rows = tuple({"uscc": u, "year": year, "tax_paid": fen} for u, fen in payers)
    return ReplayedDelivery("tax", region, year, full, rows, rejected)


BOTH = registration_delivery((A, "410102"), (B, "410103"))
