"""Public notices: open until the last day, closed, and cleared once no objection is open."""

from enum import StrEnum

from services.recognition.domain.transitions import require


class NoticeState(StrEnum):
    """Where a notice stands. `cleared` alone lets decisions through."""

    OPEN = "open"
    CLOSED = "closed"
    CLEARED = "cleared"


LABELS = {NoticeState.OPEN: "公示中", NoticeState.CLOSED: "公示期满，待异议办结", NoticeState.CLEARED: "公示无异议"}
TRANSITIONS = {
    NoticeState.OPEN: frozenset({NoticeState.CLOSED}),
    NoticeState.CLOSED: frozenset({NoticeState.CLEARED}),
    NoticeState.CLEARED: frozenset[NoticeState](),
}


def require_transition(current: NoticeState, target: NoticeState) -> None:
    """IllegalTransition unless the step is allowed."""
    require("公示", current, target, TRANSITIONS, LABELS)
