"""The join of all feeds into one wide row per household, as one SELECT.

A feed that was not delivered makes its facts unknown for all. Households established after the as-of date are
left out.
"""

from services.typing.engine.duck import columns_of, literal
from services.typing.engine.evidence import Evidence, feed_query
from services.typing.engine.facts import FEEDS, HOUSEHOLD, FeedFacts


def households_query(known: Evidence) -> str:
    """SELECT of one row per household, in no particular order: every column of the snapshot, or the wanted facts."""
    _make_coverage(known)
    selected, joins = _household_columns(known), ["accepted_registration r"]
    for feed in FEEDS:
        facts = known.facts(feed)
        if feed.feed not in known.delivered:
            selected += [f"NULL::{fact.type} AS {fact.name}" for fact in facts]
        elif facts:
            selected += _facts(known, feed)
            joins.append(f"LEFT JOIN ({feed_query(known, feed)}) {feed.feed} ON r.uscc = {feed.feed}.uscc")
    if any(known.is_limited(feed) for feed in FEEDS):
        joins.append("LEFT JOIN region_coverage coverage ON r.region_code = coverage.region_code")
    return f"SELECT {', '.join(selected)} FROM {' '.join(joins)} WHERE {_in_region(known)} AND {_begun(known)}"


def left_out(known: Evidence) -> int:
    """How many households are not typed because they were established after the as-of date."""
    query = f"SELECT count(*) FROM accepted_registration r WHERE {_in_region(known)} AND NOT ({_begun(known)})"
    ((count,),) = known.con.execute(query).fetchall()
    return int(count)


def _household_columns(known: Evidence) -> list[str]:
    """The registration's part; an empty `seasonal` means that it is not, a pseudonym need not be there."""
    there = columns_of(known.con, "accepted_registration")
    columns = {name: f"r.{name}" if name in there else "NULL" for name, _ in HOUSEHOLD}
    columns["seasonal"] = f"coalesce({columns['seasonal']}, false)"
    return [f"{columns[name]}::{kind} AS {name}" for name, kind in HOUSEHOLD]


def _facts(known: Evidence, feed: FeedFacts) -> list[str]:
    """The feed's facts: what its row says, else what a missing row means, else unknown."""
    facts = []
    for fact in known.facts(feed):
        absent = fact.absent
        if known.is_limited(feed) and absent != "NULL":
            absent = f"CASE WHEN coverage.{feed.feed} THEN {absent} END"
        name = f"{feed.feed}.{fact.name}"
        facts.append(f"CASE WHEN {feed.feed}.present THEN {name} ELSE {absent} END AS {fact.name}")
    return facts


def _begun(known: Evidence) -> str:
    return f"r.established_on <= {known.day}"


def _in_region(known: Evidence) -> str:
    return f"starts_with(r.region_code, {literal(known.region)})" if known.region else "true"


def _make_coverage(known: Evidence) -> None:
    """Table `region_coverage`: for every region of a household, which feeds with a coverage cover it."""
    covered = ", ".join(
        f"EXISTS (SELECT 1 FROM covered_{feed.feed} c WHERE starts_with(r.region_code, c.region)) AS {feed.feed}"
        for feed in FEEDS
        if known.is_limited(feed)
    )
    if covered:
        known.con.execute(
            f"CREATE OR REPLACE TEMP TABLE region_coverage AS SELECT r.region_code, {covered} "
            "FROM (SELECT DISTINCT region_code FROM accepted_registration) r"
        )
