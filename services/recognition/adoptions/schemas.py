"""HTTP shapes of recognitions from elsewhere that are adopted."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field, StringConstraints

from services.recognition.adoptions.domain import ADOPTION_STATES, AdoptionState
from services.recognition.adoptions.models import Adoption, AdoptionDocument
from services.recognition.adoptions.service import AdoptionOrder
from services.recognition.rules.domain import PathKind
from shared.law.model.recognition import Category
from shared.platform.fields import County, Shape, ShortText, Uscc
from shared.reference.regions import region_name


class AdoptionBody(Shape):
    """What the certificate of the origin says."""

    uscc: Uscc
    category: Category
    path: Annotated[PathKind, Field(description="在外地是自主申报还是部门推荐认定的")] = PathKind.APPLICATION
    origin: Annotated[County, Field(description="认定它的县（区）")]
    issued_by: Annotated[ShortText, StringConstraints(max_length=200), Field(description="认定部门，照证书写")]
    certificate_no: Annotated[ShortText, StringConstraints(max_length=100), Field(description="证书或认定文件的编号")]
    granted_on: Annotated[dt.date, Field(description="外地认定的日期")]
    valid_until: Annotated[dt.date, Field(description="有效期的最后一天，照证书写，认可后不变")]

    def order(self) -> AdoptionOrder:
        """For the service."""
        return AdoptionOrder(**{name: getattr(self, name) for name in AdoptionBody.model_fields})


class EvidenceQuery(Shape):
    """The name of the uploaded copy."""

    name: Annotated[ShortText, StringConstraints(max_length=200)]


class AdoptionDocumentView(Shape):
    """An uploaded copy."""

    id: uuid.UUID
    name: str
    media_type: str
    bytes: int
    sha256: str
    added_at: dt.datetime

    @classmethod
    def of(cls, row: AdoptionDocument) -> "AdoptionDocumentView":
        """From the stored row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class AdoptionView(Shape):
    """An entry, for officers of the county. `recognition`: what it became."""

    id: uuid.UUID
    county: str
    uscc: str
    name: str
    category: str
    category_label: str
    path: PathKind
    origin: str
    origin_label: str
    issued_by: str
    certificate_no: str
    granted_on: dt.date
    valid_until: dt.date
    state: AdoptionState
    state_label: str
    entered_by: str
    entered_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None
    recognition: uuid.UUID | None

    @classmethod
    def of(cls, row: Adoption) -> "AdoptionView":
        """From the stored row."""
        derived = {
            "category_label": row.category.label,
            "origin_label": region_name(row.origin) or row.origin,
            "state_label": ADOPTION_STATES.label(row.state),
            "recognition": row.recognition_id,
        }
        stored = {name: getattr(row, name) for name in cls.model_fields.keys() - derived.keys()}
        return cls.model_validate(stored | derived)
