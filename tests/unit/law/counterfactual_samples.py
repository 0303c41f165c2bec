"""A policy in the shape of Tianjin's: amounts that the law left open, two dates to wait for, survival for the rest."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from typing import Any

from hypothesis import strategies as st

from shared.law.compiler.binding import cutoff
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.explain.minimal_change import assume
from shared.law.language.facts import COLUMNS, FACTS
from shared.law.reader.loading import load_policy
from tests.unit.law.policy_samples import AS_OF, maybe

OPEN = """\
id: open
title: 数额未定的政策
document: {title: 示例文件, issuer: 某市市场监督管理委员会}
regions: ["12"]
in_force: {from: 2025-01-01, until: null}
decided_by: 某委员会
parameters:
  growth_revenue:
    title: 成长型营业收入数额
    unit: yuan
    values: unset
    citation: {article: 2（1）, quote: 达到一定数额}
  development_revenue:
    title: 发展型营业收入数额
    unit: yuan
    values: unset
    citation: {article: 3（1）, quote: 较高}
typing:
  eligibility:
    - id: base.abnormal
      title: 经营异常
      expression: abnormal
      citation: {article: 一, quote: 经营异常}
    - id: base.suspended
      title: 歇业
      expression: suspended and not seasonal
      citation: {article: 一, quote: 歇业}
  order: [development, growth, survival]
  types:
    development:
      citation: {article: 3, quote: 发展型}
      requires:
        - id: development.requires.1
          title: 成立2年（含）以上
          expression: established_on at least 2 years ago
          citation: {article: 3, quote: 成立}
        - id: development.requires.2
          title: 纳入税务管理2年（含）以上
          expression: tax_registered_on at least 2 years ago
          citation: {article: 3, quote: 税务}
      any:
        - id: development.1
          title: 营业收入在{development_revenue}以上
          expression: revenue >= :development_revenue
          citation: {article: 3（1）, quote: 较高}
        - id: development.2
          title: 税务部门登记为一般纳税人
          expression: general_taxpayer
          citation: {article: 3（2）, quote: 一般纳税人}
        - id: development.3
          title: 为4名（含）以上员工缴纳社保
          expression: insured_staff >= 4
          citation: {article: 3（3）, quote: 4名}
        - id: development.4
          title: 有商标或专利
          expression: trademarks_in_use >= 1 or patents >= 1
          citation: {article: 3（4）, quote: 商标}
    growth:
      citation: {article: 2, quote: 成长型}
      requires:
        - id: growth.requires.1
          title: 成立和纳入税务管理2年（含）以上
          expression: established_on at least 2 years ago and tax_registered_on at least 2 years ago
          citation: {article: 2, quote: 成立}
      any:
        - id: growth.1
          title: 营业收入在{growth_revenue}以上
          expression: revenue >= :growth_revenue
          citation: {article: 2（1）, quote: 达到一定数额}
        - id: growth.2
          title: 缴纳过增值税或者个人所得税
          expression: vat_paid > 0 or income_tax_paid > 0
          citation: {article: 2（2）, quote: 缴纳过}
        - id: growth.3
          title: 为3名（含）以下员工缴纳社保
          expression: insured_staff between 1 and 3
          citation: {article: 2（3）, quote: 3名}
    survival:
      residual: true
      citation: {article: 1, quote: 其余}
"""


@cache
def opened(path: str, **numbers: str) -> CompiledPolicy:
    """The policy as written to a file, some of its numbers set."""
    return compile_policy(load_policy(path, settings=numbers), AS_OF)


@st.composite
def open_households(draw: st.DrawFn) -> dict[str, Any]:
    """A household at the limits of this policy, anything known or not."""
    facts: dict[str, Any] = dict.fromkeys(COLUMNS)
    flag = st.sampled_from([True, False, False, None])
    facts |= {name: draw(flag) for name in ("abnormal", "suspended", "seasonal", "reported")}
    days = [cutoff(AS_OF, 2), cutoff(AS_OF, 1), date(2024, 2, 29), AS_OF, date(2010, 1, 31)]
    facts["established_on"] = draw(maybe(st.sampled_from(days)))
    heads = st.sampled_from(range(6))
    feeds: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "tax_registered": {"tax_registered_on": st.sampled_from(days), "general_taxpayer": st.booleans()},
        "tax_recorded": {"vat_paid": st.sampled_from([0, 1, 5_000]), "income_tax_paid": st.sampled_from([0, 700])},
        "insured_recorded": {"insured_staff": heads},
        "ip_recorded": {"trademarks_in_use": heads, "patents": heads},
    }
    for presence, figures in feeds.items():
        facts[presence] = draw(st.sampled_from([True, True, False, None]))
        if facts[presence] is False:
            facts = assume(facts, presence, False)
        elif facts[presence]:
            facts |= {name: draw(maybe(values)) for name, values in figures.items()}
    if facts["reported"]:
        facts["revenue"] = draw(maybe(st.integers(0, 10**8)))
    return facts


NOTHING: dict[str, dict[str, Any]] = {
    "reported": {"revenue": None},
    "tax_registered": {"tax_registered_on": None, "general_taxpayer": False},
    "tax_recorded": {"tax_paid_min": 0, "vat_paid": 0, "income_tax_paid": 0},
    "insured_recorded": {"insured_staff": 0},
    "ip_recorded": {"trademarks_in_use": 0, "patents": 0},
}
"""What a feed says of a household of which it has no row: written out again, apart from the program."""


def completions(facts: dict[str, Any], values: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Every household that the unknown facts leave possible, over a grid of values; by another way than the search."""
    for chosen in product(*(grid(name, facts, some) for name, some in values.items())):
        whole = dict(facts)
        for columns in chosen:
            whole |= columns
        if consistent(whole):
            yield whole


def grid(name: str, facts: dict[str, Any], values: list[Any]) -> list[dict[str, Any]]:
    """A fact's possible columns: itself when known, each value inside its band when not.

    A figure of a report that may turn out to be filed too late is as good as none.
    """
    columns, guard = FACTS[name].columns, FACTS[name].guard
    low, high = facts[columns[0]], facts[columns[-1]]
    if low is not None and low == high:
        unsure = guard is not None and facts[guard] is None
        return [dict.fromkeys(columns, value) for value in ([low, None] if unsure else [low])]
    if FACTS[name].interval:
        values = [one for one in {*values, low or 0, high or 10**12} if (low or 0) <= one <= (high or one)]
    return [dict.fromkeys(columns, one) for one in values]


def consistent(facts: dict[str, Any]) -> bool:
    """Whether a feed that has no row says nothing, and one that has a row has its guarded figures."""
    for presence, nothing in NOTHING.items():
        if facts[presence] is False and any(facts[name] not in (value, None) for name, value in nothing.items()):
            return False
        if facts[presence] is True and any(value is None and facts[name] is None for name, value in nothing.items()):
            return False
    return True
