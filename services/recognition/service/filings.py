"""The last step of the road: what was recognised is reported to the superior, and that it was is written down."""

import datetime as dt
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.turns import DIGITS
from services.recognition.models import Filing, Season
from services.recognition.repository import recognitions
from services.recognition.service.rules import rules_of
from shared.policy.recognition.model import Level
from shared.service import audit, clock
from shared.service.identity import Caller
from shared.service.problems import Problem


async def file_list(session: AsyncSession, season: Season, document: str, filed_on: dt.date, caller: Caller) -> Filing:
    """The season's list went up with a document. 409 when nobody is recognised, 422 for a day to come."""
    if filed_on > clock.today():
        raise Problem(422, "day-to-come", "日期不对", f"报送日期 {filed_on} 还没有到")
    on_it = await recognitions.of_season(session, season.id)
    if not on_it:
        raise Problem(409, "nothing-to-file", "没有可报送的名单", "这个认定季还没有认定任何一户")
    superior = (await rules_of(session, season.policy_hash)).supervision.filed_with or Level.CITY
    filing = Filing(
        id=uuid.uuid4(), season_id=season.id, filed_with=season.county[: DIGITS[superior]], document=document,
        filed_on=filed_on, households=len(on_it), filed_by=caller.subject, filed_at=clock.now(),
    )  # fmt: skip
    session.add(filing)
    await session.flush()
    await audit.record(
        session, actor=caller.subject, action="season:file", subject=str(season.id), region=season.county,
        details={"filed_with": filing.filed_with, "document": document, "households": filing.households},
    )  # fmt: skip
    return filing
