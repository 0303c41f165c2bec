"""How the exchange is shown to officers."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.objection.exchange.models import ExchangedObjection
from shared.platform.fields import Shape


class ExchangedObjectionView(Shape):
    """What became of a row of the directory."""

    peer_receipt: Annotated[str, Field(description="在省名录的回执号")]
    objection: Annotated[uuid.UUID | None, Field(description="本平台的异议；没有的，见 reason")]
    region: str
    intake: str
    intake_label: str
    reason: str | None
    failures: Annotated[int, Field(description="答复没有送达的次数")]
    answered_at: Annotated[dt.datetime | None, Field(description="省名录确认收到答复的时间")]

    @classmethod
    def of(cls, row: ExchangedObjection) -> "ExchangedObjectionView":
        """From the row."""
        return cls(
            peer_receipt=row.peer_receipt,
            objection=row.objection_id,
            region=row.region,
            intake=row.intake.value,
            intake_label=row.intake.label,
            reason=row.reason,
            failures=row.failures,
            answered_at=row.answered_at,
        )
