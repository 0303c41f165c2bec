"""What becomes of what a delivery does not list; the rules are in `shared/feeds/intake/absence.py`."""

from enum import StrEnum

from shared.platform.state_machine import IllegalTransition, StateMachine


class Coverage(StrEnum):
    """The state of what a delivery does not list. Increments and ordinary full deliveries count as declared."""

    AS_DECLARED = "as-declared"
    NOTHING = "nothing"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class NothingToConfirm(IllegalTransition):
    """The delivery does not wait for an officer's word."""

    slug, title = "delivery-settled", "这批数据不用确认"


COVERAGE = StateMachine(
    "这批数据",
    {
        Coverage.AS_DECLARED: set(),
        Coverage.NOTHING: set(),
        Coverage.WAITING: {Coverage.CONFIRMED, Coverage.REFUSED},
        Coverage.CONFIRMED: set(),
        Coverage.REFUSED: set(),
    },
    {
        Coverage.AS_DECLARED: "按声明计入",
        Coverage.NOTHING: "采用的行太少，未列出的保持不变",
        Coverage.WAITING: "未列出的待确认",
        Coverage.CONFIRMED: "经确认，未列出的已移除",
        Coverage.REFUSED: "经否决，未列出的保持不变",
    },
    error=NothingToConfirm,
)
