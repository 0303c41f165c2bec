"""What platforms show beside a recognised household: public, nothing about its operator or its business."""

import datetime as dt

from services.recognition.models import Recognition
from services.recognition.schemas.common import Shape
from shared.policy.recognition.model import Category


class ListedView(Shape):
    """One household of the public list."""

    uscc: str
    name: str
    category: str
    county: str

    @classmethod
    def of(cls, row: Recognition) -> "ListedView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in ListedView.model_fields})


class BadgeView(ListedView):
    """A badge: what it says, until when, and the code by which anyone verifies it."""

    label: str
    valid_until: dt.date
    certificate: str

    @classmethod
    def of(cls, row: Recognition) -> "BadgeView":
        """From the stored row."""
        said = {"label": f"{Category(row.category).label}个体工商户", "certificate": row.certificate}
        return cls.model_validate(ListedView.of(row).model_dump() | said | {"valid_until": row.valid_until})
