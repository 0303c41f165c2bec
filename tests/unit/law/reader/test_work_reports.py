"""What policies want reported: the shipped duties, their periods, and what a wrong file is told."""

import datetime as dt

import pytest

from shared.law.language.errors import PolicyError
from shared.law.reader.work_reports import shipped_work_reports, work_reports_of
from shared.law.reader.yaml_tree import parse_yaml

DUTIES = {duty.id: duty for duty in shipped_work_reports()}
FILE = """
policy: ganzhou-2024
region: "620702"
reports:
  - id: monthly
    title: 开展情况及典型案例
    by: departments
    rhythm: monthly
    last_day: 30
    citation: {article: 三（二）, quote: 于每月30日前将开展情况及典型案例报送至区市场监管局行政审批股}
"""


@pytest.mark.parametrize(
    ("name", "day", "period", "due_on"),
    [
        ("ganzhou-2024/monthly", "2026-02-03", "2026-02", "2026-02-28"),
        ("ganzhou-2024/monthly", "2028-02-29", "2028-02", "2028-02-29"),
        ("ganzhou-2024/monthly", "2026-01-31", "2026-01", "2026-01-30"),
        ("daxinganling-2024/quarterly-monitoring", "2026-05-31", "2026Q2", "2026-06-30"),
        ("daxinganling-2024/quarterly-monitoring", "2026-12-31", "2026Q4", "2026-12-31"),
        ("daxinganling-2024/contacts", "2024-05-09", "2024", "2024-05-09"),
        ("fuling-2024/criteria", "2024-06-30", "2024", "2024-06-30"),
    ],
)
def test_a_day_lies_in_a_period_that_ends_on_the_texts_day_or_the_months_last(
    name: str, day: str, period: str, due_on: str
) -> None:
    found = DUTIES[name].period(dt.date.fromisoformat(day))
    assert found is not None
    assert (found.name, str(found.due_on)) == (period, due_on)


def test_what_was_asked_for_once_is_not_asked_for_again() -> None:
    assert DUTIES["daxinganling-2024/contacts"].period(dt.date(2024, 5, 10)) is None
    assert DUTIES["daxinganling-2024/contacts"].period(dt.date(2026, 5, 9)) is None


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("last_day: 30", "last_day: 32", "last_day 应在 1 到 31 之间"),
        ("rhythm: monthly", "rhythm: quarterly", "按季报送的都不写"),
        ("每月30日前", "每月25日前", "请逐字照抄"),
        ('region: "620702"', 'region: "41"', "不在政策 ganzhou-2024 的地区"),
    ],
)
def test_a_wrong_file_is_told_what_would_be_right(right: str, wrong: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        work_reports_of(parse_yaml(FILE.replace(right, wrong), "x.work-reports.yaml"))
