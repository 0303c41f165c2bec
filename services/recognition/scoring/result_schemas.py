"""HTTP shapes of results: the order of a season, and the score of one application line by line."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field

from services.recognition.scoring.domain import LineKind, ScoreLine, shown
from services.recognition.scoring.explanation import ExplainedScore
from services.recognition.scoring.models import AssessorScore
from services.recognition.scoring.order import ScoredSeason
from services.recognition.scoring.schemas import MeetingDecisionView
from shared.platform.fields import Shape


class RankedScoreView(Shape):
    """A scored household. `rank`: equals share one."""

    application: uuid.UUID
    rank: int
    total: Decimal


class ExcludedScoreView(Shape):
    """A household that is excluded, and why."""

    application: uuid.UUID
    name: str
    total: Decimal | None
    reasons: list[str]


class ResultsView(Shape):
    """A season's households by their points. `ties`: equals that the sheet and the meeting leave undecided."""

    ranked: list[RankedScoreView]
    ties: list[list[uuid.UUID]]
    excluded: list[ExcludedScoreView]

    @classmethod
    def of(cls, order: ScoredSeason) -> Self:
        """From the order."""
        ranks = order.ranks()
        ranked = [one for group in order.groups for one in group]
        return cls(
            ranked=[
                RankedScoreView(application=one.application, rank=ranks[one.application], total=one.total)
                for one in ranked
            ],
            ties=[[one.application for one in group] for group in order.groups if len(group) > 1],
            excluded=[
                ExcludedScoreView(application=one.id, name=one.name, total=score.total, reasons=list(score.excluded))
                for one, score in order.excluded
            ],
        )


class ScoreLineView(Shape):
    """A line of the score sheet."""

    kind: LineKind
    item: str
    title: str
    points: Annotated[str | None, Field(description="分数，除不尽的写“约”")]
    words: str
    citation: str | None

    @classmethod
    def of(cls, line: ScoreLine) -> Self:
        """From the computed line."""
        points = None if line.points is None else shown(line.points)
        return cls(
            kind=line.kind, item=line.item, title=line.title, points=points, words=line.words, citation=line.citation
        )


class AssessorPartView(Shape):
    """An assessor's part: officials read who it is, others a number."""

    assessor: str
    state: Annotated[str, Field(description="已打分、回避、没有打分")]
    recusal: str | None


class ScoreView(Shape):
    """The score sheet of one application."""

    application: uuid.UUID
    sheet: str
    document: str
    as_of: dt.date
    total: Decimal | None
    excluded: list[str]
    lines: list[ScoreLineView]
    assessors: list[AssessorPartView]
    missing_reason: Annotated[str | None, Field(description="有评审员缺席的，为什么")]
    decisions: list[MeetingDecisionView]

    @classmethod
    def of(cls, found: ExplainedScore) -> Self:
        """From what was explained; why an assessor is recused is for officials."""
        parts = [
            AssessorPartView(
                assessor=(assessor.name if assessor else row.assessor) if found.named else f"评审员{number}",
                state=part_state(row),
                recusal=row.recusal if found.named else None,
            )
            for number, (row, assessor) in enumerate(found.parts, 1)
        ]
        return cls(
            application=found.application.id,
            sheet=found.sheet.title,
            document=found.sheet.document.number,
            as_of=found.stored.as_of,
            total=found.result.total,
            excluded=list(found.result.excluded),
            lines=[ScoreLineView.of(line) for line in found.result.lines],
            assessors=parts,
            missing_reason=found.round.missing_reason,
            decisions=MeetingDecisionView.all_of(found.round),
        )


def part_state(row: AssessorScore) -> str:
    """What became of an assessor's part, in Chinese."""
    if row.recusal is not None:
        return "回避"
    return "没有打分" if row.points is None else "已打分"
