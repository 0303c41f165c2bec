"""What a DuckDB connection holds of the delivered feeds, and each feed's facts by household.

Read from the connection, for every feed that was delivered:
- `accepted_<feed>`: its good rows, one per key, typed (money in fen);
- `rejected_keys_<feed>(uscc, year)`, optional: whoever has a rejected row there is unknown to that feed
  (year NULL: for every year);
- `covered_<feed>(region)`, optional: the region prefixes that were delivered (of a yearly feed: for the year
  before the as-of date's). Outside them a household without a row is unknown. Without the relation the feed
  covers everyone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb

from services.typing.engine.duck import columns_of, literal, relations
from services.typing.engine.facts import SUSPENSION_FILINGS, Fact, FeedFacts

REGISTRATION = "registration"


class MissingRelation(LookupError):
    """A feed is said to be delivered, but the connection holds no accepted rows of it."""


@dataclass(frozen=True)
class Evidence:
    """`region` narrows to households below a prefix; `wanted` to some facts (None: all of them)."""

    con: duckdb.DuckDBPyConnection
    delivered: frozenset[str]
    relations: frozenset[str]
    as_of: date
    region: str
    wanted: frozenset[str] | None

    @property
    def day(self) -> str:
        """The as-of date as SQL."""
        return f"DATE {literal(self.as_of.isoformat())}"

    @property
    def last_year(self) -> int:
        """The year that yearly figures must be about."""
        return self.as_of.year - 1

    def facts(self, feed: FeedFacts) -> list[Fact]:
        """The feed's facts that are wanted."""
        return [fact for fact in feed.facts if self.wanted is None or fact.name in self.wanted]

    def is_limited(self, feed: FeedFacts) -> bool:
        """Whether the feed covers some regions only."""
        return feed.feed in self.delivered and f"covered_{feed.feed}" in self.relations


def evidence(
    con: duckdb.DuckDBPyConnection,
    delivered: Collection[str],
    as_of: date,
    *,
    region: str = "",
    wanted: Collection[str] | None = None,
) -> Evidence:
    """Look at what the connection holds; MissingRelation when a delivered feed's rows are not there."""
    found = relations(con)
    for feed in (REGISTRATION, *delivered):
        if f"accepted_{feed}" not in found:
            raise MissingRelation(f"accepted_{feed}")
    return Evidence(con, frozenset(delivered), found, as_of, region, None if wanted is None else frozenset(wanted))


def feed_query(known: Evidence, feed: FeedFacts) -> str:
    """SELECT uscc, the wanted facts, `present` (true): a row for each household of which the feed says something.

    A household with a rejected row has NULL facts. Where the feed covers everyone, a row that says nothing else than
    a missing one would is left out: joining few rows is quicker.
    """
    facts = known.facts(feed)
    computed = ", ".join(f"({fact.row.format(d=known.day)})::{fact.type} AS {fact.name}" for fact in facts)
    rows = f"SELECT *, true AS present FROM (SELECT uscc, {computed} FROM ({_source(known, feed)}) f) f"
    conditions = []
    if known.wanted is not None and not known.is_limited(feed):
        telling = (f"{fact.name} IS DISTINCT FROM {fact.absent}" for fact in facts)
        conditions.append(f"({' OR '.join(telling)})")
    if not _has_rejected_keys(known, feed):
        return _where(rows, conditions)
    keys = f"SELECT DISTINCT uscc FROM rejected_keys_{feed.feed}"
    keys += f" WHERE year IS NULL OR year = {known.last_year}" if feed.yearly else ""
    conditions.append(f"NOT EXISTS (FROM ({keys}) k WHERE k.uscc = f.uscc)")
    unknown = ", ".join(f"NULL::{fact.type}" for fact in facts)
    return f"{_where(rows, conditions)} UNION ALL SELECT uscc, {unknown}, true FROM ({keys})"


def _where(query: str, conditions: list[str]) -> str:
    return f"{query} WHERE {' AND '.join(conditions)}" if conditions else query


def _source(known: Evidence, feed: FeedFacts) -> str:
    """The feed's rows that count, at most one a household, with every column a fact may name."""
    if feed.feed == "suspension":
        return SUSPENSION_FILINGS.format(d=known.day)
    relation = f"accepted_{feed.feed}"
    missing = feed.optional - columns_of(known.con, relation)
    extra = "".join(f", NULL AS {name}" for name in sorted(missing))
    year = f" WHERE year = {known.last_year}" if feed.yearly else ""
    return f"SELECT *{extra} FROM {relation}{year}"


def _has_rejected_keys(known: Evidence, feed: FeedFacts) -> bool:
    relation = f"rejected_keys_{feed.feed}"
    if relation not in known.relations:
        return False
    return bool(known.con.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchall())
