"""The intake desk of a process: what every way in shares. Opened once, with the service's settings."""

from dataclasses import dataclass, field
from pathlib import Path

import anyio

from services.typing.intake.checking import Bench
from services.typing.intake.delivered import Delivered
from services.typing.intake.store import Store
from services.typing.models.deliveries import Delivery
from shared.identifiers import OperatorPseudonym


@dataclass(frozen=True)
class Desk:
    """``largest``: bytes of one delivery. ``checks``: how many are checked at once; the others wait, spooled."""

    bench: Bench
    largest: int = 8 * 2**30
    checks: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))

    @classmethod
    def open(
        cls, data: Path, pseudonym: OperatorPseudonym, *, largest: int = 8 * 2**30, memory_limit: str = "1500MB"
    ) -> "Desk":
        """The desk over a data directory; what killed processes left behind in it is removed."""
        store = Store(data)
        store.clear_abandoned()
        return cls(Bench(store, pseudonym, memory_limit), largest)

    @property
    def store(self) -> Store:
        """Where deliveries lie."""
        return self.bench.store

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
