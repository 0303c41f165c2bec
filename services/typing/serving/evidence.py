"""The facts behind one household's result: its row of the run's snapshot, with corrections laid over it."""

import asyncio
import datetime as dt
import re
import uuid
from collections.abc import Mapping

from services.typing.engine.lookup import facts_of
from services.typing.resources import Resources

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class EvidenceMissing(RuntimeError):
    """A published result whose snapshot row is not there: files were lost or moved."""


async def facts_behind(
    resources: Resources, run: uuid.UUID, region: str, uscc: str, corrected: Mapping[str, object] | None
) -> dict[str, object]:
    """Snapshot columns by name (money in fen, dates as dates, None unknown), corrected facts included."""
    facts = await asyncio.to_thread(facts_of, resources.workspace.snapshot(run), region, uscc)
    if facts is None:
        raise EvidenceMissing(f"{run}: {uscc}")
    return {**facts, **{name: revived(facts[name], value) for name, value in (corrected or {}).items()}}


def revived(like: object, value: object) -> object:
    """A fact as JSON kept it, as the snapshot has it: dates come back as dates."""
    dated = isinstance(like, dt.date) or DATE.fullmatch(str(value))
    return dt.date.fromisoformat(value) if isinstance(value, str) and dated else value
