"""A new operator's word counts after a term: until then whoever lost the household unknowingly can still object."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers.problems import OperatorTooNew
from services.recognition.registers.repository import HOUSEHOLDS
from shared import clock


async def require_settled_operator(session: AsyncSession, uscc: str, days: int) -> None:
    """409 until so many days after the household got another operator. The days are a setting, which no text gives."""
    household = await HOUSEHOLDS.get(session, uscc)
    if household is None or household.operator_since is None:
        return
    changed_on = household.operator_since.astimezone(clock.CHINA).date()
    from_day = changed_on + dt.timedelta(days=days)
    if clock.today() < from_day:
        raise OperatorTooNew(
            f"这一户于 {changed_on} 变更了经营者，{from_day} 起才能由新经营者撤回申报或给出同意"
            f"（{days} 日为平台设定，没有文件规定）；登记有误的，请向登记机关提出。"
        )
