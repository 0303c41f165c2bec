"""Rules of contacts: which rows of a delivery count, what people may change of their own."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.notification.messages.domain import Channel, NotificationCategory
from shared.reference.contact_details import email_of, phone_of

FEED = "contact"
UNSET: Any = object()
"""A field that a change does not mention; None removes what is there."""


DeliveredRow = tuple[int, str, str | None, str | None, dt.date | None]
"""Number of the row, uscc, phone, e-mail, day of consent, as delivered."""
ContactRow = tuple[str, str | None, bool, str | None, dt.date | None]
"""uscc, phone, whether it takes text messages, e-mail, day of consent: in clear, so only ever in memory."""


@dataclass
class RowJudge:
    """Judges rows against the households of the declared region; `faults`: row, column, code of the rejects."""

    known: Collection[str]
    samples: bool = False
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def judge(self, row: DeliveredRow) -> ContactRow | None:
        """The row as it is kept; None if something is wrong with it, all of which is noted."""
        number, uscc, said_phone, said_email, consented_on = row
        phone = phone_of(said_phone, samples=self.samples) if said_phone else None
        email = email_of(said_email, samples=self.samples) if said_email else None
        wrong = [("uscc", "unknown-household")] if uscc not in self.known else []
        wrong += [("phone", "unknown-value")] if said_phone and phone is None else []
        wrong += [("email", "unknown-value")] if said_email and email is None else []
        self.faults += [(number, column, code) for column, code in wrong]
        if wrong:
            return None
        return uscc, phone.number if phone else None, phone is not None and phone.mobile, email, consented_on


@dataclass(frozen=True)
class ContactChange:
    """What somebody changes of their contact; fields that are UNSET stay as they are."""

    phone: Any = UNSET
    email: Any = UNSET
    channels: Sequence[Channel] | None = UNSET
    opted_out: Sequence[NotificationCategory] = UNSET

    @property
    def needs_consent(self) -> bool:
        """Whether a phone or an e-mail is given, which nobody uses without consent."""
        return any(value is not UNSET and value is not None for value in (self.phone, self.email))
