"""How chosen households and samples are shown and sent."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.support.monitoring.domain import CHOSEN_STATES, ChosenAs
from services.support.monitoring.models import ChosenHousehold
from services.support.monitoring.service import Choice
from shared.platform.fields import PublicText, Shape, UsccEntry


class ChoiceBody(Shape):
    """A household that is proposed."""

    uscc: UsccEntry
    chosen_as: ChosenAs
    reason: Annotated[PublicText, Field(max_length=1000, description="为什么选这一户")]
    until: Annotated[dt.date | None, Field(description="最后一天；白名单必须写")] = None

    def choice(self) -> Choice:
        """As the service takes it."""
        return Choice(self.uscc, self.chosen_as, self.reason, self.until)


class ChoiceView(Shape):
    """A chosen household."""

    id: uuid.UUID
    uscc: str
    county: str
    chosen_as: str
    chosen_as_label: str
    reason: str
    until: dt.date | None
    state: str
    state_label: str
    listed_on: dt.date | None
    ended_on: dt.date | None
    ended_because: str | None
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, row: ChosenHousehold) -> "ChoiceView":
        """From the row."""
        same = ("id", "uscc", "county", "reason", "until", "listed_on", "ended_on", "ended_because")
        return cls(
            **{name: getattr(row, name) for name in same},
            chosen_as=row.chosen_as.value,
            chosen_as_label=row.chosen_as.label,
            state=row.state.value,
            state_label=CHOSEN_STATES.label(row.state),
            etag=f'"{row.version}"',
        )


class SampledView(Shape):
    """A household of a sample."""

    uscc: str
    region: str


class SampleView(Shape):
    """A sample with what is needed to draw it again."""

    region: str
    type: str
    seed: str
    population: Annotated[int, Field(description="辖区内这一型、在登记中的户数")]
    households: list[SampledView]
    method: str
