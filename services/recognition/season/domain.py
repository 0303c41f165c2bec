"""States and dates of a county's season, the arithmetic of the quota, the ranking of candidates.

A quota is a percentage of the growth and development types, apportioned to counties by largest remainder. Candidates
are ranked by their share of their category's points; published rules decide ties, finally a draw from the season's seed
that anyone can repeat. The policy gives days of the year; `season_dates` turns them into dates.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from shared.law.language.units import month_day
from shared.law.model.recognition import Counting, RecognitionRules, StepKind
from shared.platform.state_machine import StateMachine


class SeasonState(StrEnum):
    """The state of a season."""

    PREPARING = "preparing"
    OPEN = "open"
    CLOSED = "closed"


SEASON_STATES = StateMachine(
    "认定季",
    {SeasonState.PREPARING: {SeasonState.OPEN}, SeasonState.OPEN: {SeasonState.CLOSED}, SeasonState.CLOSED: set()},
    {SeasonState.PREPARING: "准备中", SeasonState.OPEN: "进行中", SeasonState.CLOSED: "已结束"},
)


@dataclass(frozen=True, slots=True)
class SeasonDates:
    """First day, last day for applications, last day for decisions, first day of benefits (in the next year)."""

    opens_on: dt.date
    applications_until: dt.date
    decisions_until: dt.date
    benefits_from: dt.date


@dataclass(frozen=True, slots=True)
class SeasonDays:
    """Working days: of a public notice, to complete what was returned, for a department to answer."""

    notice: int
    supplement: int
    consultation: int


@dataclass(frozen=True, slots=True)
class SeasonExtension:
    """Later last days of a season: by which document, why, by the bureau of which region, on which day."""

    applications_until: dt.date | None
    decisions_until: dt.date | None
    document: str
    reason: str
    region: str
    on: dt.date


class UnsetDate(ValueError):
    """Neither the policy nor the order sets a date of the season; the message names it."""


def season_dates(rules: RecognitionRules, year: int, applications_until: dt.date | None) -> SeasonDates:
    """The year's dates by the policy; `applications_until` is the county's own where the policy sets none."""
    begin = dt.date(year, 1, 1)

    def on(parameter: str, in_year: int) -> dt.date:
        value = rules.value(parameter, begin)
        if value is None:
            raise UnsetDate(rules.parameters[parameter].title)
        return month_day(value, in_year)

    step = next(step for step in rules.paths["application"].steps if step.kind is StepKind.APPLICATION)
    until = on(step.until, year) if step.until and rules.value(step.until, begin) is not None else applications_until
    if until is None:
        raise UnsetDate("申报截止日期")
    return SeasonDates(
        opens_on=on(rules.season.opens, year),
        applications_until=until,
        decisions_until=on(rules.season.until, year),
        benefits_from=on(rules.season.benefits_from, year + 1),
    )


COUNTING_LABELS = {Counting.STOCK: "全部有效的认定", Counting.FLOW: "当年新认定的"}


def quota_base(counts: Mapping[str, int], types: Sequence[str]) -> int:
    """The number of households of the types that the quota is computed from."""
    return sum(counts.get(kind, 0) for kind in types)


@dataclass(frozen=True, slots=True)
class CountyShare:
    """A county's places and how they were computed, in words."""

    county: str
    base: int
    places: int
    arithmetic: str


def apportion(total: int, bases: Mapping[str, int]) -> list[CountyShare]:
    """`total` places over counties in proportion to their bases.

    Every county gets the whole part of its quotient; what is left goes to the largest remainders, equal ones in the
    order of their codes. Whole numbers only: remainders are compared as fractions of the same denominator.
    """
    everything = sum(bases.values())
    if everything == 0:
        return [CountyShare(county, 0, 0, "全市没有成长型、发展型个体工商户，名额为 0") for county in sorted(bases)]
    whole = {county: total * base // everything for county, base in bases.items()}
    remainder = {county: total * base % everything for county, base in bases.items()}
    left = total - sum(whole.values())
    lucky = set(sorted(bases, key=lambda county: (-remainder[county], county))[:left])
    return [
        CountyShare(
            county,
            bases[county],
            whole[county] + (county in lucky),
            _arithmetic(total, bases[county], everything, whole[county], remainder[county], extra=county in lucky),
        )
        for county in sorted(bases)
    ]


def _arithmetic(total: int, base: int, everything: int, whole: int, remainder: int, *, extra: bool) -> str:
    more = "，按最大余数再得 1" if extra else ""
    return f"{total} × {base} ÷ {everything} = {whole} 余 {remainder}/{everything}{more}，共 {whole + extra} 个"


class TieBreak(StrEnum):
    """A published rule for equal scores."""

    EARLIER_SUBMISSION = "earlier-submission"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application that passed its review. `share`: its points as a share of all that its category offers."""

    application: UUID
    uscc: str
    share: Fraction | int
    submitted_at: dt.datetime
    established_on: dt.date | None = None


def rank_candidates(candidates: Sequence[Candidate], ties: Sequence[TieBreak], seed: str) -> list[Candidate]:
    """Candidates, best first: by their share of their category's points, since categories offer different numbers of
    them. The last rule is always the draw, so that the order is reproducible."""
    in_order = [*(tie for tie in ties if tie is not TieBreak.DRAW), TieBreak.DRAW]
    rules = [_TIE_KEYS[tie](seed) for tie in in_order]
    return sorted(candidates, key=lambda candidate: (-candidate.share, *(rule(candidate) for rule in rules)))


def seed_digest(seed: str) -> str:
    """What is published before the seed itself: its SHA-256 in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw_lot(seed: str, subject: str) -> str:
    """A reproducible lot in hexadecimal: SHA-256 of seed and subject."""
    return hashlib.sha256(f"{seed}:{subject}".encode()).hexdigest()


_TIE_KEYS: dict[TieBreak, Callable[[str], Callable[[Candidate], str]]] = {
    TieBreak.EARLIER_SUBMISSION: lambda _seed: lambda candidate: candidate.submitted_at.isoformat(),
    TieBreak.DRAW: lambda seed: lambda candidate: draw_lot(seed, candidate.uscc),
}
