"""Unmasking: somebody reads a sealed field in clear, and the audit says who, what and why."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute

from shared.platform import audit
from shared.platform.audit import About, Audited
from shared.platform.idempotency import keep_no_answer
from shared.platform.identity import Caller
from shared.platform.sealed_fields.values import SealedText
from shared.platform.sealed_fields.vault import Vault, place_of


async def unmask(
    session: AsyncSession,
    caller: Caller,
    about: Audited | About,
    reason: str,
    *,
    vault: Vault,
    row: object,
    fields: Sequence[QueryableAttribute[Any]],
) -> dict[str, str]:
    """Fields of a row in clear, by their columns' names; empty ones are left out.

    The entry is written with the session's transaction, which the edge commits before it answers: a route that unmasks
    is a POST. Its answer is not kept under an Idempotency-Key: called again, it unmasks again. The reason goes into the
    audit and holds no personal data itself (`Reason` in `shared.platform.fields` refuses it).
    """
    options = await session.run_sync(lambda sync: sync.connection().get_execution_options())
    if options.get("isolation_level") == "AUTOCOMMIT":
        raise RuntimeError("who unmasks needs a transaction, so that nothing is shown without its audit entry")
    shown = {}
    for field in fields:
        sealed: SealedText | None = field.__get__(row, type(row))
        if sealed is not None:
            place = place_of(row, field)
            shown[place.column] = vault.open(place, sealed).reveal()
    await audit.record(session, about, caller, "personal-data:unmask", {"fields": sorted(shown), "reason": reason})
    keep_no_answer(session)
    return shown
