"""What recognition says, made up: public notices and decisions about a made-up household."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    ApplicationNotSelected,
    ApplicationRefused,
    ApplicationReopened,
    ApplicationWithdrawn,
    ConfirmationWithheld,
    ExtensionWithheld,
    PublicNoticeClosed,
    PublicNoticeItem,
    PublicNoticeOpened,
    RecognitionCancelled,
    RecognitionConfirmed,
    RecognitionExtended,
    RecognitionReinstated,
    RecognitionRevoked,
)
from tests.integration.objection.objection_client import COUNTY, operator, uscc

NOTICE = uuid.UUID("5a1e7a52-7f5e-4b83-9a0e-2c9a55b6d001")
OPENS_ON, CLOSES_ON = dt.date(2026, 10, 12), dt.date(2026, 10, 16)
SUBJECT = uuid.UUID("5a1e7a52-7f5e-4b83-9a0e-2c9a55b6d0ff")
"""The application or recognition of a decision."""


def application(number: int) -> uuid.UUID:
    """The application of a made-up household."""
    return uuid.UUID(int=0x7000_0000_0000_4000_8000_0000_0000_0000 + number)


def notice_opened(*numbers: int, notice: uuid.UUID = NOTICE, opens_on: dt.date = OPENS_ON) -> PublicNoticeOpened:
    """A notice over these households."""
    items = [
        PublicNoticeItem(
            application=application(number), uscc=uscc(number), name=f"测试商户{number}号", category="quality"
        )
        for number in numbers
    ]
    return PublicNoticeOpened(
        public_notice=notice,
        region=COUNTY,
        opens_on=opens_on,
        closes_on=CLOSES_ON,
        items=items,
        decided_by_region=COUNTY,
    )


def notice_closed(notice: uuid.UUID = NOTICE) -> PublicNoticeClosed:
    """Its closing."""
    return PublicNoticeClosed(public_notice=notice, region=COUNTY, closes_on=CLOSES_ON)


OF_APPLICATIONS = (ApplicationRefused, ApplicationNotSelected, ApplicationReopened, ApplicationWithdrawn)
DETAILS: Mapping[type[Payload], Mapping[str, object]] = {
    ApplicationReopened: {"objection": uuid.UUID(int=1), "step": "review"},
    ConfirmationWithheld: {"year": 2026},
    RecognitionConfirmed: {"year": 2026},
    RecognitionRevoked: {"banned_until": dt.date(2031, 10, 1)},
    RecognitionReinstated: {"objection": uuid.UUID(int=1), "benefits_from": dt.date(2026, 1, 1)},
}


def decided(kind: type[Payload], revision: int, number: int = 1, **changed: object) -> Payload:
    """An event of a decision about a made-up household."""
    known: dict[str, object] = {
        "uscc": uscc(number),
        "region": COUNTY,
        "category": "quality",
        "operator_ref": operator(number),
        "revision": revision,
        "reason": "经查不符合标准",
        "decided_by_region": COUNTY,
    }
    if kind in OF_APPLICATIONS:
        known["application"] = SUBJECT
    else:
        known |= {"recognition": SUBJECT, "valid_until": dt.date(2028, 10, 1)}
    return kind(**(known | dict(DETAILS.get(kind, {})) | changed))


DECISIONS: Sequence[tuple[type[Payload], str, type[Payload] | None]] = (
    (ApplicationRefused, "refusal", ApplicationReopened),
    (ApplicationNotSelected, "non-selection", ApplicationReopened),
    (ConfirmationWithheld, "confirmation", RecognitionConfirmed),
    (ExtensionWithheld, "extension", RecognitionExtended),
    (RecognitionCancelled, "cancellation", RecognitionReinstated),
    (RecognitionRevoked, "revocation", RecognitionReinstated),
)
"""Each decision that can be objected to, and what undoes it."""
