"""The join of all feeds into one wide row per household, as one SELECT.

Read from the connection, for every delivered feed:
- `accepted_<feed>`: its accepted rows, one per key, typed (money in fen);
- `rejected_keys_<feed>(uscc, year)`, optional: households with a rejected row are unknown to that feed
  (year NULL: for every year);
- `covered_<feed>(region)`, optional: the region prefixes that were delivered (of a yearly feed: for the year before
  the as-of date's). Outside them a household without a row is unknown. Without the relation the feed covers everyone.

A feed that was not delivered makes its facts unknown for all. Households established after the as-of date are left
out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb

from services.typing.engine.duckdb_connection import column_names, relation_names, sql_literal
from services.typing.engine.snapshot_columns import (
    FEED_COLUMNS,
    REGISTRATION_COLUMNS,
    SUSPENSION_FILINGS,
    FeedColumns,
    SnapshotColumn,
)

REGISTRATION = "registration"


class MissingRelation(LookupError):
    """A feed is declared as delivered, but the connection holds no accepted rows of it."""


@dataclass(frozen=True)
class FeedRelations:
    """`region` narrows to households below a prefix; `needed` to some facts (None: all of them)."""

    con: duckdb.DuckDBPyConnection
    delivered: frozenset[str]
    names: frozenset[str]
    as_of: date
    region: str
    needed: frozenset[str] | None

    @property
    def day(self) -> str:
        """The as-of date as SQL."""
        return f"DATE {sql_literal(self.as_of.isoformat())}"

    @property
    def last_year(self) -> int:
        """The year that yearly figures must be about."""
        return self.as_of.year - 1

    def facts(self, feed: FeedColumns) -> list[SnapshotColumn]:
        """The feed's facts that are needed."""
        return [fact for fact in feed.facts if self.needed is None or fact.name in self.needed]

    def is_limited(self, feed: FeedColumns) -> bool:
        """Whether the feed covers some regions only."""
        return feed.feed in self.delivered and f"covered_{feed.feed}" in self.names


def inspect_relations(
    con: duckdb.DuckDBPyConnection,
    delivered: Collection[str],
    as_of: date,
    *,
    region: str = "",
    needed: Collection[str] | None = None,
) -> FeedRelations:
    """Inspect the relations of the connection; MissingRelation when a delivered feed's rows are not there."""
    names = relation_names(con)
    for feed in (REGISTRATION, *delivered):
        if f"accepted_{feed}" not in names:
            raise MissingRelation(f"accepted_{feed}")
    return FeedRelations(con, frozenset(delivered), names, as_of, region, None if needed is None else frozenset(needed))


def feed_query(relations: FeedRelations, feed: FeedColumns) -> str:
    """SELECT uscc, the needed facts, `present` (true): a row for each household that the feed has facts about.

    A household with a rejected row has NULL facts. Where the feed covers everyone, a row that says nothing else than
    a missing one would is left out: joining few rows is quicker.
    """
    facts = relations.facts(feed)
    computed = ", ".join(f"({fact.row.format(d=relations.day)})::{fact.type} AS {fact.name}" for fact in facts)
    rows = f"SELECT *, true AS present FROM (SELECT uscc, {computed} FROM ({_feed_rows(relations, feed)}) f) f"
    conditions = []
    if relations.needed is not None and not relations.is_limited(feed):
        telling = (f"{fact.name} IS DISTINCT FROM {fact.absent}" for fact in facts)
        conditions.append(f"({' OR '.join(telling)})")
    if not _has_rejected_keys(relations, feed):
        return _where(rows, conditions)
    keys = f"SELECT DISTINCT uscc FROM rejected_keys_{feed.feed}"
    keys += f" WHERE year IS NULL OR year = {relations.last_year}" if feed.yearly else ""
    conditions.append(f"NOT EXISTS (FROM ({keys}) k WHERE k.uscc = f.uscc)")
    unknown = ", ".join(f"NULL::{fact.type}" for fact in facts)
    return f"{_where(rows, conditions)} UNION ALL SELECT uscc, {unknown}, true FROM ({keys})"


def _where(query: str, conditions: list[str]) -> str:
    return f"{query} WHERE {' AND '.join(conditions)}" if conditions else query


def _feed_rows(relations: FeedRelations, feed: FeedColumns) -> str:
    """The feed's rows that count, at most one a household, with every column a fact may name."""
    if feed.feed == "suspension":
        return SUSPENSION_FILINGS.format(d=relations.day)
    relation = f"accepted_{feed.feed}"
    missing = feed.optional - column_names(relations.con, relation)
    extra = "".join(f", NULL AS {name}" for name in sorted(missing))
    year = f" WHERE year = {relations.last_year}" if feed.yearly else ""
    return f"SELECT *{extra} FROM {relation}{year}"


def _has_rejected_keys(relations: FeedRelations, feed: FeedColumns) -> bool:
    relation = f"rejected_keys_{feed.feed}"
    if relation not in relations.names:
        return False
    return bool(relations.con.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchall())


def households_query(relations: FeedRelations) -> str:
    """SELECT of one row per household, in no particular order: every column of the snapshot, or the needed facts."""
    _create_coverage_table(relations)
    selected, joins = _household_columns(relations), ["accepted_registration r"]
    for feed in FEED_COLUMNS:
        facts = relations.facts(feed)
        if feed.feed not in relations.delivered:
            selected += [f"NULL::{fact.type} AS {fact.name}" for fact in facts]
        elif facts:
            selected += _feed_facts(relations, feed)
            joins.append(f"LEFT JOIN ({feed_query(relations, feed)}) {feed.feed} ON r.uscc = {feed.feed}.uscc")
    if any(relations.is_limited(feed) for feed in FEED_COLUMNS):
        joins.append("LEFT JOIN region_coverage coverage ON r.region_code = coverage.region_code")
    condition = f"{_in_region(relations)} AND {_established(relations)}"
    return f"SELECT {', '.join(selected)} FROM {' '.join(joins)} WHERE {condition}"


def left_out(relations: FeedRelations) -> int:
    """How many households are not typed because they were established after the as-of date."""
    condition = f"{_in_region(relations)} AND NOT ({_established(relations)})"
    query = f"SELECT count(*) FROM accepted_registration r WHERE {condition}"
    ((count,),) = relations.con.execute(query).fetchall()
    return int(count)


def _household_columns(relations: FeedRelations) -> list[str]:
    """The registration's columns; an empty `seasonal` means no, the pseudonym is optional."""
    there = column_names(relations.con, "accepted_registration")
    columns = {name: f"r.{name}" if name in there else "NULL" for name, _ in REGISTRATION_COLUMNS}
    columns["seasonal"] = f"coalesce({columns['seasonal']}, false)"
    return [f"{columns[name]}::{kind} AS {name}" for name, kind in REGISTRATION_COLUMNS]


def _feed_facts(relations: FeedRelations, feed: FeedColumns) -> list[str]:
    """The feed's facts: from its row, else what a missing row means, else unknown."""
    facts = []
    for fact in relations.facts(feed):
        absent = fact.absent
        if relations.is_limited(feed) and absent != "NULL":
            absent = f"CASE WHEN coverage.{feed.feed} THEN {absent} END"
        name = f"{feed.feed}.{fact.name}"
        facts.append(f"CASE WHEN {feed.feed}.present THEN {name} ELSE {absent} END AS {fact.name}")
    return facts


def _established(relations: FeedRelations) -> str:
    return f"r.established_on <= {relations.day}"


def _in_region(relations: FeedRelations) -> str:
    return f"starts_with(r.region_code, {sql_literal(relations.region)})" if relations.region else "true"


def _create_coverage_table(relations: FeedRelations) -> None:
    """Table `region_coverage`: for every region of a household, which feeds with a coverage cover it."""
    covered = ", ".join(
        f"EXISTS (SELECT 1 FROM covered_{feed.feed} c WHERE starts_with(r.region_code, c.region)) AS {feed.feed}"
        for feed in FEED_COLUMNS
        if relations.is_limited(feed)
    )
    if covered:
        relations.con.execute(
            f"CREATE OR REPLACE TEMP TABLE region_coverage AS SELECT r.region_code, {covered} "
            "FROM (SELECT DISTINCT region_code FROM accepted_registration) r"
        )
