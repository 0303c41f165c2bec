"""Nobody who objects, or took part in what is objected to, handles the objection: accepts, returns or declines it, and
later proposes or decides (`decisions.participation` adds who else may not).

Who took it in at the counter may accept it: that it is complete and in time is looked up, and they had no part in what
it is against. Who made the decision may explain it, for they know its reasons: an explanation binds nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.examination.problems import TookPart
from services.objection.objections.models import Objection
from services.objection.registers import repository as register_repository
from shared.platform.identity import Caller


@dataclass(frozen=True)
class Part:
    """Something that somebody did before, in Chinese; nobody where it is not known who."""

    person: str | None
    what: str


def part_taken(person: str, parts: Iterable[Part]) -> str | None:
    """What a person did before that keeps them from proposing or deciding; None for nothing."""
    return next((part.what for part in parts if part.person == person), None)


async def parts_in_contested(session: AsyncSession, objection: Objection) -> list[Part]:
    """Who did what in the matter that is objected to, as far as it is known."""
    parts: list[Part] = []
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
    return parts


async def require_no_part(
    session: AsyncSession, objection: Objection, caller: Caller, further: Sequence[Part] = ()
) -> None:
    """403 for the objector and for somebody who took part, naming what they did. `further`: what else counts."""
    if caller.operator_ref is not None and caller.operator_ref == objection.operator_ref:
        raise TookPart("您是这件异议的异议人，须由没有参与过的人办理。", part="是异议人")
    taken = part_taken(caller.subject, [*await parts_in_contested(session, objection), *further])
    if taken is not None:
        raise TookPart(f"您{taken}，须由没有参与过的人办理。", part=taken)
