"""What corrections, deliveries, late reports and runs must come to, in plain Python: two facts of few households.

A household's fact in the published run is what the last correction says that still holds, else what the bureau had
delivered when the run was frozen; a late report makes it reported whatever else is known.
"""

import copy
from dataclasses import dataclass, field
from uuid import UUID

FEEDS = {"credit": "abnormal", "annual_report": "reported"}
"""The feeds of the model, and the fact that each proves."""
Value = bool | None


@dataclass
class ModelCorrection:
    """A correction of one household's row; `after`: how many deliveries had come before it."""

    id: UUID
    household: str
    feed: str
    value: Value
    after: int
    state: str = "in-force"

    @property
    def open(self) -> bool:
        """Whether it is part of new evidence."""
        return self.state in ("in-force", "contradicted")


@dataclass
class ModelDelivery:
    """Rows of a feed; a full one says of everybody else that there is no row."""

    feed: str
    rows: dict[str, Value]
    full: bool


@dataclass
class ModelRun:
    """What the evidence of a run was: the bureaus' rows, and the corrections known then (True: among the evidence)."""

    bureaus: dict[tuple[str, str], Value]
    known: dict[UUID, bool]


@dataclass
class CorrectionModel:
    """Everything that happened, and what follows from it."""

    households: list[str]
    bureaus: dict[tuple[str, str], Value]
    deliveries: list[ModelDelivery] = field(default_factory=list)
    settled: int = 0
    corrections: list[ModelCorrection] = field(default_factory=list)
    reported_late: set[str] = field(default_factory=set)
    said: list[tuple[str, UUID, int]] = field(default_factory=list)
    draft: ModelRun | None = None

    def __post_init__(self) -> None:
        """The first run is published, and knows no correction."""
        self.published = ModelRun(dict(self.bureaus), {})

    def deliver(self, delivery: ModelDelivery) -> None:
        """A bureau delivers."""
        self.deliveries.append(delivery)
        for household in self.households:
            if household in delivery.rows:
                self.bureaus[household, delivery.feed] = delivery.rows[household]
            elif delivery.full:
                self.bureaus[household, delivery.feed] = False

    def settle(self) -> None:
        """Deliveries are compared with corrections, one after the other."""
        for number in range(self.settled, len(self.deliveries)):
            for household in self.households:
                self.settle_row(number, household)
        self.settled = len(self.deliveries)

    def settle_row(self, number: int, household: str) -> None:
        """A delivery and the corrections of one row."""
        delivery = self.deliveries[number]
        of_row = [
            one
            for one in self.corrections
            if (one.household, one.feed) == (household, delivery.feed) and one.open and one.after <= number
        ]
        if not of_row or (household not in delivery.rows and not delivery.full):
            return
        met = household in delivery.rows and delivery.rows[household] == of_row[-1].value
        for one in of_row if met else of_row[-1:]:
            one.state = "met" if met else "contradicted"
            self.said.append((one.state, one.id, number))

    def freeze(self) -> None:
        """A run takes its evidence."""
        known = {one.id: one.open for one in self.corrections if one.state != "lifted"}
        self.draft = ModelRun(copy.copy(self.bureaus), known)

    def publish(self) -> None:
        """The draft is what readers see."""
        assert self.draft is not None
        self.published, self.draft = self.draft, None

    def fact(self, household: str, feed: str) -> Value:
        """What the published type rests on."""
        value = self.published.bureaus[household, feed]
        for one in self.corrections:
            holds = one.state != "lifted" and self.published.known.get(one.id) is not False
            if (one.household, one.feed) == (household, feed) and holds:
                value = one.value
        return True if feed == "annual_report" and household in self.reported_late else value
