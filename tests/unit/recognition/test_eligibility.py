"""Whom penalties, a ban and a breach bar, exact to the day, under Zhengzhou's rules and each of their readings."""

import copy
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from services.recognition.rules.eligibility import (
    KnownFacts,
    PenaltyFacts,
    recognition_facts,
    rule_ineligibilities,
    undecided_disqualifiers,
)
from shared.law.model.operator_kinds import OperatorKind
from shared.law.reader.loading import load_policy, restore_policy

DAY = dt.date(2026, 9, 1)


def barred_by(known: KnownFacts, day: dt.date = DAY, **readings: str) -> set[str]:
    """The rules against a household on a day."""
    chosen = {name.replace("_", "-"): reading for name, reading in readings.items()}
    rules = load_policy("zhengzhou-2025", readings=chosen).recognition
    assert rules is not None
    return {one.rule for one in rule_ineligibilities(rules, recognition_facts(rules, known, day), day)}


def fined(*, until: str | None, repaired: str | None = None) -> KnownFacts:
    """A household of the growth type with one fine of the year before."""
    days = [None if day is None else dt.date.fromisoformat(day) for day in (until, repaired)]
    fine = PenaltyFacts("fine", dt.date(2025, 1, 10), dt.date(2025, 1, 20), *days)
    return KnownFacts("growth", penalties=[fine])


@pytest.mark.parametrize(
    ("until", "bars"), [(None, True), ("2026-09-02", True), ("2026-09-01", True), ("2026-08-31", False)]
)
def test_a_fine_bars_to_the_last_day_of_its_publicity(until: str | None, bars: bool):
    assert ("disqualifier.1" in barred_by(fined(until=until))) is bars


def test_a_fine_whose_publicity_is_over_bars_only_under_the_other_reading():
    over = fined(until="2025-04-20")
    assert barred_by(over) == set()
    assert barred_by(over, penalty_date="decided-once-shown") == {"disqualifier.1"}
    repaired = fined(until="2025-04-20", repaired="2025-03-01")
    assert barred_by(repaired, penalty_date="decided-once-shown") == set()


def test_a_fine_still_shown_bars_beside_a_later_one_that_is_not():
    """The facts of both kinds are kept apart: the later day of one does not hide the other."""
    later = PenaltyFacts("fine", dt.date(2026, 5, 1), dt.date(2026, 5, 8), dt.date(2026, 8, 8), None)
    early = PenaltyFacts("fine", dt.date(2023, 5, 1), dt.date(2023, 5, 8), None, None)
    assert barred_by(KnownFacts("growth", penalties=[later, early])) == set()
    assert barred_by(KnownFacts("growth", penalties=[later, early]), penalty_date="published-once-shown") == {
        "disqualifier.1"
    }


@pytest.mark.parametrize(("day", "bars"), [(dt.date(2032, 8, 31), True), (dt.date(2032, 9, 1), False)])
@pytest.mark.parametrize("reading", ["applying-only", "recommending-too"])
def test_a_ban_holds_to_its_last_day_and_whom_it_bars_is_the_reading_in_force(day: dt.date, bars: bool, reading: str):
    banned = dt.date(2032, 8, 31)
    assert ("disqualifier.3" in barred_by(KnownFacts("growth", banned_until=banned), day)) is bars
    recommended = KnownFacts("growth", recommended=True, banned_until=banned)
    found = barred_by(recommended, day, ban_recommended=reading)
    assert ("disqualifier.3" in found) is (bars and reading == "recommending-too")


def test_what_bars_is_said_with_the_days_that_it_rests_on():
    rules = load_policy("zhengzhou-2025").recognition
    assert rules is not None
    facts = recognition_facts(rules, KnownFacts("growth", banned_until=dt.date(2032, 8, 31)), DAY)
    (ban,) = rule_ineligibilities(rules, facts, DAY)
    assert "（被撤销认定后不得再次申报的最后一天 2032-08-31）" in ban.sentence


@pytest.mark.parametrize(
    ("kind", "decided", "undecided"),
    [("fine", "2026-05-01", True), ("fine", "2023-05-01", False), ("warning", "2026-05-01", False)],
)
def test_a_fine_without_its_day_of_publication_is_a_question_while_it_could_bar(
    kind: str, decided: str, undecided: bool
):
    """郑市监〔2025〕6号 三（二）1 A bars published fines; an empty cell says neither that it is nor that it is not."""
    fine = PenaltyFacts(kind, dt.date.fromisoformat(decided), None, None, None)
    known = KnownFacts("growth", penalties=[fine])
    assert barred_by(known) == set()
    assert asked_about(known) == ({"disqualifier.1"} if undecided else set())


def test_a_register_that_was_never_delivered_decides_nothing_but_a_fine_that_is_known_bars():
    """A reviewer is asked about what nobody told, not about what stands."""
    unknown = frozenset({"penalty", "dishonest_debtor"})
    assert asked_about(KnownFacts("growth", undelivered=unknown)) == {"disqualifier.1", "disqualifier.2"}
    barred = replace(fined(until=None), undelivered=unknown)
    assert (barred_by(barred), asked_about(barred)) == ({"disqualifier.1"}, {"disqualifier.2"})


def test_an_operator_whom_nobody_knows_is_on_no_list_that_could_be_compared_and_the_reason_says_so():
    """郑市监〔2025〕6号 三（二）1 B: the operator of a household, not the household, is a listed debtor."""
    rules = load_policy("zhengzhou-2025").recognition
    assert rules is not None
    (asked,) = undecided_disqualifiers(rules, KnownFacts("growth", operator_unknown=True), DAY)
    assert asked.rule == "disqualifier.2"
    assert "没有可以辨认的经营者" in asked.sentence
    assert "没有交付过" not in asked.sentence, "the list was delivered"


def test_a_bar_whose_number_nobody_has_set_is_a_question():
    plain = load_policy("zhengzhou-2025")
    content: dict[str, Any] = copy.deepcopy(dict(plain.content))
    content["recognition"]["parameters"]["penalty_years"]["values"] = "unset"
    rules = restore_policy(content).recognition
    assert rules is not None
    (asked,) = undecided_disqualifiers(rules, KnownFacts("growth"), DAY)
    assert asked.rule == "disqualifier.1"
    assert "没有设定" in asked.sentence


@pytest.mark.parametrize(
    ("kind", "barred", "asked"),
    [
        ("criticism", False, False),
        ("confiscation", True, False),
        ("qualification-lowered", True, False),
        ("employment-barred", True, False),
        ("closure", True, False),
        ("other", False, True),
    ],
)
def test_which_penalties_are_a_fine_or_worse_is_the_policys_word(kind: str, barred: bool, asked: bool):
    """郑市监〔2025〕6号 三（二）1 A: 罚款及以上行政处罚; 行政处罚法 article 9 lists the kinds."""
    shown = PenaltyFacts(kind, dt.date(2026, 5, 1), dt.date(2026, 5, 8), None, None)
    known = KnownFacts("growth", penalties=[shown])
    assert barred_by(known) == ({"disqualifier.1"} if barred else set())
    assert asked_about(known) == ({"disqualifier.1"} if asked else set())


def test_whether_a_confiscation_alone_bars_is_a_reading():
    shown = PenaltyFacts("confiscation", dt.date(2026, 5, 1), dt.date(2026, 5, 8), None, None)
    known = KnownFacts("growth", penalties=[shown])
    assert barred_by(known, fine_or_worse="fine-at-least") == set()
    assert barred_by(known, fine_or_worse="listed-after") == {"disqualifier.1"}


def asked_about(known: KnownFacts) -> set[str]:
    """The rules that no register decides on the day."""
    rules = load_policy("zhengzhou-2025").recognition
    assert rules is not None
    return {one.rule for one in undecided_disqualifiers(rules, known, DAY)}


@pytest.mark.parametrize(("said", "bars"), [(None, set()), (False, set()), (True, {"disqualifier.4"})])
def test_a_breach_bars_when_an_officer_has_found_it(said: bool | None, bars: set[str]):
    assert barred_by(KnownFacts("growth", breach_recorded=said)) == bars


@pytest.mark.parametrize(("kind", "may"), [("veteran", True), ("job_seeker", True), ("pensioner", False)])
def test_the_source_is_relaxed_for_the_kinds_of_the_text_and_those_that_a_document_adds(kind: str, may: bool):
    """三（二）1: 对退役军人、高校毕业生、残疾人、返乡创业农民工等经营的个体工商户,可以适当放宽分类来源."""
    added = OperatorKind("job_seeker", "就业困难人员")
    rules = restore_policy(load_policy("zhengzhou-2025").content, document="某区〔2026〕1号", operator_kinds=[added])
    known = KnownFacts("survival", operator_kinds=frozenset({kind}))
    assert rules.recognition is not None
    facts = recognition_facts(rules.recognition, known, DAY)
    assert ([one.rule for one in rule_ineligibilities(rules.recognition, facts, DAY)] == []) is may
