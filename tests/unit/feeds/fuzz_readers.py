"""Broken files by the thousand for the three readers: `python -m tests.unit.feeds.fuzz_readers --seconds 600`.

A good file of each kind is damaged at random (bytes changed, cut out, repeated; of a workbook also inside its parts)
and delivered. It must be taken or refused; anything else ends the run with the seed that repeats it. Which children
died is counted: their files are refused like the others.
"""

import argparse
import datetime as dt
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from shared.feeds.intake.context import FileChecker
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import DeliveryRefused, reading_ended
from shared.file_store import Store
from shared.reference.personal_data import OperatorPseudonym
from tests.unit.feeds.feed_folders import codes

NAMES = ["uscc", "abnormal", "seriously_dishonest"]
ROWS = [[code, "true", "false"] for code in codes(40)]
INTERESTING = (b"\x00", b"\xff\xff\xff\xff", b"\r", b'"', b",", b"\x7f\xff\xff\xff", b"1048576", b"XFD", b"]]>", b"<f>")


class CreditDeclaration(Declaration):
    """A delivery of one feed."""

    service, taken = "测试服务", ("credit",)


def good_files() -> dict[str, bytes]:
    """One of each kind, by suffix."""
    book, table = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([NAMES, *ROWS]):
            sheet.write_row(number, 0, row)
    columns = dict(zip(NAMES, zip(*ROWS, strict=True), strict=True))
    pq.write_table(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), table)
    lines = [",".join(row) for row in [NAMES, *ROWS]]
    return {".csv": "\n".join([*lines, ""]).encode(), ".xlsx": book.getvalue(), ".parquet": table.getvalue()}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The bytes with a few faults."""
    spoilt = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place, length = chance.randrange(len(spoilt) + 1), chance.choice((1, 2, 8, 64))
        match chance.randrange(5):
            case 0:
                spoilt[place : place + length] = chance.randbytes(length)
            case 1:
                del spoilt[place : place + length]
            case 2:
                spoilt[place:place] = spoilt[max(0, place - length) : place] * chance.choice((1, 10, 200))
            case 3:
                spoilt[place:place] = chance.choice(INTERESTING)
            case _:
                del spoilt[place:]
    return bytes(spoilt)


def damaged_inside(content: bytes, chance: random.Random) -> bytes:
    """The workbook with one part damaged, and packed again so that it can be opened."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, damaged(part, chance) if name == chosen else part)
    return packed.getvalue()


def damaged_files(seed: int) -> Iterator[tuple[int, str, bytes]]:
    """For ever: the seed of each, its suffix, its bytes."""
    good = good_files()
    while True:
        chance = random.Random(seed)
        suffix = chance.choice(sorted(good))
        inside = suffix == ".xlsx" and chance.random() < 0.7
        yield seed, suffix, (damaged_inside if inside else damaged)(good[suffix], chance)
        seed += 1


def outcome(checker: FileChecker, suffix: str, content: bytes) -> str:
    """How a file was dealt with."""
    declared = CreditDeclaration("credit", "甲局", "41", None, "full", len(ROWS), "0" * 64, suffix)
    with checker.store.workspace() as workspace:
        file = workspace / f"credit{suffix}"
        file.write_bytes(content)
        try:
            checker.check(file, declared, dt.date(2026, 7, 1), workspace / "checked")
        except DeliveryRefused as refusal:
            return "reader died" if refusal.detail == reading_ended().detail else refusal.slug
        return "taken"


def fuzz(seconds: float, seed: int) -> Counter[tuple[str, str]]:
    """How often which outcome came, by kind of file. An error that is no refusal is raised, with the seed."""
    ends, found = time.monotonic() + seconds, Counter[tuple[str, str]]()
    with tempfile.TemporaryDirectory() as folder:
        checker = FileChecker(Store(Path(folder)), OperatorPseudonym(b"k" * 32), memory_limit="200MB", threads=1)
        for number, suffix, content in damaged_files(seed):
            if time.monotonic() > ends and len(found) > 3:
                return found
            try:
                found[suffix, outcome(checker, suffix, content)] += 1
            except Exception as error:
                error.add_note(f"seed {number}")
                raise
    return found


def main() -> None:
    """From the command line; the last line says how to repeat the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    for (suffix, result), times in sorted(fuzz(asked.seconds, asked.seed).items()):
        sys.stdout.write(f"{suffix:9}{result:24}{times:8,}\n")
    sys.stdout.write(f"seed {asked.seed}\n")


if __name__ == "__main__":
    main()
