"""Renew shared/reference/data/holidays.csv: the days on which the official calendar differs from Monday to Friday.

    .venv/bin/python scripts/build_holidays.py

Facts come from the development dependency chinesecalendar (MIT), which follows the State Council's yearly
notices. Run it when a new year's schedule is out and the package has it; a year that was added to the file by
hand before stays until the package knows it.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import holidays as known_holidays

HOLIDAYS = Path(__file__).resolve().parent.parent / "shared" / "reference" / "data" / "holidays.csv"
FIRST = 2004
SATURDAY = 5
Row = tuple[str, str]


def packaged_years() -> range:
    return range(FIRST, max(day.year for day in known_holidays) + 1)


def differences(year: int) -> Iterator[Row]:
    day = date(year, 1, 1)
    while day.year == year:
        works = chinese_calendar.is_workday(day)
        if works != (day.weekday() < SATURDAY):
            yield day.isoformat(), "working" if works else "off"
        day += timedelta(days=1)


def kept_by_hand(years: range) -> list[Row]:
    if not HOLIDAYS.exists():
        return []
    with HOLIDAYS.open(encoding="utf-8", newline="") as file:
        return [(row["day"], row["kind"]) for row in csv.DictReader(file) if int(row["day"][:4]) not in years]


def main() -> None:
    years = packaged_years()
    rows = sorted([*kept_by_hand(years), *(row for year in years for row in differences(year))])
    with HOLIDAYS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("day", "kind"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
