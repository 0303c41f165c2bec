"""Who decides whether a household moves, and what may become of a move: pure rules."""

from services.typing.deliveries.domain import MoveState
from shared.platform.state_machine import IllegalTransition, StateMachine


class IllegalMoveTransition(IllegalTransition):
    """A move cannot go from its state to the asked one."""

    slug, title = "move-state", "这一户的迁移已有结果"


MOVES = StateMachine(
    "迁移",
    {
        MoveState.WAITING: {MoveState.CONFIRMED, MoveState.REFUSED, MoveState.SUPERSEDED},
        MoveState.CONFIRMED: set(),
        MoveState.REFUSED: {MoveState.CONFIRMED},
        MoveState.SUPERSEDED: set(),
    },
    {
        MoveState.WAITING: "待原登记地确认",
        MoveState.CONFIRMED: "已确认迁出",
        MoveState.REFUSED: "原登记地不同意",
        MoveState.SUPERSEDED: "已另行登记，不再需要",
    },
    error=IllegalMoveTransition,
)


def may_decide(region: str, *, losing: str, gaining: str) -> bool:
    """Whether a bureau of a region decides: the county that loses the household, or a superior of both."""
    return region == losing or (losing.startswith(region) and gaining.startswith(region))
