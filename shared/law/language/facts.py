"""The facts a policy may refer to: the registry of the snapshot's columns.

A fact has a kind (which comparisons make sense), the feed that delivers it (so that an unknown fact names the
bureau that would know), a guard (without it the figure does not exist: comparisons on the figures of an annual
report that was not filed are false), and the columns that hold it. Money is integer fen. `tax_paid` is an
interval: a bureau may deliver a band, held as `tax_paid_min` and `tax_paid_max` with NULL for an open end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shared.reference.departments import Department


class FactKind(StrEnum):
    """The kind of a fact, which determines what it may be compared with."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    TEXT = "text"


KIND_LABELS: Mapping[FactKind, str] = MappingProxyType(
    {
        FactKind.MONEY: "金额",
        FactKind.COUNT: "数量",
        FactKind.PERCENT: "百分数",
        FactKind.DATE: "日期",
        FactKind.FLAG: "是非",
        FactKind.CHOICE: "选项",
        FactKind.TEXT: "文字",
    }
)

BUREAUS: Mapping[str, str] = MappingProxyType(
    {
        "registration": "市场监管部门（登记注册）",
        "credit": "市场监管部门（信用监管）",
        "suspension": "市场监管部门（登记注册）",
        "annual_report": "市场监管部门（年度报告）",
        "tax": "税务部门",
        "tax_registration": "税务部门",
        "social_insurance": "人力资源和社会保障部门",
        "intellectual_property": "知识产权部门",
        "typing": "市场监管部门（集中分型）",
        "recognition": "市场监管部门（名特优新认定）",
        "penalty": "作出处罚的部门",
        "dishonest_debtor": "人民法院",
        "credit_record": "市场监管部门（信用监管）",
        "recommendation": "推荐部门",
        "application": "申报人",
        "evidence": "认定部门",
    }
)


def prover_label(name: str) -> str:
    """Who proves something, in words: the bureau of a feed, a department, or as it is written."""
    if name in BUREAUS:
        return BUREAUS[name]
    return Department(name).label if name in set(Department) else name


def one_prover(names: Sequence[str]) -> str | None:
    """Who proves something as one name; several as words that say that any of them may."""
    labels = [prover_label(name) for name in names]
    if len(names) < 2:
        return names[0] if names else None
    return f"{'、'.join(labels[:-1])}或{labels[-1]}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a household. `columns` is one column, or the two bounds of an interval."""

    name: str
    kind: FactKind
    feed: str
    label: str
    guard: str | None = None
    columns: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    yes: str = ""
    no: str = ""
    measure: str = ""

    @property
    def interval(self) -> bool:
        """Whether the fact may be known only as a band."""
        return len(self.columns) == 2

    @property
    def confidential(self) -> bool:
        """Whether the fact is a figure that only the operator and officers may read."""
        return self.kind in (FactKind.MONEY, FactKind.COUNT)

    @property
    def bureau(self) -> str:
        """The bureau that would know."""
        return BUREAUS[self.feed]


def _fact(name: str, kind: FactKind, feed: str, label: str, guard: str | None = None) -> Fact:
    return Fact(name, kind, feed, label, guard, (name,))


def _count(name: str, feed: str, label: str, measure: str, guard: str | None = None) -> Fact:
    return Fact(name, FactKind.COUNT, feed, label, guard, (name,), measure=measure)


def _flag(name: str, feed: str, label: str, yes: str, no: str) -> Fact:
    return Fact(name, FactKind.FLAG, feed, label, None, (name,), yes=yes, no=no)


_STATUS = MappingProxyType(
    {"registered": "在册", "revoked": "吊销", "cancelled": "注销", "rescinded": "撤销"},
)

_ALL = (
    _fact("region_code", FactKind.TEXT, "registration", "所在区划"),
    _fact("industry_code", FactKind.TEXT, "registration", "行业代码"),
    _fact("established_on", FactKind.DATE, "registration", "成立日期"),
    Fact("status", FactKind.CHOICE, "registration", "登记状态", None, ("status",), _STATUS),
    _flag("seasonal", "registration", "季节性经营", "是季节性经营", "不是季节性经营"),
    _flag("credit_recorded", "credit", "有信用记录", "有信用记录", "没有信用记录"),
    _flag("abnormal", "credit", "经营异常标记", "被标记为经营异常状态", "没有被标记为经营异常状态"),
    _flag(
        "seriously_dishonest",
        "credit",
        "严重违法失信名单",
        "列在严重违法失信名单上",
        "不在严重违法失信名单上",
    ),
    _flag("suspended", "suspension", "歇业", "处在歇业期内", "不在歇业期内"),
    _flag("reported", "annual_report", "上一年度年度报告", "已报送上一年度年度报告", "没有报送上一年度年度报告"),
    _fact("reported_on", FactKind.DATE, "annual_report", "年度报告报送日期", "reported"),
    _fact("revenue", FactKind.MONEY, "annual_report", "上年度销售额或营业收入", "reported"),
    _count("employees", "annual_report", "上年度雇员人数", "人", "reported"),
    _flag("tax_recorded", "tax", "有上年度纳税记录", "有上年度纳税记录", "没有上年度纳税记录"),
    Fact("tax_paid", FactKind.MONEY, "tax", "上年度实际缴纳税款", None, ("tax_paid_min", "tax_paid_max")),
    _fact("vat_paid", FactKind.MONEY, "tax", "上年度实际缴纳增值税"),
    _fact("income_tax_paid", FactKind.MONEY, "tax", "上年度实际缴纳个人所得税"),
    _flag("tax_registered", "tax_registration", "税务登记", "已办理税务登记", "没有办理税务登记"),
    _fact("tax_registered_on", FactKind.DATE, "tax_registration", "税务登记日期", "tax_registered"),
    _flag("general_taxpayer", "tax_registration", "一般纳税人", "是一般纳税人", "不是一般纳税人"),
    _flag("tax_non_normal", "tax_registration", "税务非正常户", "被列为“非正常户”", "不是“非正常户”"),
    _flag("insured_recorded", "social_insurance", "有上年度参保记录", "有上年度参保记录", "没有上年度参保记录"),
    _count("insured_staff", "social_insurance", "上年度以单位形式缴纳社保的人数（含经营者本人）", "人"),
    _flag(
        "operator_insured",
        "social_insurance",
        "经营者本人参保",
        "经营者本人以单位形式参保",
        "经营者本人没有以单位形式参保",
    ),
    _flag("ip_recorded", "intellectual_property", "有知识产权记录", "有知识产权记录", "没有知识产权记录"),
    _count("trademarks_in_use", "intellectual_property", "在用商标数", "件"),
    _count("patents", "intellectual_property", "专利数", "件"),
)

FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _ALL})

RECORD_FLAGS: Mapping[str, str] = MappingProxyType(
    {"tax": "tax_recorded", "social_insurance": "insured_recorded", "intellectual_property": "ip_recorded"}
)
"""The flag that says whether a delivered feed has a row of the household: without one its figures are 0."""

COLUMNS: tuple[str, ...] = tuple(column for fact in _ALL for column in fact.columns)
"""Every snapshot column that facts are read from."""
