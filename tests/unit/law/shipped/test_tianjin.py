"""Tianjin's rules leave two amounts open, leave nobody without a type, and know no level between city and district."""

from datetime import date
from pathlib import Path

import pytest

from services.recognition.season.criteria import policy_criteria
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.model.outcome import HouseholdType
from shared.law.model.recognition import Category, Level, RecognitionRules, StepKind
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.verifier.household_cases import read_household_cases, run_household_case
from shared.law.verifier.text_coverage import rule_quotes
from tests.unit.law.policy_samples import AS_OF

TIANJIN = "tianjin-2024"
AMOUNTS = {"growth_revenue_from": "growth.1", "development_revenue_from": "development.1"}
RICH = 100_000_000_00
"""A revenue in fen that any amount would be reached by."""


@pytest.mark.parametrize(("amount", "clause"), AMOUNTS.items())
def test_an_amount_that_the_text_leaves_open_makes_its_clause_false_until_it_is_set(amount: str, clause: str):
    assert amount in {one.name for one in load_policy(TIANJIN).unset(AS_OF, required=False)}
    assert clause not in holding(compile_policy(load_policy(TIANJIN), AS_OF), revenue=RICH)
    assert clause in holding(compile_policy(load_policy(TIANJIN, settings={amount: "300000"}), AS_OF), revenue=RICH)


def test_a_bureau_sets_an_amount_by_dated_entries_with_their_documents_and_no_other_change(tmp_path: Path):
    text = (POLICIES / "tianjin-2024.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition("    values: unset\n")
    assert before.endswith("required: false\n")
    assert "算“达到一定数额”" in before
    dated = (
        "    values:\n"
        "      2025-07-01: {value: 300000, document: 某委〔2025〕1号}\n"
        "      2026-07-01: {value: 500000, document: 某委〔2026〕1号}\n"
    )
    policy = load_policy(own_file(tmp_path, before + dated + after))

    earlier, later = (compile_policy(policy, day) for day in (date(2025, 7, 15), date(2026, 7, 15)))

    assert earlier.type_one({**ordinary(), "revenue": 400_000_00}).type is HouseholdType.GROWTH
    assert later.type_one({**ordinary(), "revenue": 400_000_00}).type is HouseholdType.SURVIVAL
    assert later.type_one({**ordinary(), "revenue": 500_000_00}).type is HouseholdType.GROWTH


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("values: {2024-06-24: 4}", "values: {2024-06-24: 5}"),
        ("insured_staff >= 1 and insured_staff <=", "insured_staff <="),
        ("expression: tax_registered_on at least :growth_years", "expression: established_on at least :growth_years"),
        ("vat_paid > 0 or income_tax_paid > 0", "tax_paid > 0"),
        ("vat_paid > 0 or income_tax_paid > 0", "vat_paid > 0"),
        ("base.suspended: suspended and not seasonal\n", "base.suspended: suspended\n"),
        ("in_force: at-least-one", "in_force: nobody-too"),
    ],
)
def test_a_rule_read_wrongly_is_caught_by_a_test_household(tmp_path: Path, right: str, wrong: str):
    text = (POLICIES / "tianjin-2024.yaml").read_text(encoding="utf-8")
    assert text.count(right) == 1
    own = own_file(tmp_path, text.replace(right, wrong))
    assert any(run_household_case(own, case) for case in read_household_cases(TIANJIN))


def test_without_the_amounts_typing_is_not_refused():
    assert load_policy(TIANJIN).unset(AS_OF, required=True) == ()


def test_nothing_known_of_an_eligible_household_is_survival_with_what_is_unknown():
    nothing = dict.fromkeys(ordinary())
    outcome = compile_policy(load_policy(TIANJIN), AS_OF).type_one(nothing)
    assert outcome.type is HouseholdType.SURVIVAL
    assert outcome.unknown_mask


def test_every_quote_is_of_the_one_document_that_is_held():
    documents = {citation.document for _, citation in rule_quotes(load_policy(TIANJIN))}
    assert documents == {load_policy(TIANJIN).document}
    assert load_policy(TIANJIN).document.text == "tianjin-2024.txt"


def test_the_districts_recognise_and_the_commission_has_the_lists_filed():
    rules = recognition()
    by = {level for path in rules.paths.values() for step in path.steps for level in step.by}
    assert by == {Level.OPERATOR, Level.DEPARTMENT, Level.COUNTY, Level.PROVINCE}
    assert {step.by for step in rules.paths["application"].steps[1:]} == {(Level.COUNTY,)}
    assert (rules.supervision.by, rules.supervision.filed_with) == (Level.PROVINCE, Level.PROVINCE)
    assert (rules.quota.scope, rules.quota.apportioned_by) == (Level.PROVINCE, None)
    assert rules.lifecycle.mutual_with == ("11", "12", "13")


def test_after_how_many_years_a_shop_is_long_established_is_a_number_of_the_policy():
    """附件2 二（二）3（1）: 超过30年; in 大兴安岭 the text names no number, so nobody has set one."""
    criterion = recognition().categories[Category.QUALITY].criteria[0]
    assert (criterion.over_years, criterion.proven_by) == ("long_established_years", ("registration",))
    assert recognition().value("long_established_years", AS_OF) == 30
    assert policy_criteria(recognition())[Category.QUALITY].criteria[0].title == "在本地长期诚信经营超过30年"
    elsewhere = load_policy("daxinganling-2024").recognition
    assert elsewhere is not None
    assert elsewhere.value("long_established_years", AS_OF) is None


def test_the_steps_of_an_application_are_in_the_order_of_the_text():
    steps = [step.kind for step in recognition().paths["application"].steps]
    steps.remove(StepKind.SELECTION)  # 比选: demanded, but by a sentence that does not say when
    assert steps == [
        StepKind.APPLICATION,
        StepKind.REVIEW,
        StepKind.SITE_VISIT,
        StepKind.CONSULTATION,
        StepKind.PUBLIC_NOTICE,
        StepKind.DECISION,
        StepKind.REPORT,
    ]


def own_file(folder: Path, text: str) -> str:
    """A policy file of its own; the path."""
    own = folder / "own.yaml"
    own.write_text(text, encoding="utf-8")
    return str(own)


def recognition() -> RecognitionRules:
    """Tianjin's recognition part."""
    part = load_policy(TIANJIN).recognition
    assert part is not None
    return part


def ordinary() -> dict[str, object]:
    """The ordinary household of the test households."""
    return dict(read_household_cases(TIANJIN)[0].facts)


def holding(policy: CompiledPolicy, **facts: object) -> tuple[str, ...]:
    """The clauses that hold for the ordinary household with other facts."""
    return policy.names(policy.type_one({**ordinary(), **facts}).true_mask)
