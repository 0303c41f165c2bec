"""The overlay of corrected households over a published run."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import extract, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.typing.models import Correction, CurrentRun, FiledReport, Result, Run
from shared.service.advisory_locks import AdvisoryLock, take_lock


@dataclass(frozen=True)
class Shown:
    """A household as the directory shows it, with the run behind it and its correction, if any."""

    result: Result
    run: Run
    correction: Correction | None

    @property
    def type(self) -> int:
        """The type code that readers see."""
        return self.correction.type if self.correction else self.result.type


async def shown(session: AsyncSession, uscc: str) -> Shown | None:
    """The household in the current runs (in the later published, if it moved), or None when none knows it."""
    query = (
        select(Result, Run, Correction)
        .join(
            CurrentRun,
            (CurrentRun.region == Result.region) & (CurrentRun.run_number == Result.run_number),
        )
        .join(Run, Run.number == Result.run_number)
        .outerjoin(
            Correction,
            (Correction.run_number == Result.run_number) & (Correction.uscc == Result.uscc),
        )
        .where(Result.uscc == uscc)
        .order_by(CurrentRun.revision.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else Shown(*row)


async def lock_household(session: AsyncSession, uscc: str) -> None:
    """Corrections of one household follow one another."""
    await take_lock(session, AdvisoryLock.HOUSEHOLD, uscc)


async def put(session: AsyncSession, values: dict[str, object]) -> None:
    """Store a correction in place of an earlier one of the same household and run."""
    statement = upsert(Correction).values(values)
    kept = {name: statement.excluded[name] for name in values if name not in ("run_number", "uscc")}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["run_number", "uscc"], set_={**kept, "corrected_at": func.now()}
        )
    )


async def latest_revision(session: AsyncSession, run_number: int) -> int:
    """The highest revision of a run's corrections; 0 when it has none."""
    query = select(func.coalesce(func.max(Correction.revision), 0)).where(Correction.run_number == run_number)
    return (await session.execute(query)).scalar_one()


async def note_report(session: AsyncSession, report: FiledReport) -> None:
    """Keep a late report; the first word about a household and year counts."""
    given = {
        name: getattr(report, name) for name in ("uscc", "year", "filed_on", "event_id", "source", "actor", "heard_at")
    }
    await session.execute(upsert(FiledReport).values(given).on_conflict_do_nothing())


async def reports_not_counted(session: AsyncSession, limit: int) -> Sequence[FiledReport]:
    """Late reports that the household's published run does not count yet: they came before it was published.

    A correction from another source does not count them; only facts that say when the report was filed do.

    Of a household that moved between counties of different runs, only what the later publication shows counts.
    """
    later, newer = aliased(Result), aliased(CurrentRun)
    shown_elsewhere = (
        select(later.uscc)
        .join(newer, (newer.region == later.region) & (newer.run_number == later.run_number))
        .where(later.uscc == Result.uscc, newer.revision > CurrentRun.revision)
    )
    query = (
        select(FiledReport)
        .join(Result, Result.uscc == FiledReport.uscc)
        .join(
            CurrentRun,
            (CurrentRun.region == Result.region) & (CurrentRun.run_number == Result.run_number),
        )
        .outerjoin(
            Correction,
            (Correction.run_number == Result.run_number) & (Correction.uscc == Result.uscc),
        )
        .where(
            or_(Correction.uscc.is_(None), ~Correction.facts.has_key("reported_on")),
            extract("year", CurrentRun.as_of) == FiledReport.year + 1,
            ~shown_elsewhere.exists(),
        )
        .order_by(FiledReport.heard_at)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()
