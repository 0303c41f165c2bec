"""Who can be reached on which channel, and at which address: own settings, deliveries, consent, former operators."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import text

from services.notification.contacts.lookups import UNREACHABLE, Reach, address, reach
from services.notification.contacts.models import Contact, Mailbox, OwnContact, mailbox_of
from services.notification.messages.domain import Channel, Recipient, RecipientKind, Suppression
from shared import clock
from shared.platform.sealed_fields.values import PersonalText, SealedText
from shared.platform.sealed_fields.vault import place_of
from shared.reference.departments import Department
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

OWNER = Recipient(RecipientKind.OPERATOR, operator(1))
DELIVERED, OWN = "13900000001", "13700000002"


@pytest.fixture
async def known(office: NotificationClient) -> NotificationClient:
    """A household of operator 1."""
    await office.hear(household_typed(1))
    return office


def sealed(office: NotificationClient, row: object, field: object, value: str) -> SealedText:
    place = place_of(row, field)  # type: ignore[arg-type]  # a mapped attribute
    return office.resources.vault.seal(place, PersonalText(value))


async def keep(office: NotificationClient, row: Contact | OwnContact | Mailbox, **values: str) -> None:
    for name, value in values.items():
        setattr(row, name, sealed(office, row, getattr(type(row), name), value))
    row.mobile = "phone" in values
    async with office.resources.database.transaction() as session:
        await session.merge(row)


def delivered(number: int = 1, *, consented: str | None = "2026-01-01", whose: str | None = operator(1)) -> Contact:
    day = None if consented is None else dt.date.fromisoformat(consented)
    return Contact(
        uscc=uscc(number),
        operator_ref=whose,
        consented_on=day,
        delivery_id=uuid.uuid4(),
        delivered_at=clock.now(),
    )


async def reach_of(office: NotificationClient, recipient: Recipient = OWNER, about: str | None = None) -> Reach:
    async with office.resources.database.reading() as session:
        return (await reach(session, [recipient], {recipient.key: about}))[recipient.key]


async def address_of(
    office: NotificationClient, channel: Channel = Channel.SMS, recipient: Recipient = OWNER, category: str = ""
) -> str | None:
    async with office.resources.database.reading() as session:
        return await address(session, office.resources.vault, recipient, None, channel, category)


async def test_nobody_is_reached_without_a_contact(known: NotificationClient) -> None:
    assert await reach_of(known) == UNREACHABLE
    assert UNREACHABLE.suppression(Channel.SMS, "season") is Suppression.NO_CONTACT
    assert await address_of(known) is None


async def test_a_delivered_contact_with_consent_is_used(known: NotificationClient) -> None:
    await keep(known, delivered(), phone=DELIVERED)
    assert await reach_of(known) == Reach(sms=True)
    assert await address_of(known) == DELIVERED
    assert await address_of(known, Channel.EMAIL) is None


@pytest.mark.parametrize("consented", [None, "2999-01-01"])
async def test_a_delivered_contact_without_consent_so_far_is_not_used(
    known: NotificationClient, consented: str | None
) -> None:
    await keep(known, delivered(consented=consented), phone=DELIVERED)
    found = await reach_of(known)
    assert found == Reach(unconsented=frozenset({Channel.SMS}))
    assert found.suppression(Channel.SMS, "season") is Suppression.NO_CONSENT
    assert await address_of(known) is None


async def test_the_contact_of_a_former_operator_is_not_used_for_the_new_one(known: NotificationClient) -> None:
    await keep(known, delivered(whose=operator(9)), phone=DELIVERED)
    for number in (1, 9):
        assert not (await reach_of(known, Recipient(RecipientKind.OPERATOR, operator(number)))).sms


async def test_own_settings_outrank_what_was_delivered(known: NotificationClient) -> None:
    await keep(known, delivered(), phone=DELIVERED, email="a@example.com")
    await keep(known, OwnContact(recipient=OWNER.key, opted_out=["season"], channels=["sms"]), phone=OWN)
    found = await reach_of(known)
    assert found == Reach(sms=True, email=False, opted_out=frozenset({"season"}))
    assert found.suppression(Channel.SMS, "season") is Suppression.OPTED_OUT
    assert await address_of(known) == OWN
    assert await address_of(known, category="season") is None


async def test_after_a_withdrawal_only_a_later_consent_counts(known: NotificationClient) -> None:
    withdrawn = dt.datetime(2026, 5, 1, 20, tzinfo=dt.UTC)  # in China it is the second of May
    await keep(known, OwnContact(recipient=OWNER.key, opted_out=[], withdrawn_at=withdrawn))
    for day, counts in (("2026-04-01", False), ("2026-05-02", False), ("2026-05-03", True)):
        await keep(known, delivered(consented=day), phone=DELIVERED)
        assert (await reach_of(known)).sms is counts, day


async def test_the_household_that_it_is_about_comes_first(known: NotificationClient) -> None:
    await known.hear(household_typed(2).model_copy(update={"operator_ref": operator(1)}))
    await keep(known, delivered(1), phone=DELIVERED)
    await keep(known, delivered(2, consented=None), phone=DELIVERED)
    assert (await reach_of(known, about=uscc(1))).sms
    assert not (await reach_of(known, about=uscc(2))).sms
    assert (await reach_of(known)).sms


async def test_a_household_without_a_known_operator_has_its_own_contact(office: NotificationClient) -> None:
    await office.hear(household_typed(3).model_copy(update={"operator_ref": None}))
    await keep(office, delivered(3, whose=None), email="shop@example.com")
    assert await reach_of(office, Recipient(RecipientKind.HOUSEHOLD, uscc(3))) == Reach(email=True)


async def test_a_mailbox_needs_no_consent(office: NotificationClient) -> None:
    box = mailbox_of(Department.MARKET, COUNTY)
    row = Mailbox(
        name=box.name,
        department="market",
        region=COUNTY,
        office="测试区市场监督管理局",
        kept_by="officer",
        kept_at=clock.now(),
    )
    await keep(office, row, email="office@example.com")
    assert await reach_of(office, box) == Reach(email=True)
    assert await address_of(office, Channel.EMAIL, box) == "office@example.com"


async def test_what_cannot_be_opened_is_no_address_and_stops_nothing(known: NotificationClient) -> None:
    await keep(known, delivered(), phone=DELIVERED)
    async with known.resources.database.transaction() as session:
        await session.execute(text("update contact set phone = substring(phone for 30)"))
    assert await address_of(known) is None


async def test_two_thousand_recipients_are_one_statement(known: NotificationClient) -> None:
    await keep(known, delivered(), phone=DELIVERED)
    asked = [Recipient(RecipientKind.OPERATOR, operator(number)) for number in range(1, 2001)]
    async with known.resources.database.reading() as session:
        found = await reach(session, asked, {})
    assert len(found) == 2000
    assert [key for key, one in found.items() if one.sms] == [OWNER.key]
