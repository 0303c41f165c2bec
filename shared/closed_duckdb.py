"""DuckDB that reaches nothing but the folders it is given: no other file, no network, no extension fetched on the way.

What does not fit into its memory spills, up to half of what is free on that disk: the database lies there, too.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only declares that it may need DuckDB does not load it
    import duckdb

NO_EXTENSIONS: dict[str, bool] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
Configuration = dict[str, "str | bool | int | float | list[str]"]


def open_closed(
    folders: Sequence[Path], *, memory_limit: str, spill: Path | None = None, threads: int | None = None
) -> "duckdb.DuckDBPyConnection":
    """A database in memory that may read and write below `folders`; `spill` None: it never spills."""
    import duckdb

    configuration: Configuration = {"memory_limit": memory_limit, **NO_EXTENSIONS, **spilling_into(spill)}
    if threads is not None:
        configuration["threads"] = threads
    con = duckdb.connect(config=configuration)
    reached = [str(folder.absolute()) for folder in (*folders, *([spill] if spill else []))]
    con.execute("SET allowed_directories = $1", [reached])
    con.execute("SET enable_external_access = false")
    return con


def spilling_into(spill: Path | None) -> Configuration:
    """The configuration of a folder to spill into, of which there is one or none."""
    if spill is None:
        return {"temp_directory": ""}
    place = next(folder for folder in (spill, *spill.parents) if folder.exists())
    return {
        "temp_directory": str(spill),
        "max_temp_directory_size": f"{shutil.disk_usage(place).free // 2 // 2**20 + 1}MiB",
    }
