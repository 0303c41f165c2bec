"""Directory rows, explanations and findings in their HTTP shapes.

An explanation is evaluated from what the run kept: snapshot, policy, masks.
"""

from typing import Any

import asyncpg
import orjson

from services.typing.corrections.domain import SOURCE_PREFIX
from services.typing.directory.household_facts import household_facts
from services.typing.directory.schemas import (
    CitationView,
    ExpiryView,
    ExplanationView,
    FindingsView,
    FindingView,
    HouseholdView,
    MissingFactView,
    ReadingView,
    RecourseStepView,
    RecourseView,
    SentenceView,
    TypeOutcomeView,
    UnsetParameterView,
    WitnessView,
)
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.policies import compiled_policy
from shared.law.explain.expiries import Expiry
from shared.law.explain.explanation import Counterfactuals, explain, explain_publicly
from shared.law.explain.interpretations import OtherReading
from shared.law.explain.missing_data import MissingFact
from shared.law.explain.recourse import Recourse
from shared.law.explain.sentences import Sentence
from shared.law.explain.unset_parameters import UnsetParameter
from shared.law.model.clauses import Citation
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.verifier.findings import NEEDS_ATTENTION, Finding, Verification, Witness
from shared.law.verifier.report import baseline_text, witness_sentences, witness_text
from shared.reference.regions import region_name


def household_json(row: asyncpg.Record) -> dict[str, object]:
    """The public fields of a directory row; the shape is HouseholdView's."""
    kind = HouseholdType(row["type"])
    return {
        "uscc": row["uscc"],
        "name": row["name"],
        "region": row["region"],
        "region_name": region_name(row["region"]),
        "type": kind.slug,
        "type_label": kind.label,
        "year": row["as_of"].year,
        "policy": row["policy"],
        "run": str(row["run_id"]),
        **corrections_of(row),
    }


def corrections_of(row: asyncpg.Record) -> dict[str, object]:
    """Why the household was typed again, or its evidence corrected: public reasons, and whether an objection did it."""
    reasons = orjson.loads(row["correction_reasons"] or "[]")
    return {
        "corrections": [one["reason"] for one in reasons],
        "upon_objection": any(one["source"].startswith(SOURCE_PREFIX) for one in reasons),
    }


def household_view(row: asyncpg.Record) -> HouseholdView:
    """The public fields of a directory row as a checked shape."""
    return HouseholdView.model_validate(household_json(row))


async def explanation_view(resources: Resources, row: asyncpg.Record, *, with_figures: bool) -> ExplanationView:
    """Why the directory's row has its type, for the operator and officers; the public (not ``with_figures``) reads the
    standard of the type, and nothing of the household is looked up.
    """
    async with resources.database.session() as session:
        compiled = await compiled_policy(session, await runs_repository.get_run_by_number(session, row["run_number"]))
    kind = HouseholdType(row["type"])
    if with_figures:
        corrected = orjson.loads(row["corrected_facts"]) if row["corrected_facts"] else None
        facts = await household_facts(resources, row["run_id"], row["region"], row["uscc"], corrected)
        explanation = explain(compiled, facts, Outcome(kind, row["true_mask"], row["unknown_mask"]), with_figures=True)
    else:
        explanation = explain_publicly(compiled, kind)
    return ExplanationView(
        uscc=row["uscc"],
        name=row["name"],
        type=kind.slug,
        type_label=kind.label,
        as_of=row["as_of"],
        policy=row["policy"],
        policy_title=compiled.policy.title,
        figures=with_figures,
        summary=explanation.summary,
        sentences=list(map(sentence_view, explanation.sentences)),
        unknown=list(map(sentence_view, explanation.unknown)),
        **counterfactual_views(explanation.counterfactuals),
        **corrections_of(row),
    )


def sentence_view(sentence: Sentence) -> SentenceView:
    """A sentence with the words of the law it rests on."""
    return SentenceView(
        text=sentence.text,
        clause=sentence.clause,
        holds=sentence.holds,
        citation=citation_view(sentence.citation),
        facts=list(sentence.facts),
    )


def counterfactual_views(counterfactuals: Counterfactuals) -> dict[str, Any]:
    """The fields of an explanation that say what would make the household another type."""
    return {
        "missing": list(map(missing_fact_view, counterfactuals.missing_data.facts)),
        "possible": [kind.slug for kind in counterfactuals.missing_data.possible],
        "together": counterfactuals.missing_data.together,
        "unset": list(map(unset_parameter_view, counterfactuals.unset_parameters)),
        "nearest": list(map(recourse_view, counterfactuals.recourse)),
        "endings": list(map(expiry_view, counterfactuals.expiries)),
        "readings": list(map(reading_view, counterfactuals.readings)),
    }


def citation_view(cited: Citation) -> CitationView:
    """The document, the article and its words."""
    return CitationView(document=cited.document.number, article=cited.article, quote=cited.quote)


def outcome_view(when: str, kind: HouseholdType) -> TypeOutcomeView:
    """The view of the type in one case."""
    return TypeOutcomeView(when=when, type=kind.slug, type_label=kind.label)


def missing_fact_view(missing: MissingFact) -> MissingFactView:
    """What a missing fact would change."""
    cases = [outcome_view(case.when, case.type) for case in missing.cases]
    return MissingFactView(fact=missing.fact, bureau=missing.bureau, text=missing.text, cases=cases)


def unset_parameter_view(unset: UnsetParameter) -> UnsetParameterView:
    """What a number that the law left open would change."""
    return UnsetParameterView(
        clause=unset.clause,
        parameters=list(unset.parameters),
        set_by=unset.set_by,
        text=unset.text,
        if_held=unset.if_held.slug,
        cases=[outcome_view(setting.when, setting.type) for setting in unset.settings],
        citation=citation_view(unset.citation),
    )


def recourse_view(recourse: Recourse) -> RecourseView:
    """The steps that lead to a type."""
    return RecourseView(
        type=recourse.type.slug,
        type_label=recourse.type.label,
        clause=recourse.clause,
        text=recourse.text,
        day=recourse.day,
        until=recourse.until,
        steps=[
            RecourseStepView(text=step.text, clause=step.clause, citation=citation_view(step.citation))
            for step in recourse.steps
        ],
    )


def expiry_view(expiry: Expiry) -> ExpiryView:
    """A condition that will expire."""
    return ExpiryView(
        clause=expiry.clause,
        day=expiry.day,
        type=expiry.type.slug,
        type_label=expiry.type.label,
        text=expiry.text,
        citation=citation_view(expiry.citation),
    )


def reading_view(reading: OtherReading) -> ReadingView:
    """What another reading would change."""
    return ReadingView(
        interpretation=reading.interpretation,
        reading=reading.reading,
        question=reading.question,
        decides=reading.decides,
        type=reading.type.slug,
        type_label=reading.type.label,
        text=reading.text,
    )


def findings_view(verification: Verification) -> FindingsView:
    """All findings, in the order they were asked for."""
    policy = verification.compiled.policy
    return FindingsView(
        policy=policy.id,
        policy_hash=policy.content_hash,
        as_of=verification.as_of,
        needs_attention=verification.needs_attention,
        set_numbers=[],
        ordinary=baseline_text(verification.baseline),
        findings=[_finding_view(finding, verification) for finding in verification.findings],
    )


def _finding_view(finding: Finding, verification: Verification) -> FindingView:
    return FindingView(
        kind=finding.kind,
        text=finding.text,
        attention=finding.kind in NEEDS_ATTENTION,
        about=list(finding.about),
        households=[_witness_view(witness, verification) for witness in finding.witnesses],
    )


def _witness_view(witness: Witness, verification: Verification) -> WitnessView:
    return WitnessView(
        side=witness.side,
        household=witness_text(witness, verification.baseline),
        type=witness.outcome.type.slug,
        type_label=witness.outcome.type.label,
        sentences=list(map(sentence_view, witness_sentences(witness))),
    )
