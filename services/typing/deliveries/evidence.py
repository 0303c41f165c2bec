"""The evidence of a run: the rows of all deliveries that count, as the relations that the engine freezes.

For every delivered feed, in the given DuckDB connection:
- ``accepted_<feed>``: the feed's columns as checked on receipt, one row per key; yearly feeds: last year only.
- ``rejected_keys_<feed>(uscc, year)``: households whose facts from this feed are unknown.
- ``covered_<feed>(region)``: prefixes inside which a household without a row is absent rather than unknown; left out
  where that is the whole region: the engine then needs no such table.
A feed without a delivery that concerns region and year has none of them, and no feed has any while no registration is
known: there is no household that a row could belong to.

The rules (contract "Absent is not rejected"): in order of receipt, a later row replaces an earlier one by key; a full
delivery replaces every earlier row inside its coverage; a rejected row in a later delivery makes its key unknown
until a later accepted row of that household, or a later full delivery; only a full delivery says who is absent. To
another year than the declared one a delivery is an increment in any mode. A row counts only for a household
registered inside the delivery's declared region: no region can change another one's evidence. A household's region is
that of its latest registration row, so it moves by being registered elsewhere; its rows in other feeds then count
only where they come from its new region. A replaced row never comes back. Corrections of evidence come last: each
changes its columns of the row that all this leaves (``overlay``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from services.typing.deliveries.domain import (
    REGISTRATION,
    AcceptedDelivery,
    corrections_of,
    covered_prefixes,
    is_yearly,
    standing_deliveries,
    superseding_registrations,
)
from services.typing.deliveries.evidence_plan import FeedPlan
from services.typing.deliveries.parquet_sql import read_parquet_sql
from services.typing.engine.duckdb_connection import relation_names
from shared.feeds.contract.feeds import TYPING_FEEDS
from shared.reference.regions import counties_of


@dataclass(frozen=True)
class Evidence:
    """What was built for ``region``: by feed, the deliveries that bear on it and the prefixes they cover in full.

    A feed that only has corrections has no deliveries: an empty tuple.
    ``uncovered``: counties that no full delivery covers; of registration all that there are, of other feeds those
    that have households.
    """

    region: str
    last_year: int
    sources: dict[str, tuple[AcceptedDelivery, ...]]
    covered: dict[str, tuple[str, ...]]
    uncovered: dict[str, tuple[str, ...]]

    @property
    def delivered(self) -> frozenset[str]:
        """Feeds that have relations."""
        return frozenset(self.sources) if REGISTRATION in self.sources else frozenset()


@dataclass(frozen=True)
class FeedRows:
    """Rows of one feed: ``known`` count for a household of the region, the others are ignored.

    ``unknown``: rows of households that no accepted registration row knows (the contract's `unknown-household`);
    ``outside``: rows of households registered outside the delivery's declared region. Both are counted over
    deliveries inside the region; a wider delivery's other rows belong to other regions. ``by_county``: the known ones.
    """

    known: int
    unknown: int
    outside: int
    by_county: Mapping[str, int] = field(default_factory=dict, compare=False)


def build_evidence(
    con: duckdb.DuckDBPyConnection, deliveries: Sequence[AcceptedDelivery], region: str, last_year: int
) -> Evidence:
    """Builds the relations for ``region`` (a prefix; empty: everywhere), replacing those of an earlier call."""
    standing = {feed: standing_deliveries(deliveries, feed, region, last_year) for feed in TYPING_FEEDS}
    corrected = {feed: corrections_of(deliveries, feed, region, last_year) for feed in TYPING_FEEDS}
    sources = {
        feed: tuple(chosen) for feed, chosen in standing.items() if chosen or (corrected[feed] and feed != REGISTRATION)
    }
    prefixes = {feed: tuple(covered_prefixes(chosen, region)) for feed, chosen in sources.items()}
    drop_relations(con)
    for feed in sources if REGISTRATION in sources else ():
        taking = superseding_registrations(deliveries, standing[feed]) if feed == REGISTRATION else ()
        FeedPlan(con, feed, region, last_year, sources[feed], tuple(taking), corrected[feed]).build()
        if prefixes[feed] != (region,):
            con.execute(
                f"CREATE TEMP TABLE covered_{feed} AS SELECT unnest(?::varchar[]) AS region", [list(prefixes[feed])]
            )
    counties = inhabited_counties(con) if REGISTRATION in sources else ()
    uncovered = {
        feed: uncovered_counties(counties_of(region) if feed == REGISTRATION else counties, prefixes[feed])
        for feed in sources
    }
    return Evidence(region, last_year, sources, prefixes, uncovered)


def inhabited_counties(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The counties that have households, in order."""
    rows = con.execute("SELECT DISTINCT region_code FROM accepted_registration ORDER BY 1").fetchall()
    return tuple(row[0] for row in rows)


def uncovered_counties(counties: Iterable[str], prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """The counties below none of the prefixes."""
    return tuple(county for county in counties if not county.startswith(prefixes or ("-",)))


def count_feed_rows(con: duckdb.DuckDBPyConnection, evidence: Evidence) -> dict[str, FeedRows]:
    """Counts the rows of every delivered feed against the region's households, all in one join."""
    feeds = [feed for feed in evidence.sources if feed != REGISTRATION] if evidence.delivered else []
    counted = dict.fromkeys(evidence.delivered, FeedRows(0, 0, 0))
    if REGISTRATION in counted:
        households = dict(con.execute("SELECT region_code, count(*) FROM accepted_registration GROUP BY 1").fetchall())
        counted[REGISTRATION] = FeedRows(sum(households.values()), 0, 0, households)
    queries = [f"SELECT '{feed}' AS feed, uscc, '' AS coverage FROM accepted_{feed}" for feed in feeds]
    for feed, found in count_against_households(con, queries).items():
        strangers = found.unknown if is_single_delivery(evidence, feed) else 0
        counted[feed] = replace(found, unknown=strangers, outside=0)
    for feed, found in count_against_households(con, delivered_rows_sql(evidence, feeds)).items():
        counted[feed] = replace(counted[feed], unknown=found.unknown, outside=found.outside)
    return {feed: counted[feed] for feed in TYPING_FEEDS if feed in counted}


def count_against_households(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> dict[str, FeedRows]:
    """The rows of all sources by feed."""
    if not sources:
        return {}
    found = con.execute(
        "SELECT f.feed, r.region_code, count(*), count(*) FILTER (NOT starts_with(r.region_code, f.coverage))"
        f" FROM ({' UNION ALL '.join(sources)}) f LEFT JOIN accepted_registration r ON r.uscc = f.uscc GROUP BY 1, 2"
    ).fetchall()
    counted: dict[str, FeedRows] = {}
    for feed, county, rows, outside in found:
        before = counted.get(feed, FeedRows(0, 0, 0))
        if county is None:
            counted[feed] = replace(before, unknown=rows)
        else:
            here = {**before.by_county, county: rows}
            counted[feed] = FeedRows(before.known + rows, before.unknown, before.outside + outside, here)
    return counted


def delivered_rows_sql(evidence: Evidence, feeds: Iterable[str]) -> list[str]:
    """Queries for the rows of feeds that have several deliveries: those of deliveries inside the region."""
    return [
        f"SELECT '{feed}' AS feed, uscc, '{d.region}' AS coverage FROM {read_parquet_sql([d.accepted])} f"
        + (f" WHERE f.year = {evidence.last_year}" if is_yearly(feed) else "")
        for feed in feeds
        if not is_single_delivery(evidence, feed)
        for d in evidence.sources[feed]
        if d.region.startswith(evidence.region)
    ]


def is_single_delivery(evidence: Evidence, feed: str) -> bool:
    """Whether the feed's evidence is one delivery for exactly the region: then no row is hidden from the counts."""
    return len(evidence.sources[feed]) == 1 and evidence.sources[feed][0].region == evidence.region


RELATIONS = {
    "accepted": "VIEW",
    "rejected_keys": "VIEW",
    "covered": "TABLE",
    "intake_deliveries": "TABLE",
    "intake_latest": "TABLE",
    "intake_full_cutoffs": "TABLE",
    "intake_corrections": "TABLE",
    "intake_corrected": "TABLE",
    "intake_mended": "TABLE",
}
"""What `build_evidence` makes for a feed, with the helper tables under it."""


def drop_relations(con: duckdb.DuckDBPyConnection) -> None:
    """Removes the relations of an earlier call."""
    there = relation_names(con)
    for feed in TYPING_FEEDS:
        for name, kind in RELATIONS.items():
            if f"{name}_{feed}" in there:
                con.execute(f"DROP {kind} {name}_{feed}")
