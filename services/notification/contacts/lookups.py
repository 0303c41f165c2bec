"""Who can be reached on which channel, for thousands at once; and the address itself, when a message is handed over.

What somebody set themselves outranks what a bureau delivered. A delivered contact counts from the day of consent on,
for the operator that it was given for, and not after that operator's withdrawal. Mailboxes need no consent. Whoever is
told that they do not run a household any more is reached by the contact that they gave for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts.models import Contact, Mailbox, OwnContact, mailbox_of
from services.notification.messages.domain import Channel, Recipient, Suppression
from shared import clock
from shared.database.direct import Values, fetch
from shared.database.row_scope import beyond_region
from shared.platform.sealed_fields.values import SealedFieldUnreadable, SealedText
from shared.platform.sealed_fields.vault import Place, Vault
from shared.reference.departments import Department

FIELDS: Mapping[Channel, str] = {Channel.SMS: "phone", Channel.EMAIL: "email"}
"""The column of each channel's address."""
FORMERLY = "formerly:"
KNOWN_OF = """
    SELECT asked.key, asked.about, array_to_string(own.channels, ' '), array_to_string(own.opted_out, ' '),
        delivered.consented, (shop.operator_ref <> asked.name) IS TRUE, {addresses}
    FROM (
        SELECT key, about, split_part(key, ':', 1) AS kind, substr(key, strpos(key, ':') + 1) AS name,
            CASE WHEN NOT about ^@ '{formerly}' THEN about END AS uscc,
            CASE WHEN about ^@ '{formerly}' THEN substr(about, length('{formerly}') + 1) END AS formerly
        FROM unnest($1::text[], $2::text[]) AS told(key, about)
    ) asked
    LEFT JOIN household shop ON asked.kind = 'operator' AND shop.uscc = asked.uscc
    LEFT JOIN own_contact own ON own.recipient = asked.key
    LEFT JOIN mailbox ON asked.kind = 'mailbox' AND mailbox.name = asked.name
    LEFT JOIN LATERAL (
        SELECT c.uscc, CASE WHEN c.mobile THEN c.phone END AS phone, c.email,
            (c.consented_on <= $3::date AND (own.withdrawn_at IS NULL OR c.consented_on
                > CAST(own.withdrawn_at AT TIME ZONE 'Asia/Shanghai' AS date))) IS TRUE AS consented
        FROM (
            SELECT * FROM contact WHERE asked.kind = 'operator' AND operator_ref = asked.name
            UNION ALL
            SELECT * FROM contact WHERE asked.kind = 'household' AND uscc = asked.name AND operator_ref IS NULL
        ) c JOIN household h ON h.uscc = c.uscc
            AND (h.operator_ref IS NOT DISTINCT FROM c.operator_ref OR c.uscc = asked.formerly)
        ORDER BY (c.uscc = asked.uscc) IS TRUE DESC, c.consented_on DESC NULLS LAST, c.uscc LIMIT 1
    ) delivered ON true
"""
"""What is known of each recipient. Of an operator's households the one that the message is about comes first;
landlines take no messages.
"""
OWN_PHONE, MAILBOX_PHONE = (f"CASE WHEN {of}.mobile THEN {of}.phone END" for of in ("own", "mailbox"))
ADDRESSES = KNOWN_OF.format(
    formerly=FORMERLY,
    addresses=f"""own.recipient, {OWN_PHONE}, own.email, delivered.uscc, delivered.phone, delivered.email,
        mailbox.name, {MAILBOX_PHONE}, mailbox.email""",
)
WHETHER = KNOWN_OF.format(
    formerly=FORMERLY,
    addresses=f"""NULL, ({OWN_PHONE}) IS NOT NULL, own.email IS NOT NULL, NULL, delivered.phone IS NOT NULL,
        delivered.email IS NOT NULL, mailbox.name IS NOT NULL, ({MAILBOX_PHONE}) IS NOT NULL,
        mailbox.email IS NOT NULL""",
)
"""The same without the addresses: whether there is one. Of many recipients most have the same."""


class Known(NamedTuple):
    """A row of these statements."""

    key: str
    about: str | None
    channels: str | None
    opted_out: str | None
    consented: bool | None
    changed_hands: bool
    own_row: str | None
    own_phone: bytes | bool | None
    own_email: bytes | bool | None
    delivered_row: str | None
    delivered_phone: bytes | bool | None
    delivered_email: bytes | bool | None
    mailbox_row: str | bool | None
    mailbox_phone: bytes | bool | None
    mailbox_email: bytes | bool | None


WHO = 2
"""The first columns say who was asked about, the others what is known"""


@dataclass(frozen=True)
class Reach:
    """On which channels somebody can be reached, and which categories of messages they want on none.

    `unconsented`: channels whose address was delivered without consent to use it. `changed_hands`: the household that
    they would be told about has another operator now, whose business it is.
    """

    sms: bool = False
    email: bool = False
    opted_out: frozenset[str] = frozenset()
    unconsented: frozenset[Channel] = frozenset()
    changed_hands: bool = False

    def suppression(self, channel: Channel, category: str) -> Suppression | None:
        """Why a message of this category stays in the inbox alone; None if it goes out on this channel."""
        if self.changed_hands:
            return Suppression.OPERATOR_CHANGED
        if not (self.sms if channel is Channel.SMS else self.email):
            return Suppression.NO_CONSENT if channel in self.unconsented else Suppression.NO_CONTACT
        return Suppression.OPTED_OUT if category in self.opted_out else None


UNREACHABLE = Reach()


def about(uscc: str | None, known_as: str | None) -> str | None:
    """Which household a recipient is told about, as `reach` and `addresses` take it: the one that they run, or else the
    one by which a bureau knows them.
    """
    return uscc if uscc is not None or known_as is None else f"{FORMERLY}{known_as}"


async def reach(
    session: AsyncSession, recipients: Collection[Recipient], usccs: Mapping[str, str | None]
) -> Mapping[str, Reach]:
    """By the recipients' keys; `usccs`: the household that each is told about, by the same keys. One statement."""
    asked = {one: usccs.get(one.key) for one in recipients}
    found: dict[str, Reach] = {}
    same: dict[tuple[object, ...], Reach] = {}
    for row in await _known_of(session, WHETHER, asked.items()):
        said = tuple(row[WHO:])
        known = same.get(said)
        if known is None:
            known = same[said] = _reach_of(Known(*row))
        found[row[0]] = known
    return found


async def address(
    session: AsyncSession, vault: Vault, recipient: Recipient, uscc: str | None, channel: Channel, category: str = ""
) -> str | None:
    """The phone or e-mail to hand a message over to, as things stand now.

    None: not reachable on the channel any more, or (if the category is given) opted out: the message is suppressed.
    """
    found = (await addresses(session, vault, [(recipient, uscc, category)], channel))[recipient, uscc, category]
    return None if isinstance(found, Suppression) else found


Wanted = tuple[Recipient, str | None, str]
"""Who is told, about which household (`about`), in which category."""


async def addresses(
    session: AsyncSession, vault: Vault, wanted: Collection[Wanted], channel: Channel
) -> Mapping[Wanted, str | Suppression]:
    """The same for many at once, in one statement; or why there is none."""
    rows = await _known_of(session, ADDRESSES, {(recipient, uscc) for recipient, uscc, _ in wanted})
    known = {(row[0], row[1]): Known(*row) for row in rows}
    return {
        (recipient, uscc, category): _address(vault, known[recipient.key, uscc], channel, category)
        for recipient, uscc, category in wanted
    }


def _address(vault: Vault, row: Known, channel: Channel, category: str) -> str | Suppression:
    suppression = _reach_of(row).suppression(channel, category)
    chosen = _chosen(row, channel)
    if suppression is not None or chosen is None:
        return suppression or Suppression.NO_CONTACT
    place, sealed = chosen
    try:
        return vault.open(place, sealed).reveal()
    except SealedFieldUnreadable:  # logged by the vault; one row that cannot be read must not stop the queue
        return Suppression.NO_CONTACT


async def mailbox_for_printing(
    session: AsyncSession, vault: Vault, department: Department, region: str
) -> dict[str, str | None] | None:
    """Office, address and phone of a department's bureau, for letters that say where to ask; None: none is kept."""
    row = await session.get(Mailbox, mailbox_of(department, region).name)
    if row is None:
        return None
    phone = None
    if row.phone is not None:
        try:
            phone = vault.open(Place(Mailbox.__tablename__, "phone", row.name), row.phone).reveal()
        except SealedFieldUnreadable:
            phone = None
    return {"office": row.office, "address": row.address, "phone": phone}


async def _known_of(
    session: AsyncSession, statement: str, asked: Collection[tuple[Recipient, str | None]]
) -> Sequence[Values]:
    """A row for each recipient and the household that they are told about, wherever it is by now: that it has another
    operator there is a reason not to tell.
    """
    keys, told_of = [recipient.key for recipient, _ in asked], [said for _, said in asked]
    async with beyond_region(session):
        return await fetch(session, statement, keys, told_of, clock.today())


def _reach_of(row: Known) -> Reach:
    reachable = {channel: _source(row, channel) is not None for channel in Channel}
    delivered = {channel for channel, field in FIELDS.items() if getattr(row, f"delivered_{field}")}
    unconsented = frozenset() if row.consented else frozenset(one for one in delivered if not reachable[one])
    opted_out = frozenset((row.opted_out or "").split())
    return Reach(reachable[Channel.SMS], reachable[Channel.EMAIL], opted_out, unconsented, row.changed_hands)


def _source(row: Known, channel: Channel) -> str | None:
    """Where the address that counts on a channel comes from: from who set it, else from a delivery with consent."""
    field = FIELDS[channel]
    if row.mailbox_row:
        return "mailbox" if getattr(row, f"mailbox_{field}") else None
    if row.channels is not None and channel.value not in row.channels.split():
        return None
    if getattr(row, f"own_{field}"):
        return "own"
    return "delivered" if row.consented and getattr(row, f"delivered_{field}") else None


TABLES: Mapping[str, str] = {
    "mailbox": Mailbox.__tablename__,
    "own": OwnContact.__tablename__,
    "delivered": Contact.__tablename__,
}


def _chosen(row: Known, channel: Channel) -> tuple[Place, SealedText] | None:
    """The address that counts on a channel, sealed, with its place."""
    source = _source(row, channel)
    if source is None:
        return None
    stored: bytes = getattr(row, f"{source}_{FIELDS[channel]}")
    place = Place(TABLES[source], FIELDS[channel], str(getattr(row, f"{source}_row")))
    return place, SealedText(bytes(stored))
