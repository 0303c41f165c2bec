"""A process that takes one typing run to its end and prints the digest; tests kill it on the way.

`python -m tests.faults.typing_process DIRECTORY EVIDENCE.duckdb [careless]`. `careless` is the naive variant:
files are written under their final name.
"""

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import duckdb

from services.typing.engine import snapshot, snapshot_typing
from services.typing.engine.offline_run import complete_run
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.reader.loading import load_policy
from tests.unit.typing.engine.population import FEEDS


@contextmanager
def under_its_final_name(path: Path) -> Iterator[Path]:
    """What `files.replacing` would be without care."""
    yield path


def main(directory: str, evidence: str, manner: str = "") -> None:
    """Take the run in `directory` to its end."""
    if manner == "careless":
        for module in (snapshot, snapshot_typing):
            patch.object(module, "replacing", under_its_final_name).start()
    compiled = compile_policy(load_policy("zhengzhou-2025"), dt.date(2026, 7, 15))
    run = complete_run(Path(directory), lambda: (duckdb.connect(evidence, read_only=True), FEEDS), compiled)
    print(run.digest)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
