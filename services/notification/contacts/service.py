"""What changes contacts: people's own settings, withdrawal, erasure upon request, mailboxes, unmasking.

What is audited names who, whose (a pseudonym, a household, a bureau) and which fields; never a phone or an e-mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts import repository as contact_repository
from services.notification.contacts.consent import CONSENT_WORDS, IN_FORCE
from services.notification.contacts.domain import UNSET, ContactChange
from services.notification.contacts.models import Contact, Mailbox, OwnContact, mailbox_of
from services.notification.contacts.problems import (
    ConsentMissing,
    ConsentWordsChanged,
    ContactHouseholdNotFound,
    DutyCannotBeOptedOut,
    EmailInvalid,
    NothingDelivered,
    PhoneInvalid,
)
from services.notification.messages.domain import OPTIONAL_CATEGORIES, Recipient, RecipientKind
from services.notification.registers.models import Household
from services.notification.registers.repository import HOUSEHOLDS
from shared import clock
from shared.platform import audit
from shared.platform.idempotency import keep_no_answer
from shared.platform.identity import NO_REGION, STAFF, Caller, require_region
from shared.platform.lookups import or_404
from shared.platform.sealed_fields.unmasking import unmask
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.reference.contact_details import email_of, phone_of
from shared.reference.departments import Department

WAYS = ("phone", "email")


@dataclass(frozen=True)
class ContactRules:
    """What contacts are kept with: the vault, and whether the made-up numbers of samples are taken."""

    vault: Vault
    samples: bool = False


async def save_own(
    session: AsyncSession,
    rules: ContactRules,
    recipient: Recipient,
    change: ContactChange,
    consent: str | None,
    caller: Caller,
) -> OwnContact:
    """Change one's own contact; whatever waits to be sent goes by it from now on.

    Giving a phone or an e-mail needs consent to the words in force, by their version.
    """
    keep_no_answer(session)
    if change.needs_consent:
        require_consent(consent)
    row = await contact_repository.get_own(session, recipient.key, lock=True)
    if row is None:
        row = OwnContact(recipient=recipient.key, opted_out=[], mobile=False)
        session.add(row)
    put_ways(rules, row, change.phone, change.email)
    if change.needs_consent:
        row.consent_words, row.consented_at = consent, clock.now()
    if row.phone is None and row.email is None:
        row.consent_words = row.consented_at = None
    if change.channels is not UNSET:
        row.channels = None if change.channels is None else sorted(set(change.channels))
    if change.opted_out is not UNSET:
        if not OPTIONAL_CATEGORIES.issuperset(change.opted_out):
            raise DutyCannotBeOptedOut
        row.opted_out = sorted(set(change.opted_out))
    await session.flush()
    said = {name: getattr(change, name) for name in ("channels", "opted_out") if getattr(change, name) is not UNSET}
    ways = {name: getattr(row, name) is not None for name in WAYS}
    details = {**said, **ways, "consent": row.consent_words}
    await audit.record(session, await about_own(session, recipient, caller), caller, "own-contact:save", details)
    return row


def require_consent(consent: str | None) -> None:
    """The words in force were shown; 409 for earlier ones."""
    if consent is None:
        raise ConsentMissing
    if consent != IN_FORCE.version:
        raise ConsentWordsChanged if consent in CONSENT_WORDS else ConsentMissing


def put_ways(rules: ContactRules, row: OwnContact | Mailbox, phone: Any, email: Any) -> None:  # noqa: ANN401 - or UNSET
    """Seal phone and e-mail to their row, in the form in which they are used; None erases one."""
    kind: Any = type(row)
    if phone is not UNSET:
        known = None if phone is None else phone_of(phone.reveal(), samples=rules.samples)
        if phone is not None and known is None:
            raise PhoneInvalid
        row.phone = None if known is None else rules.vault.seal(place_of(row, kind.phone), PersonalText(known.number))
        row.mobile = known is not None and known.mobile
    if email is not UNSET:
        address = None if email is None else email_of(email.reveal(), samples=rules.samples)
        if email is not None and address is None:
            raise EmailInvalid
        row.email = None if address is None else rules.vault.seal(place_of(row, kind.email), PersonalText(address))


async def withdraw_own(session: AsyncSession, recipients: Sequence[Recipient], caller: Caller) -> None:
    """Withdraw consent: everything that is sealed of somebody is erased at once, whoever delivered it; the time stays.

    What waits to be sent is suppressed when its turn comes.
    """
    await contact_repository.lock_withdrawing(session)
    for recipient in recipients:
        await _erase_own(session, recipient)
        await audit.record(session, await about_own(session, recipient, caller), caller, "own-contact:withdraw")


async def _erase_own(session: AsyncSession, recipient: Recipient) -> None:
    row = await contact_repository.get_own(session, recipient.key, lock=True)
    if row is None:
        row = OwnContact(recipient=recipient.key)
        session.add(row)
    row.phone = row.email = row.channels = row.consent_words = row.consented_at = None
    row.mobile, row.opted_out, row.withdrawn_at = False, [], clock.now()
    if recipient.kind is RecipientKind.OPERATOR:
        await contact_repository.erase_delivered(session, recipient.name)
    await session.flush()


async def erase_of_household(session: AsyncSession, uscc: str, reason: str, caller: Caller) -> None:
    """Erase what is kept of a household, upon its operator's request at the counter: as a withdrawal does."""
    household = await require_household(session, uscc, caller)
    await contact_repository.lock_withdrawing(session)
    if household.operator_ref is not None:
        await _erase_own(session, Recipient(RecipientKind.OPERATOR, household.operator_ref))
    await contact_repository.erase_delivered(session, None, uscc)
    about = audit.about(f"contact/{uscc}", household.region)
    await audit.record(session, about, caller, "contact:erase", {"reason": reason})


async def disclose_of_household(
    session: AsyncSession, vault: Vault, uscc: str, reason: str, caller: Caller
) -> dict[str, dict[str, str]]:
    """What is kept of a household's operator in clear, by where it comes from; the audit says who, what and why."""
    household = await require_household(session, uscc, caller)
    about = audit.about(f"contact/{uscc}", household.region)
    shown: dict[str, dict[str, str]] = {}
    delivered, own = await contacts_of(session, household)
    if delivered is not None:
        fields = [Contact.phone, Contact.email]
        shown["delivered"] = await unmask(session, caller, about, reason, vault=vault, row=delivered, fields=fields)
    if own is not None:
        own_fields = [OwnContact.phone, OwnContact.email]
        shown["own"] = await unmask(session, caller, about, reason, vault=vault, row=own, fields=own_fields)
    if not shown:
        raise NothingDelivered
    return shown


async def contacts_of(session: AsyncSession, household: Household) -> tuple[Contact | None, OwnContact | None]:
    """What was delivered for a household's present operator, and what the operator set."""
    delivered = await session.get(Contact, household.uscc)
    if delivered is not None and delivered.operator_ref != household.operator_ref:
        delivered = None
    if household.operator_ref is None:
        return delivered, None
    operator = Recipient(RecipientKind.OPERATOR, household.operator_ref)
    return delivered, await contact_repository.get_own(session, operator.key)


async def require_household(session: AsyncSession, uscc: str, caller: Caller) -> Household:
    """The household, if it is in the caller's region."""
    household = await HOUSEHOLDS.get(session, uscc)
    inside = household is not None and caller.covers(household.region)
    return or_404(household if inside else None, ContactHouseholdNotFound)


async def keep_mailbox(
    session: AsyncSession,
    rules: ContactRules,
    department: Department,
    region: str,
    values: dict[str, Any],
    caller: Caller,
) -> Mailbox:
    """Say where a department's bureau in a region is reached: an officer of market supervision there keeps it."""
    require_region(caller, region)
    keep_no_answer(session)
    name = mailbox_of(department, region).name
    row = await contact_repository.get_mailbox(session, name, lock=True)
    if row is None:
        row = Mailbox(name=name, department=department.value, region=region, mobile=False, version=0)
        session.add(row)
    row.office, row.address = values["office"], values["address"]
    put_ways(rules, row, values.get("phone", UNSET), values.get("email", UNSET))
    row.kept_by, row.kept_at, row.version = caller.subject, clock.now(), row.version + 1
    await session.flush()
    ways = {way: getattr(row, way) is not None for way in WAYS}
    await audit.record(session, row, caller, "mailbox:keep", ways)
    return row


async def about_own(session: AsyncSession, recipient: Recipient, caller: Caller) -> audit.About:
    """What an entry about one's own contact says, in the chain of their region: an operator's first household's."""
    region = caller.region
    if recipient.kind is RecipientKind.OPERATOR:
        region = await contact_repository.home_of(session, recipient.name) or NO_REGION
    return audit.about(recipient.key, region)


def recipient_of(caller: Caller, *, as_operator: bool = False) -> Recipient:
    """The caller as a recipient: staff by their token's subject, operators by their pseudonym. Of staff who run a shop
    `as_operator` says which of the two.
    """
    known = recipients_of(caller)
    return known[-1] if as_operator else known[0]


def recipients_of(caller: Caller) -> list[Recipient]:
    """Everything that the caller is a recipient as: as staff, then as the operator of a shop."""
    found = [Recipient(RecipientKind.PERSON, caller.subject)] if caller.roles & STAFF else []
    if caller.operator_ref is not None:
        found.append(Recipient(RecipientKind.OPERATOR, caller.operator_ref))
    return found
