"""Replacements for personal data: an operator's keyed, versioned pseudonym (operator_id -> operator_ref), and masked
names and contacts.

A pseudonym is `v<version>:` and the first 32 hexadecimal digits of HMAC-SHA-256 over the id number in its one spelling
(`operator_ids`), so the same person has the same pseudonym in every feed and service that has the key. Without the key
a pseudonym can be neither computed nor reversed. What is nobody's number has no pseudonym.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from shared.reference.operator_ids import person_id, person_id_sql

DIGITS: Final = 32  # hexadecimal: 128 bits
BLOCK_BYTES: Final = 64  # SHA-256 works on blocks of this size (RFC 2104: B)


class OperatorPseudonym:
    """Pseudonyms under one key. The text of `sql` holds the key: keep it out of logs and files."""

    def __init__(self, key: bytes, version: int = 1) -> None:
        if len(key) < 16:
            raise ValueError("a pseudonym's key has at least 16 bytes")
        self._key = key
        self.version = version

    def of(self, operator_id: str) -> str:
        """The pseudonym. ValueError for what is nobody's number."""
        person = person_id(operator_id)
        if person is None:
            raise ValueError("a text that is nobody's id number has no pseudonym")
        return self.of_text(person)

    def of_text(self, text: str) -> str:
        """The pseudonym of a text that is taken as it is."""
        return f"v{self.version}:{hmac.new(self._key, text.encode(), 'sha256').hexdigest()[:DIGITS]}"

    def sql(self, column: str) -> str:
        """A DuckDB expression that gives the pseudonym of the ids in `column` (an SQL expression)."""
        return self.sql_of_text(person_id_sql(column))

    def sql_of_text(self, text: str) -> str:
        """A DuckDB expression that gives the pseudonym of a text that is taken as it is."""
        inner, outer = _pads(self._key)
        first = f"unhex(sha256(unhex('{inner}') || encode({text})))"
        return f"'v{self.version}:' || left(sha256(unhex('{outer}') || {first}), {DIGITS})"


KEY_OF_VERSION: Final = re.compile(r"v([1-9][0-9]{0,2}):((?:[0-9a-fA-F]{2}){16,})")


def read_pseudonym_keys(setting: str) -> Sequence[OperatorPseudonym]:
    """The pseudonyms of a setting, the version in force first: `v2:hex,v1:hex`, or one key in hexadecimal, which is
    version 1. ValueError names no key.
    """
    text = setting.strip()
    if ":" not in text:
        text = f"v1:{text}"
    found = [KEY_OF_VERSION.fullmatch(one.strip()) for one in text.split(",")]
    keys = [OperatorPseudonym(bytes.fromhex(one[2]), int(one[1])) for one in found if one]
    if len(keys) < len(found) or len({one.version for one in keys}) < len(keys):
        raise ValueError("keys of pseudonyms are v<version>:<32 or more hexadecimal digits>, each version once")
    return keys


def _pads(key: bytes) -> tuple[str, str]:
    """The key XORed with ipad and with opad, in hexadecimal (RFC 2104 section 2)."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    return bytes(b ^ 0x36 for b in block).hex(), bytes(b ^ 0x5C for b in block).hex()


def mask_name(name: str) -> str:
    """The first character and one star for each other one; a name of one character is masked completely.

    There is no national standard; keeping the first character is the most common practice.
    """
    text = name.strip()
    return text[:1] + "*" * (len(text) - 1) if len(text) > 1 else "*" * len(text)


def mask_contact(contact: str) -> str:
    """A phone, e-mail or address that its owner recognises and nobody else can use.

    A number of 11 digits and more keeps the first three and the last four, a shorter one the last two; an e-mail the
    first character and its host; anything else is masked as a name is.
    """
    text = unicodedata.normalize("NFKC", contact).strip()
    if "@" in text:
        user, _, host = text.rpartition("@")
        return f"{user[:1] if len(user) > 1 else ''}***@{host}"
    abroad = 3 if text.startswith("+86") else 0
    digits = [place for place, character in enumerate(text) if character.isdigit() and place >= abroad]
    if len(digits) < 7 or len(digits) < len(text) / 2:
        return mask_name(text)
    first, last = (3, 4) if len(digits) >= 11 else (0, 2)
    hidden = set(digits[first:-last])
    return "".join("*" if place in hidden else character for place, character in enumerate(text))
