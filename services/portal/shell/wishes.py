"""Reading what people type into the search box: a name, or a code with the usual slips."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

CODE_LENGTH: Final = 18
LEAST_CODE: Final = 6
"""From so many letters and digits on, digits among them, a text is a code: names of shops hold Han characters"""
SLIPS: Final = str.maketrans({"I": "1", "O": "0", "Z": "2", "S": "5"})
"""Letters that no code has, and the digits that they stand for"""
SEPARATORS: Final = re.compile(r"[\s\-_.·]+")


@dataclass(frozen=True)
class Wish:
    """What is looked for: a code, a name, or neither. `complaint` says what is wrong with a code."""

    code: str = ""
    name: str = ""
    complaint: str = ""


def wish_of(text: str) -> Wish:
    """`text` as a code (full width, lower case, blanks, O for 0, a copy number behind it) or else as a name."""
    plain = unicodedata.normalize("NFKC", text).replace("\x00", "").strip()
    joined = SEPARATORS.sub("", plain).upper()
    if not (re.fullmatch(r"[0-9A-Z]+", joined) and len(joined) >= LEAST_CODE and re.search("[0-9]", joined)):
        return Wish(name=plain)
    code = joined.translate(SLIPS)[:CODE_LENGTH]
    if len(code) < CODE_LENGTH:
        return Wish(
            complaint=f"统一社会信用代码应为 {CODE_LENGTH} 位，您输入了 {len(code)} 位。请对照执照再查，或输入店名。"
        )
    return Wish(code=code)
