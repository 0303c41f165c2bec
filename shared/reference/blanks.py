"""Blanks of every kind: what a person sees as nothing in a text, from spaces and tabs to characters without a shape."""

import unicodedata
from functools import cache
from typing import Final

_SHAPELESS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
"""Fillers, joiners and selectors that Unicode counts among the letters and marks."""
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_WHERE: Final = (
    range(0x3200),
    range(0xFE00, 0x10000),
    range(0x11000, 0x14000),
    range(0x1BC00, 0x1D200),
    range(0xE0000, 0xE0200),
)
"""Where Unicode has separators, controls and formats: to look through all of it would take a third of a second."""
_VISIBLE_SPACE: Final = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"


@cache
def blanks() -> str:
    """All characters that show nothing: separators, controls, formats, fillers, variation selectors."""
    plain = (chr(code) for codes in _WHERE for code in codes if _shows_nothing(chr(code)))
    return "".join(sorted({*plain, *_SHAPELESS, *(chr(code) for codes in _SELECTORS for code in codes)}))


def _shows_nothing(character: str) -> bool:
    return unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf")


@cache
def invisible() -> str:
    """The blanks that take no room either: they may be taken out of the middle of a code."""
    return "".join(c for c in blanks() if c not in _VISIBLE_SPACE and unicodedata.category(c)[0] != "Z")


def character_class(characters: str) -> str:
    """The characters as ranges for a class of a regular expression of RE2."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges)


def without_blanks_around(text: str) -> str:
    """The text without surrounding blanks of any kind; empty when it shows nothing."""
    return text.strip(blanks())


def folded(text: str) -> str:
    """The text as names and codes are compared: half-width, lower case, no invisible characters, no blanks around."""
    shown = text.translate(_removal())
    return unicodedata.normalize("NFKC", shown).strip(blanks()).casefold()


@cache
def _removal() -> dict[int, None]:
    return dict.fromkeys(map(ord, invisible()))


ERROR_VALUE: Final = (
    r"(?i)#(N/A( N/A)?|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|CONNECT!|BUSY!|"
    r"PYTHON!|EXTERNAL!|TIMEOUT!|ERROR!|GETTING_DATA|#+)"
)
"""What a spreadsheet shows in place of a value that it could not compute, or has no room to show."""
