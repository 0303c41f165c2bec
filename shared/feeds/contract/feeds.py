"""The feeds that bureaus deliver: columns, keys and what an absent row means."""

from collections.abc import Mapping

from shared.feeds.contract.model import Column, FeedContract, Receiver
from shared.reference.departments import Department
from shared.reference.inspections import RISK_CLASSES, VIOLATION_FIELDS, VIOLATION_OUTCOMES
from shared.reference.penalties import PENALTY_KINDS

USCC = Column("uscc", "统一社会信用代码", "uscc", required=True, example="92410102MA0124NR70")
YEAR = Column("year", "所属年度", "year", required=True, example="2025", note="数字所说的年度，不是报送的年度")
OPERATOR_ID = Column(
    "operator_id",
    "经营者证件号码",
    personal=True,
    example="",
    note="收到后即换成假名，号码不保存；“无”、全是0、带星号的不是号码，应留空",
)


OPERATOR_KIND_DEPARTMENTS = (
    Department.VETERANS,
    Department.EDUCATION,
    Department.DISABLED_PERSONS,
    Department.AGRICULTURE,
    Department.CIVIL_AFFAIRS,
)
"""Who else knows of a kind of operator, each of its own."""


def _past(name: str, title: str, *, example: str, required: bool = False, note: str = "") -> Column:
    return Column(name, title, "date", required=required, not_future=True, example=example, note=note)


_CONTRACTS = (
    FeedContract(
        "registration",
        "登记信息",
        (
            USCC,
            Column("name", "字号名称", required=True, example="示例小吃店"),
            Column("operator_name", "经营者姓名", personal=True, note="不保存"),
            OPERATOR_ID,
            Column("region_code", "区划代码", "region", required=True, example="410102", note="登记机关所在的县级区划"),
            Column("industry_code", "行业代码", example="6210", note="GB/T 4754"),
            _past("established_on", "成立日期", required=True, example="2020-01-02"),
            Column(
                "status",
                "登记状态",
                "choice",
                required=True,
                choices={"registered": "存续", "revoked": "吊销", "cancelled": "注销", "rescinded": "撤销登记"},
                example="registered",
            ),
            Column("seasonal", "季节性经营", "bool", empty_means=False, example="false"),
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
            Column("abnormal", "标记为经营异常状态", "bool", example="false"),
            Column("seriously_dishonest", "列入严重违法失信名单", "bool", example="false"),
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
            _past("filed_on", "备案日期", required=True, example="2025-03-01"),
            Column("until", "歇业期限", "date", example="2026-03-01", note="空表示备案之日起三年"),
            Column("resumed_on", "恢复经营日期", "date", note="空表示尚未恢复"),
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
            _past("filed_on", "报送日期", example="2026-03-15", note="空表示报过年报而日期不详"),
            Column("revenue", "营业收入", "money", example="86000.50"),
            Column("employees", "从业人数", "count", unit="人", example="3"),
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
            Column("tax_paid", "实际缴纳税款", "money", example="1280.00"),
            Column("vat_paid", "缴纳增值税", "money", example="960.00"),
            Column("income_tax_paid", "缴纳个人所得税", "money", example="320.00"),
            Column("tax_paid_min", "实际缴纳税款下限", "money", note="只能提供区间的，填上下限，tax_paid 留空"),
            Column("tax_paid_max", "实际缴纳税款上限", "money", note="不小于下限"),
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
            _past("registered_on", "税务登记日期", example="2020-01-20"),
            Column("general_taxpayer", "增值税一般纳税人", "bool", example="false"),
            Column("non_normal", "税务非正常户", "bool", example="false"),
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
            Column(
                "insured_staff",
                "参保人数",
                "count",
                unit="人",
                example="2",
                note="以该户为单位参保的人数，含经营者本人",
            ),
            Column("operator_insured", "经营者本人参保", "bool", example="true"),
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
            Column("trademarks_in_use", "使用中的注册商标数", "count", unit="件", example="1"),
            Column("patents", "专利数", "count", unit="件", example="0"),
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
            _past("decided_on", "处罚决定日期", required=True, example="2026-03-02"),
            Column(
                "kind",
                "处罚种类",
                "choice",
                required=True,
                choices=PENALTY_KINDS,
                example="fine",
                note="一个决定书有几种处罚的，一种一行",
            ),
            Column("published_on", "公示日期", "date", example="2026-03-09"),
            Column("published_until", "公示截止日期", "date", example="2029-03-09"),
            Column("repaired_on", "信用修复日期", "date", note="空表示尚未修复"),
        ),
        ("uscc", "decided_on", "kind"),
        "没有行政处罚",
        Department.MARKET,
        Receiver.RECOGNITION,
    ),
    FeedContract(
        "dishonest_debtor",
        "失信被执行人",
        (
            Column(
                "operator_id",
                "被执行人证件号码",
                required=True,
                personal=True,
                example="410102190001010018",
                note="收到后即换成假名，号码不保存；15 位和 18 位的号码是同一个人",
            ),
            _past("listed_on", "列入日期", required=True, example="2026-02-01"),
            Column("removed_on", "移出日期", "date", note="空表示仍在名单中"),
        ),
        ("operator_id", "listed_on"),
        "不是失信被执行人",
        Department.COURT,
        Receiver.RECOGNITION,
    ),
    FeedContract(
        "operator_kind",
        "经营者身份",
        (
            USCC,
            Column(
                "kind",
                "身份",
                required=True,
                pattern="[a-z][a-z0-9_]{1,39}",
                form="小写字母开头，由小写字母、数字和下划线组成，2到40个字符",
                example="veteran",
                note="政策或认定季列出的经营者身份的代号",
            ),
            _past("since", "取得身份的日期", example="2024-07-01"),
            Column("until", "身份的有效期", "date", example="2029-06-30", note="最后一天；空表示没有期限"),
        ),
        ("uscc", "kind"),
        "本部门没有证明这种身份",
        Department.HUMAN_RESOURCES,
        Receiver.RECOGNITION,
        OPERATOR_KIND_DEPARTMENTS,
    ),
    FeedContract(
        "contact",
        "联系方式",
        (
            USCC,
            Column("phone", "联系电话", personal=True, note="11 位手机号码，或带区号的固定电话；加密保存"),
            Column("email", "电子邮箱", personal=True, example="shop@example.com", note="加密保存"),
            Column("consented_on", "同意接收日期", "date", example="2026-01-05", note="空表示没有同意，不发通知"),
        ),
        ("uscc",),
        "无法联系",
        Department.MARKET,
        Receiver.NOTIFICATION,
    ),
    FeedContract(
        "credit_risk",
        "信用风险分类",
        (
            USCC,
            Column("risk_class", "信用风险类别", "choice", required=True, choices=RISK_CLASSES, example="A"),
            _past("graded_on", "分类日期", example="2026-03-31", note="最近一次分类的日期"),
        ),
        ("uscc",),
        "没有分类",
        Department.MARKET,
        Receiver.SUPPORT,
    ),
    FeedContract(
        "violation",
        "违法行为查处",
        (
            USCC,
            _past("found_on", "查处日期", required=True, example="2026-03-02"),
            Column("field", "领域", "choice", required=True, choices=VIOLATION_FIELDS, example="advertising"),
            Column(
                "outcome",
                "处理结果",
                "choice",
                required=True,
                choices=VIOLATION_OUTCOMES,
                example="first-exempt",
                note="不予处罚的也要报：查询是不是初次违法要用",
            ),
            _past("corrected_on", "改正日期", example="2026-03-05", note="空表示尚未改正，或者不知道"),
        ),
        ("uscc", "found_on", "field"),
        "市场监管部门没有查处过违法行为",
        Department.MARKET,
        Receiver.SUPPORT,
    ),
)

FEEDS: Mapping[str, FeedContract] = {contract.name: contract for contract in _CONTRACTS}
"""All feeds by name, in the order in which they are checked (registration first)."""

TYPING_FEEDS: tuple[str, ...] = tuple(feed.name for feed in _CONTRACTS if feed.receiver is Receiver.TYPING)
"""The feeds that typing takes."""


def feeds_of(department: Department) -> frozenset[str]:
    """The feeds that a department delivers."""
    return frozenset(feed.name for feed in _CONTRACTS if department in feed.departments)
