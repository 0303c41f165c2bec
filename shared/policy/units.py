"""What a policy's numbers count, how they are written in the file, and how they are said in Chinese.

In the file and in settings: yuan with at most two decimals, whole numbers, whole years, ISO dates. In the
program: integer fen, int, int, date.
"""

import difflib
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = int | date

MOST_YEARS = 200
MOST_FEN = 10**17
_YUAN = re.compile(r"\d{1,15}(\.\d{1,2})?")
_WHOLE = re.compile(r"\d{1,9}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unit(StrEnum):
    """What a parameter's number counts."""

    YUAN = "yuan"
    COUNT = "count"
    YEARS = "years"
    DATE = "date"


EXPECTED = {
    Unit.YUAN: "以元为单位、最多两位小数的数，例如 300000",
    Unit.COUNT: "整数，例如 5",
    Unit.YEARS: f"不超过 {MOST_YEARS} 的整年数，例如 2",
    Unit.DATE: "日期，例如 2025-07-01",
}


def read_value(text: str, unit: Unit) -> Value | None:
    """The value a text stands for; None when it is not one of the unit."""
    text = text.strip()
    if unit is Unit.DATE:
        return read_day(text)
    if unit is Unit.YUAN:
        return int(Decimal(text) * 100) if _YUAN.fullmatch(text) else None
    number = int(text) if _WHOLE.fullmatch(text) else None
    if unit is Unit.YEARS and number is not None and number > MOST_YEARS:
        return None
    return number


def read_day(text: str) -> date | None:
    """An ISO date, or None."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def say_fen(fen: int) -> str:
    """1000000 fen → 1万元; 1234567 fen → 12,345.67元."""
    yuan, rest = divmod(fen, 100)
    if rest:
        return f"{yuan:,}.{rest:02d}元"
    if yuan and yuan % 10_000 == 0:
        return f"{yuan // 10_000:,}万元"
    return f"{yuan:,}元"


def say_day(day: date) -> str:
    """2025-07-01 → 2025年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def say(value: Value | None, unit: Unit) -> str:
    """A parameter's value as a sentence says it; an unset one is shown as unset."""
    if value is None:
        return "（文件未定数额）"
    if isinstance(value, date):
        return say_day(value)
    if unit is Unit.YUAN:
        return say_fen(value)
    return f"{value}年" if unit is Unit.YEARS else str(value)


def nearest(word: str, options: Iterable[str]) -> str:
    """“；是不是“X”？” for the closest option, or the whole short list, or nothing."""
    known = sorted(options)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"；是不是“{close[0]}”？"
    return f"；可用的有：{'、'.join(known)}" if 0 < len(known) <= 12 else ""
