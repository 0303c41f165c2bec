"""The units of a policy's numbers: how they are written in the file, and how they are shown in Chinese.

In the file and in settings: yuan with at most two decimals, whole numbers, whole years, ISO dates, percents, days,
working days, and a day of every year (07-31). In the program: integer fen, int, int, date, int, int, int, 731.
"""

import difflib
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = int | date
Values = Mapping[str, Value | None]

MAX_YEARS = 200
_YUAN = re.compile(r"\d{1,15}(\.\d{1,2})?")
_WHOLE = re.compile(r"\d{1,9}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH_DAY = re.compile(r"\d{2}-\d{2}")


class Unit(StrEnum):
    """What a parameter's number counts."""

    YUAN = "yuan"
    COUNT = "count"
    YEARS = "years"
    DATE = "date"
    PERCENT = "percent"
    DAYS = "days"
    WORKING_DAYS = "working-days"
    MONTH_DAY = "month-day"


EXPECTED_FORMAT = {
    Unit.YUAN: "以元为单位、最多两位小数的数，例如 300000",
    Unit.COUNT: "整数，例如 5",
    Unit.YEARS: f"不超过 {MAX_YEARS} 的整年数，例如 2",
    Unit.DATE: "日期，例如 2025-07-01",
    Unit.PERCENT: "0 到 100 的整数（百分之几），例如 5",
    Unit.DAYS: "天数，例如 7",
    Unit.WORKING_DAYS: "工作日数，例如 3",
    Unit.MONTH_DAY: "每年的月和日，例如 07-31",
}
_MAXIMUM = {Unit.YEARS: MAX_YEARS, Unit.PERCENT: 100}


def parse_value(text: str, unit: Unit) -> Value | None:
    """The value of a text; None when the text is not a value of the unit."""
    text = text.strip()
    if unit is Unit.DATE:
        return parse_day(text)
    if unit is Unit.YUAN:
        return int(Decimal(text) * 100) if _YUAN.fullmatch(text) else None
    if unit is Unit.MONTH_DAY:
        # the number 731 is 31 July: it sorts as the days of a year do
        return int(text.replace("-", "")) if _MONTH_DAY.fullmatch(text) and parse_day(f"2024-{text}") else None
    number = int(text) if _WHOLE.fullmatch(text) else None
    return None if number is not None and number > _MAXIMUM.get(unit, number) else number


def month_day(value: Value, year: int) -> date:
    """The date of a month-day value in a year; 29 February is 28 February in other years."""
    if isinstance(value, date):
        raise TypeError("a date is no day of every year")
    month, day = divmod(value, 100)
    return date(year, month, min(day, monthrange(year, month)[1]))


def parse_day(text: str) -> date | None:
    """An ISO date, or None."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def format_fen(fen: int) -> str:
    """1000000 fen → 1万元; 1234567 fen → 12,345.67元."""
    yuan, rest = divmod(fen, 100)
    if rest:
        return f"{yuan:,}.{rest:02d}元"
    if yuan and yuan % 10_000 == 0:
        return f"{yuan // 10_000:,}万元"
    return f"{yuan:,}元"


def format_day(day: date) -> str:
    """2025-07-01 → 2025年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


_SUFFIXES = {Unit.YEARS: "年", Unit.PERCENT: "%", Unit.DAYS: "天", Unit.WORKING_DAYS: "个工作日"}


def format_value(value: Value | None, unit: Unit) -> str:
    """A parameter's value in words; “（文件未定数额）” when it is unset."""
    if value is None:
        return "（文件未定数额）"
    if isinstance(value, date):
        return format_day(value)
    if unit is Unit.YUAN:
        return format_fen(value)
    if unit is Unit.MONTH_DAY:
        return "{}月{}日".format(*divmod(value, 100))
    return f"{value}{_SUFFIXES.get(unit, '')}"


def suggestion(word: str, options: Iterable[str]) -> str:
    """“；是不是“X”？” for the closest option, or the whole short list, or nothing."""
    names = sorted(options)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"；是不是“{close[0]}”？"
    return f"；可用的有：{'、'.join(names)}" if 0 < len(names) <= 12 else ""
