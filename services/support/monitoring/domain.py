"""What households are chosen as, and the states of a choice."""

from collections.abc import Mapping
from enum import StrEnum

from shared.platform.state_machine import StateMachine


class ChosenAs(StrEnum):
    """What a household is chosen as: a contact point (联系点, 大兴安岭 二（七）), or for the white list (白名单, 甘州
    二（五）23).
    """

    CONTACT_POINT = "contact-point"
    WHITE_LIST = "white-list"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return CHOSEN_LABELS[self]


CHOSEN_LABELS: Mapping[ChosenAs, str] = {ChosenAs.CONTACT_POINT: "联系点", ChosenAs.WHITE_LIST: "白名单"}


class ChosenState(StrEnum):
    """Where a choice stands."""

    PROPOSED = "proposed"
    LISTED = "listed"
    ENDED = "ended"


CHOSEN_STATES = StateMachine(
    "名单",
    {
        ChosenState.PROPOSED: {ChosenState.LISTED, ChosenState.ENDED},
        ChosenState.LISTED: {ChosenState.ENDED},
        ChosenState.ENDED: set(),
    },
    {ChosenState.PROPOSED: "待审批", ChosenState.LISTED: "在名单内", ChosenState.ENDED: "已退出"},
)
OPEN_STATES = (ChosenState.PROPOSED, ChosenState.LISTED)
TERM_OVER, MOVED, GONE = "期限已满", "迁到别的县区", "已经不在登记中"
