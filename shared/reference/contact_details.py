"""Phone numbers and e-mail addresses as people write them, in the one form in which they are kept.

Phones are those of the mainland: mobiles (eleven digits, 13 to 19) and landlines with their area code, however they are
grouped, with or without +86, a landline with or without an extension. Anything else is none: a number that a gateway
would refuse is better refused where it was written.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

BETWEEN: Final = re.compile(r"[\s\-‐-―−()·.]|[\u200b-\u200f\u2060\ufeff]")
EXTENSION: Final = re.compile(r"(?:转|轉|分机|[#x]|ext)+", re.IGNORECASE)
COUNTRY: Final = re.compile(r"(?:\+|00)86|86(?=1[3-9]\d{9}$|0\d{9,11}$)")
MOBILE: Final = re.compile(r"1[3-9]\d{9}")
LANDLINE: Final = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
SAMPLE_MOBILE: Final = re.compile(r"12\d{9}")
"""The made-up numbers of samples: no network has them"""
SAMPLE_EMAIL: Final = re.compile(r"[a-z0-9._-]+@example\.invalid")
"""The made-up addresses of samples: the domain never exists (RFC 2606)"""


@dataclass(frozen=True)
class Phone:
    """`number`: digits, an extension after `-`. `mobile`: text messages reach it."""

    number: str
    mobile: bool


def phone_of(text: str, *, samples: bool = False) -> Phone | None:
    """The phone that a text is; None if it is none. `samples`: the made-up ones of samples count, too."""
    number, *extension = EXTENSION.split(BETWEEN.sub("", unicodedata.normalize("NFKC", text)), maxsplit=1)
    local = COUNTRY.sub("", number, count=1) if COUNTRY.match(number) else number
    if local != number and not local.startswith(("0", "1")):
        local = "0" + local  # abroad one leaves the zero of the area code out
    elif local != number and local.startswith("10") and len(local) == 10:
        local = "0" + local
    if not extension and (MOBILE.fullmatch(local) or (samples and SAMPLE_MOBILE.fullmatch(local))):
        return Phone(local, mobile=True)
    if not LANDLINE.fullmatch(local):
        return None
    if not extension:
        return Phone(local, mobile=False)
    return Phone(f"{local}-{extension[0]}", mobile=False) if re.fullmatch(r"[0-9]{1,6}", extension[0]) else None


def email_of(text: str, *, samples: bool = False) -> str | None:
    """The e-mail address that a text is, its domain in lower case; None if it is none. Nobody is asked whether it
    exists. Letters before the @ are plain ones: many mail servers take no others.
    """
    from email_validator import (
        EmailNotValidError,
        validate_email,
    )  # late: most of those who import this have no e-mails

    folded = unicodedata.normalize("NFKC", text).strip()
    if samples and SAMPLE_EMAIL.fullmatch(folded):
        return folded
    try:
        return validate_email(folded, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None
