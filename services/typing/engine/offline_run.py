"""The offline run driver: a complete typing run in one directory: freeze, type, digest.

Started again after a kill, it continues after the last finished step; an interrupted run ends with the digest of an
uninterrupted one. The directory belongs to one process at a time. The platform's driver is
`services.typing.run_worker`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.typing.engine.digest import run_digest, snapshot_digest
from services.typing.engine.duckdb_connection import Progress, connect
from services.typing.engine.files import clear_leftovers, replacing
from services.typing.engine.snapshot import SnapshotInfo, freeze, snapshot_info
from services.typing.engine.snapshot_typing import TypingResult, count_results, type_snapshot
from shared.law.compiler.compiled_policy import CompiledPolicy

FeedSource = Callable[[], tuple[duckdb.DuckDBPyConnection, Collection[str]]]
"""Gives a connection with the accepted feeds (see `evidence`) and the names of those delivered."""


class RunMismatch(RuntimeError):
    """The directory holds the files of a run with another policy, date or region."""


@dataclass(frozen=True)
class FinishedRun:
    """The files of a run and its digest."""

    snapshot: SnapshotInfo
    typed: TypingResult
    digest: str


def complete_run(
    directory: Path,
    gather: FeedSource,
    compiled: CompiledPolicy,
    *,
    region: str = "",
    progress: Callable[[str, float], None] | None = None,
) -> FinishedRun:
    """Complete a run; `gather` is called only if there is no snapshot yet.

    `progress` is called with the step (`freeze`, `type`) and the share of it that is done.
    """
    policy, as_of = compiled.policy.content_hash, compiled.as_of
    clear_leftovers(directory)
    _claim_directory(directory, f"{policy} {as_of.isoformat()} {region}")
    snapshot, results = directory / "snapshot.parquet", directory / "results.parquet"
    if not snapshot.exists():
        con, delivered = gather()
        freeze(con, delivered, as_of, snapshot, region=region, progress=_step_progress("freeze", progress))
    with connect() as con:
        info = snapshot_info(con, snapshot)
        if results.exists():
            typed = count_results(con, results)
        else:
            typed = type_snapshot(snapshot, compiled, results, progress=_step_progress("type", progress))
    digest = run_digest(policy, snapshot_digest(snapshot), as_of, results)
    return FinishedRun(info, typed, digest)


def _step_progress(name: str, progress: Callable[[str, float], None] | None) -> Progress | None:
    return (lambda share: progress(name, share)) if progress else None


def _claim_directory(directory: Path, identity: str) -> None:
    """Record which run the directory belongs to; RunMismatch when it belongs to another."""
    note = directory / "run"
    if note.exists():
        if note.read_text(encoding="utf-8") != identity:
            raise RunMismatch(str(directory))
        return
    with replacing(note) as part:
        part.write_text(identity, encoding="utf-8")
