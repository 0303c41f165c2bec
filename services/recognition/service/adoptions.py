"""What is under way when a household's operator changes: the new one takes it over of his own will, and is judged anew.

Applying is voluntary and a recommendation needs the operator's own consent (自愿; 事先征得经营者本人同意): nobody is
recognised upon what somebody else wrote or agreed to. Until then nothing is decided; an officer may refuse it.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.claims import missing_of_kinds
from services.recognition.models import Application, Household, Season
from services.recognition.repository import applications, documents, households
from services.recognition.repository.registers import records_of
from services.recognition.service import steps
from services.recognition.service.applications import PATH
from services.recognition.service.cases import reasons_today
from services.recognition.service.rules import rules_of
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


async def adopt(
    session: AsyncSession, application: Application, season: Season, kinds: Sequence[str], caller: Caller
) -> Application:
    """Make the household's operator of today the applicant, or the one who consents. 422 with every reason against.

    What proved something of the former operator's person proves nothing of this one, and is none of his business.
    """
    household = await passed_on(session, application)
    await documents.forget_kinds(session, application.id, of_others_than=caller.subject)
    application.operator_ref, application.name = household.operator_ref, household.name
    application.claims = application.claims | {"kinds": list(kinds)}
    await check_worthy(session, application, season, household)
    if application.path != PATH:
        application.consent = {"by": "operator", "on": clock.today().isoformat()}
    application.judged = {"against": [], "on": clock.today().isoformat()}
    application.version += 1
    await steps.recorded(session, application, caller, "application:adopt", {})
    return application


async def passed_on(session: AsyncSession, application: Application) -> Household:
    """The household; 409 unless it is under way (or an application's draft) and another operator began it."""
    draft = application.state == ApplicationState.DRAFT and application.path == PATH
    if not draft and application.state not in applications.UNDER_WAY:
        said = "只有办理中的申报、推荐和申报的草稿可以接续；尚未提交的推荐，请直接登记同意"
        raise Problem(409, "state", "目前不能这样办理", said)
    household = await households.get(session, application.uscc)
    if household is None or household.operator_ref == application.operator_ref:
        raise Problem(409, "operator-unchanged", "无须接续", "这份申报的经营者没有变更，请继续办理")
    return household


async def check_worthy(session: AsyncSession, application: Application, season: Season, household: Household) -> None:
    """422 with all that stands against the household under its new operator, one per person among it."""
    records = await records_of(session, [household.uscc], clock.today())
    rules = await rules_of(session, season.policy_hash)
    reasons = reasons_today(application, household, records[household.uscc], rules)
    evidence = await documents.evidence_of(session, application.id)
    reasons += missing_of_kinds(application.claims["kinds"], evidence)
    if reasons:
        raise Problem(422, "not-adoptable", "不能接续办理", "；".join(reasons), reasons=reasons)


def check_adopted(application: Application, caller: Caller) -> None:
    """409 while a former operator's application was not taken over by the present one."""
    if caller.operator_ref is not None and caller.operator_ref != application.operator_ref:
        said = "经营者已变更，这份申报由前一位经营者提出；请先接续办理（adoption），或者撤回"
        raise Problem(409, "operator-changed", "须先接续办理", said)
