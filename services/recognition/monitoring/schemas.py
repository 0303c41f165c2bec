"""HTTP shapes of deliveries."""

import datetime as dt

from pydantic import Field

from shared.platform.deliveries.endpoints import DeliveryShape


class DeliveryView(DeliveryShape):
    """An accepted delivery. ``rejected`` rows are listed under ``…/rejects``; the others are in the register."""

    waiting: int = Field(description="收到时所属的户尚未登记、等待计入的行数；仍在等待的见 …/waiting")
    delivered_by: str
    delivered_at: dt.datetime
