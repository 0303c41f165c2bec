"""A badge as a picture (SVG) for platforms and banks to show and for operators to print; its QR code leads to what the
portal says of it today.

The picture says what was true when it was drawn; whether it still is, only the page behind its code says.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

QUIET = 4
"""Modules that stay empty around a QR code, by its standard (ISO/IEC 18004)"""
NAME_WIDTH = 400
NAME_SIZES: Mapping[int, int] = {30: 2, 24: 3, 18: 4}
"""Size of letters → in how many lines a name stands at most; a longer one is written in smaller letters, then cut"""
NOT_IN_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True, slots=True)
class BadgeFace:
    """What a badge says."""

    name: str
    category: str
    uscc: str
    certificate: str
    issued_by: str
    valid_until: dt.date


@cache
def template() -> Template:
    """`badge.svg` beside this module; whatever is put into it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("badge.svg")


def certificate_address(portal: str, certificate: str) -> str:
    """Where anybody sees whether a certificate is good."""
    return f"{portal.rstrip('/')}/certificates?{urlencode({'code': certificate})}"


def draw_badge(face: BadgeFace, portal: str) -> str:
    """The picture; `portal` is the portal's public address."""
    code = segno.make(certificate_address(portal, face.certificate), error="m", micro=False)
    name = NOT_IN_XML.sub("", face.name)
    size, lines = fitted(name)
    day = face.valid_until
    return template().render(
        face=face,
        name=name,
        size=size,
        lines=lines,
        valid_until=f"{day.year}年{day.month}月{day.day}日",
        modules=len(code.matrix) + 2 * QUIET,
        dark=" ".join(dark_runs(code.matrix)),
    )


def dark_runs(matrix: Sequence[Sequence[int]]) -> Iterator[str]:
    """The dark modules as parts of a path, each run of a row by itself."""
    for y, row in enumerate(matrix):
        for run in re.finditer(b"\\x01+", bytes(row)):
            width = run.end() - run.start()
            yield f"M{run.start() + QUIET} {y + QUIET}h{width}v1h-{width}z"


def fitted(name: str) -> tuple[int, Sequence[str]]:
    """The largest letters in which a name has room, and its lines."""
    for size, most in NAME_SIZES.items():
        lines = wrapped(name, NAME_WIDTH / size)
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]


def wrapped(text: str, width: float) -> Sequence[str]:
    """A text in lines of so many Chinese characters, of which others are about six tenths."""
    lines, used = [""], 0.0
    for one in text:
        takes = 1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.0 if unicodedata.combining(one) else 0.6
        if used + takes > width:
            lines.append("")
            used = 0.0
        lines[-1] += one
        used += takes
    return lines
