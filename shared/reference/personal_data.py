"""Replacements for personal data: an operator's keyed, versioned pseudonym (operator_id -> operator_ref), and masked
names and contacts.

A pseudonym is `v<version>:` and the first 32 hexadecimal digits of HMAC-SHA-256 over the normalised id number
(GB 11643 ids, passports and permits alike: NFKC, capitals, no spaces), so the same person has the same pseudonym
in every feed and service that has the key. Without the key a pseudonym can be neither computed nor reversed.
"""

import hashlib
import hmac
import string
import sys
import unicodedata
from functools import cache
from typing import Final

SPACES: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
DIGITS: Final = 32  # hexadecimal: 128 bits
BLOCK_BYTES: Final = 64  # SHA-256 works on blocks of this size (RFC 2104: B)
_HALF_WIDTH: Final = "".join(map(chr, range(0x21, 0x7F)))
_FULL_WIDTH: Final = "".join(chr(ord(c) + 0xFEE0) for c in _HALF_WIDTH)
_SEPARATOR: Final = "\x01"
_CLEAN: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase, SPACES)


class OperatorPseudonym:
    """Pseudonyms under one key. The text of `sql` holds the key: keep it out of logs and files."""

    def __init__(self, key: bytes, version: int = 1) -> None:
        if len(key) < 16:
            raise ValueError("a pseudonym's key has at least 16 bytes")
        self._key = key
        self._prefix = f"v{version}:"

    def of(self, operator_id: str) -> str:
        normalised = unicodedata.normalize("NFKC", operator_id).translate(_CLEAN)
        if not normalised:
            raise ValueError("a blank operator_id has no pseudonym")
        return self._prefix + hmac.new(self._key, normalised.encode(), "sha256").hexdigest()[:DIGITS]

    def sql(self, column: str) -> str:
        """A DuckDB expression that gives the pseudonym of the ids in `column` (an SQL expression)."""
        inner, outer = _pads(self._key)
        normalised = f"nullif({_normalised_sql(f'({column})')}, '')"
        first = f"unhex(sha256(unhex('{inner}') || encode({normalised})))"
        return f"'{self._prefix}' || left(sha256(unhex('{outer}') || {first}), {DIGITS})"


def _pads(key: bytes) -> tuple[str, str]:
    """The key XORed with ipad and with opad, in hexadecimal (RFC 2104 section 2)."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    return bytes(b ^ 0x36 for b in block).hex(), bytes(b ^ 0x5C for b in block).hex()


def _normalised_sql(column: str) -> str:
    """Normalisation in four steps of rising cost: already normal, ASCII, full-width forms, anything else.

    NFKC is NFC of the text with every character replaced by its compatibility decomposition.
    """
    half = f"translate({column}, {_literal(_FULL_WIDTH)}, {_literal(_HALF_WIDTH)})"
    characters = f"list_transform(string_split({column}, ''), lambda c: coalesce({_decompositions()}[c], c))"
    composed = f"nfc_normalize(array_to_string({characters}, ''))"
    return (
        f"case when regexp_full_match({column}, '[!-`{{-~]*') then {column} "
        f"when regexp_full_match({column}, '[ -~]*') then upper(replace({column}, ' ', '')) "
        f"when regexp_full_match({half}, '[\\x00-\\x7f]*') then {_clean_sql(half)} "
        f"else {_clean_sql(composed)} end"
    )


def _clean_sql(text: str) -> str:
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    return f"translate({text}, {_literal(lower + SPACES)}, '{upper}')"


@cache
def _decompositions() -> str:
    """A DuckDB map: character -> its compatibility decomposition, where that is not the canonical one."""
    pairs = [(c, unicodedata.normalize("NFKD", c)) for c in map(chr, range(sys.maxunicode + 1))]
    special = [(c, to) for c, to in pairs if to != unicodedata.normalize("NFD", c)]
    keys = _literal("".join(c for c, _ in special))
    values = _literal(_SEPARATOR.join(to for _, to in special))
    return f"map(string_split({keys}, ''), string_split({values}, {_literal(_SEPARATOR)}))"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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
