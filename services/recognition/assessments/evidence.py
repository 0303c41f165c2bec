"""Evidence of an evaluation: growth computed from reviewed information reports, and an officer's own findings.

Each fact has a value and a source in words.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.assessments import repository as assessment_repository
from services.recognition.assessments.conditions import unset_numbers
from services.recognition.assessments.problems import CommendationInFuture
from services.recognition.recognitions.domain import FactEvidence
from services.recognition.recognitions.models import Evaluation, InformationReport, Recognition
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household
from services.recognition.registers.repository import HouseholdRecord, records_of
from services.recognition.rules.domain import PathKind
from services.recognition.rules.eligibility import known_facts, recognition_facts
from shared import clock
from shared.law.compiler.evaluator import evaluate_rules
from shared.law.model.recognition import RecognitionRules


def compute_growth(figures: Mapping[int, Decimal | int | None], unit: str) -> tuple[int, str] | None:
    """Growth in whole percent, rounded down, with the arithmetic in words; None without two years or from zero.

    `figures`: year → the reported figure, None where the report has none. Rounding down, the result reaches a whole
    percentage exactly when the growth does.
    """
    known = [(year, figure) for year, figure in sorted(figures.items()) if figure is not None]
    if len(known) < 2 or not known[0][1]:
        return None
    (first, before), (last, after) = known[0], known[-1]
    percent = math.floor((Fraction(after) - Fraction(before)) * 100 / Fraction(before))
    detail = f"信息报告 {first} 年 {before} {unit}，{last} 年 {after} {unit}，({after} − {before}) ÷ {before}"
    return percent, f"{detail}，不足1%的部分舍去，为 {percent}%"


EvidenceByFact = Mapping[str, FactEvidence]
REPORTED_FIGURES = {"revenue_growth": ("revenue_yuan", "元"), "staff_growth": ("employees", "人")}
"""Growth → the figure of the information reports that it is computed from, and its unit."""


@dataclass(frozen=True)
class HeldRecords:
    """What is on record of a recognised household: register entries today and its reviewed information reports."""

    household: Household
    record: HouseholdRecord
    reports: Sequence[InformationReport]


async def load_held_records(session: AsyncSession, recognitions: Sequence[Recognition]) -> Mapping[UUID, HeldRecords]:
    """What evaluations rest on, by recognition, read in four statements however many there are."""
    codes = [recognition.uscc for recognition in recognitions]
    households = await register_repository.HOUSEHOLDS.by_code(session, codes)
    records = await records_of(session, codes, clock.today())
    filed = await assessment_repository.reviewed_reports(session, [recognition.id for recognition in recognitions])
    return {
        recognition.id: HeldRecords(households[recognition.uscc], records[recognition.uscc], filed[recognition.id])
        for recognition in recognitions
    }


def gather_evidence(
    recognition: Recognition, rules: RecognitionRules, held: HeldRecords, findings: EvidenceByFact
) -> EvidenceByFact:
    """Growth from the reports of the period, replaced by an officer's own finding, whose source then shows both."""
    commended = findings.get("commended_on")
    if commended is not None and isinstance(commended.value, dt.date) and commended.value > clock.today():
        raise CommendationInFuture
    years = rules.value(rules.lifecycle.validity, clock.today())
    before = recognition.valid_until.year - (years if isinstance(years, int) else 0)
    reckoned = growth_from_reports([report for report in held.reports if report.year > before])
    own = {
        name: FactEvidence(finding.value, source_with_reports(finding.source, reckoned.get(name)))
        for name, finding in findings.items()
    }
    return {**reckoned, **own}


def growth_from_reports(filed: Sequence[InformationReport]) -> dict[str, FactEvidence]:
    """The growth that the reviewed reports prove."""
    findings = {}
    for name, (figure, unit) in REPORTED_FIGURES.items():
        figures = {report.year: getattr(report.content, figure) for report in filed if report.content is not None}
        if (growth := compute_growth(figures, unit)) is not None:
            findings[name] = FactEvidence(*growth)
    return findings


def source_with_reports(source: str, reckoned: FactEvidence | None) -> str:
    """An officer's source, with what the reports say."""
    return f"{source}（另据信息报告算得 {reckoned.value}%：{reckoned.source}）" if reckoned else source


def judge_conditions(
    evaluation: Evaluation, recognition: Recognition, rules: RecognitionRules, held: HeldRecords
) -> dict[str, bool | None]:
    """Judge the policy's conditions by the evidence, the department's opinion and the records of today."""
    today = clock.today()
    recommended = recognition.path is PathKind.RECOMMENDATION
    known = known_facts(held.household, held.record, recommended=recommended, kinds=())
    values = {name: finding.value for name, finding in evaluation.evidence.items()}
    commended = values.pop("commended_on", None)
    facts = (
        recognition_facts(rules, known, today)
        | values
        | {
            "typed_as_then": recognition.type_then,
            "recommended_then": recommended,
            "recommender_agrees": evaluation.agrees,
            "commended": True if commended else None,
            "commended_on": commended,
        }
    )
    judged = evaluate_rules(rules.lifecycle.extension, rules.parameters, today, facts)
    return {
        rule.id: judged[rule.id] or (None if unset_numbers(rules, rule, today) else judged[rule.id])
        for rule in rules.lifecycle.extension
    }
