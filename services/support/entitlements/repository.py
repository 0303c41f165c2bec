"""SQL of entitlements. A county's households, or any list of households, are reckoned in a few statements.

The facts are read from the service's own copies. Whoever has a type was no case of the eligibility's defects when it
was typed; of the others they are not known here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.entitlements.compiled import CompiledMeasures, Masks, States
from services.support.entitlements.domain import EntitlementState, ReportOutcome, is_confirmed
from services.support.entitlements.models import (
    EntitlementChange,
    EntitlementProfile,
    HouseholdEntitlement,
    MeasureCommitment,
    MeasureReport,
)
from services.support.registers.models import Household
from shared.database.direct import fetch
from shared.law.model.measures import Measure
from shared.platform.scope import in_region
from shared.reference.departments import Department

ELIGIBLE = "h.type IN ('survival', 'growth', 'development', 'gap', 'undetermined')"
NO_DEFECT = f"CASE WHEN {ELIGIBLE} THEN false END"
FACTS_IN_ORDER = {
    "region_code": "h.region",
    "industry_code": "NULL::text",
    "established_on": "NULL::date",
    "status": "h.status",
    "typed_as": "h.type",
    "recognised": "r.uscc IS NOT NULL",
    "category": "r.category",
    "benefits_from": "r.benefits_from",
    "abnormal": NO_DEFECT,
    "seriously_dishonest": NO_DEFECT,
    "suspended": NO_DEFECT,
    "tax_non_normal": NO_DEFECT,
    "reported": "NULL::bool",
}
"""Each fact's expression; what no event says is NULL: not known here."""
FACTS = f"""
    SELECT h.uscc, {", ".join(f"{expression} AS {name}" for name, expression in FACTS_IN_ORDER.items())}
    FROM household h
    LEFT JOIN (
        SELECT DISTINCT ON (uscc) uscc, category, benefits_from FROM recognition
        WHERE valid AND valid_until >= $1 ORDER BY uscc, benefits_from NULLS LAST, recognition
    ) r USING (uscc)
    WHERE {{which}}
"""
OF_COUNTY = FACTS.format(which="h.region = $2")
OF_CODES = FACTS.format(which="h.uscc = ANY($2::text[])")
STAGE = "CREATE TEMP TABLE reckoned ON COMMIT DROP AS SELECT uscc, region_code AS region, {words} FROM ({facts}) f"
COMBINATIONS = "SELECT region, {names}, count(*) FROM reckoned GROUP BY region, {names}"
HELD_ALONE = """
    DELETE FROM reckoned r USING (
        SELECT DISTINCT uscc FROM measure_report WHERE outcome IN ('confirmed', 'refused')
        UNION SELECT uscc FROM measure_commitment
    ) own WHERE own.uscc = r.uscc RETURNING r.uscc
"""
PROFILE = """
    INSERT INTO entitlement_profile (digest, states) SELECT n.digest, n.states
    FROM unnest($1::text[], $2::text[]::jsonb[]) AS n(digest, states) ORDER BY n.digest
    ON CONFLICT (digest) DO NOTHING
"""
PROFILE_IDS = "SELECT digest, id FROM entitlement_profile WHERE digest = ANY($1::text[])"
PROFILES_EMPTY = "CREATE TEMP TABLE reckoned_profile (region text, {words}, profile bigint) ON COMMIT DROP"
PLACE_PROFILES = """
    INSERT INTO reckoned_profile (region, {names}, profile)
    SELECT * FROM unnest($1::text[], {arrays}, ${last}::bigint[])
"""
STAGE_CHANGES = """
    CREATE TEMP TABLE reckoned_change ON COMMIT DROP AS
    SELECT r.uscc, r.region, e.profile_id AS before, p.profile AS after FROM reckoned r
    JOIN reckoned_profile p USING (region, {names})
    LEFT JOIN household_entitlement e ON e.uscc = r.uscc
    WHERE e.profile_id IS DISTINCT FROM p.profile OR e.region IS DISTINCT FROM r.region
"""
STAGED_PAIRS = "SELECT before, after, count(*) FROM reckoned_change GROUP BY before, after"
STAGED_OF_PAIRS = """
    SELECT c.uscc, c.region, c.before, c.after FROM reckoned_change c
    JOIN unnest($1::bigint[], $2::bigint[]) AS p(before, after)
        ON coalesce(c.before, 0) = coalesce(p.before, 0) AND c.after = p.after
    ORDER BY c.uscc
"""
SINCE = """
    ON CONFLICT (uscc) DO UPDATE SET region = excluded.region, profile_id = excluded.profile_id,
        since = CASE WHEN e.profile_id = excluded.profile_id THEN e.since ELSE excluded.since END
"""
WRITE_STAGED = f"""
    INSERT INTO household_entitlement AS e (uscc, region, profile_id, since)
    SELECT uscc, region, after, $1::date FROM reckoned_change ORDER BY uscc {SINCE}
"""
WRITE = f"""
    INSERT INTO household_entitlement AS e (uscc, region, profile_id, since)
    SELECT n.uscc, n.region, n.profile, $4 FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n(uscc, region, profile)
    {SINCE}
"""
WRITE_CHANGES = """
    INSERT INTO entitlement_change (uscc, region, cause, granted, ended, changed_on)
    SELECT n.uscc, n.region, $3, string_to_array(n.granted, ','), string_to_array(n.ended, ','), $6
    FROM unnest($1::text[], $2::text[], $4::text[], $5::text[]) AS n(uscc, region, granted, ended)
"""
MARK = """
    INSERT INTO household_to_reckon (uscc, cause) SELECT uscc, $2 FROM unnest($1::text[]) AS n(uscc) ORDER BY uscc
    ON CONFLICT (uscc) DO UPDATE SET cause = excluded.cause
"""
MARK_COUNTIES = """
    INSERT INTO entitlement_pass (region, day, digest, finished_at)
    SELECT DISTINCT region, $3::date, $2, now() FROM household WHERE uscc = ANY($1::text[]) ORDER BY region
    ON CONFLICT (region) DO UPDATE SET digest = excluded.digest
"""
TAKE_MARKED = """
    DELETE FROM household_to_reckon WHERE uscc IN (SELECT uscc FROM household_to_reckon ORDER BY heard_at LIMIT $1)
    RETURNING uscc, cause
"""
COUNTIES_BEHIND = """
    SELECT c.region FROM (SELECT DISTINCT region FROM household) c LEFT JOIN entitlement_pass p USING (region)
    WHERE (p.day, p.digest) IS DISTINCT FROM ($1::date, $2::text) ORDER BY c.region
"""
FINISH_COUNTY = """
    INSERT INTO entitlement_pass (region, day, digest, finished_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (region) DO UPDATE SET day = excluded.day, digest = excluded.digest, finished_at = excluded.finished_at
"""
OWN_COMMITMENTS = """
    SELECT DISTINCT ON (uscc, measure) uscc, measure, kept, checked_at FROM measure_commitment
    WHERE uscc = ANY($1::text[]) ORDER BY uscc, measure, signed_at DESC, id
"""
OWN_WORDS = f"""
    SELECT DISTINCT ON (r.uscc, r.measure, r.department) r.uscc, r.measure, r.department, r.outcome
    FROM measure_report r LEFT JOIN ({OWN_COMMITMENTS}) c USING (uscc, measure)
    WHERE r.uscc = ANY($1::text[]) AND r.outcome IN ('confirmed', 'refused')
        AND (c.checked_at IS NULL OR r.reported_at > c.checked_at)
    ORDER BY r.uscc, r.measure, r.department, r.id DESC
"""
"""The latest word of each department. A check of a commitment outranks what was reported before it."""
LOCK_COUNTY = """
    INSERT INTO entitlement_pass (region, day, digest, finished_at) VALUES ($1, $2, '', $3)
    ON CONFLICT (region) DO UPDATE SET region = excluded.region RETURNING digest
"""


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """A household whose profile is another one than before (None: it had none)."""

    uscc: str
    region: str
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What departments and the household itself have said of its measures. `confirmed`: by measure, the departments
    that have; `promised`: a commitment stands that was not found broken; `refused`: a department says that it is not.
    """

    confirmed: Mapping[str, Set[Department]]
    promised: frozenset[str]
    refused: frozenset[str]

    def confirmed_of(self, measures: Sequence[Measure]) -> frozenset[str]:
        """The measures of which nothing is left to be confirmed."""
        named = self.confirmed.keys() | self.promised
        found = [one for one in measures if one.id in named]
        return self.promised | {one.id for one in found if is_confirmed(one, self.confirmed.get(one.id, frozenset()))}


NOTHING_SAID = OwnWords({}, frozenset(), frozenset())


def word_names(compiled: CompiledMeasures) -> list[str]:
    """The columns of the staged masks."""
    return [f"{kind}_{number}" for number in range(len(compiled.sql_words())) for kind in ("certain", "possible")]


async def stage_county(session: AsyncSession, compiled: CompiledMeasures, county: str) -> None:
    """The masks of every household of a county, in a temporary table."""
    words = [word for pair in compiled.sql_words() for word in pair]
    selected = ", ".join(f"({word}) AS {name}" for word, name in zip(words, word_names(compiled), strict=True))
    await fetch(session, "DROP TABLE IF EXISTS reckoned")
    statement = STAGE.format(words=selected, facts=OF_COUNTY)
    day, region = f"DATE '{compiled.day.isoformat()}'", f"'{int(county):06d}'"
    await fetch(session, statement.replace("$1", day).replace("$2", region))


async def take_alone(session: AsyncSession) -> list[str]:
    """Takes those out about whom something was said: they are reckoned one by one."""
    return [row[0] for row in await fetch(session, HELD_ALONE)]


async def combinations(session: AsyncSession, compiled: CompiledMeasures) -> list[tuple[str, tuple[int, ...]]]:
    """The different masks of the staged households, with the county."""
    names = ", ".join(word_names(compiled))
    rows = await fetch(session, COMBINATIONS.format(names=names))
    return [(row[0], tuple(row[number] for number in range(1, len(row) - 1))) for row in rows]


def masks_of(words: Sequence[int]) -> Masks:
    """The masks that a staged row holds."""
    return CompiledMeasures.of_words(list(zip(words[::2], words[1::2], strict=True)))


async def profiles_of(session: AsyncSession, states: Mapping[str, States]) -> Mapping[str, int]:
    """The ids of profiles by digest; new ones are stored."""
    written = [orjson.dumps(dict(one), option=orjson.OPT_SORT_KEYS).decode() for one in states.values()]
    await fetch(session, PROFILE, list(states), written)
    return {row[0]: row[1] for row in await fetch(session, PROFILE_IDS, list(states))}


async def states_of_profiles(session: AsyncSession, profiles: Sequence[int]) -> Mapping[int, States]:
    """The states of profiles."""
    query = select(EntitlementProfile).where(EntitlementProfile.id.in_(profiles))
    rows = (await session.execute(query)).scalars()
    return {row.id: {name: EntitlementState(state) for name, state in row.states.items()} for row in rows}


async def write_staged(
    session: AsyncSession, compiled: CompiledMeasures, combined: Sequence[tuple[str, tuple[int, ...], int]]
) -> Mapping[tuple[int | None, int], int]:
    """What measures are from now on to the staged households whose profile is another one; how many went from which
    profile to which. `combined`: county, masks and the profile that follows.
    """
    names = word_names(compiled)
    arrays = ", ".join(f"${number}::bigint[]" for number in range(2, len(names) + 2))
    columns = [[one[1][number] for one in combined] for number in range(len(names))]
    await fetch(session, "DROP TABLE IF EXISTS reckoned_profile, reckoned_change")
    await fetch(session, PROFILES_EMPTY.format(words=", ".join(f"{name} bigint" for name in names)))
    place = PLACE_PROFILES.format(arrays=arrays, last=len(names) + 2, names=", ".join(names))
    await fetch(session, place, [one[0] for one in combined], *columns, [one[2] for one in combined])
    await fetch(session, STAGE_CHANGES.format(names=", ".join(names)))
    pairs = {(before, after): count for before, after, count in await fetch(session, STAGED_PAIRS)}
    await fetch(session, WRITE_STAGED, compiled.day)
    return pairs


async def staged_changes(session: AsyncSession, pairs: Sequence[tuple[int | None, int]]) -> list[ProfileChange]:
    """The staged households that went from one of these profiles to the other."""
    columns = [before for before, _ in pairs], [after for _, after in pairs]
    return [ProfileChange(*row) for row in await fetch(session, STAGED_OF_PAIRS, *columns)]


async def facts_of(session: AsyncSession, codes: Sequence[str], day: dt.date) -> Mapping[str, Mapping[str, Any]]:
    """The facts of households by code."""
    rows = await fetch(session, OF_CODES, day, list(codes))
    return {row[0]: dict(zip(FACTS_IN_ORDER, row[1:], strict=True)) for row in map(tuple, rows)}


async def profile_ids_of(session: AsyncSession, codes: Sequence[str]) -> Mapping[str, tuple[str, int]]:
    """County and profile of households as they stand."""
    query = select(HouseholdEntitlement.uscc, HouseholdEntitlement.region, HouseholdEntitlement.profile_id)
    rows = await session.execute(query.where(HouseholdEntitlement.uscc.in_(codes)))
    return {uscc: (region, profile) for uscc, region, profile in rows}


async def own_words(session: AsyncSession, codes: Sequence[str]) -> Mapping[str, OwnWords]:
    """The latest word of each department and of each commitment's check, by household. A commitment that was broken
    refuses the measure until a department confirms it anew.
    """
    confirmed: defaultdict[str, defaultdict[str, set[Department]]] = defaultdict(lambda: defaultdict(set))
    promised: defaultdict[str, set[str]] = defaultdict(set)
    refused: defaultdict[str, set[str]] = defaultdict(set)
    for uscc, measure, department, outcome in await fetch(session, OWN_WORDS, list(codes)):
        if outcome == ReportOutcome.CONFIRMED:
            confirmed[uscc][measure].add(Department(department))
        else:
            refused[uscc].add(measure)
    for uscc, measure, kept, _ in await fetch(session, OWN_COMMITMENTS, list(codes)):
        if kept is not False:
            promised[uscc].add(measure)
        elif measure not in confirmed[uscc]:
            refused[uscc].add(measure)
    every = confirmed.keys() | promised.keys() | refused.keys()
    return {uscc: OwnWords(confirmed[uscc], frozenset(promised[uscc]), frozenset(refused[uscc])) for uscc in every}


async def write(session: AsyncSession, changed: Sequence[ProfileChange], day: dt.date) -> None:
    """What measures are to these households from now on."""
    columns = [[getattr(one, name) for one in changed] for name in ("uscc", "region", "after")]
    await fetch(session, WRITE, *columns, day)


async def write_changes(
    session: AsyncSession, changes: Sequence[tuple[str, str, list[str], list[str]]], cause: str, day: dt.date
) -> None:
    """The history: household, county, what was granted and what ended."""
    codes, regions = [one[0] for one in changes], [one[1] for one in changes]
    granted, ended = [",".join(one[2]) for one in changes], [",".join(one[3]) for one in changes]
    await fetch(session, WRITE_CHANGES, codes, regions, cause, granted, ended, day)


async def mark(session: AsyncSession, codes: Sequence[str], cause: str) -> None:
    """These households are to be reckoned again, because of this."""
    await fetch(session, MARK, sorted(set(codes)), cause)


async def mark_counties(session: AsyncSession, codes: Sequence[str], cause: str, day: dt.date) -> None:
    """All households of their counties are to be reckoned again: the cause stands where the register's digest does."""
    await fetch(session, MARK_COUNTIES, list(codes), cause, day)


async def take_marked(session: AsyncSession, limit: int) -> Mapping[str, list[str]]:
    """The households that are to be reckoned, by cause; they are no longer marked."""
    found: dict[str, list[str]] = {}
    for uscc, cause in await fetch(session, TAKE_MARKED, limit):
        found.setdefault(cause, []).append(uscc)
    return found


async def counties_behind(session: AsyncSession, day: dt.date, digest: str) -> list[str]:
    """Counties whose households were not all reckoned for this day and register."""
    return [row[0] for row in await fetch(session, COUNTIES_BEHIND, day, digest)]


async def lock_county(session: AsyncSession, county: str, day: dt.date, at: dt.datetime) -> str:
    """Begins a county's pass; the register, or the cause, that it was marked with. Whoever marks the county from now on
    waits until the pass is over, so that the mark is not taken for one that the pass has seen.
    """
    [(digest,)] = await fetch(session, LOCK_COUNTY, county, day, at)
    return str(digest)


async def finish_pass(session: AsyncSession, county: str, day: dt.date, digest: str, at: dt.datetime) -> None:
    """All households of a county were reckoned for this day and register. Those that are marked one by one stay so: a
    mark may be younger than what the pass has read.
    """
    await fetch(session, FINISH_COUNTY, county, day, digest, at)


async def history(session: AsyncSession, uscc: str, limit: int) -> Sequence[EntitlementChange]:
    """What a household was granted and what ended, the latest first."""
    query = select(EntitlementChange).where(EntitlementChange.uscc == uscc)
    return (await session.execute(query.order_by(EntitlementChange.id.desc()).limit(limit))).scalars().all()


ListedRow = tuple[str, str, str, dt.date]


async def households_of(
    session: AsyncSession, region: str, measure: str, state: EntitlementState, after: str | None, limit: int
) -> Sequence[ListedRow]:
    """Households to whom a measure is this, by code: code, county, name, since when."""
    with_state = select(EntitlementProfile.id).where(EntitlementProfile.states[measure].astext == state.value)
    query = (
        select(HouseholdEntitlement.uscc, HouseholdEntitlement.region, Household.name, HouseholdEntitlement.since)
        .join(Household, Household.uscc == HouseholdEntitlement.uscc)
        .where(HouseholdEntitlement.profile_id.in_(with_state), in_region(HouseholdEntitlement.region, region))
    )
    if after is not None:
        query = query.where(HouseholdEntitlement.uscc > after)
    rows = await session.execute(query.order_by(HouseholdEntitlement.uscc).limit(limit))
    return [(uscc, county, name, since) for uscc, county, name, since in rows]


async def latest_reports(session: AsyncSession, uscc: str) -> Mapping[str, MeasureReport]:
    """The latest report about each measure of a household."""
    query = select(MeasureReport).where(MeasureReport.uscc == uscc).order_by(MeasureReport.id)
    return {row.measure: row for row in (await session.execute(query)).scalars()}


async def commitment(session: AsyncSession, identifier: Any, region: str) -> MeasureCommitment | None:  # noqa: ANN401
    """A commitment of a household that is in a region now, wherever it signed; locked."""
    query = (
        select(MeasureCommitment)
        .join(Household, Household.uscc == MeasureCommitment.uscc)
        .where(MeasureCommitment.id == identifier, in_region(Household.region, region))
    )
    return (await session.execute(query.with_for_update(of=MeasureCommitment))).scalar_one_or_none()


async def commitments_of_operator(session: AsyncSession, operator_ref: str) -> Sequence[MeasureCommitment]:
    """Those of the households that are the operator's now, the latest first."""
    query = (
        select(MeasureCommitment)
        .join(Household, Household.uscc == MeasureCommitment.uscc)
        .where(Household.operator_ref == operator_ref)
    )
    return (await session.scalars(query.order_by(MeasureCommitment.signed_at.desc(), MeasureCommitment.id))).all()
