"""Corrections against later deliveries: each accepted delivery is compared once with the open corrections of its feed.

Only the corrected columns are compared. A delivery that says the same has met the correction, which is left out of
evidence from then on: the bureau's own rows count. One that says something else, or a full one that should hold the row
and does not, contradicts it: the correction stays in force and its bureau hears of it. A register that no longer holds
the household says nothing of what was corrected: there is nobody left to whom it could apply. A bureau speaks of the
households that the register has in its region, also of those that moved there after they were corrected.

The comparison follows the delivery in a transaction of its own, so that a bureau's upload does not wait for it; until
then the correction still counts in evidence, which changes nothing. Of millions of rows only those with the corrected
keys are read out.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.corrections import repository as corrections_repository
from services.typing.corrections.domain import CORRECTION_STATES, CorrectionState, Row, settled_state
from services.typing.corrections.models import EvidenceCorrection
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.domain import (
    REGISTRATION,
    AcceptedDelivery,
    standing_deliveries,
    superseding_registrations,
)
from services.typing.deliveries.evidence_plan import FeedPlan
from services.typing.deliveries.intake import evidence_of
from services.typing.deliveries.models import Delivery
from services.typing.deliveries.parquet_sql import read_parquet_sql
from services.typing.resources import Resources
from shared import clock
from shared.contracts.typing import CorrectionContradicted, CorrectionMet, CorrectionSettlement
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import FileChecker
from shared.platform import audit
from shared.worker.failpoints import failpoint
from shared.worker.transient import is_transient

log = structlog.get_logger()

ACTOR = "worker/typing"
EVENTS: Mapping[CorrectionState, type[CorrectionSettlement]] = {
    CorrectionState.MET: CorrectionMet,
    CorrectionState.CONTRADICTED: CorrectionContradicted,
}


async def settle_deliveries(resources: Resources) -> int:
    """Compare every delivery that was not compared yet, each in a transaction; returns how many.

    One that cannot be compared (a lost file, say) is logged and tried again the next time; the others do not wait.
    """
    async with resources.database.session() as session:
        waiting = await corrections_repository.unsettled_deliveries(session)
    settled = 0
    for delivery_id in waiting:
        try:
            settled += await settle_one(resources, delivery_id)
        except Exception as error:
            if is_transient(error):
                raise
            log.exception("delivery_not_compared", delivery=str(delivery_id))
    return settled


async def settle_one(resources: Resources, delivery_id: UUID) -> bool:
    """Compare one of these deliveries; False when another worker does or did."""
    async with resources.database.transaction() as session:
        delivery = await corrections_repository.lock_unsettled(session, delivery_id)
        if delivery is None:
            return False
        corrections = await corrections_repository.corrections_to_settle(session, delivery)
        bench, register = resources.intake.bench, await register_of(session, resources, delivery, corrections)
        found = await asyncio.to_thread(states_after, bench, delivery, corrections, register)
        for correction in corrections:
            if correction.id in found:
                await settle(session, correction, delivery, found[correction.id])
        delivery.settled = True
        failpoint("correction.settled")
    return True


async def register_of(
    session: AsyncSession, resources: Resources, delivery: Delivery, corrections: Sequence[EvidenceCorrection]
) -> list[AcceptedDelivery]:
    """What says where the corrected households are; nothing where that is not asked."""
    if not corrections or delivery.feed == REGISTRATION:
        return []
    rows = await deliveries_repository.registration_deliveries(session)
    return [evidence_of(resources.intake.store, row) for row in rows]


async def settle(
    session: AsyncSession, correction: EvidenceCorrection, delivery: Delivery, state: CorrectionState
) -> None:
    """A delivery has met or contradicted a correction."""
    CORRECTION_STATES.require(correction.state, state)
    correction.state, correction.settled_by, correction.changed_at = state, delivery.id, clock.now()
    about = {name: getattr(correction, name) for name in ("objection", "uscc", "region", "feed", "year")}
    payload = EVENTS[state](correction=correction.id, delivery=delivery.id, bureau=delivery.bureau, **about)
    await ANNOUNCER.announce(session, payload, subject=correction.uscc, actor=ACTOR)
    details = {"delivery": str(delivery.id), "feed": correction.feed, "bureau": delivery.bureau}
    await audit.record(session, correction, ACTOR, f"correction:{state.value}", details)


def states_after(
    bench: FileChecker,
    delivery: Delivery,
    corrections: Sequence[EvidenceCorrection],
    register: Sequence[AcceptedDelivery] = (),
) -> dict[UUID, CorrectionState]:
    """By correction, what the delivery makes of it; those that it says nothing about are left out. Blocking.

    Of several corrections of one row the last one counts: met, it ends the earlier ones, too, which would else rank
    above the bureau's row again; contradicted, it alone is.
    """
    if not corrections:
        return {}
    said = read_delivery(bench, delivery, corrections)
    states: dict[UUID, CorrectionState] = {}
    counties = find_counties(bench, register, said.households_meant(corrections))
    for row, of_row in said.by_row(corrections).items():
        last = of_row[-1]
        theirs = said.delivered.get(row)
        county = counties.get(last.uscc, last.region)
        if delivery.feed != REGISTRATION and not overlap(county, delivery.region):
            continue
        if theirs is None and (said.is_rejected(last) or not said.missing_is_absent(last, county)):
            continue
        state = settled_state(last.columns, said.row_of(last), theirs)
        states |= dict.fromkeys((one.id for one in (of_row if state is CorrectionState.MET else [last])), state)
    return states


@dataclass(frozen=True)
class DeliveredRows:
    """What a delivery says of corrected keys: its accepted rows by key, and the rejected keys of these households
    (year None: of any). ``corrected``: the corrected rows by the digest of their file.
    """

    delivery: Delivery
    corrected: Mapping[str, Row]
    delivered: Mapping[tuple[object, ...], Row]
    rejected: frozenset[tuple[str, int | None]]

    def row_of(self, correction: EvidenceCorrection) -> Row:
        """The corrected row."""
        return self.corrected[correction.accepted_file or ""]

    def by_row(self, corrections: Sequence[EvidenceCorrection]) -> dict[tuple[object, ...], list[EvidenceCorrection]]:
        """The corrections by the key of the row that they correct, in order of arrival."""
        rows: dict[tuple[object, ...], list[EvidenceCorrection]] = {}
        for correction in corrections:
            key = tuple(self.row_of(correction)[name] for name in FEEDS[self.delivery.feed].key)
            rows.setdefault(key, []).append(correction)
        return rows

    def is_rejected(self, correction: EvidenceCorrection) -> bool:
        """Whether the delivery holds a row of the household that could not be accepted."""
        return not self.rejected.isdisjoint({(correction.uscc, None), (correction.uscc, correction.year)})

    def households_meant(self, corrections: Sequence[EvidenceCorrection]) -> set[str]:
        """Corrected households of which the delivery holds a row, or in whose region it was made."""
        there = {str(row["uscc"]) for row in self.delivered.values()}
        return there | {one.uscc for one in corrections if overlap(one.region, self.delivery.region)}

    def missing_is_absent(self, correction: EvidenceCorrection, county: str) -> bool:
        """Whether the delivery says, by holding no row, that there is none."""
        return (
            self.delivery.feed != REGISTRATION
            and self.delivery.mode == "full"
            and county.startswith(self.delivery.region)
            and self.delivery.year in (None, correction.year)
        )


def overlap(one: str, other: str) -> bool:
    """Whether two regions have a county in common."""
    return one.startswith(other) or other.startswith(one)


def find_counties(
    bench: FileChecker, register: Sequence[AcceptedDelivery], households: Collection[str]
) -> dict[str, str]:
    """Where the register has the households; those that it does not hold are left out."""
    standing = standing_deliveries(register, REGISTRATION, "", 0)
    if not standing or not households:
        return {}
    taking = superseding_registrations(register, standing)
    with bench.store.workspace() as workspace, bench.connect(workspace) as con:
        FeedPlan(con, REGISTRATION, "", 0, tuple(standing), tuple(taking)).build()
        query = "SELECT uscc, region_code FROM accepted_registration WHERE uscc IN (SELECT unnest(?::varchar[]))"
        return dict(con.execute(query, [sorted(households)]).fetchall())


def read_delivery(bench: FileChecker, delivery: Delivery, corrections: Sequence[EvidenceCorrection]) -> DeliveredRows:
    """The delivery's rows with the keys of corrections."""
    store, key = bench.store, FEEDS[delivery.feed].key
    paths = {name: store.path(name) for name in (one.accepted_file or "" for one in corrections)}
    ours = read_parquet_sql(paths.values(), named=True)
    with store.workspace() as workspace, bench.connect(workspace) as con:

        def rows(query: str) -> list[dict[str, object]]:
            found = con.execute(query)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        by_path = {str(row.pop("filename")): row for row in rows(f"SELECT * FROM {ours}")}
        same = " AND ".join(f"o.{name} = f.{name}" for name in key)
        accepted = read_parquet_sql([store.path(delivery.accepted_file)])
        delivered = rows(f"SELECT f.* FROM {accepted} f SEMI JOIN {ours} o ON {same}")
        keys = read_parquet_sql([store.path(delivery.rejected_keys_file)])
        rejected = rows(f"SELECT DISTINCT f.uscc, f.year FROM {keys} f SEMI JOIN {ours} o ON o.uscc = f.uscc")
    return DeliveredRows(
        delivery,
        {name: by_path[str(path)] for name, path in paths.items()},
        {tuple(row[name] for name in key): row for row in delivered},
        frozenset((str(row["uscc"]), row["year"]) for row in rejected),  # type: ignore[misc]  # a year or None
    )
