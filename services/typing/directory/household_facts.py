"""The facts that a household's type rests on: its row of the run's snapshot, with what was corrected since."""

import asyncio
import datetime as dt
import re
import uuid
from collections.abc import Mapping

from services.typing.engine.snapshot import read_household
from services.typing.resources import Resources

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class SnapshotRowMissing(RuntimeError):
    """A published result whose snapshot row is not there: files were lost or moved."""


async def household_facts(
    resources: Resources, run: uuid.UUID, region: str, uscc: str, corrected: Mapping[str, object] | None
) -> dict[str, object]:
    """Snapshot columns by name (money in fen, dates as dates, None unknown), corrected facts included."""
    facts = await asyncio.to_thread(read_household, resources.workspace.snapshot(run), region, uscc)
    if facts is None:
        raise SnapshotRowMissing(f"{run}: {uscc}")
    return with_corrected(facts, corrected or {})


def with_corrected(facts: Mapping[str, object], corrected: Mapping[str, object]) -> dict[str, object]:
    """Facts of a snapshot, overlaid with corrected ones as JSON kept them."""
    return {**facts, **{name: fact_from_json(facts[name], value) for name, value in corrected.items()}}


def fact_from_json(like: object, value: object) -> object:
    """A fact as JSON kept it, as the snapshot has it: dates come back as dates."""
    dated = isinstance(like, dt.date) or ISO_DATE.fullmatch(str(value))
    return dt.date.fromisoformat(value) if isinstance(value, str) and dated else value
