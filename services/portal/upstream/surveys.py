"""What the officers' pages of surveys read of the support service."""

import datetime as dt
from collections.abc import Mapping
from urllib.parse import quote

from services.portal.upstream.analyses import SurveyResultsAnswer
from services.portal.upstream.calls import Answer, Upstream, read, read_versioned
from services.portal.upstream.whole import read_list


class ChoiceAnswer(Answer):
    """One answer to choose."""

    id: str
    label: str


class AskedAnswer(Answer):
    """One question. `measures_label`: which rate it is for."""

    id: str
    text: str
    measures: str
    measures_label: str
    options: list[ChoiceAnswer]


class SurveyAnswer(Answer):
    """A survey. `counting`: by question the options that count for its rate."""

    id: str
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
    questions: list[AskedAnswer]
    counting: Mapping[str, list[str]]
    proposed_by: str


class OutcomeAnswer(SurveyResultsAnswer):
    """What was answered, when nobody can answer any more. `note`: which numbers are not given, and why."""

    note: str = ""


async def surveys(upstream: Upstream) -> list[SurveyAnswer]:
    """Those of the person's region, the one that ends last first."""
    found = await read_list(upstream, SurveyAnswer, "/v1/surveys")
    return sorted(found, key=lambda one: one.until, reverse=True)


async def survey(upstream: Upstream, survey_id: str) -> tuple[SurveyAnswer, str]:
    """One, with the version that a decision must name."""
    return await read_versioned(upstream, SurveyAnswer, f"/v1/surveys/{quote(survey_id, safe='')}")


async def outcome(upstream: Upstream, survey_id: str) -> OutcomeAnswer:
    """Its results; the service gives them after its last day."""
    return await read(upstream, OutcomeAnswer, f"/v1/surveys/{quote(survey_id, safe='')}/results")
