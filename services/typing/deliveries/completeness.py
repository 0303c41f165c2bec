"""Whether the evidence is complete enough for a run (invariant T3): officers confirm feeds that are missing, have
shrunk in the region or in one of its counties, or hold rows that are nobody's.

A truncated delivery is refused on receipt already: its rows do not match its declaration.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.typing.deliveries.domain import REGISTRATION, FeedFinding, is_yearly
from services.typing.deliveries.evidence import Evidence, FeedRows
from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.reference.regions import region_name

NAMED_COUNTIES = 5


@dataclass(frozen=True)
class RowsBefore:
    """Rows by feed that counted when the region, and each of its counties, was last published; empty: never."""

    region: Mapping[str, int] = field(default_factory=dict)
    counties: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tolerance:
    """What is no reason to ask an officer. ``shrink_share`` of a feed's rows may be gone; in a single county fewer than
    ``shrink_least`` rows, too, unless it has none left. ``unreadable_share`` of the rows may be nobody's.
    """

    shrink_share: float = 0.10
    shrink_least: int = 5
    unreadable_share: float = 0.0

    def has_shrunk(self, before: int, now: int) -> bool:
        """Whether a feed lost more rows than it may."""
        return now < before * (1 - self.shrink_share)

    def has_shrunk_in_county(self, before: int, now: int) -> bool:
        """The same for a county, where a few rows are a large share."""
        return self.has_shrunk(before, now) and (before - now >= self.shrink_least or not now)


def find_gaps(
    evidence: Evidence,
    rows: Mapping[str, FeedRows],
    *,
    required: Collection[str],
    before: RowsBefore,
    tolerance: Tolerance,
) -> list[FeedFinding]:
    """All doubts, in the order of the feeds. Registration is always required."""
    findings: list[FeedFinding] = []
    for feed in (feed for feed in TYPING_FEEDS if feed == REGISTRATION or feed in required):
        counted = rows.get(feed, FeedRows(0, 0, 0))
        now, previous = counted.known, before.region.get(feed)
        if reason := missing_message(evidence, feed):
            findings.append(FeedFinding(feed, "missing", previous, now, reason))
        if feed not in evidence.sources:
            continue
        if previous and tolerance.has_shrunk(previous, now):
            findings.append(FeedFinding(feed, "shrunk", previous, now, shrunk_message(feed, previous, now)))
        findings += shrunken_counties(evidence, feed, counted.by_county, before, tolerance)
        findings += doubtful_deliveries(evidence, feed, now, tolerance)
    return findings


def shrunken_counties(
    evidence: Evidence, feed: str, now: Mapping[str, int], before: RowsBefore, tolerance: Tolerance
) -> Iterator[FeedFinding]:
    """Counties inside the region that lost rows, though the region as a whole may hide it."""
    lost = {
        county: (previous, now.get(county, 0))
        for county, by_feed in sorted(before.counties.items())
        if county != evidence.region
        and (previous := by_feed.get(feed, 0))
        and tolerance.has_shrunk_in_county(previous, now.get(county, 0))
    }
    if lost:
        previous, left = (sum(counts[place] for counts in lost.values()) for place in (0, 1))
        names = named_counties(tuple(lost))
        message = f"{FEEDS[feed].title}在{names}由上次发布时的 {previous} 行减少到 {left} 行，请核实是否漏报"
        yield FeedFinding(feed, "shrunk-counties", previous, left, message)


def doubtful_deliveries(evidence: Evidence, feed: str, now: int, tolerance: Tolerance) -> Iterator[FeedFinding]:
    """Standing deliveries that cannot say of whom there is no row."""
    title = FEEDS[feed].title
    about = [d for d in evidence.sources[feed] if not is_yearly(feed) or d.is_about(evidence.last_year)]
    if hollow := [d for d in about if d.hollow]:
        message = f"{title}有 {len(hollow)} 批全量数据的行大多未能采用，未按全量数据处理；请部门更正后重新报送"
        yield FeedFinding(feed, "hollow", None, now, message)
    if empty := [d for d in about if d.empty]:
        message = f"{title}有 {len(empty)} 批全量数据一行也没有，意味着当地各户都没有这类记录；请向部门核实后确认"
        yield FeedFinding(feed, "empty", None, now, message)
    rows, unreadable = (sum(getattr(d, name) for d in about) for name in ("rows", "unreadable"))
    if unreadable > rows * tolerance.unreadable_share:
        message = f"{title}有 {unreadable} 行认不出是哪一户（共 {rows} 行）；没有记录的户，其记录可能就在其中，请先核实"
        yield FeedFinding(feed, "unreadable", None, now, message)


def missing_message(evidence: Evidence, feed: str) -> str | None:
    """What is missing of a feed, as a sentence; None when full deliveries cover the whole region."""
    title = FEEDS[feed].title + (f"（{evidence.last_year} 年度）" if is_yearly(feed) else "")
    delivered = evidence.sources.get(feed, ())
    if not any(not is_yearly(feed) or d.is_about(evidence.last_year) for d in delivered):
        return f"没有收到{title}数据，相关事实一律视为未知"
    if not evidence.covered[feed]:
        return f"{title}只有增量数据，没有全量数据；没有记录的户，其相关事实视为未知"
    if counties := evidence.uncovered[feed]:
        return f"{title}没有涵盖{named_counties(counties)}的全量数据，当地户的相关事实视为未知"
    return None


def named_counties(counties: Sequence[str]) -> str:
    """Some of the counties by name, and how many there are."""
    names = "、".join(region_name(county) or county for county in counties[:NAMED_COUNTIES])
    return names + (f"等 {len(counties)} 个县区" if len(counties) > NAMED_COUNTIES else "")


def shrunk_message(feed: str, previous: int, now: int) -> str:
    """By how much a feed has shrunk, as a sentence."""
    share = (previous - now) / previous
    return f"{FEEDS[feed].title}由上次发布时的 {previous} 行减少到 {now} 行（减少 {share:.1%}），请核实是否漏报"
