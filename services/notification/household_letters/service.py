"""Recording that a letter was served, and reading the note on it."""

import datetime as dt
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.household_letters import repository as letter_repository
from services.notification.household_letters.domain import ServiceManner, may_be_served_on
from services.notification.household_letters.models import HouseholdLetter
from services.notification.household_letters.problems import (
    LetterNotFound,
    LetterServedAlready,
    NoNote,
    ServiceDayImpossible,
)
from shared import clock
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.lookups import or_404
from shared.platform.sealed_fields.unmasking import unmask
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of


async def record_service(
    session: AsyncSession,
    notification: uuid.UUID,
    served_on: dt.date,
    manner: ServiceManner,
    note: str | None,
    caller: Caller,
    vault: Vault,
) -> None:
    """The letter was served on a day in a manner: it leaves the list. Once; of two officers the first counts."""
    found = await letter_repository.get_letter(session, notification, caller.region, lock=True)
    line = or_404(found, LetterNotFound)
    if line["served_on"] is not None:
        raise LetterServedAlready
    if not may_be_served_on(served_on, line["told_at"].astimezone(clock.CHINA).date(), clock.today()):
        raise ServiceDayImpossible
    letter = HouseholdLetter(
        notification_id=notification,
        uscc=line["uscc"],
        region=line["region"],
        served_on=served_on,
        manner=manner,
        note=None,
        served_by=caller.subject,
        recorded_at=clock.now(),
    )
    if note is not None:
        letter.note = vault.seal(place_of(letter, HouseholdLetter.note), PersonalText(note))
    await letter_repository.store_service(session, letter)
    details = {"served_on": served_on.isoformat(), "manner": manner.value}
    await audit.record(session, letter, caller, "household-letter:serve", details)


async def read_note(session: AsyncSession, notification: uuid.UUID, reason: str, caller: Caller, vault: Vault) -> str:
    """The note on a served letter; audited with the reason. LetterNotFound, NoNote."""
    or_404(await letter_repository.get_letter(session, notification, caller.region), LetterNotFound)
    letter = await letter_repository.get_service(session, notification)
    if letter is None or letter.note is None:
        raise NoNote
    fields = [HouseholdLetter.note]
    return (await unmask(session, caller, letter, reason, vault=vault, row=letter, fields=fields))["note"]
