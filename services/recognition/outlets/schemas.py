"""HTTP shapes for others: badges and the public list, certificates, consents and credit readings."""

import datetime as dt
import re
import uuid
from typing import Annotated

from pydantic import BeforeValidator, Field

from services.recognition.decisions.schemas import RecognitionView
from services.recognition.outlets.badge_image import BadgeFace
from services.recognition.outlets.domain import BadgeWithdrawal
from services.recognition.outlets.models import CreditConsent
from services.recognition.outlets.service import badge_withdrawal
from services.recognition.recognitions.models import Recognition
from services.recognition.rules.domain import PathKind
from shared.platform.fields import Shape, ShortText, Uscc, fold_code
from shared.reference.regions import bureau_name


class ListedHouseholdView(Shape):
    """One household of the public list."""

    uscc: str
    name: str
    category: str
    county: str

    @classmethod
    def of(cls, row: Recognition) -> "ListedHouseholdView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in ListedHouseholdView.model_fields})


class BadgeView(ListedHouseholdView):
    """A badge: its label, the last day, and the code to verify it."""

    label: str
    valid_until: dt.date
    certificate: str

    @classmethod
    def of(cls, row: Recognition) -> "BadgeView":
        """From the stored row."""
        badge = {"label": f"{row.category.label}个体工商户", "certificate": row.certificate}
        return cls.model_validate(ListedHouseholdView.of(row).model_dump() | badge | {"valid_until": row.valid_until})


class WithdrawalView(Shape):
    """Why a badge may not be shown any more."""

    reason: str
    reason_label: str
    since: Annotated[dt.date, Field(description="失效的第一天")]

    @classmethod
    def of(cls, withdrawal: BadgeWithdrawal) -> "WithdrawalView":
        """In words."""
        return cls(reason=withdrawal.reason.value, reason_label=withdrawal.reason.label, since=withdrawal.since)


class WithdrawnBadgeView(WithdrawalView):
    """A badge that must be taken down."""

    uscc: str
    county: str
    category: str
    certificate: str

    @classmethod
    def of_recognition(cls, row: Recognition) -> "WithdrawnBadgeView":
        """From the stored row of one that is withdrawn."""
        withdrawal = badge_withdrawal(row)
        if withdrawal is None:
            raise LookupError(f"the badge of {row.id} may be shown")
        same = {name: getattr(row, name) for name in ("uscc", "county", "category", "certificate")}
        return cls.model_validate(WithdrawalView.of(withdrawal).model_dump() | same)


def face_of(row: Recognition) -> BadgeFace:
    """What the picture of a badge says."""
    return BadgeFace(row.name, row.category.label, row.uscc, row.certificate, issuer_of(row), row.valid_until)


PATH_LABELS = {PathKind.APPLICATION: "自主申报认定", PathKind.RECOMMENDATION: "部门推荐认定"}


class CertificateView(RecognitionView):
    """What a certificate says, including who issued it and by which path."""

    issued_by: str
    path: str
    path_label: str
    withdrawal: Annotated[
        WithdrawalView | None, Field(description="证书和标识为什么失效、从哪一天起；为空表示现在有效")
    ]

    @classmethod
    def of(cls, row: Recognition) -> "CertificateView":
        """From the stored row."""
        withdrawal = badge_withdrawal(row)
        more = {
            "issued_by": issuer_of(row),
            "path": row.path,
            "path_label": PATH_LABELS[row.path],
            "withdrawal": WithdrawalView.of(withdrawal) if withdrawal else None,
        }
        return cls.model_validate(RecognitionView.of(row).model_dump() | more)


def issuer_of(row: Recognition) -> str:
    """The bureau that recognised the household; for one adopted from another system that of its origin."""
    if row.application_id is None and row.transferred_from is not None:
        return bureau_name(row.transferred_from)
    return bureau_name(row.decided_by_region or row.transferred_from or row.county)


class ConsentToReadBody(Shape):
    """An operator lets an institution read about the household until a day."""

    uscc: Uscc
    institution: ShortText
    until: dt.date


class CreditConsentView(Shape):
    """A consent as its operator sees it."""

    id: uuid.UUID
    uscc: str
    institution: str
    until: dt.date
    given_at: dt.datetime
    withdrawn_at: dt.datetime | None

    @classmethod
    def of(cls, row: CreditConsent) -> "CreditConsentView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class CreditView(Shape):
    """What an institution reads: whether the household is recognised, in which category, since and until when."""

    uscc: str
    recognised: bool
    category: str | None = None
    category_label: str | None = None
    granted_on: dt.date | None = None
    valid_until: dt.date | None = None

    @classmethod
    def of(cls, uscc: str, row: Recognition | None) -> "CreditView":
        """From the stored row, if there is one."""
        if row is None:
            return cls(uscc=uscc, recognised=False)
        return cls(
            uscc=uscc,
            recognised=True,
            category=row.category,
            category_label=row.category.label,
            granted_on=row.granted_on,
            valid_until=row.valid_until,
        )


AskedCode = Annotated[str, BeforeValidator(fold_code), Field(max_length=40)]
"""A code as an institution has it; one that cannot be right is refused by itself, not with all others."""
CODE_WRONG = "统一社会信用代码应为 18 位数字和大写字母，请核对后再查"


def is_code(asked: str) -> bool:
    """Whether a household could have this code."""
    return re.fullmatch(r"[0-9A-Z]{18}", asked) is not None


class CreditMatchRow(Shape):
    """What an institution reads of one household, or why it does not."""

    uscc: str
    consented: bool
    refusal: str | None = None
    reading: CreditView | None = None

    @classmethod
    def read(cls, reading: CreditView) -> "CreditMatchRow":
        """With the operator's consent."""
        return cls(uscc=reading.uscc, consented=True, reading=reading)

    @classmethod
    def refused(cls, uscc: str, why: str) -> "CreditMatchRow":
        """Without it; the same for a household that nobody knows."""
        return cls(uscc=uscc, consented=False, refusal=why)


class CreditMatchView(Shape):
    """A row for each code that was asked for."""

    items: list[CreditMatchRow]
