"""Keeping, showing and unmasking who objects."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.models import Objection
from services.objection.objectors.identities import FilingConsent, Identity
from services.objection.objectors.models import Objector
from services.objection.objectors.problems import ObjectorNotForThisBureau, ObjectorNotKept
from services.objection.rules.competence import possible_deeds
from services.objection.rules.service import policy_of, rule_of
from shared.platform.identity import Caller
from shared.platform.lookups import or_404
from shared.platform.sealed_fields.unmasking import unmask
from shared.platform.sealed_fields.vault import Vault, place_of


async def save_objector(
    session: AsyncSession,
    vault: Vault,
    objection: Objection,
    identity: Identity,
    consent: FilingConsent | None,
    caller: Caller,
) -> Objector:
    """Seal an objector's name and contact beside the objection, with the consent that an officer recorded."""
    row = Objector(objection_id=objection.id)
    row.name = vault.seal(place_of(row, Objector.name), identity.name)
    row.contact = vault.seal(place_of(row, Objector.contact), identity.contact)
    if consent is not None:
        row.consent, row.consented_on = consent.statement, consent.given_on
        row.consent_recorded_by = caller.subject
    session.add(row)
    await session.flush()
    return row


async def require_objector(session: AsyncSession, objection: Objection) -> Objector:
    """Who filed the objection; 404 where only the operator's account is known."""
    return or_404(await session.get(Objector, objection.id), ObjectorNotKept)


async def disclose_objector(
    session: AsyncSession, vault: Vault, objection: Objection, caller: Caller, reason: str
) -> dict[str, str]:
    """Name and contact in clear, to those whose bureau handles the objection; the audit keeps who, what and why."""
    row = await require_objector(session, objection)
    rule = rule_of(await policy_of(session, objection), objection.against)
    if not possible_deeds(rule, objection, caller):
        raise ObjectorNotForThisBureau
    return await unmask(
        session, caller, objection, reason, vault=vault, row=row, fields=[Objector.name, Objector.contact]
    )
