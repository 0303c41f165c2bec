"""Why an event waits, a household as far as it is told of, and the values that templates take."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from services.notification.messages.domain import Recipient, RecipientKind
from services.notification.rules.rendering import LONGEST_VALUE, MOST_ITEMS, cut


class Waits(StrEnum):
    """Why an event waits: for its household, for the household's new operator, for better words."""

    HOUSEHOLD = "household"
    OPERATOR = "operator"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class KnownHousehold:
    """A household of the copy, as far as it is told. `known`: whether the copy knows it at all."""

    uscc: str
    name: str
    region: str
    operator_ref: str | None
    type: str | None = None
    typed_year: int | None = None
    status: str = "registered"
    known: bool = True

    @property
    def recipient(self) -> Recipient:
        """Its operator; the household itself where that is unknown."""
        if self.operator_ref is None:
            return Recipient(RecipientKind.HOUSEHOLD, self.uscc)
        return Recipient(RecipientKind.OPERATOR, self.operator_ref)


def fact(said: Any) -> object:  # noqa: ANN401 - whatever a payload holds
    """A payload's value as templates take it: texts and lists cut, codes as texts, items as mappings."""
    if isinstance(said, str):
        return cut(said, LONGEST_VALUE)
    if isinstance(said, uuid.UUID):
        return str(said)
    if isinstance(said, list):
        return [fact(one) for one in said[:MOST_ITEMS]]
    if isinstance(said, BaseModel):
        return {name: fact(getattr(said, name)) for name in type(said).model_fields}
    return said
