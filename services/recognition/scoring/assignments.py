"""Assessors: appointed for a season, tied to households, given applications to score, recused from some."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application
from services.recognition.scoring import repository as scoring_repository
from services.recognition.scoring.models import Assessor
from services.recognition.scoring.people import Relation, recusal_reason
from services.recognition.scoring.problems import (
    AssessorAppointed,
    AssessorOfAnotherCounty,
    AssessorRecusesOther,
    AssessorUnknown,
    NotAssigned,
    NothingToScore,
    NotToBeScored,
    RecusalOfOther,
)
from services.recognition.scoring.service import (
    begin_round,
    handlers_of,
    require_assessor,
    require_assessors_region,
    require_scoring,
)
from services.recognition.season.models import Season
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller, Role
from shared.platform.officers import officers_by_subject
from shared.platform.operator_changes import operators_of


@dataclass(frozen=True)
class Assigned:
    """What came of an assignment. `recused`: application, assessor, why."""

    round_number: int
    applications: int
    recused: Sequence[tuple[uuid.UUID, str, str]]


async def appoint_assessor(
    session: AsyncSession, season: Season, subject: str, name: str, relations: Sequence[Relation], caller: Caller
) -> Assessor:
    """Appoint somebody. 403 where they are known to belong to another county, 409 when they are appointed."""
    await require_scoring(session, season, caller)
    known = (await officers_by_subject(session, [subject])).get(subject)
    if known is not None and not season.county.startswith(known.region):
        detail = f"{name} 的辖区是 {known.region}，不能做 {season.county} 的评审员；请换本县或上级的人员"
        raise AssessorOfAnotherCounty(detail)
    assessor = Assessor(
        season_id=season.id,
        subject=subject,
        name=name,
        county=season.county,
        relations=tuple(relations),
        appointed_by=caller.subject,
    )
    async with refused_on_conflict(session, AssessorAppointed(f"{name} 已是本季的评审员")):
        session.add(assessor)
    await audit.record(session, assessor, caller, "scoring:appoint")
    return assessor


async def require_may_recuse(session: AsyncSession, season: Season, subject: str, caller: Caller) -> None:
    """Everybody speaks for themselves; for others only an officer of a bureau that selects, who scores nothing in the
    season: otherwise an assessor, or any department, could make another's points count no more.
    """
    if subject == caller.subject:
        await require_assessor(session, season, caller)
        return
    if Role.OFFICER not in caller.roles:
        raise RecusalOfOther
    require_assessors_region(caller, season.county)
    await require_scoring(session, season, caller)
    if caller.subject in await scoring_repository.assessors_of(session, season.id):
        raise AssessorRecusesOther


async def declare_relations(
    session: AsyncSession, season: Season, subject: str, relations: Sequence[Relation], caller: Caller
) -> Assessor:
    """Households that an assessor is tied to, told by them or by an officer: their parts in these count no more, also
    where they have scored already. The season is locked.
    """
    assessor = (await scoring_repository.assessors_of(session, season.id)).get(subject)
    if assessor is None:
        raise AssessorUnknown(f"{subject} 不是本季的评审员")
    told = {relation.uscc: relation for relation in (*assessor.relations, *relations)}
    assessor.relations = tuple(told.values())
    opened = await scoring_repository.open_round(session, season.id, share=False)
    if opened is not None:
        waiting = await scoring_repository.waiting_applications(session, season.id)
        own = await scoring_repository.lock_own_scores(session, opened.id, subject, [one.id for one in waiting])
        given = [one for one in waiting if one.id in own and own[one.id].recusal is None]
        for (application, _), reason in (await recusals_of(session, given, {subject: assessor})).items():
            own[application].recusal, own[application].recused_by = reason, caller.subject
    await audit.record(session, assessor, caller, "scoring:relations", {"households": sorted(told)})
    return assessor


async def assign(
    session: AsyncSession,
    season: Season,
    subjects: Sequence[str],
    chosen: Collection[uuid.UUID] | None,
    caller: Caller,
) -> Assigned:
    """Give applications that wait for their points (all, or some) to assessors. The season is locked.

    Who must not score an application is recused from it at once. What an assessor was given before stays.
    """
    await require_scoring(session, season, caller)
    waiting = await applications_to_score(session, season, chosen)
    appointed = await scoring_repository.assessors_of(session, season.id)
    if unknown := [subject for subject in subjects if subject not in appointed]:
        raise AssessorUnknown(f"{'、'.join(unknown)} 不是本季的评审员，请先指定")
    opened = await begin_round(session, season)
    asked = {subject: appointed[subject] for subject in subjects}
    recusals = await recusals_of(session, waiting, asked)
    before = await scoring_repository.scores_of(session, [one.id for one in waiting])
    known = {(row.application_id, row.assessor) for rows in before.values() for row in rows}
    new = [(one.id, subject) for one in waiting for subject in asked if (one.id, subject) not in known]
    rows = [
        {
            "application_id": application,
            "assessor": subject,
            "round_id": opened.id,
            "recusal": recusals.get((application, subject)),
            "recused_by": caller.subject if (application, subject) in recusals else None,
        }
        for application, subject in new
    ]
    await scoring_repository.save_scores(session, rows)
    await scoring_repository.carry_over(session, opened.id, [one.id for one in waiting])
    told = [(*one, recusals[one]) for one in new if one in recusals]
    details = {"assessors": list(asked), "applications": len(waiting), "recused": len(told)}
    await audit.record(session, opened, caller, "scoring:assign", details)
    return Assigned(opened.number, len(waiting), told)


async def applications_to_score(
    session: AsyncSession, season: Season, chosen: Collection[uuid.UUID] | None
) -> Sequence[Application]:
    """The applications that wait for their points, all or the chosen ones. 409 when one does not wait, or none does."""
    waiting = await scoring_repository.waiting_applications(session, season.id)
    if chosen is not None:
        others = set(chosen) - {one.id for one in waiting}
        if others:
            reasons = [f"申报 {one} 不在等待评分的申报里（没有走到择优，或已经评过分）" for one in sorted(others)]
            raise NotToBeScored("；".join(reasons), reasons=reasons)
        waiting = [one for one in waiting if one.id in set(chosen)]
    if not waiting:
        raise NothingToScore
    return waiting


async def recuse(
    session: AsyncSession, season: Season, application: uuid.UUID, subject: str, reason: str, caller: Caller
) -> None:
    """An assessor recuses themselves, or an officer recuses them: the part counts no more, scored or not."""
    opened = await scoring_repository.open_round(session, season.id, share=True)
    if opened is None:
        raise NotAssigned
    row = (await scoring_repository.lock_own_scores(session, opened.id, subject, [application])).get(application)
    if row is None:
        raise NotAssigned
    row.recusal, row.recused_by = reason, caller.subject
    details = {"application": str(application), "assessor": subject, "reason": reason}
    await audit.record(session, opened, caller, "scoring:recuse", details)


async def recusals_of(
    session: AsyncSession, applications: Sequence[Application], assessors: Mapping[str, Assessor]
) -> dict[tuple[uuid.UUID, str], str]:
    """Application and assessor → why the assessor must not score it."""
    handled = await handlers_of(session, applications)
    tied = {relation.uscc for one in assessors.values() for relation in one.relations}
    operators = await operators_of(session, tied)
    found = {}
    for subject, assessor in assessors.items():
        related = {operators.get(relation.uscc) for relation in assessor.relations} - {None}
        for one in applications:
            reason = recusal_reason(
                subject,
                one.uscc,
                one.operator_ref,
                handled_by=handled[one.id],
                relations=assessor.relations,
                related_operators=frozenset(name for name in related if name is not None),
            )
            if reason is not None:
                found[one.id, subject] = reason
    return found
