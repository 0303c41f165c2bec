"""Shapes of operators' consents and of what credit institutions read."""

import datetime as dt
import uuid

from services.recognition.models import CreditConsent, Recognition
from services.recognition.schemas.applications import Uscc
from services.recognition.schemas.common import Shape
from services.recognition.schemas.seasons import Words
from shared.policy.recognition.model import Category


class ConsentToReadBody(Shape):
    """An operator lets an institution read of his household until a day."""

    uscc: Uscc
    institution: Words
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
    """What an institution reads: whether the household is recognised now, as what, since and until when."""

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
            uscc=uscc, recognised=True, category=row.category, category_label=Category(row.category).label,
            granted_on=row.granted_on, valid_until=row.valid_until,
        )  # fmt: skip
