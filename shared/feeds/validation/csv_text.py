"""CSV as people open it: no cell is run as a formula, and no letter is garbled. Light, so that a service without feeds
can write CSV, too.

A spreadsheet takes CSV without a byte order mark for the machine's own encoding: files for people begin with `BOM`.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

BOM: Final = "\ufeff"
_UNSEEN: Final = r"[\x00-\x20\x7f\xa0\xad" + "\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*"
FORMULA: Final = (
    r"^(?:[\t\n\r]|" + _UNSEEN + r"[=+@\-" + "\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212|\uff5c%\uff05])"
)
"""What a spreadsheet may run: `=`, `+`, `-`, `@` also in their full-width and small forms (programs of East Asia turn
these into the plain ones), `|` and `%` of old programs, and whatever blanks or invisible characters hide them. Python
and DuckDB read this pattern alike.
"""
_formula = re.compile(FORMULA)


def escape_formula(text: str) -> str:
    """The text, escaped so that no spreadsheet runs it as a formula."""
    return f"'{text}" if _formula.match(text) else text


def bom_column(name: str) -> str:
    """A first column's name, as SQL, so that a CSV file with a header that DuckDB writes begins with the mark."""
    return f'"{BOM}{name}"'


def csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as RFC 4180 lines."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
