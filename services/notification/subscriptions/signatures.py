"""Secrets and signatures after the Standard Webhooks specification (1.0): `v1`, HMAC-SHA256 over id, time and body."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as its receiver gets it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(keys: Sequence[str], message: str, timestamp: int, body: bytes) -> list[tuple[str, str]]:
    """The three headers; one signature for every secret that is valid now."""
    signatures = " ".join(f"v1,{signature_of(key, message, timestamp, body)}" for key in keys)
    return [("webhook-id", message), ("webhook-timestamp", str(timestamp)), ("webhook-signature", signatures)]


def signature_of(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """One signature, in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
