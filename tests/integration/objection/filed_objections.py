"""Objections put into the database as filing would, for tests of what follows; periods as the policies have them."""

import datetime as dt
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.domain import NO_LAST_DAY, FiledBy, Ground, ObjectionState
from services.objection.objections.models import Objection
from services.objection.registers.domain import Against
from services.objection.rules.domain import GroundKind, Period, PeriodName
from shared import clock
from shared.law.language.units import Unit
from tests.integration.objection.objection_client import COUNTY, RUN, operator, uscc


def period(
    days: int | None, name: PeriodName = PeriodName.DECIDE, *, verified: bool = False, unit: Unit = Unit.WORKING_DAYS
) -> Period:
    """A period as a policy sets it."""
    citation = "国务院办公厅关于进一步做好小微企业划型判定工作的通知"
    return Period(name, f"{name.value}_days", days, unit, verified, citation, None)


def objection_of(number: int, county: str = COUNTY, **changed: object) -> Objection:
    """A filed objection of a made-up household against its type."""
    known: dict[str, object] = {
        "receipt": f"YY{county}{number:08d}",
        "against": Against.TYPING,
        "run": RUN,
        "year": 2026,
        "uscc": uscc(number, county),
        "county": county,
        "filed_by": FiledBy.OPERATOR,
        "operator_ref": operator(number),
        "objector_key": operator(number),
        "entered_by": operator(number),
        "filed_at": clock.now(),
        "grounds": (Ground(GroundKind.CLAUSE, "growth.1"),),
        "statement": "我户上年纳税已达到标准",
        "state": ObjectionState.FILED,
        "due_on": NO_LAST_DAY,
        "handled_at": county,
        "contested_on": clock.today(),
    }
    return Objection(**(known | changed))


async def add_objection(session: AsyncSession, number: int, county: str = COUNTY, **changed: object) -> Objection:
    """A stored one, locked by the session's transaction."""
    objection = objection_of(number, county, **changed)
    session.add(objection)
    await session.flush()
    return objection


async def locked(session: AsyncSession, objection: uuid.UUID) -> Objection:
    """An objection, locked as every step locks it."""
    return await session.get_one(Objection, objection, with_for_update=True, populate_existing=True)


def day(text: str) -> dt.date:
    """A day as tests write it."""
    return dt.date.fromisoformat(text)
