"""How surveys are entered, answered and shown."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.support.suppression import SMALLEST
from services.support.surveys.domain import (
    SURVEY_STATES,
    Option,
    PanelKind,
    Question,
    QuestionResult,
    SurveyRate,
)
from services.support.surveys.models import Survey, SurveyInvitation
from services.support.surveys.service import SurveyProposal, questions_of
from shared.platform.fields import PublicText, Shape, UsccEntry

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Seed = Annotated[str, StringConstraints(min_length=4, max_length=60, pattern=r"^[\w-]+$")]
TOGETHER = "合并"
NOTE = (
    f"少于 {SMALLEST} 的数不给，能由此推算出来的也不给；回答少的县区、选项合并在一起。按区划代码排列，不排名。"
    "回答不记名：平台只记各选项有几户选，不记哪一户选了什么。"
)


class OptionBody(Shape):
    """One answer to choose."""

    id: Name
    label: Annotated[PublicText, Field(max_length=100)]
    positive: Annotated[bool, Field(description="计入知晓率、满意度")] = False


class QuestionBody(Shape):
    """One question with one answer."""

    id: Name
    text: Annotated[PublicText, Field(max_length=500)]
    measures: SurveyRate = SurveyRate.OTHER
    options: Annotated[list[OptionBody], Field(min_length=2, max_length=8)]

    def question(self) -> Question:
        """As the service takes it."""
        options = tuple(Option(one.id, one.label, one.positive) for one in self.options)
        return Question(self.id, self.text, self.measures, options)


class SurveyBody(Shape):
    """A questionnaire, and whom it goes to."""

    title: Annotated[PublicText, Field(max_length=200)]
    panel: PanelKind
    type: Annotated[Literal["survival", "growth", "development"] | None, Field(description="抽样：哪一型")] = None
    seed: Annotated[Seed | None, Field(description="抽样：种子；与 /v1/samples 抽的是同样的户")] = None
    size: Annotated[int | None, Field(ge=1, le=10_000, description="抽样：户数")] = None
    questions: Annotated[list[QuestionBody], Field(min_length=1, max_length=20)]
    until: Annotated[dt.date, Field(description="回答的最后一天")]

    def proposal(self) -> SurveyProposal:
        """As the service takes it."""
        questions = [one.question() for one in self.questions]
        return SurveyProposal(self.title, self.panel, self.type, self.seed, self.size, questions, self.until)


class OptionView(Shape):
    """One answer to choose."""

    id: str
    label: str


class QuestionView(Shape):
    """One question."""

    id: str
    text: str
    measures: str
    measures_label: str
    options: list[OptionView]

    @classmethod
    def of(cls, one: Question) -> "QuestionView":
        """In words."""
        options = [OptionView(id=option.id, label=option.label) for option in one.options]
        return cls(
            id=one.id,
            text=one.text,
            measures=one.measures.value,
            measures_label=one.measures.label,
            options=options,
        )


class SurveyView(Shape):
    """A survey."""

    id: uuid.UUID
    region: str
    title: str
    panel: str
    panel_label: str
    type: str | None
    seed: str | None
    size: int | None
    until: dt.date
    state: str
    state_label: str
    opened_on: dt.date | None
    questions: list[QuestionView]
    counting: Annotated[dict[str, list[str]], Field(description="各题计入知晓率、满意度的选项")]
    proposed_by: Annotated[str, Field(description="提出的人，不能自己批准发出")]
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, survey: Survey) -> "SurveyView":
        """From the row."""
        same = ("id", "region", "title", "type", "seed", "size", "until", "opened_on", "proposed_by")
        questions = questions_of(survey)
        return cls(
            **{name: getattr(survey, name) for name in same},
            panel=survey.panel.value,
            panel_label=survey.panel.label,
            state=survey.state.value,
            state_label=SURVEY_STATES.label(survey.state),
            questions=[QuestionView.of(one) for one in questions],
            counting={one.id: [option.id for option in one.options if option.positive] for one in questions},
            etag=f'"{survey.version}"',
        )


class SurveyWithdrawalBody(Shape):
    """Why an open survey is withdrawn."""

    reason: PublicText


class OpenedView(Shape):
    """How many households were invited."""

    invited: int


class InvitationView(Shape):
    """A survey that one's own household is asked to answer."""

    survey: uuid.UUID
    uscc: str
    title: str
    until: dt.date
    answered: bool
    questions: list[QuestionView]

    @classmethod
    def of(cls, survey: Survey, invitation: SurveyInvitation) -> "InvitationView":
        """From the rows."""
        return cls(
            survey=survey.id,
            uscc=invitation.uscc,
            title=survey.title,
            until=survey.until,
            answered=invitation.answered,
            questions=[QuestionView.of(one) for one in questions_of(survey)],
        )


class AnswersBody(Shape):
    """A household's answers: the chosen option of each question."""

    uscc: UsccEntry
    answers: Annotated[dict[Name, Name], Field(max_length=20)]


class OptionResultView(Shape):
    """How many chose some options."""

    options: list[str]
    label: str
    answers: Annotated[int | None, Field(description=f"一户以上、少于 {SMALLEST} 户的不给；会由此推算出来的也不给")]


class ResultRowView(Shape):
    """What was answered in a county, or in several together; no county: in all of the region."""

    counties: list[str]
    answered: int
    options: list[OptionResultView]
    rate: Annotated[int | None, Field(description="知晓率、满意度，百分之几；由不给的数算出来的也不给")]


class QuestionResultView(Shape):
    """A question's results; no rows: too few answered."""

    question: QuestionView
    rows: list[ResultRowView]
    total: ResultRowView | None

    @classmethod
    def of(cls, result: QuestionResult) -> "QuestionResultView":
        """In words."""
        table, question = result.table, QuestionView.of(result.question)
        if table is None:
            return cls(question=question, rows=[], total=None)
        lines = zip(table.rows, table.row_sums, table.cells, strict=True)
        rows = [_row(result, counties, number, cells) for counties, number, cells in lines]
        return cls(question=question, rows=rows, total=_row(result, (), sum(table.row_sums), table.column_sums))


def _row(result: QuestionResult, counties: Sequence[str], answered: int, cells: Sequence[int | None]) -> ResultRowView:
    groups = result.table.columns if result.table else ()
    labels = {option.id: option.label for option in result.question.options}
    options = [_option(labels, group, cell) for group, cell in zip(groups, cells, strict=True)]
    return ResultRowView(counties=list(counties), answered=answered, options=options, rate=result.rate(cells))


def _option(labels: Mapping[str, str], group: Sequence[str], cell: int | None) -> OptionResultView:
    said = "、".join(labels[one] for one in group)
    label = f"{said}（{TOGETHER}）" if len(group) > 1 else said
    return OptionResultView(options=list(group), label=label, answers=cell)


class ResultsView(Shape):
    """The results of a survey."""

    survey: uuid.UUID
    title: str
    region: str
    invited: int
    results: list[QuestionResultView]
    note: str = NOTE
