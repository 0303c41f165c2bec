"""The names an expression may use, for each part of a policy: facts, and the built-in parameters.

Typing uses the snapshot's facts (`facts.FACTS`). Recognition uses its own: known from typing, from its feeds, or
declared in an application, and evaluated for one household on one day (of an application, a confirmation or an
evaluation), never in bulk. Support measures use the facts that typing and recognition announce: no figures. A scoring
sheet uses recognition's facts and the announced ones.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.language.units import Unit, Value

TYPING_RESULTS = MappingProxyType(
    {
        "survival": "生存型",
        "growth": "成长型",
        "development": "发展型",
        "ineligible": "不符合分型条件",
        "gap": "规则空档",
        "undetermined": "待核",
    }
)


def _flag(name: str, feed: str, label: str, no: str = "没有") -> Fact:
    return Fact(name, FactKind.FLAG, feed, label, None, (name,), yes=f"有“{label}”", no=f"{no}“{label}”")


def _day(name: str, feed: str, label: str, guard: str) -> Fact:
    return Fact(name, FactKind.DATE, feed, label, guard, (name,))


def _percent(name: str, label: str) -> Fact:
    return Fact(name, FactKind.PERCENT, "evidence", label, None, (name,), measure="%")


_ALL = (
    Fact("typed_as", FactKind.CHOICE, "typing", "当年集中分型的结果", None, ("typed_as",), TYPING_RESULTS),
    Fact("typed_as_then", FactKind.CHOICE, "typing", "认定时的分型结果", None, ("typed_as_then",), TYPING_RESULTS),
    _flag("recommended", "recommendation", "部门推荐"),
    _flag("veteran", "application", "经营者是退役军人", "不是"),
    _flag("graduate", "application", "经营者是高校毕业生", "不是"),
    _flag("disabled", "application", "经营者是残疾人", "不是"),
    _flag("returning_migrant", "application", "经营者是返乡创业农民工", "不是"),
    _flag("relaxed_operator", "application", "经营者的身份可以放宽分类来源", "不是"),
    _flag("penalised", "penalty", "正在公示的罚款及以上行政处罚，尚未完成信用修复"),
    _day("penalty_decided_on", "penalty", "最近一次这样的处罚的决定日期", "penalised"),
    _day("penalty_published_on", "penalty", "最近一次这样的处罚的公示日期", "penalised"),
    _flag("once_penalised", "penalty", "公示期已满的罚款及以上行政处罚，没有完成信用修复"),
    _day("once_penalty_decided_on", "penalty", "最近一次这样的处罚的决定日期", "once_penalised"),
    _day("once_penalty_published_on", "penalty", "最近一次这样的处罚的公示日期", "once_penalised"),
    _flag("operator_dishonest_debtor", "dishonest_debtor", "经营者被人民法院列为失信被执行人"),
    _flag("breach_recorded", "credit_record", "违法违规或严重失信记录"),
    _flag("revoked", "recognition", "撤销认定的记录"),
    _day("banned_until", "recognition", "被撤销认定后不得再次申报的最后一天", "revoked"),
    _flag("recommended_then", "recognition", "当初由部门推荐认定", "不是"),
    _flag("recommender_agrees", "recommendation", "推荐部门同意延长"),
    _percent("revenue_growth", "3年内销售额或营业收入的增长"),
    _percent("tax_growth", "3年内缴税的增长"),
    _percent("staff_growth", "3年内吸纳就业的增长"),
    _flag("commended", "evidence", "县级以上人民政府的表彰奖励"),
    _day("commended_on", "evidence", "最近一次表彰奖励的日期", "commended"),
)

RECOGNITION_FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _ALL})

RECOGNITION_COLUMNS: tuple[str, ...] = tuple(column for fact in _ALL for column in fact.columns)
"""Every column that recognition facts are read from."""


CATEGORIES = MappingProxyType({"renowned": "知名", "distinctive": "特色", "quality": "优质", "emerging": "新兴"})
_ANNOUNCED = (
    "region_code",
    "industry_code",
    "established_on",
    "status",
    "abnormal",
    "seriously_dishonest",
    "suspended",
    "reported",
    "tax_non_normal",
)
_RECOGNISED = (
    _flag("recognised", "recognition", "认定为“名特优新”，在有效期内"),
    Fact("category", FactKind.CHOICE, "recognition", "认定的类别", "recognised", ("category",), CATEGORIES),
    _day("benefits_from", "recognition", "开始享受扶持政策的日期", "recognised"),
)

MEASURE_FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "typed_as": RECOGNITION_FACTS["typed_as"],
        **{fact.name: fact for fact in _RECOGNISED},
        **{name: FACTS[name] for name in _ANNOUNCED},
    }
)
"""The facts an addressee of a support measure may be described by: those that typing and recognition announce."""

SCORING_FACTS: Mapping[str, Fact] = MappingProxyType(
    {**RECOGNITION_FACTS, **{name: FACTS[name] for name in _ANNOUNCED}}
)
"""The facts that an indicator of a scoring sheet may be computed from; what recognition is not told of is unknown."""


class PolicyPart(StrEnum):
    """What has rules with expressions: a part of a policy, or a county's scoring sheet."""

    TYPING = "typing"
    RECOGNITION = "recognition"
    MEASURES = "measures"
    SCORING = "scoring"


VOCABULARY: Mapping[PolicyPart, Mapping[str, Fact]] = MappingProxyType(
    {
        PolicyPart.TYPING: FACTS,
        PolicyPart.RECOGNITION: RECOGNITION_FACTS,
        PolicyPart.MEASURES: MEASURE_FACTS,
        PolicyPart.SCORING: SCORING_FACTS,
    }
)

ALL_FACTS: Mapping[str, Fact] = MappingProxyType({**FACTS, **RECOGNITION_FACTS, **MEASURE_FACTS})
"""The facts of all parts by name: a name means the same wherever it occurs."""


BUILT_IN_PARAMETERS: Mapping[str, Unit] = MappingProxyType({"as_of": Unit.DATE, "year_start": Unit.DATE})


def built_in_values(as_of: date) -> dict[str, Value]:
    """The parameters every expression may use: the as-of date and the first day of its year."""
    return {"as_of": as_of, "year_start": date(as_of.year, 1, 1)}
