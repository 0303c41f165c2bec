"""Samples for the tests of policies: a small policy file, the ordinary household, boundary households."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import strategies as st

from shared.law.compiler.binding import cutoff
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.language.facts import COLUMNS, FACTS, FactKind
from shared.law.model.outcome import Outcome
from shared.law.reader.loading import load_policy
from shared.law.verifier.household_cases import read_household_cases

if TYPE_CHECKING:
    import duckdb

ZHENGZHOU = "zhengzhou-2025"
AS_OF = date(2025, 7, 15)

SMALL = """\
id: small
title: 小政策
document: {title: 示例文件, issuer: 某局, text: small.txt}
regions: ["41"]
in_force: {from: 2025-01-01, until: 2025-12-31}
decided_by: 某局
parameters:
  tax_above:
    title: 税款界限
    unit: yuan
    required: true
    values: {2025-01-01: 10000, 2025-07-01: 20000.5}
    citation: {article: 一, quote: 税款一万元以上}
  years_from:
    title: 年限
    unit: years
    values: {2025-01-01: 2}
    citation: {article: 一, quote: 成立两年}
typing:
  eligibility:
    - id: base.abnormal
      title: 经营异常
      expression: abnormal
      citation: {article: 一, quote: 经营异常}
  order: [development, growth, survival]
  types:
    development:
      citation: {article: 二, quote: 发展型}
      requires:
        - id: development.requires.1
          title: 成立{years_from}
          expression: established_on at least :years_from years ago
          citation: {article: 二, quote: 成立两年}
      any:
        - id: development.1
          title: 税款{tax_above}以上
          expression: tax_paid > :tax_above
          citation: {article: 二, quote: 税款一万元以上}
    growth:
      citation: {article: 三, quote: 成长型}
      any:
        - id: growth.1
          title: 有员工
          interpretation: staff
          citation: {article: 三, quote: 有员工}
    survival:
      residual: true
      citation: {article: 四, quote: 其余都是生存型}
interpretations:
  - id: staff
    question: 一名算不算有员工？
    in_force: one
    readings:
      one: {title: 一名也算, clauses: {growth.1: insured_staff >= 1}}
      two: {title: 两名才算, clauses: {growth.1: insured_staff >= 2}}
    why: 原文没有写
    decides: 某局
"""
SMALL_TEXT = "经营异常。发展型：成立两年，税款一万元以上。成长型：有员工。其余都是生存型。"

_ARROW: dict[FactKind, pa.DataType] = {
    FactKind.MONEY: pa.int64(),
    FactKind.COUNT: pa.int64(),
    FactKind.DATE: pa.date32(),
    FactKind.FLAG: pa.bool_(),
}
SNAPSHOT = pa.schema(
    [
        ("uscc", pa.string()),
        *((column, _ARROW.get(fact.kind, pa.string())) for fact in FACTS.values() for column in fact.columns),
    ]
)


def write_policy(folder: Path, text: str = SMALL, name: str = "small") -> str:
    """Write a policy and its document's text; the path."""
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "small.txt").write_text(SMALL_TEXT, encoding="utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@cache
def zhengzhou(as_of: date = AS_OF, **readings: str) -> CompiledPolicy:
    """Zhengzhou's policy on a day; `growth_1_zero="positive-only"` chooses a reading."""
    chosen = {name.replace("_", "-"): reading for name, reading in readings.items()}
    return compile_policy(load_policy(ZHENGZHOU, readings=chosen), as_of)


def ordinary(**facts: object) -> dict[str, Any]:
    """The ordinary household of Zhengzhou's test households, with other facts."""
    own = dict(facts)
    if "tax_paid" in own:
        own["tax_paid_min"] = own["tax_paid_max"] = own.pop("tax_paid")
    return {**_ordinary(), **own}


@cache
def _ordinary() -> dict[str, Any]:
    return read_household_cases(ZHENGZHOU)[0].facts


@cache
def connection() -> "duckdb.DuckDBPyConnection":
    """One connection for all comparisons of this process: opening one takes longer than a small statement."""
    import duckdb  # not above: hypothesis keeps strategies, and so this module, past the interpreter's end

    return duckdb.connect(config={"threads": 1})


def typed_by_duckdb(households: list[dict[str, Any]], statement: str) -> list[Outcome]:
    """The outcomes that a statement over `snapshot` gives, in order; it selects uscc and the three results."""
    numbered = [{**household, "uscc": f"{number:018}"} for number, household in enumerate(households)]
    connection().register("snapshot", pa.Table.from_pylist(numbered, schema=SNAPSHOT))
    rows = connection().execute(f"SELECT type, true_mask, unknown_mask FROM ({statement}) ORDER BY uscc").fetchall()
    return [Outcome(*row) for row in rows]


def nullable(households: list[dict[str, Any]]) -> set[str]:
    """What the engine finds in a snapshot's footer: unknown facts; guarded ones only where the guard allows."""
    guards = {column: fact.guard for fact in FACTS.values() for column in fact.columns if fact.guard}
    return {
        column
        for household in households
        for column in COLUMNS
        if household[column] is None and (column not in guards or household[guards[column]] is not False)
    }


def near(*limits: int) -> list[int]:
    """Each limit, one below and one above."""
    return [limit + step for limit in limits for step in (-1, 0, 1)]


def birthdays(as_of: date) -> list[date]:
    """Days on which an age of Zhengzhou's rules turns, and the days around them; Feb 29 and New Year."""
    turns = [cutoff(as_of, years) for years in (2, 6, 10)] + [date(as_of.year, 1, 1), as_of]
    around = [day + timedelta(days=step) for day in turns for step in (-1, 0, 1) if day + timedelta(step) <= as_of]
    return [*around, date(2020, 2, 29), date(2016, 2, 29), date(1999, 12, 31)]


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or what is not known."""
    return st.one_of(st.none(), values)


@st.composite
def households(draw: st.DrawFn, as_of: date) -> dict[str, Any]:
    """A household whose facts lie at the limits of Zhengzhou's rules, anywhere, or are unknown."""
    facts: dict[str, Any] = dict.fromkeys(COLUMNS)
    flag = st.sampled_from([True, False, False, None])
    for name in ("abnormal", "seriously_dishonest", "tax_non_normal", "suspended", "tax_recorded"):
        facts[name] = draw(flag)
    facts["seasonal"] = draw(st.booleans())
    facts["status"] = draw(st.sampled_from(["registered", "registered", "registered", "revoked", "cancelled"]))
    facts["established_on"] = draw(maybe(st.sampled_from(birthdays(as_of))))
    facts["reported"] = draw(st.sampled_from([True, True, False, None]))
    money = st.one_of(st.sampled_from(near(0, 1_000_000, 30_000_000, 60_000_000)[1:]), st.integers(0, 10**11))
    if facts["reported"] is not False:
        facts["revenue"] = draw(maybe(money))
    low, high = draw(maybe(money)), draw(maybe(money))
    exact = draw(st.booleans())
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    facts["tax_paid_min"], facts["tax_paid_max"] = (low, low) if exact else (low, high)
    facts["insured_staff"] = draw(maybe(st.sampled_from(range(9))))
    return facts
