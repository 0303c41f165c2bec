"""Commands for the tests of the command line: each way in which a command can end."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)


class Format(StrEnum):
    """A fixed set of words."""

    CSV = "csv"
    PARQUET = "parquet"


@app.command()
def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False)],
    households: Annotated[int, typer.Option(min=1)] = 3,
    written: Annotated[Format, typer.Option("--format")] = Format.CSV,
    as_of: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"])] = dt.datetime(2026, 7, 1),  # noqa: DTZ001
) -> None:
    """Takes one of each kind of parameter."""


@app.command()
def end(how: str, policy: Annotated[str, typer.Option()]) -> None:
    """Ends as told."""
    ends: dict[str, BaseException] = {
        "with-findings": typer.Exit(1),
        "fault": RuntimeError("operator 410123199001011234 has no name"),
        "disk-full": OSError(28, "No space left on device", "/data/x"),
        "interrupted": KeyboardInterrupt(),
        "own-words": typer.BadParameter("户数太多"),
    }
    raise ends[how]
