"""Call-backs with receipts: the secret in their address, and their JSON."""

import hmac
from collections.abc import Sequence
from typing import Any

import orjson

from services.notification.channels.problems import UnreadableReceipts, WrongReceiptSecret


def check_secret(given: str, expected: str | None) -> None:
    """WrongReceiptSecret unless it is the one that is set; where none is set nobody may call."""
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise WrongReceiptSecret


def listed(body: bytes) -> Sequence[dict[str, Any]]:
    """The objects of a JSON list; UnreadableReceipts for anything else."""
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise UnreadableReceipts from None  # the cause would quote the body
    if not isinstance(read, list) or not all(isinstance(one, dict) for one in read):
        raise UnreadableReceipts
    return read
