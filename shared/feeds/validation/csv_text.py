"""CSV as people open it: no cell is run as a formula. Light, so that a service without feeds can write CSV, too."""

import csv
import io
from collections.abc import Sequence


def escape_formula(text: str) -> str:
    """The text, escaped so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as RFC 4180 lines."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
