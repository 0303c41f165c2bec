"""Points by a scoring sheet: against an independent reckoning, and what the sheet promises line by line."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings, strategies as st

from services.recognition.scoring.domain import Evidence, LineKind, mean_of, score_household
from shared.law.language.vocabulary import SCORING_FACTS
from shared.law.model.recognition import Category
from shared.law.model.scoring import ScoringSheet
from shared.law.reader.scoring import read_sheet
from shared.law.reader.yaml_tree import from_plain
from tests.unit.recognition.scoring_oracle import Household, hundredths, reckon

DAY = dt.date(2026, 10, 1)
FLAGS = ("penalised", "once_penalised", "veteran", "graduate", "disabled", "commended")
UNKNOWN: dict[str, object] = {column: None for fact in SCORING_FACTS.values() for column in fact.columns}
CITED = {"citation": {"article": "第一条", "quote": "编的"}}
CATEGORIES = st.lists(st.sampled_from([one.value for one in Category]), min_size=1, max_size=3, unique=True)
POINTS = st.integers(1, 2000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")


def sheet_of(plain: dict[str, Any]) -> ScoringSheet:
    return read_sheet(from_plain(plain))


@st.composite
def indicators(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["graded", "computed", "assessed"]))
    found: dict[str, Any] = {"id": name, "title": name, "kind": kind, **CITED}
    if kind == "assessed":
        return found | {"max": draw(POINTS)}
    points = draw(st.lists(POINTS, min_size=1, max_size=3, unique=True))
    levels = [{"title": f"{name} {one}", "points": one} for one in points]
    if kind == "computed":
        levels = [level | {"when": draw(st.sampled_from(FLAGS))} for level in levels]
    return found | {"levels": levels}


def singles(name: str, count: int, *, points: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Deductions, vetoes or bars: some by facts, some found by officers."""
    one = st.fixed_dictionaries(
        {"points": POINTS} if points else {}, optional={"when": st.sampled_from(FLAGS), "categories": CATEGORIES}
    )
    return st.lists(one, max_size=count).map(
        lambda parts: [part | {"id": f"{name}-{n}", "title": name, **CITED} for n, part in enumerate(parts)]
    )


@st.composite
def sheets(draw: st.DrawFn) -> dict[str, Any]:
    """Any sheet that can be used."""
    common = draw(st.integers(0, 198)) * 50
    sections = [("own-" + one.value, 10000 - common, [one.value]) for one in Category]
    if common:
        sections.append(("common", common, []))
    plain: dict[str, Any] = {
        "title": "编的评分表",
        "document": {"number": "编〔2026〕1号", "title": "编的办法", "issuer": "编的局"},
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "decimals": draw(st.integers(0, 4)),
        "sections": [],
        "deductions": draw(singles("deduction", 2, points=True)),
        "vetoes": draw(singles("veto", 2, points=False)),
        "bars": draw(singles("bar", 1, points=False)),
    }
    for name, weight, categories in sections:
        items = [draw(indicators(f"{name}-{number}")) for number in range(draw(st.integers(1, 3)))]
        section = {"id": name, "title": name, "weight": f"{weight // 100}.{weight % 100:02d}", "indicators": items}
        together = sum(most(item) for item in items)
        if draw(st.booleans()):
            cap = draw(st.integers(1, together))
            section["cap"] = f"{cap // 100}.{cap % 100:02d}"
        plain["sections"].append(section | ({"categories": categories} if categories else {}))
    if any(item["kind"] == "assessed" for part in plain["sections"] for item in part["indicators"]):
        trims = draw(st.sampled_from([{}, {"without_extremes_from": 3}, {"without_extremes_from": 5}]))
        plain["assessors"] = {"least": draw(st.integers(1, 3))} | trims
    return plain


def most(item: dict[str, Any]) -> int:
    return max(
        (hundredths(level["points"]) for level in item.get("levels", [])), default=hundredths(item.get("max", 0))
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], Evidence, Household]:
    """A sheet, what is known of a household, and the same for the oracle."""
    plain = draw(sheets())
    facts = {name: draw(st.sampled_from([True, False, None])) for name in FLAGS}
    scored = [item for part in plain["sections"] for item in part["indicators"]]
    items = [*scored, *plain["deductions"], *plain["vetoes"], *plain["bars"]]
    findings, truths = {}, {}
    for item in items:
        levels = item.get("levels") or [item]
        if item.get("kind") != "assessed" and draw(st.integers(0, 9)):
            findings[item["id"]] = draw(st.integers(0, len(levels)))
        if "when" in levels[0]:
            truths[item["id"]] = [facts[level["when"]] for level in levels]
    assessed = {item["id"]: most(item) for item in scored if item["kind"] == "assessed"}
    scores = [
        {name: draw(st.integers(0, top)) for name, top in assessed.items()} for _ in range(draw(st.integers(1, 6)))
    ]
    household = Household(draw(st.sampled_from([one.value for one in Category])), truths, findings, scores)
    exact = [{name: Decimal(cents).scaleb(-2) for name, cents in given.items()} for given in scores]
    return plain, Evidence(UNKNOWN | facts, findings, {str(n): one for n, one in enumerate(exact)}), household


@settings(max_examples=80, deadline=None)
@given(cases())
def test_the_points_are_those_of_an_independent_reckoning(case: tuple[dict[str, Any], Evidence, Household]):
    plain, evidence, household = case
    sheet, category = sheet_of(plain), Category(household.category)
    result, reckoned = score_household(sheet, category, evidence, DAY), reckon(plain, household)
    total = None if result.total is None else int(result.total.scaleb(sheet.decimals))
    titles = {one.id: one.title for _, one in sheet.exclusions}
    assert (total, len(result.excluded)) == (reckoned.total, len(reckoned.excluded))
    assert all(any(titles[name] in reason for reason in result.excluded) for name in reckoned.excluded)
    assert bool(result.missing) == (reckoned.total is None and not reckoned.excluded)


@settings(max_examples=25, deadline=None)
@given(cases())
def test_no_section_gives_more_than_its_weight_and_no_total_leaves_nought_to_a_hundred(
    case: tuple[dict[str, Any], Evidence, Household],
):
    plain, evidence, household = case
    sheet, category = sheet_of(plain), Category(household.category)
    result = score_household(sheet, category, evidence, DAY)
    for section in sheet.sections_of(category):
        assert 0 <= result.parts[section.id] <= section.weight
    assert result.total is None or 0 <= result.total <= 100
    sections = [line for line in result.lines if line.kind is LineKind.SECTION]
    taken = sum(line.points or 0 for line in result.lines if line.kind is LineKind.DEDUCTION)
    if result.total is not None:
        exact = max(0, sum(line.points or 0 for line in sections) + taken)
        assert abs(exact - Fraction(result.total)) * 2 * 10**sheet.decimals <= 1, "the lines add up to the total"


@given(st.lists(st.decimals(0, 100, places=2), min_size=3, max_size=9))
def test_a_mean_without_extremes_leaves_out_exactly_one_highest_and_one_lowest(scores: list[Decimal]):
    inner = sum(scores) - max(scores) - min(scores)
    assert mean_of(scores, 3) * (len(scores) - 2) == inner
    assert mean_of(scores, None) * len(scores) == sum(scores)
