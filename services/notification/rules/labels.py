"""The filters that words may use: Chinese names of what events and the copy of households say in codes.

A code that no table here knows is shown as it is: events keep the right to new words.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from shared import clock
from shared.feeds.contract.feeds import FEEDS
from shared.law.model.objections import ObjectionKind
from shared.law.model.outcome import HouseholdType
from shared.law.model.recognition import Category
from shared.reference.departments import LABELS as DEPARTMENTS, Department
from shared.reference.national_systems import SYSTEM_LABELS
from shared.reference.regions import BUREAU_NAMES, full_region_name

OUTCOMES: Mapping[str, str] = {
    "upheld": "异议成立",
    "dismissed": "异议不成立",
    "explained": "经解释，异议人无异议",
    "declined": "不予受理",
    "withdrawn": "已撤回",
}
STEPS: Mapping[str, str] = {
    "accept": "受理",
    "complete": "补正",
    "explain": "解释",
    "respond": "对解释表示意见",
    "verify": "核实",
    "decide": "作出决定",
}
ROAD: Mapping[str, str] = {
    "review": "审核",
    "selection": "择优",
    "site-visit": "走访核实",
    "consultation": "征求意见",
    "public-notice": "公示",
    "decision": "认定",
}
"""Steps of an application that can be opened again"""
DEFECTS: Mapping[str, str] = {
    "base.not-registered": "已被吊销、注销或撤销登记：请到登记机关咨询。",
    "base.not-reported": "没有报送上一年度的年报：现在就可以在国家企业信用信息公示系统自行补报。",
    "base.abnormal": "被标记为经营异常状态：补报年报或改正以后，请向市场监管部门申请恢复。",
    "base.dishonest": "被列入严重违法失信名单：改正以后，请向市场监管部门申请信用修复。",
    "base.tax-non-normal": "被税务部门列为“非正常户”：请到主管税务机关办理解除。",
    "base.suspended": "正在歇业：恢复营业以后，请办理恢复营业的手续。",
}
"""What makes a household ineligible, each with how it is restored"""
STATUSES: Mapping[str, str] = {"registered": "存续", "revoked": "吊销", "cancelled": "注销", "rescinded": "撤销"}
ENDINGS: Mapping[str, str] = {"cancellation": "取消认定", "revocation": "撤销认定"}
MOVES: Mapping[str, str] = {
    "confirmed": "已确认迁出",
    "refused": "不同意迁出",
    "superseded": "已登记在别处，不用再确认",
}


def day(said: dt.date | dt.datetime) -> str:
    """A day, or an instant's day in China: 2026年8月5日."""
    if isinstance(said, dt.datetime):
        said = said.astimezone(clock.CHINA).date()
    if not isinstance(said, dt.date):
        raise TypeError("“day”只能用在日期上")
    return f"{said.year}年{said.month}月{said.day}日"


def region(code: str) -> str:
    """A region's full name."""
    return full_region_name(code) or code


def bureau(code: str) -> str:
    """Where to ask: the market-supervision bureau of a region."""
    return BUREAU_NAMES.get(code) or f"{region(code)}市场监督管理局"


def of(table: Mapping[str, str]) -> Callable[[Any], str]:
    """A filter that reads a table."""

    def label(code: object) -> str:
        return table.get(str(code), str(code))

    return label


FILTERS: Mapping[str, Callable[[Any], str]] = {
    "day": day,
    "region": region,
    "bureau": bureau,
    "type": of({kind.slug: kind.label for kind in HouseholdType}),
    "category": of({category.value: category.label for category in Category}),
    "against": of({kind.value: kind.label for kind in ObjectionKind}),
    "feed": of({name: feed.title for name, feed in FEEDS.items()}),
    "department": of({department.value: DEPARTMENTS[department] for department in Department}),
    "outcome": of(OUTCOMES),
    "step": of(STEPS),
    "road": of(ROAD),
    "defect": of(DEFECTS),
    "status": of(STATUSES),
    "ending": of(ENDINGS),
    "move": of(MOVES),
    "system": of({system.value: label for system, label in SYSTEM_LABELS.items()}),
}
"""`{{ due_on | day }}`, `{{ type | type }}`, …"""
