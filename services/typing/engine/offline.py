"""A folder of feeds typed without a platform: what `minglu type` does.

The households are typed straight from the join of the checked feeds: no snapshot is written and nothing is
sorted, since the order of the result is free. With a digest asked for, the same join is frozen and typed as the
service does it. Both give the same types and clauses (tests/integration/engine).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from services.typing.engine import duck
from services.typing.engine.evidence import Evidence, evidence
from services.typing.engine.files import replacing
from services.typing.engine.households import households_query, left_out
from services.typing.engine.results import write_results
from shared.feeds.contracts import FEEDS, TYPING_FEEDS
from shared.feeds.validation import CheckedFeeds, FeedReport, check_folder
from shared.policy.compiled import CompiledPolicy
from shared.policy.facts import FACTS
from shared.policy.nodes import facts_in
from shared.policy.outcome import HouseholdType

Progress = Callable[[str, float], None]
"""Told the step (`check`, `type`, `write`) and how much of it is done, from 0 to 1."""

Engine = Callable[[Evidence, CompiledPolicy, Path, bool, duck.Progress | None], str | None]
"""Makes relation `typed` of a folder's evidence, with files in a scratch folder; gives the digest if wanted."""

MEMORY_LIMIT = "1600MB"
"""DuckDB's share of the 2 GB that 8 million households may take; less makes its joins spill and take twice as long."""


class NoRegistration(Exception):
    """The folder has no registration feed: there is nobody to type. Said in one Chinese sentence."""

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
    """What came of a folder."""

    totals: Mapping[HouseholdType, int]
    rejects: int
    digest: str | None

    @property
    def households(self) -> int:
        """How many households were typed."""
        return sum(self.totals.values())


def rejects_path(out: Path) -> Path:
    """Where the rejects of a result go."""
    return out.with_name(out.name + ".rejects.csv")


def type_folder(
    folder: Path,
    prepared: Callable[[], CompiledPolicy],
    out: Path,
    *,
    today: date,
    digest: bool = False,
    engine: "Engine | None" = None,
    progress: Progress | None = None,
) -> FolderResult:
    """Check the feeds of a folder, type its households and write `out` (.parquet or .csv) and its rejects.

    `prepared` gives the policy; it is asked only when the feeds are checked, so that another thread may read the
    policy meanwhile (parsing it takes a third of a second that the check leaves free).
    Raises FeedsError (a file that cannot be read at all) and NoRegistration. Nothing is half written.
    """
    with TemporaryDirectory(prefix=".minglu-", dir=out.parent) as scratch:
        checked = checked_folder(folder, today, Path(scratch), progress)
        with checked.con:
            compiled = prepared()
            known = evidence(checked.con, delivered_feeds(checked), compiled.as_of)
            value = (engine or on_duckdb)(known, compiled, Path(scratch), digest, _step("type", progress))
            with replacing(rejects_path(out)) as part:
                rejects = checked.write_rejects(part)
            write_results(checked.con, "typed", compiled, out, progress=_step("write", progress))
            return FolderResult(
                **vars(folder_report(checked, known)), totals=_totals(checked.con), rejects=rejects, digest=value
            )


def household_in(
    folder: Path, uscc: str, as_of: date, *, today: date, progress: Progress | None = None
) -> dict[str, Any] | None:
    """One household's facts out of a folder, by snapshot column; None when it is not typed. Raises as `type_folder`."""
    with TemporaryDirectory(prefix="minglu-") as scratch:
        checked = checked_folder(folder, today, Path(scratch), progress)
        with checked.con as con:
            query = households_query(evidence(con, delivered_feeds(checked), as_of))
            con.execute(f"SELECT * FROM ({query}) WHERE uscc = ?", [uscc])
            names = [column[0] for column in con.description or ()]
            rows = con.fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else None


def checked_folder(folder: Path, today: date, scratch: Path, progress: Progress | None = None) -> CheckedFeeds:
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
        raise NoRegistration(folder)
    return checked


def delivered_feeds(checked: CheckedFeeds) -> frozenset[str]:
    """The feeds that have files."""
    return frozenset(feed for feed, report in checked.reports.items() if report.delivered)


def folder_report(checked: CheckedFeeds, known: Evidence) -> FolderReport:
    """What the checked folder holds."""
    return FolderReport(
        left_out=left_out(known),
        reports=checked.reports,
        missing=tuple(feed for feed, report in checked.reports.items() if not report.delivered),
        stale=_stale(known),
        ignored=checked.ignored,
    )


def on_duckdb(
    known: Evidence, compiled: CompiledPolicy, scratch: Path, digest: bool, progress: duck.Progress | None
) -> str | None:
    """The engine of one machine."""
    if digest:
        return _type_as_a_run(known, compiled, scratch, progress)
    _type_directly(known, compiled, progress)
    return None


def _type_directly(known: Evidence, compiled: CompiledPolicy, progress: duck.Progress | None) -> None:
    """Table `typed` from the join itself."""
    known.con.execute("SET preserve_insertion_order = false")
    needed = replace(known, wanted=compiled_facts(compiled))
    known.con.execute(f"CREATE TEMP VIEW household AS {households_query(needed)}")
    query = compiled.duckdb_query(relation="household")
    duck.run(known.con, f"CREATE TEMP TABLE typed AS {query}", progress)


def compiled_facts(compiled: CompiledPolicy) -> frozenset[str]:
    """The columns of a snapshot that a policy asks for."""
    facts = {fact for clause in compiled.clauses for fact in facts_in(clause.bound)}
    return frozenset(column for fact in facts for column in FACTS[fact].columns)


_SHARES: Mapping[str, Callable[[float], float]] = {
    "freeze": lambda share: 0.7 * share,
    "type": lambda share: 0.7 + 0.3 * share,
}
"""How much of typing each step of a run is."""


def _type_as_a_run(known: Evidence, compiled: CompiledPolicy, scratch: Path, progress: duck.Progress | None) -> str:
    """View `typed` over the results of a run in `scratch`; its digest."""
    from services.typing.engine.runs import complete_run

    finished = complete_run(
        scratch,
        lambda: (known.con, known.delivered),
        compiled,
        progress=(lambda step, share: progress(_SHARES[step](share))) if progress else None,
    )
    known.con.execute(f"CREATE TEMP VIEW typed AS FROM read_parquet({duck.literal(finished.typed.path)})")
    return finished.digest


def _totals(con: duckdb.DuckDBPyConnection) -> dict[HouseholdType, int]:
    counts = dict(con.execute("SELECT type, count(*) FROM typed GROUP BY type").fetchall())
    return {kind: counts.get(kind.value, 0) for kind in HouseholdType}


def _stale(known: Evidence) -> tuple[str, ...]:
    """Yearly feeds that were delivered without a row about last year."""
    stale = []
    for feed in TYPING_FEEDS:
        if feed in known.delivered and FEEDS[feed].has("year"):
            query = f"SELECT 1 FROM accepted_{feed} WHERE year = {known.last_year} LIMIT 1"
            if not known.con.execute(query).fetchall():
                stale.append(feed)
    return tuple(stale)


def _step(name: str, progress: Progress | None) -> duck.Progress | None:
    return (lambda share: progress(name, share)) if progress else None
