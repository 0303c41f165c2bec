"""What an expression may say, and what is said of one that may not."""

import pytest

from shared.law.language.errors import Place, PolicyError
from shared.law.language.expressions import Expression, parse_expression
from shared.law.language.nodes import And, Compare, Flag, IsUnknown, Or, ParameterRef, YearsAgo, negate
from shared.law.language.units import Unit

PLACE = Place("some.yaml", 7)
UNITS = {"upto": Unit.YUAN, "staff": Unit.COUNT, "years": Unit.YEARS, "day": Unit.DATE}


def read(text: str) -> Expression:
    return parse_expression(text, UNITS, PLACE)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("abnormal", Flag("abnormal")),
        ("not abnormal", Flag("abnormal", negated=True)),
        ("not not abnormal", Flag("abnormal")),
        ("tax_paid > 10000", Compare("tax_paid", ">", 1_000_000)),
        ("tax_paid <= 0.01", Compare("tax_paid", "<=", 1)),
        ("10000 < tax_paid", Compare("tax_paid", ">", 1_000_000)),
        ("tax_paid <= :upto", Compare("tax_paid", "<=", ParameterRef("upto"))),
        ("insured_staff = 3", Compare("insured_staff", "=", 3)),
        ("insured_staff != 3", Compare("insured_staff", "<>", 3)),
        ("not insured_staff >= 3", Compare("insured_staff", "<", 3)),
        ("status <> 'registered'", Compare("status", "<>", "registered")),
        ("established_on < :year_start", Compare("established_on", "<", ParameterRef("year_start"))),
        ("revenue is null", IsUnknown("revenue")),
        ("revenue is not null", IsUnknown("revenue", negated=True)),
        ("established_on at least 2 years ago", YearsAgo("established_on", 2)),
        ("established_on AT LEAST 1 year ago", YearsAgo("established_on", 1)),
        ("established_on at least :years years ago", YearsAgo("established_on", ParameterRef("years"))),
        ("not established_on at least 2 years ago", YearsAgo("established_on", 2, negated=True)),
        (
            "insured_staff between 3 and :staff",
            And((Compare("insured_staff", ">=", 3), Compare("insured_staff", "<=", ParameterRef("staff")))),
        ),
        (
            "status in ('revoked', 'cancelled')",
            Or((Compare("status", "=", "revoked"), Compare("status", "=", "cancelled"))),
        ),
        (
            "not (abnormal or revenue < 1)",
            And((Flag("abnormal", negated=True), Compare("revenue", ">=", 100))),
        ),
        (
            "not (abnormal and suspended)",
            Or((Flag("abnormal", negated=True), Flag("suspended", negated=True))),
        ),
    ],
    ids=str,
)
def test_an_expression_is_read_into_its_tree(text: str, root: object):
    assert read(text).root == root


def test_blanks_and_line_breaks_do_not_matter():
    assert read("tax_paid\n   >  10000").text == "tax_paid > 10000"
    assert read("tax_paid\n   >  10000").root == read("tax_paid > 10000").root


def test_the_opposite_of_the_opposite_is_the_clause_itself():
    root = read("not (revenue >= 600000 and reported) or established_on at least 2 years ago").root
    assert negate(negate(root)) == root


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "表达式是空的"),
        ("tax_paid >", "写法有误"),
        ("(tax_paid > 1", "写法有误"),
        ("tax_paid > 1 'x", "写法有误"),
        ("revenue / employees > 1", "不能用除法（“revenue / employees”）"),
        ("revenue > 10 * 2", "不能用算术"),
        ("revenue > -1", "不能用算术"),
        ("status || 'x' = 'y'", "不能用拼接"),
        ("abs(revenue) > 1", "不能用函数"),
        ("coalesce(revenue, 0) > 1", "不能用函数"),
        ("minglu_years_ago(established_on, 2)", "不能用函数"),
        ("revenue > (select 1)", "不能用子查询"),
        ("status in (select 'x')", "不能是子查询"),
        ("case when abnormal then 1 end", "不能用case"),
        ("status like 'reg%'", "不能用模糊匹配"),
        ("revenue::int > 1", "不能用类型转换"),
        ("revenu > 1", "没有名为“revenu”的事实；是不是“revenue”？"),
        ("x.revenue > 1", "没有名为“x.revenue”的事实"),
        ("operator_id = 'x'", "没有名为“operator_id”的事实"),
        ("tax_paid > :up", "没有名为“:up”的参数；是不是“upto”？"),
        ("tax_paid > :staff", "参数“:staff”的单位是 count，这里要的是 yuan"),
        ("status = :day", "这里要的是 文字"),
        ("tax_paid > 1.005", "最多两位小数"),
        ("tax_paid > 'many'", "不能与“'many'”比较"),
        ("insured_staff > 1.5", "应是整数"),
        ("established_on > '2025-02-30'", "应是日期"),
        ("established_on > 2025", "不能与“2025”比较"),
        ("status = 'registred'", "没有“registred”这个值；是不是“registered”？"),
        ("status > 'registered'", "不分大小"),
        ("abnormal = true", "请直接写 abnormal 或 not abnormal"),
        ("tax_paid", "是金额，要与一个值比较"),
        ("status", "例如 status = 'registered'"),
        ("tax_paid = null", "请写 tax_paid is null"),
        ("tax_paid > revenue", "不能与“revenue”比较"),
        ("1 < 2", "比较的一边须是事实的名字"),
        ("true", "看不懂"),
        ("abnormal is true", "看不懂"),
        ("abnormal; suspended", "看不懂"),
        ("abnormal as x", "看不懂"),
        ("insured_staff between symmetric 1 and 2", "看不懂"),
        ("revenue at least 2 years ago", "不是日期"),
        ("established_on at least 201 years ago", "年数 201 太大"),
        ("established_on at least two years ago", "应是 事实 at least N years ago"),
        ("established_on at least 1.5 years ago", "N 是整数或 :参数"),
        ("established_on at least :upto years ago", "单位是 yuan，这里要的是 years"),
        ("(" * 400 + "abnormal" + ")" * 400, "嵌套太深"),
        ("abnormal or " * 90 + "abnormal", "表达式太长"),
    ],
    ids=lambda text: text[:40],
)
def test_what_is_not_allowed_is_refused_in_chinese_with_file_and_line(text: str, said: str):
    with pytest.raises(PolicyError) as refused:
        read(text)

    assert str(refused.value).startswith("some.yaml 第 7 行：")
    assert said in str(refused.value)
