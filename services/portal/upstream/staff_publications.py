"""What pages for officers read of publication: refused records, a household everywhere, rounds, differences."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read
from services.portal.upstream.whole import read_all


class MeaningAnswer(Answer):
    """What a system's code says is wrong, what would be right, and who sees to it."""

    wrong: str
    right: str
    who: str


class RecordAnswer(Answer):
    """A record of ours at a system."""

    system: str
    system_label: str
    kind: str
    kind_label: str
    key: str
    region: str
    uscc: str | None
    version: int
    confirmed_version: int | None
    confirmed_at: dt.datetime | None
    state: str
    state_label: str
    code: str | None
    message: str | None
    meaning: MeaningAnswer | None
    removal: bool
    etag: str


class HeldBySystemAnswer(Answer):
    """A household's records at a system, and what it said of them when it was asked."""

    system_label: str
    rows: list[RecordAnswer]
    answer_words: str | None


class HeldBackAnswer(Answer):
    """Why a household's type is not published."""

    reason: str


class EverywhereAnswer(Answer):
    """A household in all systems."""

    uscc: str
    name: str | None
    region: str | None
    held_back: HeldBackAnswer | None
    systems: list[HeldBySystemAnswer]


class TotalsAnswer(Answer):
    """Sums of a round over the counties of a region."""

    counties: int = 0
    waiting: int = 0
    ours: int = 0
    theirs: int = 0
    missing: int = 0
    extra: int = 0
    older: int = 0
    different: int = 0


class RoundAnswer(Answer):
    """A comparison with a system."""

    id: str
    system: str
    system_label: str
    region: str
    day: dt.date
    state: str
    state_label: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    trouble: str | None
    totals: TotalsAnswer
    report_digest: str | None
    signed_name: str | None
    signed_at: dt.datetime | None
    etag: str


class ComparedCountyAnswer(Answer):
    """A county of a round, of one kind of records."""

    kind_label: str
    region: str
    state_label: str
    ours: int
    theirs: int
    missing: int
    extra: int
    older: int
    different: int


class DifferenceAnswer(Answer):
    """What a system holds otherwise."""

    id: str
    kind_label: str
    region: str
    key: str
    uscc: str | None
    difference_label: str
    state: str
    state_label: str
    our_version: int | None
    their_version: int | None
    etag: str


def _round(round_id: str, what: str = "") -> str:
    return f"/v1/publications/reconciliations/{quote(round_id, safe='')}{what}"


async def refused(upstream: Upstream, system: str, uscc: str, cursor: str) -> Listed[RecordAnswer]:
    """Records that systems have refused."""
    query: Query = {"system": system, "uscc": uscc, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[RecordAnswer], "/v1/publications/rejections", query)


async def everywhere(upstream: Upstream, uscc: str) -> EverywhereAnswer:
    """A household in all systems."""
    return await read(upstream, EverywhereAnswer, f"/v1/publications/households/{quote(uscc, safe='')}")


async def rounds(upstream: Upstream, cursor: str = "") -> Listed[RoundAnswer]:
    """Comparisons, the latest first."""
    query: Query = {"cursor": cursor, "limit": 20}
    return await read(upstream, Listed[RoundAnswer], "/v1/publications/reconciliations", query)


async def one_round(upstream: Upstream, round_id: str) -> RoundAnswer:
    """One of them; its `etag` is what a signature names."""
    return await read(upstream, RoundAnswer, _round(round_id))


async def counties(upstream: Upstream, round_id: str) -> list[ComparedCountyAnswer]:
    """Its counties, by kind."""
    return await read_all(upstream, ComparedCountyAnswer, _round(round_id, "/counties"))


async def differences(upstream: Upstream, system: str) -> Listed[DifferenceAnswer]:
    """Open differences with a system, by county."""
    query: Query = {"system": system, "state": "open", "limit": 50}
    return await read(upstream, Listed[DifferenceAnswer], "/v1/publications/differences", query)
