"""The eleven feeds that bureaus deliver: columns, keys and what an absent row means."""

from collections.abc import Mapping

from shared.feeds.contract.model import Column, FeedContract
from shared.reference.departments import Department

USCC = Column("uscc", "统一社会信用代码", "uscc", required=True)
YEAR = Column("year", "所属年度", "year", required=True)
OPERATOR_ID = Column("operator_id", "经营者证件号码", personal=True)


def _past(name: str, title: str, *, required: bool = False) -> Column:
    return Column(name, title, "date", required=required, not_future=True)


_CONTRACTS = (
    FeedContract(
        "registration",
        "登记信息",
        (
            USCC,
            Column("name", "字号名称", required=True),
            Column("operator_name", "经营者姓名", personal=True),
            OPERATOR_ID,
            Column("region_code", "区划代码", "region", required=True),
            Column("industry_code", "行业代码"),
            _past("established_on", "成立日期", required=True),
            Column(
                "status",
                "登记状态",
                "choice",
                required=True,
                choices=("registered", "revoked", "cancelled", "rescinded"),
            ),
            Column("seasonal", "季节性经营", "bool", empty_means=False),
        ),
        ("uscc",),
        "不是已知的个体工商户",
        Department.MARKET,
    ),
    FeedContract(
        "credit",
        "信用信息",
        (
            USCC,
            Column("abnormal", "标记为经营异常状态", "bool"),
            Column("seriously_dishonest", "列入严重违法失信名单", "bool"),
        ),
        ("uscc",),
        "既未标记异常，也未列入严重违法失信名单",
        Department.MARKET,
    ),
    FeedContract(
        "suspension",
        "歇业备案",
        (
            USCC,
            _past("filed_on", "备案日期", required=True),
            Column("until", "歇业期限", "date"),
            Column("resumed_on", "恢复经营日期", "date"),
        ),
        ("uscc", "filed_on"),
        "没有歇业",
        Department.MARKET,
    ),
    FeedContract(
        "annual_report",
        "年度报告",
        (
            USCC,
            YEAR,
            _past("filed_on", "报送日期"),
            Column("revenue", "营业收入", "money"),
            Column("employees", "从业人数", "count"),
        ),
        ("uscc", "year"),
        "未报送年度报告",
        Department.MARKET,
    ),
    FeedContract(
        "tax",
        "纳税信息",
        (
            USCC,
            YEAR,
            Column("tax_paid", "实际缴纳税款", "money"),
            Column("vat_paid", "缴纳增值税", "money"),
            Column("income_tax_paid", "缴纳个人所得税", "money"),
            Column("tax_paid_min", "实际缴纳税款下限", "money"),
            Column("tax_paid_max", "实际缴纳税款上限", "money"),
        ),
        ("uscc", "year"),
        "没有缴纳税款",
        Department.TAX,
    ),
    FeedContract(
        "tax_registration",
        "税务登记",
        (
            USCC,
            _past("registered_on", "税务登记日期"),
            Column("general_taxpayer", "增值税一般纳税人", "bool"),
            Column("non_normal", "税务非正常户", "bool"),
        ),
        ("uscc",),
        "未办理税务登记，也不是一般纳税人或非正常户",
        Department.TAX,
    ),
    FeedContract(
        "social_insurance",
        "社会保险",
        (
            USCC,
            YEAR,
            Column("insured_staff", "参保人数", "count"),
            Column("operator_insured", "经营者本人参保", "bool"),
        ),
        ("uscc", "year"),
        "没有人参保",
        Department.HUMAN_RESOURCES,
    ),
    FeedContract(
        "intellectual_property",
        "知识产权",
        (
            USCC,
            Column("trademarks_in_use", "使用中的注册商标数", "count"),
            Column("patents", "专利数", "count"),
        ),
        ("uscc",),
        "没有知识产权",
        Department.INTELLECTUAL_PROPERTY,
    ),
    FeedContract(
        "penalty",
        "行政处罚",
        (
            USCC,
            _past("decided_on", "处罚决定日期", required=True),
            Column(
                "kind",
                "处罚种类",
                "choice",
                required=True,
                choices=(
                    "warning",
                    "criticism",
                    "fine",
                    "confiscation",
                    "licence-suspension",
                    "licence-revocation",
                    "closure",
                    "detention",
                ),
            ),
            Column("published_on", "公示日期", "date"),
            Column("published_until", "公示截止日期", "date"),
            Column("repaired_on", "信用修复日期", "date"),
        ),
        ("uscc", "decided_on", "kind"),
        "没有行政处罚",
        Department.MARKET,
    ),
    FeedContract(
        "dishonest_debtor",
        "失信被执行人",
        (
            Column("operator_id", "被执行人证件号码", required=True, personal=True),
            _past("listed_on", "列入日期", required=True),
            Column("removed_on", "移出日期", "date"),
        ),
        ("operator_id", "listed_on"),
        "不是失信被执行人",
        Department.COURT,
    ),
    FeedContract(
        "contact",
        "联系方式",
        (
            USCC,
            Column("phone", "联系电话", personal=True),
            Column("email", "电子邮箱", personal=True),
            Column("consented_on", "同意接收日期", "date"),
        ),
        ("uscc",),
        "无法联系",
        Department.MARKET,
    ),
)

FEEDS: Mapping[str, FeedContract] = {contract.name: contract for contract in _CONTRACTS}
"""All feeds by name, in the order in which they are checked (registration first)."""

TYPING_FEEDS: tuple[str, ...] = tuple(FEEDS)[:8]
"""The feeds that typing takes."""


def feeds_of(department: Department) -> frozenset[str]:
    """The feeds that a department delivers."""
    return frozenset(feed.name for feed in _CONTRACTS if feed.department is department)
