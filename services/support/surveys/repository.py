"""SQL of surveys."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.registers.models import Household
from services.support.surveys.domain import PanelKind, SurveyState, Tally
from services.support.surveys.models import Survey, SurveyInvitation
from shared.database.direct import fetch
from shared.platform.scope import in_region

INVITE = {
    PanelKind.SAMPLE: """
        INSERT INTO survey_invitation (survey_id, uscc, county, answered)
        SELECT $1, uscc, region, false FROM household
        WHERE starts_with(region, $2) AND status = 'registered' AND type = $3
        ORDER BY sha256(convert_to($4 || uscc, 'UTF8')), uscc LIMIT $5
        RETURNING uscc, county
    """,
    PanelKind.CONTACT_POINTS: """
        INSERT INTO survey_invitation (survey_id, uscc, county, answered)
        SELECT $1, uscc, county, false FROM chosen_household
        WHERE starts_with(county, $2) AND chosen_as = 'contact-point' AND state = 'listed'
        RETURNING uscc, county
    """,
}
"""A sample: the households that `/v1/samples` draws with the same seed."""
COUNT = """
    INSERT INTO survey_tally (survey_id, county, question, option, answers)
    SELECT $1, $2, n.question, n.option, 1 FROM unnest($3::text[], $4::text[]) AS n(question, option)
    ORDER BY n.question
    ON CONFLICT (survey_id, county, question, option) DO UPDATE SET answers = survey_tally.answers + 1
"""
UNANSWERED = """
    SELECT uscc, county FROM survey_invitation WHERE survey_id = $1 AND NOT answered ORDER BY uscc FOR UPDATE
"""
TALLIES = "SELECT county, question, option, answers FROM survey_tally WHERE survey_id = $1"
INVITED = "SELECT county, count(*) FROM survey_invitation WHERE survey_id = $1 GROUP BY county ORDER BY county"


async def get_one(session: AsyncSession, survey: uuid.UUID, scope: str, *, lock: bool = False) -> Survey | None:
    """A survey of a region."""
    query = select(Survey).where(Survey.id == survey, in_region(Survey.region, scope))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def list_some(session: AsyncSession, scope: str, after: uuid.UUID | None, limit: int) -> Sequence[Survey]:
    """Those of a region, by id."""
    query = select(Survey).where(in_region(Survey.region, scope))
    if after is not None:
        query = query.where(Survey.id > after)
    return (await session.execute(query.order_by(Survey.id).limit(limit))).scalars().all()


async def invite(session: AsyncSession, survey: Survey) -> Mapping[str, str]:
    """Invites the panel: households, each with its county."""
    sampled = (survey.type, survey.seed, survey.size) if survey.panel is PanelKind.SAMPLE else ()
    rows = await fetch(session, INVITE[survey.panel], survey.id, survey.region, *sampled)
    return {row[0]: row[1] for row in rows}


async def lock_unanswered(session: AsyncSession, survey: uuid.UUID) -> Mapping[str, str]:
    """Households that have not answered, each with its county; none of them answers before the transaction ends."""
    return {row[0]: row[1] for row in await fetch(session, UNANSWERED, survey)}


async def open_to(session: AsyncSession, operator_ref: str, day: dt.date) -> Sequence[tuple[Survey, SurveyInvitation]]:
    """The surveys that an operator's households may answer on a day, or have answered."""
    query = (
        select(Survey, SurveyInvitation)
        .join(SurveyInvitation, SurveyInvitation.survey_id == Survey.id)
        .join(Household, Household.uscc == SurveyInvitation.uscc)
        .where(Household.operator_ref == operator_ref, Survey.state == SurveyState.OPEN, Survey.until >= day)
        .order_by(Survey.until, Survey.id, SurveyInvitation.uscc)
    )
    return [(survey, invitation) for survey, invitation in (await session.execute(query)).all()]


async def lock_invitation(
    session: AsyncSession, survey: uuid.UUID, uscc: str, operator_ref: str
) -> tuple[Survey, SurveyInvitation] | None:
    """An open survey and the invitation of the operator's own household to it, which is locked. The survey first, as
    whoever withdraws it does: it stays open until the transaction ends.
    """
    opened = select(Survey).where(Survey.id == survey, Survey.state == SurveyState.OPEN).with_for_update(read=True)
    found = (await session.execute(opened.execution_options(populate_existing=True))).scalar_one_or_none()
    if found is None:
        return None
    query = (
        select(SurveyInvitation)
        .join(Household, Household.uscc == SurveyInvitation.uscc)
        .where(
            SurveyInvitation.survey_id == survey,
            SurveyInvitation.uscc == uscc,
            Household.operator_ref == operator_ref,
        )
        .with_for_update(of=SurveyInvitation)
        .execution_options(populate_existing=True)
    )
    invitation = (await session.execute(query)).scalar_one_or_none()
    return None if invitation is None else (found, invitation)


async def count_answers(session: AsyncSession, survey: uuid.UUID, county: str, answers: Mapping[str, str]) -> None:
    """One more for each chosen option."""
    await fetch(session, COUNT, survey, county, list(answers), list(answers.values()))


async def tallies(session: AsyncSession, survey: uuid.UUID) -> Mapping[str, Tally]:
    """What was counted, by question."""
    found: dict[str, dict[tuple[str, str], int]] = {}
    for county, question, option, number in await fetch(session, TALLIES, survey):
        found.setdefault(question, {})[county, option] = number
    return found


async def invited(session: AsyncSession, survey: uuid.UUID) -> Mapping[str, int]:
    """How many were asked, by county."""
    rows = await fetch(session, INVITED, survey)
    return {row[0]: row[1] for row in rows}
