"""The intake desk of a process: what every way in shares. Opened once, with the service's settings."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import anyio

from shared.feeds.intake.bench import Bench
from shared.feeds.intake.store import Store
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
    ) -> Self:
        """The desk over a data directory; what killed processes left behind in it is removed."""
        store = Store(data)
        store.clear_abandoned()
        return cls(Bench(store, pseudonym, memory_limit), largest)

    @property
    def store(self) -> Store:
        """Where deliveries lie."""
        return self.bench.store
