"""Corrections as evidence, in every run and for one household: what the objection corrected, and nothing else.

A run reads them beside the bureaus' deliveries (`correction_delivery`), and lays the corrected columns over the row
that stands without them (`services.typing.deliveries.overlay`). All other columns follow the bureau: a household that
is deregistered, moves to another county or gets another operator after its date of establishment was corrected is
deregistered, elsewhere, or of that operator, with the corrected date. One that the register no longer holds is gone,
whatever was corrected of it; where another bureau has no row of the household, the corrected columns are all that is
known. When a household is typed again, the facts of
its corrected feeds are computed anew by the run's own code, from the deliveries that the run could read, but for this
household alone (`facts_of_feeds`).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from services.typing.corrections.models import EvidenceCorrection
from services.typing.deliveries.domain import REGISTRATION, AcceptedDelivery
from services.typing.deliveries.evidence import build_evidence
from services.typing.engine.household_join import households_query, inspect_relations
from services.typing.engine.snapshot_columns import FEED_COLUMNS, REGISTRATION_COLUMNS
from shared.feeds.intake.context import FileChecker
from shared.file_store import Store

FACTS_OF_FEED: Mapping[str, tuple[str, ...]] = {
    REGISTRATION: tuple(name for name, _ in REGISTRATION_COLUMNS if name not in ("uscc", "region_code")),
    **{feed.feed: tuple(fact.name for fact in feed.facts) for feed in FEED_COLUMNS},
}
"""The snapshot's columns that come from each feed; where a household is registered stays as the run has it."""


def correction_delivery(store: Store, correction: EvidenceCorrection, region: str) -> AcceptedDelivery:
    """A correction as a delivery for the evidence of ``region``: it is about one household, wherever in it."""
    return AcceptedDelivery(
        sequence=correction.number,
        feed=correction.feed,
        region=region,
        year=correction.year,
        full=False,
        accepted=store.path(correction.accepted_file or ""),
        rejected_keys=store.path(correction.rejected_keys_file or ""),
        corrected=tuple(correction.columns),
    )


@dataclass(frozen=True)
class HouseholdEvidence:
    """What a household's facts are computed from: its row of the run's snapshot, and deliveries of ``feeds``,
    corrections among them; of registration all deliveries, where it is one of ``feeds``.
    """

    household: Mapping[str, object]
    as_of: dt.date
    region: str
    feeds: frozenset[str]
    deliveries: Sequence[AcceptedDelivery]

    @property
    def narrowed(self) -> str:
        """The region to build evidence for: the household's county, or the run's where the register itself is read."""
        return self.region if REGISTRATION in self.feeds else str(self.household["region_code"])


def facts_of_feeds(bench: FileChecker, evidence: HouseholdEvidence) -> dict[str, object] | None:
    """The snapshot's columns that come from these feeds, computed anew; None when the household would not be typed on
    that day. Blocking: run it in a thread.
    """
    names = [name for feed in FACTS_OF_FEED if feed in evidence.feeds for name in FACTS_OF_FEED[feed]]
    with bench.store.workspace() as workspace, bench.connect(workspace) as con:
        deliveries = list(evidence.deliveries)
        if REGISTRATION not in evidence.feeds:
            deliveries.append(registration_of(evidence, workspace))
        built = build_evidence(con, deliveries, evidence.narrowed, evidence.as_of.year - 1)
        row = household_row(con, built.delivered, evidence, names)
    return None if row is None else dict(zip(names, row, strict=True))


def household_row(
    con: duckdb.DuckDBPyConnection, delivered: Collection[str], evidence: HouseholdEvidence, names: Sequence[str]
) -> tuple[object, ...] | None:
    """The columns of the household in the join that makes snapshots."""
    relations = inspect_relations(con, delivered, evidence.as_of)
    query = f"SELECT {', '.join(names)} FROM ({households_query(relations)}) h WHERE h.uscc = ?"
    rows = con.execute(query, [evidence.household["uscc"]]).fetchall()
    return rows[0] if rows else None


def registration_of(evidence: HouseholdEvidence, workspace: Path) -> AcceptedDelivery:
    """The household's own registration, as the snapshot has it, in place of the register."""
    path, keys = workspace / "household.parquet", workspace / "no-keys.parquet"
    row = {name: [evidence.household[name]] for name, _ in REGISTRATION_COLUMNS}
    pq.write_table(pa.table({name: _typed(name, values) for name, values in row.items()}), path)
    pq.write_table(pa.table({"uscc": pa.array([], pa.string()), "year": pa.array([], pa.int32())}), keys)
    return AcceptedDelivery(0, REGISTRATION, evidence.narrowed, None, True, path, keys)


ARROW_TYPES = {"VARCHAR": pa.string(), "DATE": pa.date32(), "BOOLEAN": pa.bool_()}
COLUMN_TYPES = dict(REGISTRATION_COLUMNS)


def _typed(name: str, values: list[object]) -> "pa.Array[Any]":
    return pa.array(values, ARROW_TYPES[COLUMN_TYPES[name]])
