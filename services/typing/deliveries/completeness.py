"""Whether the evidence is complete enough for a run (invariant T3): officers confirm missing or shrunken feeds.

A truncated delivery is refused on receipt already: its rows do not match its declaration.
"""

from collections.abc import Collection, Mapping

from services.typing.deliveries.domain import REGISTRATION, FeedFinding, is_yearly
from services.typing.deliveries.evidence import Evidence
from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.reference.regions import region_name

NAMED_COUNTIES = 5


def find_gaps(
    evidence: Evidence,
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
    findings: list[FeedFinding] = []
    for feed in (feed for feed in TYPING_FEEDS if feed == REGISTRATION or feed in required):
        now, previous = rows.get(feed, 0), before.get(feed)
        if reason := missing_message(evidence, feed):
            findings.append(FeedFinding(feed, "missing", previous, now, reason))
        if previous and feed in evidence.sources and now < previous * (1 - shrink_share):
            findings.append(FeedFinding(feed, "shrunk", previous, now, shrunk_message(feed, previous, now)))
    return findings


def missing_message(evidence: Evidence, feed: str) -> str | None:
    """What is missing of a feed, as a sentence; None when full deliveries cover the whole region."""
    title = FEEDS[feed].title + (f"（{evidence.last_year} 年度）" if is_yearly(feed) else "")
    delivered = evidence.sources.get(feed, ())
    if not any(not is_yearly(feed) or d.is_about(evidence.last_year) for d in delivered):
        return f"没有收到{title}数据，相关事实一律视为未知"
    if not evidence.covered[feed]:
        return f"{title}只有增量数据，没有全量数据；没有记录的户，其相关事实视为未知"
    if counties := evidence.uncovered[feed]:
        names = "、".join(region_name(county) or county for county in counties[:NAMED_COUNTIES])
        more = f"等 {len(counties)} 个县区" if len(counties) > NAMED_COUNTIES else ""
        return f"{title}没有涵盖{names}{more}的全量数据，当地户的相关事实视为未知"
    return None


def shrunk_message(feed: str, previous: int, now: int) -> str:
    """By how much a feed has shrunk, as a sentence."""
    share = (previous - now) / previous
    return f"{FEEDS[feed].title}由上次发布时的 {previous} 行减少到 {now} 行（减少 {share:.1%}），请核实是否漏报"
