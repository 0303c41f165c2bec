"""When annual reports are due: 个体工商户年度报告暂行办法 第三条 (from 1 January to 30 June of the year after)."""

import datetime as dt

LAST_MONTH, LAST_DAY = 6, 30


def last_day_of_reports(year: int) -> dt.date:
    """The last day on which the annual report about a year is in time."""
    return dt.date(year + 1, LAST_MONTH, LAST_DAY)
