"""Names as they are searched for: half-width, lower case, letters and digits only; and the words of two characters that
the index knows them by.

What people type is never quite what is registered: full-width digits, a dot of another kind or none, brackets, blanks.
Both are folded by the same function, so only what a person would call another name differs.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute

from shared.reference.blanks import blanks, character_class

compute: Any = pyarrow.compute
"""Its stubs know no normal forms."""

WORD: Final = 2
"""Characters of a word of the index."""
BEGINNING: Final = "^"
"""Stands before the first two characters of a name; folding leaves no such sign in a name."""

RADICALS: Final = dict(
    zip(
        "⺠⺓⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "民幺母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
"""Radicals that look like the characters they are copied for; Unicode's compatibility form leaves these as they are."""
CIRCLES: Final = dict.fromkeys("○◯⚪❍", "〇")
"""Circles typed for the zero of Chinese numbers."""
SPACED_MARKS: Final = dict.fromkeys("¨¯´¸˘˙˚˛˜˝゛゜", "")
"""Signs whose compatibility form is a blank and a mark that would stick to the character before it."""
DOTS_AMONG_LETTERS: Final = "丶ꞏ"
"""Counted as letters by Unicode, and written as middle dots."""
EXCEPTIONS: Final = str.maketrans(RADICALS | CIRCLES | SPACED_MARKS)

NOT_SAID: Final = rf"[\p{{P}}\p{{Z}}\p{{Cc}}\p{{Cf}}{character_class(blanks())}{DOTS_AMONG_LETTERS}]+"
"""Punctuation (dots and brackets of all kinds), blanks."""
NOT_SAID_EITHER: Final = NOT_SAID.removesuffix("]+") + r"\p{S}]+"
"""And signs. They are taken out last: the compatibility forms of some hold letters (㈱, ℃)."""


def fold_names(names: Sequence[str | None]) -> list[str]:
    """The names as they are searched for."""
    array = pa.array(names, pa.string())
    special = compute.any(compute.match_substring_regex(array, f"[{''.join(map(chr, EXCEPTIONS))}]")).as_py()
    if special:
        array = pa.array([None if name is None else name.translate(EXCEPTIONS) for name in names], pa.string())
    plain = compute.utf8_normalize(compute.replace_substring_regex(array, NOT_SAID, ""), form="NFKC")
    folded = compute.replace_substring_regex(compute.utf8_lower(plain), NOT_SAID_EITHER, "")
    return [name or "" for name in folded.to_pylist()]


def fold_name(name: str) -> str:
    """One name, or what somebody looks for, as names are searched for."""
    return fold_names([name])[0]


def words_of(folded: str) -> set[str]:
    """The words by which the index knows a folded name: each two characters in a row, and the first two as such."""
    words = inner_words(folded)
    return words | {BEGINNING + folded[:WORD]} if words else words


def inner_words(folded: str) -> set[str]:
    """Each two characters in a row."""
    return {folded[place : place + WORD] for place in range(len(folded) - 1)}


CODE_PART: Final = re.compile(r"(?=.*[0-9])[0-9A-HJ-NPQRTUWXY]{4,18}")


def code_part(folded: str) -> str | None:
    """What somebody looks for as a code or a part of one; None when no code can hold it."""
    code = folded.upper()
    return code if CODE_PART.fullmatch(code) else None
