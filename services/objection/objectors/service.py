"""Keeping, showing and unmasking who objects."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.models import Objection
from services.objection.objectors.identities import FilingConsent, Identity
from services.objection.objectors.models import Objector, ObjectorConsent
from services.objection.objectors.problems import ObjectorNotForThisBureau, ObjectorNotKept
from services.objection.rules.competence import possible_deeds
from services.objection.rules.service import policy_of, rule_of
from shared import clock
from shared.platform.identity import Caller
from shared.platform.sealed_fields.unmasking import unmask
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of


@dataclass(frozen=True)
class DisclosedObjector:
    """Who objects, in clear; each consent with its words."""

    name: str | None
    contact: str | None
    consents: Sequence[tuple[ObjectorConsent, str]]


async def save_objector(
    session: AsyncSession,
    vault: Vault,
    objection: Objection,
    identity: Identity,
    consent: FilingConsent | None,
    caller: Caller,
) -> None:
    """Seal an objector's name and contact beside the objection, with the consent that an officer recorded."""
    row = Objector(objection_id=objection.id)
    row.name = vault.seal(place_of(row, Objector.name), identity.name)
    row.contact = vault.seal(place_of(row, Objector.contact), identity.contact)
    session.add(row)
    if consent is not None:
        await keep_consent(session, vault, objection, "file", consent.statement, caller, consent.given_on)
    await session.flush()


async def keep_consent(
    session: AsyncSession,
    vault: Vault,
    objection: Objection,
    step: str,
    statement: str | None,
    caller: Caller,
    given_on: dt.date | None = None,
) -> None:
    """Keep sealed how the objector agreed to a step at the counter, if an officer has recorded it. Today's, unless
    another day is given.
    """
    if statement is None:
        return
    row = ObjectorConsent(id=uuid.uuid4(), objection_id=objection.id, step=step)
    row.given_on, row.recorded_by = given_on or clock.today(), caller.subject
    row.statement = vault.seal(place_of(row, ObjectorConsent.statement), PersonalText(statement))
    session.add(row)
    await session.flush()


async def consents_of(session: AsyncSession, objection: Objection) -> Sequence[ObjectorConsent]:
    """The consents that officers recorded, in order."""
    query = select(ObjectorConsent).where(ObjectorConsent.objection_id == objection.id)
    return (await session.execute(query.order_by(ObjectorConsent.recorded_at, ObjectorConsent.id))).scalars().all()


async def kept_of(session: AsyncSession, objection: Objection) -> tuple[Objector | None, Sequence[ObjectorConsent]]:
    """What is kept of an objector; 404 where only the operator's account is known."""
    row, consents = await session.get(Objector, objection.id), await consents_of(session, objection)
    if row is None and not consents:
        raise ObjectorNotKept
    return row, consents


async def disclose_objector(
    session: AsyncSession, vault: Vault, objection: Objection, caller: Caller, reason: str
) -> DisclosedObjector:
    """All in clear, to those whose bureau handles the objection; the audit keeps who, what and why."""
    row, consents = await kept_of(session, objection)
    rule = rule_of(await policy_of(session, objection), objection.against)
    if not possible_deeds(rule, objection, caller):
        raise ObjectorNotForThisBureau
    shown: dict[str, str] = {}
    if row is not None:
        fields = [Objector.name, Objector.contact]
        shown = await unmask(session, caller, objection, reason, vault=vault, row=row, fields=fields)
    said = []
    for consent in consents:
        words = [ObjectorConsent.statement]
        opened = await unmask(session, caller, objection, reason, vault=vault, row=consent, fields=words)
        said.append((consent, opened["statement"]))
    return DisclosedObjector(shown.get("name"), shown.get("contact"), said)
