"""Work that a confined child is given in tests: it looks around, or does what a hostile file makes a reader do."""

import os
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from shared.confined import Ask
from shared.feeds.intake.checking import CheckRequest, check_file
from shared.feeds.validation.feed_checker import CheckedFeed, Finding


def look_around(ask: Ask, greeting: str) -> dict[str, Any]:
    """What a child has of its parent's."""
    return {
        "environment": dict(os.environ),
        "descriptors": [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.exists()],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "folder": str(Path.cwd()),
        "answer": ask(greeting),
    }


def take_memory(_ask: Ask, size: int) -> int:
    """Too much at once, as a spreadsheet with a far cell does."""
    return len(bytearray(size))


def die(_ask: Ask, *_: object) -> None:
    """As a library in C does when memory runs out."""
    os.abort()


def work_forever(_ask: Ask) -> None:
    """Uses the processor."""
    while True:
        pass


def wait_forever(_ask: Ask) -> None:
    """Uses nothing."""
    time.sleep(3600)


def fail(_ask: Ask, text: str) -> None:
    """An error whose text quotes the file."""
    raise KeyError(text)


def refuse(_ask: Ask, text: str) -> None:
    """An error that is expected."""
    raise LookupError(text)


def find_no_room(ask: Ask, request: CheckRequest) -> dict[str, Any]:
    """A check that fills the disk."""

    def full(_: CheckedFeed) -> Sequence[Finding]:
        raise duckdb.IOException('IO Error: Could not write file "accepted.parquet": No space left on device')

    return check_file(ask, request, full)


def stumble(_ask: Ask, _request: CheckRequest) -> None:
    """An error of the program."""
    raise RuntimeError("planted")


def spend(_ask: Ask, request: CheckRequest) -> None:
    """A check of a file that takes what it is given until none is left."""
    hoard = []
    while request:
        hoard.append(bytearray(1 << 26))
