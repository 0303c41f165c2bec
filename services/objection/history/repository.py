"""SQL of histories: entries of the audit about an objection and what belongs to it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

MOST_ENTRIES = 500
"""Of one objection, the latest ones: a history that long is told by the audit's export"""
ENTRIES = text(
    """
    SELECT at, actor, action, details FROM audit_entry
    WHERE action = ANY(:actions) AND subject IN (
        SELECT CAST(:objection AS text)
        UNION ALL SELECT CAST(id AS text) FROM decision WHERE objection_id = CAST(:objection AS uuid)
        UNION ALL SELECT CAST(id AS text) FROM verification WHERE objection_id = CAST(:objection AS uuid)
        UNION ALL SELECT CAST(id AS text) FROM correction_item WHERE objection_id = CAST(:objection AS uuid)
        UNION ALL SELECT CAST(hand_in AS text) FROM handed_in_objection WHERE objection_id = CAST(:objection AS uuid)
    )
    ORDER BY at DESC, chain DESC, seq DESC LIMIT :most
    """
).bindparams(bindparam("actions", type_=ARRAY(Text)))


async def entries_of(session: AsyncSession, objection: uuid.UUID, actions: Sequence[str]) -> Sequence[RowMapping]:
    """What the audit says of these steps of an objection, the latest first."""
    asked = {"objection": str(objection), "actions": list(actions), "most": MOST_ENTRIES}
    return (await session.execute(ENTRIES, asked)).mappings().all()
