"""Which scoring sheet applies in a region on a day: its season's, else the nearest in force."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.season.domain import SeasonState
from services.recognition.season.repository import season_of_year
from services.recognition.sheets.models import StoredSheet
from services.recognition.sheets.repository import sheet_valid_on


async def sheet_that_applies(session: AsyncSession, region: str, day: dt.date) -> StoredSheet | None:
    """None where the criteria's points decide.

    A season keeps what it was opened with, also past the sheet's last day, and a sheet that came later is not its own.
    """
    season = await season_of_year(session, region, day.year)
    if season is None or season.state == SeasonState.PREPARING:
        return await sheet_valid_on(session, region, day)
    return None if season.sheet_id is None else await session.get_one(StoredSheet, season.sheet_id)
