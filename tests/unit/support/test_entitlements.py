"""What measures are to households, against an oracle that knows nothing of the expression language: it reads the
catalogue's YAML itself and decides each household with plain conditions.
"""

import datetime as dt
import os
import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from services.support.catalogue.register import Register, RegisteredMeasure, shipped
from services.support.entitlements.compiled import CompiledMeasures
from services.support.entitlements.domain import EntitlementState, granted_and_ended, is_confirmed, state_of
from services.support.entitlements.schemas import AnswersQuery, household_measures
from shared.law.model.measures import Measure
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.reader.measures import read_entered
from shared.reference.departments import Department

DAY = dt.date(2026, 3, 1)
COUNTIES = ("410102", "120101", "232761", "620702", "500102")
DEFECTS = ("abnormal", "seriously_dishonest", "suspended", "tax_non_normal", "reported")
HOUSEHOLDS = int(os.environ.get("MINGLU_TEST_HOUSEHOLDS", "2000"))
"""20,000 take 11 seconds of a core"""


def household(rng: random.Random) -> dict[str, Any]:
    """A made-up household, often on a border: benefits from today or tomorrow, a year old to the day, unknown facts."""
    recognised = rng.random() < 0.4
    facts: dict[str, Any] = {
        "region_code": rng.choice(COUNTIES),
        "status": rng.choice(["registered"] * 8 + ["cancelled", "revoked"]),
        "typed_as": rng.choice(["survival", "growth", "development", "ineligible", "undetermined", "gap", None]),
        "recognised": recognised,
        "category": rng.choice(["renowned", "distinctive", "quality", "emerging"]) if recognised else None,
        "benefits_from": rng.choice([DAY, DAY + dt.timedelta(1), dt.date(2026, 1, 1), None]) if recognised else None,
        "industry_code": rng.choice(["5431", "5439", "5440", "6210", None]),
        "established_on": rng.choice([dt.date(2025, 3, 1), dt.date(2025, 3, 2), dt.date(2019, 5, 5), None]),
    }
    return facts | {name: rng.choice([True, False, None]) for name in DEFECTS}


@cache
def catalogue() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Head and entry of every measure, as written."""
    files = [
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in sorted(POLICIES.glob("*.measures.yaml"))
    ]
    return [(file, entry) for file in files for entry in file["measures"]]


def known(parts: list[bool | None], *, every: bool) -> bool | None:
    """All of the parts, or any of them, where some may be unknown."""
    decisive = not every
    if decisive in parts:
        return decisive
    return None if None in parts else every


def is_addressed(head: Mapping[str, Any], entry: Mapping[str, Any], facts: Mapping[str, Any]) -> bool | None:
    """The oracle's word on whether a household is an addressee."""
    whom = entry.get("addressees") or {}
    types, categories, more = whom.get("types", []), whom.get("categories", []), whom.get("expression")
    begun: bool | None = False
    if facts["recognised"]:
        begun = None if facts["benefits_from"] is None else facts["benefits_from"] <= DAY
    ways: list[bool | None] = []
    if types:
        ways.append(None if facts["typed_as"] is None else facts["typed_as"] in types)
        if set(types) & set(head.get("inherits", {}).get("types", [])):
            ways.append(begun)
    if categories:
        ways.append(known([begun, facts["category"] in categories], every=True))
    parts: list[bool | None] = [facts["status"] == "registered"]
    if ways:
        parts.append(known(ways, every=False))
    if more == "abnormal":
        parts.append(facts["abnormal"])
    elif more and more.startswith("established_on"):
        founded = facts["established_on"]
        parts.append(None if founded is None else founded <= dt.date(2025, 3, 1))
    elif more:
        parts.append(None if facts["industry_code"] is None else facts["industry_code"].startswith("543"))
    return known(parts, every=True)


@cache
def begins(policy: str) -> dt.date:
    return load_policy(policy).since


def expected_state(
    head: Mapping[str, Any], entry: Mapping[str, Any], facts: Mapping[str, Any], *, confirmed: bool = False
) -> str:
    """The oracle's word on the state; `confirmed`: every condition that no feed proves is."""
    since = entry.get("from") or begins(head["policy"])
    over = since > DAY or (entry.get("until") is not None and entry["until"] < DAY)
    elsewhere = not facts["region_code"].startswith(str(head.get("region") or ""))
    addressed = is_addressed(head, entry, facts)
    nobody = entry["kind"] in ("conduct", "office-work") or over or elsewhere
    if nobody or addressed is False:
        return "none"
    if addressed and confirmed:
        return {"entitlement": "entitled", "service": "invited", "priority": "entitled"}[entry["kind"]]
    if addressed and not entry.get("conditions"):
        return {"entitlement": "entitled", "service": "invited", "priority": "verify"}[entry["kind"]]
    return "verify"


def compiled() -> CompiledMeasures:
    return CompiledMeasures.of([one.measure for one in shipped()], DAY)


def test_no_entitlement_without_its_condition_and_none_is_missing():
    rng, every = random.Random(7), compiled()
    seen: set[str] = set()
    for number in range(HOUSEHOLDS):
        facts = household(rng)
        confirmed = frozenset(one["id"] for _, one in catalogue() if rng.random() < 0.3)
        states = every.states(facts["region_code"], every.judge(facts), confirmed)
        for head, entry in catalogue():
            expected = expected_state(head, entry, facts, confirmed=entry["id"] in confirmed)
            seen.add(expected)
            assert states.get(entry["id"], "none") == expected, (number, entry["id"], facts)
    assert seen == {"entitled", "verify", "invited", "none"}


@pytest.mark.parametrize(("name", "settled"), [("zz-18", "entitled"), ("zz-13", "invited"), ("tj-22", "entitled")])
def test_a_confirmed_condition_says_nothing_of_who_is_an_addressee(name: str, settled: str):
    """The planted fault would entitle whoever a department has confirmed, whatever is unknown of them."""
    one = replace(named(name))
    states = [state_of(one, holds, True) for holds in (True, None, False)]
    assert states == [settled, "verify", "none"]


def test_a_measure_is_confirmed_when_a_department_of_each_condition_has_confirmed_it():
    subsidised = named("tj-22")
    market, industry = frozenset({Department.MARKET}), frozenset({Department.INDUSTRY})
    assert not is_confirmed(subsidised, market)
    assert not is_confirmed(subsidised, industry)
    assert is_confirmed(subsidised, market | industry)


def test_the_comparison_finds_a_measure_that_forgets_when_benefits_begin():
    """The planted fault: a condition that asks for the category alone."""
    rng = random.Random(7)
    wrong = read_entered(
        {
            "id": "zz-42",
            "title": "选派优秀党建指导员",
            "kind": "service",
            "field": "party-building",
            "level": "city",
            "region": "4101",
            "from": "2025-02-18",
            "addressees": {"expression": "category = 'renowned'"},
            "citation": {"article": "一", "quote": "二", "document": {"title": "三", "issuer": "四"}},
        }
    )
    planted = CompiledMeasures.of([wrong], DAY)
    [(head, entry)] = [one for one in catalogue() if one[1]["id"] == "zz-42"]
    households = [household(rng) for _ in range(HOUSEHOLDS)]
    found = [
        facts
        for facts in households
        if planted.states(facts["region_code"], planted.judge(facts)).get("zz-42", "none")
        != expected_state(head, entry, facts)
    ]
    assert found


def named(name: str) -> Measure:
    return next(one.measure for one in shipped() if one.measure.id == name)


@pytest.mark.parametrize("day", [dt.date(2025, 1, 31), dt.date(2025, 2, 1)])
def test_a_measure_that_has_ended_is_nobodys(day: dt.date):
    tolls = CompiledMeasures.of([named("tj-06")], day)
    assert [one.id for one in tolls.within("120101")] == (["tj-06"] if day <= dt.date(2025, 1, 31) else [])


def test_more_conditions_than_a_word_holds_go_into_several_words():
    base = named("zz-08")
    many = [
        read_entered(
            {
                "id": f"made-{number}",
                "title": "示例",
                "kind": "entitlement",
                "field": "general",
                "level": "national",
                "from": "2020-01-01",
                "addressees": {"expression": f"established_on < '2020-01-01' and industry_code = '{1000 + number}'"},
                "citation": {"article": "一", "quote": "二", "document": {"title": "三", "issuer": "四"}},
            }
        )
        for number in range(130)
    ]
    every = CompiledMeasures.of([base, *many], DAY)
    assert len(every.sql_words()) == 3
    words = [(every.of_words([(0, 0), (0, 0), (1, 1)])), every.of_words([(1, 1), (0, 0), (0, 0)])]
    assert [one.certain for one in words] == [1 << 120, 1]


def test_what_is_granted_and_what_ends_are_the_entitled_ones():
    entitled, verify = EntitlementState.ENTITLED, EntitlementState.VERIFY
    assert granted_and_ended({"a": entitled, "b": verify}, {"b": entitled, "c": verify}) == (["b"], ["a"])


def answer(**given: Any) -> dict[str, Any]:
    """What the public calculator says to these answers, by measure."""
    register = Register(tuple(one for one in shipped() if not one.draft), "x")
    every = CompiledMeasures.of(register.acted_upon(), DAY)
    body = AnswersQuery(**({"region": "410102"} | given))
    facts = body.facts()
    states = every.states(body.region, every.judge(facts), frozenset(body.meets))
    return {one.measure: one for one in household_measures(register, every, facts, states, {}, ()).measures}


def test_the_calculator_says_what_is_missing_and_who_would_know():
    loan = answer(type="growth")["zz-18"]
    assert (loan.state.code, loan.missing[0].what, loan.missing[0].department) == (
        "verify",
        "符合创业担保贷款及贴息的条件",
        None,
    )
    assert loan.why == "可能符合，还要核实：符合创业担保贷款及贴息的条件"
    met = answer(type="growth", meets=("zz-18",))["zz-18"]
    assert (met.state.code, met.why) == ("entitled", "条件都符合，要提出申请")
    untyped = answer()["zz-18"]
    assert untyped.missing[0].what == "还不知道“当年集中分型的结果”"
    assert untyped.missing[0].department == "市场监管部门（集中分型）"
    assert "zz-18" not in answer(type="survival", recognised=False)


def test_a_recognised_household_of_the_survival_type_inherits_growths_measures_when_its_benefits_begin():
    begun = {"type": "survival", "category": "renowned", "benefits_from": dt.date(2026, 1, 1)}
    assert answer(**begun)["zz-13"].state.code == "invited"
    assert "zz-13" not in answer(**begun | {"benefits_from": dt.date(2027, 1, 1)})
    assert answer(**begun)["zz-36"].citation.quote.startswith("“名特优新”个体工商户享受")


def test_a_measure_of_a_draft_for_comments_entitles_nobody():
    drafts = Register(tuple(RegisteredMeasure(replace(one.measure), 0, one.draft) for one in shipped()), "x")
    assert not {one.id for one in drafts.acted_upon()} & {f"gz-{number:02d}" for number in range(1, 34)}
