"""A schedule of holidays is read strictly, and the calendar follows the one that is announced."""

from collections.abc import Iterator
from datetime import date

import pytest

from shared.reference.calendar import (
    WorkingDeadline,
    add_days,
    add_working_days,
    announce,
    announced_years,
    is_announced,
    is_working_day,
    packaged_schedule,
    schedule_year,
    working_days_before,
)
from shared.reference.holiday_schedule import ScheduleError, parse_schedule
from tests.fixtures.holidays import SCHEDULE_2027, YEAR_2027


@pytest.fixture(autouse=True)
def _nothing_announced() -> Iterator[None]:
    yield
    announce({})


def test_a_schedule_is_read_with_its_ranges_and_without_its_weekends():
    schedule = parse_schedule(SCHEDULE_2027)
    assert (schedule.year, schedule.document) == (2027, "国办发明电〔2026〕7号")
    assert schedule.days[date(2027, 2, 5)] == "off"
    assert schedule.days[date(2027, 2, 20)] == "working"
    assert date(2027, 2, 6) not in schedule.days, "a Saturday that is off anyway"
    assert all(schedule_year(day) == 2027 for day in schedule.days)


def test_the_same_days_written_differently_are_the_same_schedule():
    written_out = SCHEDULE_2027.replace("2027-05-03..2027-05-05", "2027-05-05, 2027-05-04, 2027-05-03")
    assert written_out != SCHEDULE_2027
    assert parse_schedule(written_out).digest == parse_schedule(SCHEDULE_2027).digest


WRONG = {
    "not yaml": ("year: 2027", "year: [", "不是合格的 YAML"),
    "a field too many": ("year: 2027", "year: 2027\nyears: 1", "没有“years”这一项"),
    "a field too few": ("days_worked:", "#days_worked:", "缺少“days_worked”"),
    "no year": ("year: 2027", "year: next", "year 应是年份"),
    "a document without a number": ("国办发明电〔2026〕7号", "国务院通知", "document 应是文号"),
    "a number of another year": ("〔2026〕7号", "〔2025〕7号", "文号的年份 2025 与发文日期"),
    "a source that is no government's": ("https://www.gov.cn/", "https://example.com/", "政府网站上的网址"),
    "issued in another year": ("issued_on: 2026-11-04", "issued_on: 2024-11-04", "不会在 2024 年发布"),
    "a day that does not exist": ("2027-02-20", "2027-02-30", "不存在的日期"),
    "something that is no day": ("2027-01-01,", "元旦,", "里的“元旦”应是日期"),
    "a range backwards": ("2027-05-03..2027-05-05", "2027-05-05..2027-05-03", "应从早到晚"),
    "a day twice": ("2027-02-20", "2027-02-20, 2027-02-20", "days_worked 里 2027-02-20 写了两次"),
    "a day of another year": ("2027-02-20", "2027-02-20, 2028-02-20", "2028-02-20 不属于 2027 年的安排"),
    "a day of next year's schedule": ("2027-01-01,", "2027-01-01, 2027-12-30,", "2027-12-30 不属于 2027 年的安排"),
    "off and worked": ("2027-02-20", "2027-02-20, 2027-02-06", "2027-02-06 既放假又上班"),
    "a Monday worked": ("2027-02-20", "2027-02-22", "2027-02-22 是星期一，本来就上班"),
    "worked for nothing": ("2027-02-20", "2027-02-20, 2027-07-17", "2027-07-17 上班，附近却没有放假的日子"),
    "a fixed holiday forgotten": ("2027-01-01,", "", "2027-01-01 是法定节假日"),
    "copied by half": (
        "2027-02-05..2027-02-11, 2027-04-05, 2027-05-03..2027-05-05, 2027-06-09, 2027-09-15,",
        "",
        "请核对是否抄全",
    ),
}


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_faulty_file_is_refused_with_what_is_wrong(right: str, wrong: str, said: str):
    assert SCHEDULE_2027.count(right) == 1
    with pytest.raises(ScheduleError) as refused:
        parse_schedule(SCHEDULE_2027.replace(right, wrong))
    assert said in str(refused.value)


def test_every_packaged_year_would_pass_as_a_schedule():
    for year in range(2014, 2027):
        days = packaged_schedule(year)
        listed = {kind: ", ".join(map(str, (day for day in days if days[day] == kind))) for kind in ("off", "working")}
        head = f"year: {year}\ndocument: 国办发明电〔{year - 1}〕1号\nsource: https://www.gov.cn/x\n"
        schedule = parse_schedule(
            f"{head}issued_on: {year - 1}-11-01\ndays_off: [{listed['off']}]\ndays_worked: [{listed['working']}]\n"
        )
        assert dict(schedule.days) == dict(days)


def test_an_announced_year_is_followed_and_no_longer_provisional():
    before = add_working_days(date(2027, 2, 1), 5)
    assert before == WorkingDeadline(date(2027, 2, 8), provisional=True)
    assert announce(YEAR_2027)
    assert not announce(YEAR_2027), "the same again is no change"
    assert 2027 in announced_years()
    assert add_working_days(date(2027, 2, 1), 5) == WorkingDeadline(date(2027, 2, 14), provisional=False)
    assert is_working_day(date(2027, 2, 20))
    assert is_announced(date(2026, 12, 30)), "the last days of December belong to the next year's schedule"
    assert not is_announced(date(2027, 12, 29))
    assert announce({})
    assert add_working_days(date(2027, 2, 1), 5) == before


def test_an_announcement_replaces_what_the_data_file_has_of_its_year_and_no_other():
    corrected = {**packaged_schedule(2026)}
    day = next(iter(day for day, kind in corrected.items() if kind == "working"))
    del corrected[day]
    announce({2026: corrected})
    assert not is_working_day(day)
    assert is_working_day(date(2025, 1, 26)), "2025 is what it was"


def test_days_are_counted_backwards_and_calendar_days_end_on_working_days():
    assert working_days_before(date(2026, 10, 8), 1) == WorkingDeadline(date(2026, 9, 30), provisional=False)
    assert working_days_before(date(2026, 10, 8), 0).due == date(2026, 10, 8)
    assert working_days_before(date(2027, 3, 1), 1).provisional
    assert add_days(date(2026, 9, 28), 3).due == date(2026, 10, 8)
    with pytest.raises(ValueError, match="n >= 0"):
        add_days(date(2026, 9, 28), -1)
