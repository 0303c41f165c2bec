"""An explanation's sentences and outlook in their HTTP shapes."""

from typing import Any

from services.typing.schemas.explanations import (
    CaseView,
    CitationView,
    EndingView,
    MissingView,
    ReadingView,
    SentenceView,
    StepView,
    UnsetView,
    WayView,
)
from shared.policy.explanation import Sentence
from shared.policy.model import Citation
from shared.policy.outcome import HouseholdType
from shared.policy.outlook.endings import Ending
from shared.policy.outlook.openings import Opening
from shared.policy.outlook.outlook import Outlook
from shared.policy.outlook.prospects import Prospect
from shared.policy.outlook.readings import OtherReading
from shared.policy.outlook.ways import Way


def sentence_view(one: Sentence) -> SentenceView:
    """A sentence with the words of the law it rests on."""
    citation = citation_view(one.citation)
    return SentenceView(text=one.text, clause=one.clause, holds=one.holds, citation=citation, facts=list(one.facts))


def outlook_views(found: Outlook) -> dict[str, Any]:
    """The fields of an explanation that say what would make the household another type."""
    return {
        "missing": [missing_view(one) for one in found.prospects.facts],
        "possible": [kind.slug for kind in found.prospects.possible],
        "together": found.prospects.together,
        "unset": [unset_view(one) for one in found.openings],
        "nearest": [way_view(one) for one in found.ways],
        "endings": [ending_view(one) for one in found.endings],
        "readings": [reading_view(one) for one in found.readings],
    }


def citation_view(cited: Citation) -> CitationView:
    """The document, the article and its words."""
    return CitationView(document=cited.document.number, article=cited.article, quote=cited.quote)


def case_view(when: str, kind: HouseholdType) -> CaseView:
    """The type in one case."""
    return CaseView(when=when, type=kind.slug, type_label=kind.label)


def missing_view(one: Prospect) -> MissingView:
    """What a missing fact would change."""
    cases = [case_view(case.when, case.type) for case in one.cases]
    return MissingView(fact=one.fact, bureau=one.bureau, text=one.text, cases=cases)


def unset_view(one: Opening) -> UnsetView:
    """What a number that the law left open would change."""
    return UnsetView(
        clause=one.clause,
        parameters=list(one.parameters),
        set_by=one.set_by,
        text=one.text,
        if_held=one.if_held.slug,
        cases=[case_view(setting.when, setting.type) for setting in one.settings],
        citation=citation_view(one.citation),
    )


def way_view(one: Way) -> WayView:
    """The steps to a type."""
    return WayView(
        type=one.type.slug,
        type_label=one.type.label,
        clause=one.clause,
        text=one.text,
        day=one.day,
        until=one.until,
        steps=[
            StepView(text=step.text, clause=step.clause, citation=citation_view(step.citation)) for step in one.steps
        ],
    )


def ending_view(one: Ending) -> EndingView:
    """What time will end."""
    return EndingView(
        clause=one.clause,
        day=one.day,
        type=one.type.slug,
        type_label=one.type.label,
        text=one.text,
        citation=citation_view(one.citation),
    )


def reading_view(one: OtherReading) -> ReadingView:
    """What another reading would change."""
    return ReadingView(
        interpretation=one.interpretation,
        reading=one.reading,
        question=one.question,
        decides=one.decides,
        type=one.type.slug,
        type_label=one.type.label,
        text=one.text,
    )
