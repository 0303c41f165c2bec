"""Whether the evidence is complete enough for a run (invariant T3): officers confirm missing or shrunken feeds.

A truncated delivery never gets here: its rows do not match its declaration and it is refused on receipt.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from services.typing.deliveries.domain import REGISTRATION, is_yearly
from services.typing.deliveries.evidence import Evidence
from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.reference.regions import region_name

NAMED_COUNTIES = 5


@dataclass(frozen=True)
class FeedFinding:
    """One doubt about one feed. ``before`` and ``now``: rows that count for the region's households.

    missing: no full delivery covers the whole region and year, so somebody's facts are unknown for want of data.
    shrunk: fewer rows than the set share allows, against the last published run.
    """

    feed: str
    kind: Literal["missing", "shrunk"]
    before: int | None
    now: int
    message: str

    def as_json(self) -> dict[str, object]:
        """The finding as it is stored with a run and shown to officers."""
        return asdict(self)


def find_gaps(
    built: Evidence,
    rows: Mapping[str, int],
    *,
    required: Collection[str],
    before: Mapping[str, int],
    shrink_share: float = 0.10,
) -> list[FeedFinding]:
    """All doubts, in the order of the feeds. Registration is always required.

    ``rows`` and ``before``: counting rows by feed, now and in the last published run of the same region (empty:
    there was none).
    """
    found: list[FeedFinding] = []
    for feed in (feed for feed in TYPING_FEEDS if feed == REGISTRATION or feed in required):
        now, was = rows.get(feed, 0), before.get(feed)
        if reason := missing_message(built, feed):
            found.append(FeedFinding(feed, "missing", was, now, reason))
        if was and feed in built.sources and now < was * (1 - shrink_share):
            found.append(FeedFinding(feed, "shrunk", was, now, shrunk_message(feed, was, now)))
    return found


def missing_message(built: Evidence, feed: str) -> str | None:
    """What is missing of a feed, as a sentence; None when a full delivery covers everybody."""
    title = FEEDS[feed].title + (f"（{built.last_year} 年度）" if is_yearly(feed) else "")
    if not any(not is_yearly(feed) or d.is_about(built.last_year) for d in built.sources.get(feed, ())):
        return f"没有收到{title}数据，相关事实一律视为未知"
    if not built.covered[feed]:
        return f"{title}只有增量数据，没有全量数据；没有记录的户，其相关事实视为未知"
    if counties := built.uncovered[feed]:
        names = "、".join(region_name(county) or county for county in counties[:NAMED_COUNTIES])
        more = f"等 {len(counties)} 个县区" if len(counties) > NAMED_COUNTIES else ""
        return f"{title}没有涵盖{names}{more}的全量数据，当地户的相关事实视为未知"
    return None


def shrunk_message(feed: str, was: int, now: int) -> str:
    """By how much a feed has shrunk, as a sentence."""
    return f"{FEEDS[feed].title}由上次发布时的 {was} 行减少到 {now} 行（减少 {(was - now) / was:.1%}），请核实是否漏报"
