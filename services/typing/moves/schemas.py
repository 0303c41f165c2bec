"""Moves over HTTP."""

import datetime as dt
import uuid

from pydantic import BaseModel

from services.typing.deliveries.domain import MoveState
from services.typing.deliveries.models import PendingMove
from services.typing.moves.domain import MOVES, may_decide
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller
from shared.reference.regions import region_name


class MoveDecisionBody(ReasonBody):
    """Whether the household moves; `confirmed` false leaves it where it is."""

    confirmed: bool


class MoveView(BaseModel):
    """A move: from the county where the household is registered to the one whose bureau delivered it as its own.
    ``decidable``: the caller's bureau decides it.
    """

    id: uuid.UUID
    uscc: str
    name: str
    from_region: str
    from_region_name: str
    to_region: str
    to_region_name: str
    operator_changes: bool
    bureau: str
    delivery_id: uuid.UUID
    state: MoveState
    state_label: str
    asked_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None
    decidable: bool

    @classmethod
    def of(cls, move: PendingMove, caller: Caller) -> "MoveView":
        """The view of a stored move."""
        shown = {name: getattr(move, name) for name in cls.model_fields if hasattr(move, name)}
        return cls(
            **shown,
            from_region_name=region_name(move.from_region) or move.from_region,
            to_region_name=region_name(move.to_region) or move.to_region,
            state_label=MOVES.label(move.state),
            decidable=may_decide(caller.region, losing=move.from_region, gaining=move.to_region),
        )
