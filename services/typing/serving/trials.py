"""Trials as they are computed and read: a run's policy and a draft as two versions, and the file of both."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.typing.engine.comparison import Change
from services.typing.engine.duck import connect, literal
from services.typing.engine.versions import (
    KEYS,
    Cell,
    ChangedHousehold,
    changes,
    households_behind,
    type_versions,
)
from services.typing.engine.versions_file import Wanted, write_households
from shared.policy.compiled import CompiledPolicy, compile_policy
from shared.policy.loading import restore_policy
from shared.policy.versions import Versions


def both(compiled: CompiledPolicy, draft: Mapping[str, Any]) -> Versions:
    """The policy of a run, and a draft by its stored content."""
    return Versions([compiled, compile_policy(restore_policy(draft), compiled.as_of)])


def carry_out(snapshot: Path, versions: Versions, out: Path, memory_limit: str) -> list[Change]:
    """Type the snapshot under both into `out`; who changes."""
    type_versions(snapshot, versions, out, columns=(*KEYS, "name"), memory_limit=memory_limit)
    with connect(memory_limit=memory_limit, temp_directory=out.parent) as con:
        return changes(con, typed(out))


def households(
    path: Path, versions: Versions, cell: Cell, after: tuple[str, str], limit: int
) -> list[ChangedHousehold]:
    """A page of the households of a cell."""
    with connect() as con:
        return households_behind(con, typed(path), versions, cell, after=after, limit=limit)


def households_file(path: Path, versions: Versions, cell: Cell, label: str, out: Path) -> None:
    """All households of a cell as CSV."""
    with connect(temp_directory=out.parent) as con:
        write_households(con, typed(path), versions, [Wanted(1, label, cell)], out)


def typed(path: Path) -> str:
    """The file as a relation."""
    return f"read_parquet({literal(path)})"
