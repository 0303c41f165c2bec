"""The State Council's schedule of a year's holidays as a file, read strictly: an error here moves every last day.

year: 2027
document: 国办发明电〔2026〕7号
source: https://www.gov.cn/zhengce/…
issued_on: 2026-11-04
days_off: [2027-01-01, 2027-02-05..2027-02-11]  # a range counts both ends; weekends in it change nothing
days_worked: [2027-02-14]                       # Saturdays and Sundays
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import yaml

from shared.reference.calendar import FIXED_HOLIDAYS, schedule_year

FIELDS = ("year", "document", "source", "issued_on", "days_off", "days_worked")
_DOCUMENT = re.compile(r".*〔(\d{4})〕\d{1,4}号")
_SOURCE = re.compile(r"https?://[\w.-]+\.gov\.cn(/\S*)?")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
_SATURDAY = 5
FIXED_SINCE = 2025
"""The first year of the fixed holidays as they are now (2024 revision)."""
_WEEKDAYS = "一二三四五六日"
FEWEST_OFF, MOST_OFF = 8, 35
"""Days from Monday to Friday that a year has off, plausibly: there are 13 statutory days, some of them on weekends."""
LONGEST_SWAP = timedelta(days=30)
"""A Saturday or Sunday is worked for a day off nearby."""


class ScheduleError(Exception):
    """A file that is no schedule of holidays; the message says in Chinese all that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class HolidaySchedule:
    """A year's schedule; `days` holds only those that differ from Monday to Friday, as `off` or `working`."""

    year: int
    document: str
    source: str
    issued_on: date
    days: Mapping[date, str]

    @property
    def digest(self) -> str:
        """The same for the same days, whatever the file looks like."""
        listed = sorted((day.isoformat(), kind) for day, kind in self.days.items())
        return hashlib.sha256(json.dumps([self.year, listed]).encode()).hexdigest()


def parse_schedule(text: str) -> HolidaySchedule:
    """The schedule in a file's text. Errors: ScheduleError."""
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ScheduleError(["不是合格的 YAML，或者有不存在的日期"]) from error
    if not isinstance(content, dict):
        raise ScheduleError([f"应有 {'、'.join(FIELDS)} 这几项"])
    faults = [f"没有“{name}”这一项" for name in content if name not in FIELDS]
    faults += [f"缺少“{name}”" for name in FIELDS if name not in content]
    if faults:
        raise ScheduleError(faults)
    return _checked(content)


def _checked(content: Mapping[str, object]) -> HolidaySchedule:
    """The schedule with everything checked that can be."""
    faults: list[str] = []
    year, issued_on = content["year"], content["issued_on"]
    if not isinstance(year, int) or not 2004 <= year <= 2100:
        raise ScheduleError(["year 应是年份，例如 2027"])
    if not isinstance(issued_on, date):
        raise ScheduleError(["issued_on 应是发文日期，例如 2026-11-04"])
    document, source = str(content["document"]).strip(), str(content["source"]).strip()
    faults += _document_faults(year, document, source, issued_on)
    off, working = (_days(content[name], name, faults) for name in ("days_off", "days_worked"))
    faults += _day_faults(year, off, working)
    if faults:
        raise ScheduleError(faults)
    days = {day: "off" for day in off if not _is_weekend(day)} | dict.fromkeys(working, "working")
    return HolidaySchedule(year, document, source, issued_on, dict(sorted(days.items())))


def _document_faults(year: int, document: str, source: str, issued_on: date) -> Iterator[str]:
    number = _DOCUMENT.fullmatch(document)
    if number is None:
        yield "document 应是文号，例如 国办发明电〔2026〕7号"
    elif int(number[1]) != issued_on.year:
        yield f"文号的年份 {number[1]} 与发文日期 {issued_on} 不符"
    if not _SOURCE.fullmatch(source):
        yield "source 应是政府网站上的网址（…gov.cn/…）"
    if issued_on.year not in (year - 1, year):
        yield f"{year} 年的安排不会在 {issued_on.year} 年发布"


def _days(listed: object, name: str, faults: list[str]) -> list[date]:
    """The days of a list, ranges written out; a day twice is a fault."""
    if not isinstance(listed, list):
        faults.append(f"{name} 应是一列日期")
        return []
    days: list[date] = []
    for item in listed:
        days += _days_of(item, name, faults)
    faults += [f"{name} 里 {day} 写了两次" for day in sorted({day for day in days if days.count(day) > 1})]
    return days


def _days_of(item: object, name: str, faults: list[str]) -> list[date]:
    if isinstance(item, date):
        return [item]
    between = _RANGE.fullmatch(str(item))
    try:
        first, last = map(date.fromisoformat, between.groups() if between else ())
    except ValueError:
        faults.append(f"{name} 里的“{item}”应是日期，例如 2027-01-01 或 2027-02-05..2027-02-11")
        return []
    if not timedelta(0) < last - first < LONGEST_SWAP:
        faults.append(f"{name} 里的“{item}”应从早到晚，不超过 {LONGEST_SWAP.days} 天")
        return []
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _day_faults(year: int, off: list[date], working: list[date]) -> Iterator[str]:
    for day in sorted({*off, *working}):
        if schedule_year(day) != year:
            yield f"{day} 不属于 {year} 年的安排（12月29日至31日属于次年的安排）"
    for day in sorted({*off} & {*working}):
        yield f"{day} 既放假又上班"
    for day in working:
        if not _is_weekend(day):
            yield f"{day} 是星期{_WEEKDAYS[day.weekday()]}，本来就上班，不应列在 days_worked"
        elif not any(abs(day - other) <= LONGEST_SWAP for other in off):
            yield f"{day} 上班，附近却没有放假的日子"
    for month, number in sorted(FIXED_HOLIDAYS) if year >= FIXED_SINCE else ():
        day = date(year, month, number)
        if day not in off and not _is_weekend(day):
            yield f"{day} 是法定节假日，应列在 days_off"
    at_work = sum(not _is_weekend(day) for day in off)
    if not FEWEST_OFF <= at_work <= MOST_OFF or len(working) > at_work:
        yield f"放假的工作日 {at_work} 天、上班的周末 {len(working)} 天，不像一年的安排，请核对是否抄全"


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY
