"""HTTP shapes of deliveries."""

import datetime as dt

from shared.platform.deliveries.endpoints import DeliveryShape


class DeliveryView(DeliveryShape):
    """An accepted delivery. ``rejected`` rows are listed under ``…/rejects``; the others are in the register."""

    delivered_by: str
    delivered_at: dt.datetime
