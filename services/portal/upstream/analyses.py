"""What the pages of quarterly analyses read of the support service."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Upstream, read
from services.portal.upstream.whole import read_all


class AnalysisCellAnswer(Answer):
    """How many households are in a column; None: too few to be shown."""

    label: str
    households: int | None


class AnalysisRowAnswer(Answer):
    """A county, several together, or (none) all of the region."""

    counties: list[str]
    households: int
    cells: list[AnalysisCellAnswer]


class AnalysisTableAnswer(Answer):
    """A table; no total: too few households to show anything."""

    counted_label: str
    dimension_label: str
    rows: list[AnalysisRowAnswer]
    total: AnalysisRowAnswer | None


class OptionResultAnswer(Answer):
    """How many chose an option, or some together; None: too few to be shown."""

    label: str
    answers: int | None


class ResultRowAnswer(Answer):
    """What was answered in a county, in several together, or (none) in all of the region. `rate`: percent."""

    counties: list[str]
    answered: int
    options: list[OptionResultAnswer]
    rate: int | None


class SurveyQuestionAnswer(Answer):
    """A question as it was asked. `measures`: which rate it is for, if any."""

    text: str
    measures: str
    measures_label: str


class QuestionResultAnswer(Answer):
    """A question's results; no total: too few answered."""

    question: SurveyQuestionAnswer
    rows: list[ResultRowAnswer]
    total: ResultRowAnswer | None


class SurveyResultsAnswer(Answer):
    """A survey that ended in the quarter."""

    title: str
    invited: int
    results: list[QuestionResultAnswer]


class MadeAnalysisAnswer(Answer):
    """An analysis in a list."""

    quarter: str
    label: str
    made_on: dt.date


class AnalysisAnswer(MadeAnalysisAnswer):
    """A region's quarter in figures."""

    region: str
    first: dt.date
    last: dt.date
    tables: list[AnalysisTableAnswer]
    surveys: list[SurveyResultsAnswer]
    note: str


async def made_analyses(upstream: Upstream) -> list[MadeAnalysisAnswer]:
    """Those of the person's region, the latest quarter first."""
    return await read_all(upstream, MadeAnalysisAnswer, "/v1/quarterly-analyses")


async def analysis(upstream: Upstream, quarter: str) -> AnalysisAnswer:
    """One of them."""
    return await read(upstream, AnalysisAnswer, f"/v1/quarterly-analyses/{quote(quarter, safe='')}")
