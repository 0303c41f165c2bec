"""A checker of single rows, whose connections are of one database that stays open."""

import os
import time
from pathlib import Path

import duckdb
import pytest

from shared.feeds.intake.context import OpenChecker
from shared.file_store import Store
from shared.reference.personal_data import OperatorPseudonym


@pytest.fixture
def checker(tmp_path: Path) -> OpenChecker:
    return OpenChecker(Store(tmp_path), OperatorPseudonym(b"k" * 32), "100MB")


def test_what_one_row_leaves_in_its_connection_no_other_row_sees(checker: OpenChecker, tmp_path: Path) -> None:
    with checker.connect(tmp_path) as first:
        first.execute("CREATE TEMP TABLE accepted_credit AS SELECT 1 AS row")
        first.execute("CREATE TEMP VIEW rejected_keys_credit AS SELECT 1 AS row")
        with checker.connect(tmp_path) as beside:
            assert relations(beside) == []
    with checker.connect(tmp_path) as later:
        assert relations(later) == []


def relations(con: duckdb.DuckDBPyConnection) -> list[tuple[str]]:
    """Names of what was made, here or in another connection."""
    made = "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
    return con.execute(made).fetchall()


def test_its_workspace_is_nobodys_to_clear_while_it_lives(checker: OpenChecker, tmp_path: Path) -> None:
    checker.connect(tmp_path).close()
    (workspace,) = checker.store.incoming.iterdir()
    long_ago = time.time() - 3600
    os.utime(workspace, (long_ago, long_ago))
    assert Store(tmp_path).clear_abandoned() == 0
    with checker.connect(tmp_path) as con:
        ((spill,),) = con.execute("SELECT current_setting('temp_directory')").fetchall()
    assert Path(spill).is_relative_to(workspace)
    assert workspace.exists()
