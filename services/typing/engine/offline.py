"""A folder of feeds typed without a platform: what `minglu type` and `minglu policy diff` do.

The households are typed straight from the join of the checked feeds: no snapshot is written and nothing is sorted,
since the order of the result does not matter. If a digest is asked for, the same join is frozen and typed as the
service does it (`offline_run`). Both give the same types and clauses (tests/integration/typing/engine).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from services.typing.engine import duckdb_connection
from services.typing.engine.duckdb_connection import run_statement
from services.typing.engine.exports import write_results
from services.typing.engine.files import replacing
from services.typing.engine.household_join import FeedRelations, households_query, inspect_relations, left_out
from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.feeds.intake.absence import AbsenceRules
from shared.feeds.validation.folder import CheckedFeeds, FeedReport, check_folder
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.language.facts import FACTS
from shared.law.language.nodes import facts_in
from shared.law.model.outcome import HouseholdType

StepProgress = Callable[[str, float], None]
"""Called with the step (`check`, `type`, `write`) and the share of it that is done, 0–1."""

Engine = Callable[[FeedRelations, CompiledPolicy, Path, bool, duckdb_connection.Progress | None], str | None]
"""Makes relation `typed` of a folder's evidence, with files in a scratch folder; gives the digest if wanted."""

MEMORY_LIMIT = "1600MB"
"""DuckDB's share of the 2 GB that 8 million households may take; less makes its joins spill and take twice as long."""


class RegistrationMissing(Exception):
    """The folder has no registration feed, so there are no households to type. The message is one Chinese sentence."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹 {folder} 里没有登记信息（registration.csv、.parquet 或 .xlsx），不能分型")


@dataclass(frozen=True)
class FolderReport:
    """What a folder holds; `missing` feeds have no file, `stale` yearly ones no row about last year, `ignored` files
    are no feeds; `left_out` households were established after the as-of date."""

    left_out: int
    reports: Mapping[str, FeedReport]
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    ignored: tuple[Path, ...]

    @property
    def rejected(self) -> int:
        """How many rows were rejected; flagged ones do not count."""
        return sum(report.rejected for report in self.reports.values())


@dataclass(frozen=True)
class FolderResult(FolderReport):
    """The result of typing a folder."""

    totals: Mapping[HouseholdType, int]
    rejects: int
    digest: str | None

    @property
    def households(self) -> int:
        """How many households were typed."""
        return sum(self.totals.values())


def rejects_path(out: Path) -> Path:
    """The path of a result's rejects."""
    return out.with_name(out.name + ".rejects.csv")


def type_folder(
    folder: Path,
    prepared: Callable[[], CompiledPolicy],
    out: Path,
    *,
    today: date,
    digest: bool = False,
    engine: "Engine | None" = None,
    progress: StepProgress | None = None,
) -> FolderResult:
    """Check the feeds of a folder, type its households and write `out` (.parquet or .csv) and its rejects.

    `prepared` gives the policy; it is asked only when the feeds are checked, so that another thread may read the
    policy in parallel (parsing it takes a third of a second).
    Raises FeedsError (a file that cannot be read at all) and RegistrationMissing. Nothing is half written.
    """
    with TemporaryDirectory(prefix=".minglu-", dir=out.parent) as scratch:
        checked = checked_folder(folder, today, Path(scratch), progress)
        with checked.con:
            compiled = prepared()
            relations = inspect_relations(checked.con, delivered_feeds(checked), compiled.as_of)
            value = (engine or type_on_duckdb)(
                relations, compiled, Path(scratch), digest, _step_progress("type", progress)
            )
            with replacing(rejects_path(out)) as part:
                rejects = checked.write_rejects(part)
            write_results(checked.con, "typed", compiled, out, progress=_step_progress("write", progress))
            return FolderResult(
                **vars(folder_report(checked, relations)), totals=_totals(checked.con), rejects=rejects, digest=value
            )


def read_household_facts(
    folder: Path, uscc: str, as_of: date, *, today: date, progress: StepProgress | None = None
) -> dict[str, Any] | None:
    """One household's facts out of a folder, by snapshot column; None when it is not typed. Raises as `type_folder`."""
    with TemporaryDirectory(prefix="minglu-") as scratch:
        checked = checked_folder(folder, today, Path(scratch), progress)
        with checked.con as con:
            query = households_query(inspect_relations(con, delivered_feeds(checked), as_of))
            con.execute(f"SELECT * FROM ({query}) WHERE uscc = ?", [uscc])
            names = [column[0] for column in con.description or ()]
            rows = con.fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else None


def checked_folder(folder: Path, today: date, scratch: Path, progress: StepProgress | None = None) -> CheckedFeeds:
    """The folder's feeds, checked, in a connection that spills to `scratch`. Raises as `type_folder`."""
    checked = check_folder(
        folder,
        TYPING_FEEDS,
        today=today,
        memory_limit=MEMORY_LIMIT,
        temp_directory=scratch,
        progress=(lambda _feed, done, total: progress("check", done / total)) if progress else None,
    )
    if not checked.reports["registration"].delivered:
        raise RegistrationMissing(folder)
    for feed in sorted(delivered_feeds(checked) - {"registration"}):
        leave_open(checked, feed)
    return checked


def leave_open(checked: CheckedFeeds, feed: str) -> None:
    """Where too little of a feed could be read, a household without a row in it is unknown, not absent: there is no
    officer to ask. The report says so.
    """
    report = checked.reports[feed]
    counts = {name: getattr(report, name) for name in ("rows", "accepted", "rejected", "unreadable")}
    if AbsenceRules().leaves_open(**counts):
        checked.con.execute(f"CREATE TEMP TABLE covered_{feed} AS SELECT '' AS region WHERE false")
        warning = f"{FEEDS[feed].title}中有太多行未采用或认不出是哪一户，没有记录的户，其相关事实视为未知。"
        checked.reports[feed] = replace(report, warnings=(*report.warnings, warning))


def delivered_feeds(checked: CheckedFeeds) -> frozenset[str]:
    """The feeds that have files."""
    return frozenset(feed for feed, report in checked.reports.items() if report.delivered)


def folder_report(checked: CheckedFeeds, relations: FeedRelations) -> FolderReport:
    """What the checked folder holds."""
    return FolderReport(
        left_out=left_out(relations),
        reports=checked.reports,
        missing=tuple(feed for feed, report in checked.reports.items() if not report.delivered),
        stale=_stale_feeds(relations),
        ignored=checked.ignored,
    )


def type_on_duckdb(
    relations: FeedRelations,
    compiled: CompiledPolicy,
    scratch: Path,
    digest: bool,
    progress: duckdb_connection.Progress | None,
) -> str | None:
    """Type the households with DuckDB, the engine of one machine."""
    if digest:
        return _type_as_run(relations, compiled, scratch, progress)
    _type_directly(relations, compiled, progress)
    return None


def _type_directly(
    relations: FeedRelations, compiled: CompiledPolicy, progress: duckdb_connection.Progress | None
) -> None:
    """Table `typed` from the join itself."""
    relations.con.execute("SET preserve_insertion_order = false")
    needed = replace(relations, needed=columns_used(compiled))
    relations.con.execute(f"CREATE TEMP VIEW household AS {households_query(needed)}")
    query = compiled.duckdb_query(relation="household")
    duckdb_connection.run_statement(relations.con, f"CREATE TEMP TABLE typed AS {query}", progress)


def columns_used(compiled: CompiledPolicy) -> frozenset[str]:
    """The columns of a snapshot that a policy asks for."""
    facts = {fact for clause in compiled.clauses for fact in facts_in(clause.bound)}
    return frozenset(column for fact in facts for column in FACTS[fact].columns)


_SHARES: Mapping[str, Callable[[float], float]] = {
    "freeze": lambda share: 0.7 * share,
    "type": lambda share: 0.7 + 0.3 * share,
}
"""The share of each step in the progress of typing."""


def _type_as_run(
    relations: FeedRelations, compiled: CompiledPolicy, scratch: Path, progress: duckdb_connection.Progress | None
) -> str:
    """View `typed` over the results of a run in `scratch`; its digest."""
    from services.typing.engine.offline_run import complete_run

    finished = complete_run(
        scratch,
        lambda: (relations.con, relations.delivered),
        compiled,
        progress=(lambda step, share: progress(_SHARES[step](share))) if progress else None,
    )
    relations.con.execute(
        f"CREATE TEMP VIEW typed AS FROM read_parquet({duckdb_connection.sql_literal(finished.typed.path)})"
    )
    return finished.digest


def _totals(con: duckdb.DuckDBPyConnection) -> dict[HouseholdType, int]:
    counts = dict(con.execute("SELECT type, count(*) FROM typed GROUP BY type").fetchall())
    return {kind: counts.get(kind.value, 0) for kind in HouseholdType}


def _stale_feeds(relations: FeedRelations) -> tuple[str, ...]:
    """Yearly feeds that were delivered without a row about last year."""
    stale = []
    for feed in TYPING_FEEDS:
        if feed in relations.delivered and FEEDS[feed].has("year"):
            query = f"SELECT 1 FROM accepted_{feed} WHERE year = {relations.last_year} LIMIT 1"
            if not relations.con.execute(query).fetchall():
                stale.append(feed)
    return tuple(stale)


def _step_progress(name: str, progress: StepProgress | None) -> duckdb_connection.Progress | None:
    return (lambda share: progress(name, share)) if progress else None


@contextmanager
def folder_under_versions(
    folder: Path, versions: PooledPolicies, *, today: date, progress: StepProgress | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, FolderReport]]:
    """A connection with table `typed`, every household of the folder under every version, typed in one pass.

    `progress` is called for the steps `check` and `type`. Raises FeedsError and RegistrationMissing. Files that the
    connection spilled are removed at the end of the block.
    """
    with TemporaryDirectory(prefix="minglu-") as scratch:
        checked = checked_folder(folder, today, Path(scratch), progress)
        with checked.con as con:
            relations = inspect_relations(con, delivered_feeds(checked), versions.as_of)
            needed = frozenset[str]().union(*map(columns_used, versions.compiled))
            con.execute("SET preserve_insertion_order = false")
            con.execute(f"CREATE TEMP VIEW household AS {households_query(replace(relations, needed=needed))}")
            statement = f"CREATE TEMP TABLE typed AS {versions.query(relation='household')}"
            with checked.reading():
                run_statement(con, statement, (lambda share: progress("type", share)) if progress else None)
            yield con, folder_report(checked, relations)
