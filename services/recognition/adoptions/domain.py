"""States of a recognition from elsewhere that is to be adopted, and what its certificate says."""

from enum import StrEnum

from shared.platform.state_machine import StateMachine


class AdoptionState(StrEnum):
    """The state of an entry: waiting for the second person, adopted, or refused."""

    ENTERED = "entered"
    ADOPTED = "adopted"
    REFUSED = "refused"


ADOPTION_STATES = StateMachine(
    "外地认定的认可",
    {
        AdoptionState.ENTERED: {AdoptionState.ADOPTED, AdoptionState.REFUSED},
        AdoptionState.ADOPTED: set(),
        AdoptionState.REFUSED: set(),
    },
    {
        AdoptionState.ENTERED: "已登记，待批准",
        AdoptionState.ADOPTED: "已认可",
        AdoptionState.REFUSED: "不予认可",
    },
)
