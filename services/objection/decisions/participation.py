"""Nobody who objects, took the objection at the counter, took part in what is objected to, verified, or proposed,
decides; nor proposes, the last apart.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.decisions.domain import Part, part_taken
from services.objection.decisions.models import Decision
from services.objection.decisions.problems import TookPart
from services.objection.objections.models import Objection
from services.objection.registers import repository as register_repository
from services.objection.verifications import repository as verification_repository
from shared.platform.identity import Caller


async def parts_in(session: AsyncSession, objection: Objection) -> list[Part]:
    """Who did what before the objection is decided, as far as it is known."""
    parts = [Part(objection.entered_by, "提交或在窗口登记了这件异议")]
    if objection.subject is not None:
        contested = await register_repository.get_decision(session, objection.against, objection.subject)
        parts.append(Part(contested.decided_by if contested else None, "作出了被异议的决定"))
        parts += [Part(one, "参与过被异议的决定") for one in (contested.made_by if contested else ())]
    if objection.public_notice is not None:
        notice = await register_repository.get_notice(session, objection.public_notice)
        parts.append(Part(notice.opened_by if notice else None, "发布了被异议的公示"))
        parts += [Part(one, "参与过被公示申报的办理") for one in (notice.made_by if notice else ())]
    if objection.run is not None:
        run = await register_repository.get_run(session, objection.run)
        parts.append(Part(run.published_by if run else None, "发布了被异议的分型结果"))
    verified = await verification_repository.verifications_of(session, objection.id)
    return parts + [Part(one.answered_by, "答复过这件异议的核实") for one in verified]


async def require_no_part(
    session: AsyncSession, objection: Objection, caller: Caller, proposal: Decision | None = None
) -> None:
    """403 for somebody who took part, naming what they did. `proposal`: to be decided by another person."""
    if caller.operator_ref is not None and caller.operator_ref == objection.operator_ref:
        raise TookPart("您是这件异议的异议人，须由没有参与过的人办理。", part="是异议人")
    parts = await parts_in(session, objection)
    if proposal is not None:
        parts.append(Part(proposal.proposed_by, "提出了这份处理意见"))
    taken = part_taken(caller.subject, parts)
    if taken is not None:
        raise TookPart(f"您{taken}，须由没有参与过的人办理。", part=taken)
