"""Mail that came back: delivery status notifications (RFC 3464), as a mail server sends them to the sender's address.

Only what became of the mail is read, and the Message-ID of ours that is returned with it: whom it was for and why it
was refused stands in words that quote the address.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Final

from services.notification.channels.gateway import Receipt
from services.notification.channels.problems import UnreadableReceipts

RETURNED: Final = frozenset({"message/rfc822", "text/rfc822-headers"})
STATUS: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})")
MESSAGE_ID: Final = re.compile(r"^message-id:\s*<([A-Za-z0-9.-]{1,80})@([A-Za-z0-9.-]{1,255})>", re.I | re.M)


def read_bounce(body: bytes, domain: str) -> Receipt | None:
    """What a notification says of a mail from this domain; None if it has not failed for good, or is not ours.
    UnreadableReceipts for anything else.
    """
    try:
        mail = message_from_bytes(body)
        parts = list(mail.walk())
    except (RecursionError, LookupError, ValueError):
        raise UnreadableReceipts from None  # the cause would quote the mail
    statuses = [
        field for part in parts if part.get_content_type() == "message/delivery-status" for field in fields(part)
    ]
    returned = [part for part in parts if part.get_content_type() in RETURNED]
    if not statuses or not returned:
        raise UnreadableReceipts
    failed = [str(one.get("Status", "")) for one in statuses if str(one.get("Action", "")).strip().lower() == "failed"]
    found = MESSAGE_ID.search(returned[0].as_string())
    if not failed or found is None or found[2].lower() != domain.lower():
        return None
    status = STATUS.match(failed[0])
    return Receipt(
        found[1].replace(".", ":"), None, delivered=False, code=f"bounced-{status[1]}" if status else "bounced"
    )


def fields(part: Message) -> Iterator[Message]:
    """The blocks of a status: of the mail, then of each recipient."""
    blocks = part.get_payload()
    yield from (one for one in blocks if isinstance(one, Message)) if isinstance(blocks, list) else ()
