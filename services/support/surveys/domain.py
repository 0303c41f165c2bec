"""Questionnaires as data, who is asked, the states of a survey, and its results without small numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.support.suppression import ProtectedTable, protect
from shared.platform.state_machine import StateMachine


class PanelKind(StrEnum):
    """Who is asked: a sample drawn with a seed, or the county's contact points (联系点, 大兴安岭 二（七）)."""

    SAMPLE = "sample"
    CONTACT_POINTS = "contact-points"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return PANEL_LABELS[self]


PANEL_LABELS: Mapping[PanelKind, str] = {PanelKind.SAMPLE: "按种子抽取的户", PanelKind.CONTACT_POINTS: "联系点"}


class SurveyRate(StrEnum):
    """What a question measures."""

    AWARENESS = "awareness"
    SATISFACTION = "satisfaction"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return MEASURED_LABELS[self]


MEASURED_LABELS: Mapping[SurveyRate, str] = {
    SurveyRate.AWARENESS: "知晓率",
    SurveyRate.SATISFACTION: "满意度",
    SurveyRate.OTHER: "其他",
}


class SurveyState(StrEnum):
    """Where a survey stands. An open one takes answers until its last day; then its results are shown. One that is
    withdrawn before has no results.
    """

    DRAFT = "draft"
    OPEN = "open"
    GIVEN_UP = "given-up"
    WITHDRAWN = "withdrawn"


SURVEY_STATES = StateMachine(
    "问卷调查",
    {
        SurveyState.DRAFT: {SurveyState.OPEN, SurveyState.GIVEN_UP},
        SurveyState.OPEN: {SurveyState.WITHDRAWN},
        SurveyState.GIVEN_UP: set(),
        SurveyState.WITHDRAWN: set(),
    },
    {
        SurveyState.DRAFT: "待批准",
        SurveyState.OPEN: "已发出",
        SurveyState.GIVEN_UP: "已放弃",
        SurveyState.WITHDRAWN: "已撤回",
    },
)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `positive`: it counts for the rate."""

    id: str
    label: str
    positive: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question with one answer."""

    id: str
    text: str
    measures: SurveyRate
    options: tuple[Option, ...]


def faults(questions: Sequence[Question]) -> list[str]:
    """What is wrong with a questionnaire, with what is right."""
    names = [one.id for one in questions]
    found = [f"问题的编号“{name}”重复，每题要有自己的编号" for name in dict.fromkeys(names) if names.count(name) > 1]
    for one in questions:
        options = [option.id for option in one.options]
        if len(set(options)) < len(options):
            found.append(f"问题“{one.id}”的选项编号重复，每个选项要有自己的编号")
        counting = {option.positive for option in one.options}
        if one.measures is not SurveyRate.OTHER and len(counting) < 2:
            found.append(
                f"问题“{one.id}”用来算{one.measures.label}：选项里要有计入的（positive 为 true），也要有不计入的"
            )
    return found


def wrong_answers(questions: Sequence[Question], answers: Mapping[str, str]) -> list[str]:
    """What is wrong with somebody's answers: every question has one, which is among its options."""
    known = {one.id: one for one in questions}
    found = [f"没有“{name}”这个问题" for name in answers if name not in known]
    found += [f"问题“{one.id}”没有回答" for one in questions if one.id not in answers]
    for name, chosen in answers.items():
        options = [option.id for option in known[name].options] if name in known else [chosen]
        if chosen not in options:
            found.append(f"问题“{name}”没有“{chosen}”这个选项；可选：{'、'.join(options)}")
    return found


Tally = Mapping[tuple[str, str], int]
"""How many chose what, by county and option."""


@dataclass(frozen=True)
class QuestionResult:
    """A question's answers by county, in the order of codes; None: too few answered to show anything."""

    question: Question
    table: ProtectedTable[str, str] | None

    @classmethod
    def of(cls, question: Question, tally: Tally, counties: Sequence[str]) -> "QuestionResult":
        """From what was counted."""
        return cls(question, protect(tally, sorted(counties), [option.id for option in question.options]))

    def rate(self, cells: Sequence[int | None]) -> int | None:
        """The rate in percent of cells in the order of the columns; None where it does not show from them."""
        if self.table is None or self.question.measures is SurveyRate.OTHER:
            return None
        positive = {option.id for option in self.question.options if option.positive}
        mixed = any(0 < len(positive & set(group)) < len(group) for group in self.table.columns)
        if mixed or any(cell is None for cell in cells):
            return None
        shown = [cell or 0 for cell in cells]
        counted = sum(cell for cell, group in zip(shown, self.table.columns, strict=True) if set(group) <= positive)
        return round(100 * counted / sum(shown)) if sum(shown) else None
