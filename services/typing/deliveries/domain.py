"""Which deliveries a run has to read: pure rules over what deliveries declare, no data is read.

The order of receipt decides. A full delivery replaces every earlier row inside its coverage (region prefix, year), so
a delivery whose coverage is inside that of a later full one need not be read; the others are *standing*. A correction
of evidence is none of them: it changes single columns of the row that stands when they all were read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Literal

from shared.feeds.contract.feeds import FEEDS

REGISTRATION = "registration"


class PullState(StrEnum):
    """The state of a pull from a bureau's API; at most one per source is running."""

    RUNNING = "running"
    DELIVERED = "delivered"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"running": "取数中", "delivered": "已收讫", "failed": "未成"}[self.value]


class MoveState(StrEnum):
    """The state of a household's move into another bureau's region, which its own county has to confirm."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class ClaimedHousehold:
    """A registration row about a household that is registered outside the deliverer's region: it would move the
    household ``to_region``, and may name another operator.
    """

    uscc: str
    name: str
    from_region: str
    to_region: str
    operator_ref: str | None
    operator_changes: bool


@dataclass(frozen=True)
class AcceptedDelivery:
    """One accepted delivery as evidence. ``sequence`` grows in order of receipt; paths are the stored Parquet files.

    ``year`` None: not about a year, or about every year. ``moved_in``: households of a registration delivery that
    another region's delivery had before (they moved here); 0 for every other feed. ``corrected``: the columns of its
    only row that a correction of evidence changes, whose order of arrival is ``sequence`` then; None: it is a delivery.
    ``rows`` of the file, and of these ``unreadable`` ones, of which nobody can tell whose they are. ``hollow``:
    declared full, but hardly any row could be accepted, so that it covers nothing. ``empty``: full, and without rows.
    """

    sequence: int
    feed: str
    region: str
    year: int | None
    full: bool
    accepted: Path
    rejected_keys: Path
    moved_in: int = 0
    corrected: tuple[str, ...] | None = None
    rows: int = 0
    unreadable: int = 0
    hollow: bool = False
    empty: bool = False

    @property
    def corrects(self) -> bool:
        """Whether it is no bureau's delivery, but a correction of one."""
        return self.corrected is not None

    def holds(self, region: str) -> bool:
        """Whether all of ``region`` is inside the declared coverage."""
        return region.startswith(self.region)

    def is_about(self, year: int) -> bool:
        """Whether the declared coverage holds the year."""
        return self.year in (None, year)

    def meets(self, region: str) -> bool:
        """Whether coverage and ``region`` have a county in common."""
        return self.holds(region) or self.region.startswith(region)


def is_yearly(feed: str) -> bool:
    """Whether the feed's rows are about a year."""
    return FEEDS[feed].has("year")


def corrections_of(
    deliveries: Iterable[AcceptedDelivery], feed: str, region: str, last_year: int
) -> tuple[AcceptedDelivery, ...]:
    """A feed's corrections of evidence that bear on ``region`` and ``last_year``, in order of arrival."""
    meant = (d for d in deliveries if d.corrects and d.feed == feed and d.meets(region))
    return tuple(sorted((d for d in meant if not is_yearly(feed) or d.is_about(last_year)), key=lambda d: d.sequence))


def standing_deliveries(
    deliveries: Iterable[AcceptedDelivery], feed: str, region: str, last_year: int
) -> list[AcceptedDelivery]:
    """A feed's deliveries that bear on ``region`` and ``last_year``, in order of receipt, superseded ones left out.

    A delivery declared for another year may hold some rows about this one (late reports): to this year it is an
    increment, even if it is full for its own.
    """
    meant = (d for d in deliveries if d.feed == feed and d.meets(region) and not d.corrects)
    relevant = sorted(meant, key=lambda d: d.sequence)
    if is_yearly(feed):
        relevant = [d if d.is_about(last_year) else replace(d, full=False) for d in relevant]
    return [d for i, d in enumerate(relevant) if not is_superseded(d, relevant[i + 1 :], region)]


def is_superseded(delivery: AcceptedDelivery, later: Sequence[AcceptedDelivery], region: str) -> bool:
    """Whether one later full delivery covers everything that this one holds inside ``region``."""
    inside = max(delivery.region, region, key=len)
    return any(d.full and d.holds(inside) for d in later)


def superseding_registrations(
    deliveries: Iterable[AcceptedDelivery], standing: Sequence[AcceptedDelivery]
) -> list[AcceptedDelivery]:
    """Registration deliveries whose rows can take a household away from an earlier standing delivery.

    Standing increments do, by their key. Any delivery into which households moved does, even from outside the
    region and even when it is itself superseded: a replaced row does not come back. A full delivery into which
    no household moved cannot: every earlier row of its households lies inside its coverage and is replaced by that.
    """
    first = min((d.sequence for d in standing), default=0)
    chosen = {d.sequence: d for d in standing if not d.full}
    chosen |= {d.sequence: d for d in deliveries if d.feed == REGISTRATION and d.moved_in and d.sequence > first}
    return [chosen[number] for number in sorted(chosen) if number > first]


def covered_prefixes(standing: Iterable[AcceptedDelivery], region: str) -> list[str]:
    """Region prefixes, not wider than ``region``, where a missing row means absent: only full deliveries say so."""
    prefixes = {max(d.region, region, key=len) for d in standing if d.full}
    return sorted(p for p in prefixes if not any(p != q and p.startswith(q) for q in prefixes))


@dataclass(frozen=True)
class FeedFinding:
    """One doubt about one feed. ``before`` and ``now``: rows that count for the region's households, or for those of
    the counties in question.

    missing: no full delivery covers the whole region and year, so facts of some households are unknown.
    shrunk: fewer rows than the set share allows, against the last published run; shrunk-counties: the same in single
    counties. unreadable: rows of which nobody can tell whose they are, so that a household without a row may have one.
    hollow: a full delivery of which hardly any row could be accepted; it says of nobody that there is no row.
    empty: a full delivery without rows; it says of everybody that there is no row.
    """

    feed: str
    kind: Literal["missing", "shrunk", "shrunk-counties", "unreadable", "hollow", "empty"]
    before: int | None
    now: int
    message: str
