"""Several versions of the law over a folder of feeds: what `minglu policy diff` asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from services.typing.engine.duck import run
from services.typing.engine.evidence import evidence
from services.typing.engine.households import households_query
from services.typing.engine.offline import (
    FolderReport,
    Progress,
    checked_folder,
    compiled_facts,
    delivered_feeds,
    folder_report,
)
from shared.policy.versions import Versions


@contextmanager
def typed_folder(
    folder: Path, versions: Versions, *, today: date, progress: Progress | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, FolderReport]]:
    """A connection with table `typed`, every household of the folder under every version, typed in one pass.

    `progress` hears of the steps `check` and `type`. Raises FeedsError and NoRegistration. What the connection spilled
    is removed at the end of the block.
    """
    with TemporaryDirectory(prefix="minglu-") as scratch:
        checked = checked_folder(folder, today, Path(scratch), progress)
        with checked.con as con:
            known = evidence(con, delivered_feeds(checked), versions.as_of)
            wanted = frozenset[str]().union(*map(compiled_facts, versions.compiled))
            con.execute("SET preserve_insertion_order = false")
            con.execute(f"CREATE TEMP VIEW household AS {households_query(replace(known, wanted=wanted))}")
            statement = f"CREATE TEMP TABLE typed AS {versions.query(relation='household')}"
            with checked.reading():
                run(con, statement, (lambda share: progress("type", share)) if progress else None)
            yield con, folder_report(checked, known)
