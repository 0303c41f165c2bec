"""Number settings over HTTP."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.typing.numbers.domain import NUMBER_STATES, NumberProposal, NumberState, SettingDocument
from services.typing.numbers.models import NumberSetting
from shared.platform.fields import ReasonBody, Shape, refuse_personal_data

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$"),
    AfterValidator(refuse_personal_data),
]
PolicyName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$")]


class DocumentBody(Shape):
    """The document that sets a number: 文号, title and date."""

    number: Line
    title: Line
    issued_on: dt.date


class NumberOrder(Shape):
    """Set ``parameter`` of a policy to ``value``, written as in a policy's file, from a day on."""

    policy: PolicyName
    parameter: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,100}$")]
    value: Annotated[
        str,
        StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$"),
        AfterValidator(refuse_personal_data),
    ]
    in_force_from: dt.date = Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 1, 1))
    document: DocumentBody

    def proposal(self) -> NumberProposal:
        """The order for the service."""
        document = SettingDocument(self.document.number, self.document.title, self.document.issued_on)
        return NumberProposal(self.policy, self.parameter, self.value.strip(), self.in_force_from, document)


class NumberDecisionBody(ReasonBody):
    """Whether a proposed number is approved, and why."""

    approved: bool


class NumberSettingView(BaseModel):
    """A number setting as officers see it."""

    id: uuid.UUID
    number: int
    state: NumberState
    state_label: str
    policy: str
    parameter: str
    value: str
    in_force_from: dt.date
    document_number: str
    document_title: str
    document_date: dt.date
    region: str
    proposed_by: str
    proposed_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None

    @classmethod
    def of(cls, setting: NumberSetting) -> "NumberSettingView":
        """The view of a stored setting."""
        shown = {name: getattr(setting, name) for name in cls.model_fields if hasattr(setting, name)}
        return cls(**shown, state_label=NUMBER_STATES.label(setting.state))
