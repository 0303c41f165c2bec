"""The intake desk of the typing service: it gives deliveries as evidence, too."""

from services.typing.intake.delivered import Delivered
from services.typing.models.deliveries import Delivery
from shared.feeds.intake import desk


class Desk(desk.Desk):
    """What every way into the typing service shares."""

    def delivered(self, delivery: Delivery) -> Delivered:
        """A delivery's row as evidence, with the paths of its files."""
        return Delivered(
            sequence=delivery.sequence,
            feed=delivery.feed,
            region=delivery.region,
            year=delivery.year,
            full=delivery.mode == "full",
            accepted=self.store.path(delivery.accepted_file),
            rejected_keys=self.store.path(delivery.rejected_keys_file),
            moved_in=delivery.moved_in,
        )
