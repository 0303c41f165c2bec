"""What an objector says of themself, and the key by which two filings of one objector are recognised."""

import datetime as dt
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from shared.platform.sealed_fields.keys import parse_keys
from shared.platform.sealed_fields.values import PersonalText

PURPOSE = b"objector"


@dataclass(frozen=True)
class Identity:
    """Real name and contact."""

    name: PersonalText
    contact: PersonalText


@dataclass(frozen=True)
class FilingConsent:
    """That somebody agreed to be filed for at the counter: how, and on which day."""

    statement: str
    given_on: dt.date


def operator_key(operator_ref: str) -> str:
    """The key of an objector with an account: the pseudonym."""
    return f"operator:{operator_ref}"


def named_keys(vault_keys: SecretStr, identity: Identity) -> Sequence[str]:
    """The keys of somebody known by name and contact: keyed digests, of which neither can be guessed. One for each of
    the vault's keys, the newest first: a filing made before the key was changed is still found.
    """
    said = "\n".join((_folded(identity.name), _folded(identity.contact))).encode()
    keys = parse_keys(vault_keys.get_secret_value()).values()
    return [f"named:{hmac.digest(_derived(key), said, 'sha256').hex()}" for key in keys]


def _derived(key: bytes) -> bytes:
    """A key for this purpose alone."""
    return hmac.digest(key, PURPOSE, hashlib.sha256)


def _folded(text: PersonalText) -> str:
    """Width, case and blanks make no other person, nor do the dashes in a phone number."""
    plain = unicodedata.normalize("NFKC", text.reveal()).casefold()
    return "".join(character for character in plain if not character.isspace() and character != "-")
