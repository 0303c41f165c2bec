"""A household and a recognition as publication knows them, and which of it is in force."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.law.model.outcome import HouseholdType

LABELLED = (HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT, HouseholdType.INELIGIBLE)
TYPE_LABELS: Mapping[str, str] = {kind.slug: kind.label for kind in LABELLED}
"""The labels that the texts know; a gap and what is undetermined have none and are held back."""
CREDIT_DEFECTS = {"base.abnormal": "经营异常", "base.dishonest": "严重违法失信"}
"""Defects whose end is restored credit."""
CREDIT_FEED = "credit"


class Standing(StrEnum):
    """Whether a recognition is in force."""

    VALID = "valid"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """A household. `type` is None until it is heard; `marks`: of every credit defect that it ever had the revision of
    the latest state with it; `corrected`: its last state is another one of the same run, or it has moved.
    """

    uscc: str
    name: str
    region: str
    status: str
    type: str | None
    typed_year: int | None
    typed_revision: int
    defects: Sequence[str] | None
    unknown_feeds: Sequence[str] | None
    marks: Mapping[str, int]
    corrected: bool = False

    @property
    def registered(self) -> bool:
        """Nothing about a household that is registered no longer is in force."""
        return self.status == "registered"

    @property
    def type_label(self) -> str | None:
        """The label in force, if there is one."""
        return TYPE_LABELS.get(self.type or "") if self.registered else None

    @property
    def restored_marks(self) -> Sequence[str]:
        """Marks of earlier states that are surely gone: no such defect now, and the feed that shows it is known."""
        known = self.unknown_feeds is not None and CREDIT_FEED not in self.unknown_feeds
        if not self.registered or not known or (self.type == "ineligible" and self.defects is None):
            return ()
        return sorted(mark for mark, revision in self.marks.items() if revision < self.typed_revision)


@dataclass(frozen=True, slots=True)
class RecognitionFacts:
    """A recognition; what only some events say is None until one of them is heard."""

    id: uuid.UUID
    uscc: str
    region: str
    name: str | None
    category: str
    granted_on: dt.date | None
    valid_until: dt.date
    certificate: str | None
    standing: Standing
    revision: int
