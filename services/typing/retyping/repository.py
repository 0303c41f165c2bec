"""SQL of typing single households again: what the directory shows of them, their corrections, late reports, and what
waits for a published run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, and_, case, cast, extract, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, join, outerjoin

from services.typing.corrections.domain import LIFTED_SUFFIX, OPEN_STATES, SOURCE_PREFIX, CorrectionState
from services.typing.corrections.models import EvidenceCorrection, RunCorrection
from services.typing.names.models import HouseholdName
from services.typing.retyping.domain import ANNUAL_REPORT
from services.typing.runs.models import Correction, CurrentRun, FiledReport, Result, Run
from shared.database.advisory_locks import AdvisoryLock, take_lock


def is_current(result: type[Result], current: type[CurrentRun]) -> ColumnElement[bool]:
    """The result's county shows the run that the result belongs to."""
    return (current.region == result.region) & (current.run_number == result.run_number)


CURRENT_RESULTS = outerjoin(
    join(Result, CurrentRun, is_current(Result, CurrentRun)),
    Correction,
    (Correction.run_number == Result.run_number) & (Correction.uscc == Result.uscc),
)
"""What the counties show: each result of a county's current run, with its correction if there is one."""


@dataclass(frozen=True)
class DirectoryEntry:
    """A household as the directory shows it, with its registered name, the run behind it and its correction, if any."""

    name: str
    result: Result
    run: Run
    correction: Correction | None

    @property
    def type(self) -> int:
        """The type code that readers see."""
        return self.correction.type if self.correction else self.result.type


async def find_entry(session: AsyncSession, uscc: str) -> DirectoryEntry | None:
    """The household in the current runs (in the later published one if it moved), or None."""
    query = (
        select(func.coalesce(HouseholdName.name, ""), Result, Run, Correction)
        .select_from(CURRENT_RESULTS)
        .join(Run, Run.number == Result.run_number)
        .outerjoin(HouseholdName, HouseholdName.uscc == Result.uscc)
        .where(Result.uscc == uscc)
        .order_by(CurrentRun.revision.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else DirectoryEntry(*row)


async def lock_household(session: AsyncSession, uscc: str) -> None:
    """Serialise corrections of one household."""
    await take_lock(session, AdvisoryLock.HOUSEHOLD, uscc)


async def put_correction(session: AsyncSession, correction: Correction) -> None:
    """Store a correction in place of an earlier one of the same household and run."""
    key = ("run_number", "uscc")
    replaced = ("region", "facts", "type", "true_mask", "unknown_mask", "reasons", "revision")
    statement = upsert(Correction).values({name: getattr(correction, name) for name in key + replaced})
    changes = {name: statement.excluded[name] for name in replaced} | {"corrected_at": func.now()}
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=changes))


async def record_report(session: AsyncSession, report: FiledReport) -> bool:
    """Store a late report; the first one about a household and year counts. Whether this is the first."""
    columns = ("uscc", "year", "filed_on", "event_id", "source", "actor", "heard_at")
    values = {name: getattr(report, name) for name in columns}
    stored = upsert(FiledReport).values(values).on_conflict_do_nothing().returning(FiledReport.uscc)
    return (await session.execute(stored)).first() is not None


async def filed_report(session: AsyncSession, uscc: str, year: int) -> FiledReport | None:
    """The late report of a household about a year."""
    return await session.get(FiledReport, (uscc, year))


def mentions(source: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the household's correction has a reason from the source."""
    reason = func.jsonb_build_array(func.jsonb_build_object("source", source))
    return func.coalesce(Correction.reasons.contains(reason), literal(value=False))


def shown_elsewhere() -> ColumnElement[bool]:
    """A household that moved between counties of different runs: another, later publication counts."""
    later, newer = aliased(Result), aliased(CurrentRun)
    query = (
        select(later.uscc)
        .join(newer, is_current(later, newer))
        .where(later.uscc == Result.uscc, newer.revision > CurrentRun.revision)
    )
    return query.exists()


async def unapplied_reports(session: AsyncSession, limit: int) -> Sequence[FiledReport]:
    """Late reports that the household's published run does not count yet: they came before it was published."""
    query = (
        select(FiledReport)
        .select_from(CURRENT_RESULTS)
        .join(FiledReport, FiledReport.uscc == Result.uscc)
        .where(
            ~mentions(literal(ANNUAL_REPORT)),
            extract("year", CurrentRun.as_of) == FiledReport.year + 1,
            ~shown_elsewhere(),
        )
        .order_by(FiledReport.heard_at)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()


async def unapplied_corrections(session: AsyncSession, limit: int) -> Sequence[EvidenceCorrection]:
    """Corrections that the household's published run does not follow yet: they came after its evidence was frozen and
    before it was published, or were lifted in that time, or another run of that year was published since.
    """
    counted = RunCorrection.counted
    source = literal(SOURCE_PREFIX) + cast(EvidenceCorrection.id, Text)
    lifted = EvidenceCorrection.state == CorrectionState.LIFTED
    came_later = EvidenceCorrection.state.in_((*OPEN_STATES, CorrectionState.MET)) & counted.is_(None)
    query = (
        select(EvidenceCorrection)
        .select_from(CURRENT_RESULTS)
        .join(EvidenceCorrection, EvidenceCorrection.uscc == Result.uscc)
        .outerjoin(
            RunCorrection,
            and_(
                RunCorrection.run_number == Result.run_number,
                RunCorrection.correction_id == EvidenceCorrection.id,
            ),
        )
        .where(
            or_(came_later, and_(lifted, counted)),
            ~mentions(case((lifted, source + LIFTED_SUFFIX), else_=source)),
            or_(
                EvidenceCorrection.year.is_(None),
                extract("year", CurrentRun.as_of) == EvidenceCorrection.year + 1,
            ),
            ~shown_elsewhere(),
        )
        .order_by(EvidenceCorrection.number)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()
