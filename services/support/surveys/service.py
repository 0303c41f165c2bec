"""A survey is proposed with its questionnaire, opened by another person, and answered once by each household; each is
told by an event that it is invited, and when the survey is withdrawn.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.base import ANNOUNCER
from services.support.surveys import repository as survey_repository
from services.support.surveys.domain import (
    SURVEY_STATES,
    Option,
    PanelKind,
    Question,
    QuestionResult,
    SurveyRate,
    SurveyState,
    faults,
    wrong_answers,
)
from services.support.surveys.models import Survey
from services.support.surveys.problems import (
    AnsweredAlready,
    AnswersWrong,
    NobodyToInvite,
    OwnSurvey,
    SurveyNotFound,
    SurveyOver,
    SurveyStillOpen,
    SurveyTakenBack,
    SurveyWrong,
)
from shared import clock
from shared.contracts.support import SurveyAnswered, SurveyInvited, SurveyPayload, SurveyWithdrawn
from shared.platform import audit
from shared.platform.identity import Caller


@dataclass(frozen=True)
class SurveyProposal:
    """What is asked of whom until when."""

    title: str
    panel: PanelKind
    type: str | None
    seed: str | None
    size: int | None
    questions: Sequence[Question]
    until: dt.date


def questions_of(survey: Survey) -> list[Question]:
    """The stored questionnaire."""
    return [
        Question(
            one["id"], one["text"], SurveyRate(one["measures"]), tuple(Option(**option) for option in one["options"])
        )
        for one in survey.questions
    ]


async def propose(session: AsyncSession, proposal: SurveyProposal, caller: Caller) -> Survey:
    """An officer proposes a survey of the own region."""
    wrong = faults(proposal.questions)
    sampled = (proposal.type, proposal.seed, proposal.size)
    if (proposal.panel is PanelKind.SAMPLE) is not all(one is not None for one in sampled) or (
        proposal.panel is not PanelKind.SAMPLE and any(one is not None for one in sampled)
    ):
        wrong.append("抽样的要写类型、种子和户数（type、seed、size），联系点的都不写")
    if proposal.until < clock.today():
        wrong.append(f"最后一天（until）{proposal.until} 已经过去，不能早于今天")
    if wrong:
        raise SurveyWrong("；".join(wrong))
    survey = Survey(
        id=uuid.uuid4(),
        region=caller.region,
        title=proposal.title,
        panel=proposal.panel,
        type=proposal.type,
        seed=proposal.seed,
        size=proposal.size,
        questions=[asdict(one) for one in proposal.questions],
        until=proposal.until,
        state=SurveyState.DRAFT,
        proposed_by=caller.subject,
        version=1,
    )
    session.add(survey)
    await session.flush()
    await audit.record(session, survey, caller, "survey:propose")
    return survey


async def open_survey(session: AsyncSession, survey: Survey, caller: Caller) -> int:
    """Another person opens a locked survey: its panel is invited, and each household is told; how many households."""
    SURVEY_STATES.require(survey.state, SurveyState.OPEN)
    if survey.proposed_by == caller.subject:
        raise OwnSurvey
    if survey.until < clock.today():
        raise SurveyOver
    invited = await survey_repository.invite(session, survey)
    if not invited:
        raise NobodyToInvite
    survey.state, survey.opened_by, survey.opened_on = SurveyState.OPEN, caller.subject, clock.today()
    await _announce(session, SurveyInvited, survey, invited, caller.subject, what=survey.title, until=survey.until)
    await _changed(session, survey, caller, "survey:open", len(invited))
    return len(invited)


async def withdraw(session: AsyncSession, survey: Survey, reason: str, caller: Caller) -> None:
    """A locked survey that is open goes to nobody any more: whoever has not answered is not reminded of it."""
    SURVEY_STATES.require(survey.state, SurveyState.WITHDRAWN)
    if survey.until < clock.today():
        raise SurveyOver
    survey.state = SurveyState.WITHDRAWN
    left = await survey_repository.lock_unanswered(session, survey.id)
    await _announce(session, SurveyWithdrawn, survey, left, caller.subject)
    await _changed(session, survey, caller, "survey:withdraw", len(left), reason=reason)


async def give_up(session: AsyncSession, survey: Survey, caller: Caller) -> None:
    """A locked draft goes to nobody."""
    SURVEY_STATES.require(survey.state, SurveyState.GIVEN_UP)
    survey.state = SurveyState.GIVEN_UP
    await _changed(session, survey, caller, "survey:give-up", 0)


async def answer(
    session: AsyncSession, survey_id: uuid.UUID, uscc: str, answers: Mapping[str, str], caller: Caller
) -> None:
    """An operator answers for the own household, once; what was chosen is counted and not kept."""
    found = await survey_repository.lock_invitation(session, survey_id, uscc, caller.operator_ref or "")
    if found is None:
        raise SurveyNotFound
    survey, invitation = found
    if survey.until < clock.today():
        raise SurveyOver
    if invitation.answered:
        raise AnsweredAlready
    wrong = wrong_answers(questions_of(survey), answers)
    if wrong:
        raise AnswersWrong("；".join(wrong))
    invitation.answered = True
    await session.flush()
    await survey_repository.count_answers(session, survey.id, invitation.county, answers)
    await _announce(session, SurveyAnswered, survey, {uscc: invitation.county}, None)


async def results(session: AsyncSession, survey: Survey) -> list[QuestionResult]:
    """What was answered, by county in the order of codes."""
    if survey.state is SurveyState.WITHDRAWN:
        raise SurveyTakenBack
    if survey.state is not SurveyState.OPEN or survey.until >= clock.today():
        raise SurveyStillOpen
    counted = await survey_repository.tallies(session, survey.id)
    counties = list(await survey_repository.invited(session, survey.id))
    return [QuestionResult.of(one, counted.get(one.id, {}), counties) for one in questions_of(survey)]


async def _announce(
    session: AsyncSession,
    kind: type[SurveyPayload],
    survey: Survey,
    households: Mapping[str, str],
    actor: str | None,
    **more: object,
) -> None:
    """An event for each of these households, in two statements."""
    same = {"survey": survey.id, **more}
    events = [
        (
            uscc,
            kind.model_validate(same | {"invitation": invitation_id(survey.id, uscc), "uscc": uscc, "region": county}),
        )
        for uscc, county in sorted(households.items())
    ]
    await ANNOUNCER.announce_all(session, events, actor=actor)


def invitation_id(survey: uuid.UUID, uscc: str) -> uuid.UUID:
    """What a household's invitation is called in events."""
    return uuid.uuid5(survey, uscc)


async def _changed(
    session: AsyncSession, survey: Survey, caller: Caller, action: str, invited: int, **more: object
) -> None:
    survey.version += 1
    await session.flush()
    await audit.record(session, survey, caller, action, {"invited": invited, **more})
