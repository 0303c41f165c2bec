"""States of a batch."""

from enum import StrEnum

from shared.platform.state_machine import StateMachine


class BatchState(StrEnum):
    """From its seal to its end. `sent`: the system has all of it and works on it."""

    SEALED = "sealed"
    SENDING = "sending"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    PARTLY = "partly"
    REFUSED = "refused"


BATCH_STATES = StateMachine(
    "上报批次",
    {
        BatchState.SEALED: {BatchState.SENDING},
        BatchState.SENDING: {BatchState.SENT, BatchState.REFUSED},
        BatchState.SENT: {BatchState.SENDING, BatchState.ACKNOWLEDGED, BatchState.PARTLY, BatchState.REFUSED},
        BatchState.ACKNOWLEDGED: set(),
        BatchState.PARTLY: set(),
        BatchState.REFUSED: set(),
    },
    {
        BatchState.SEALED: "已封存",
        BatchState.SENDING: "上报中",
        BatchState.SENT: "已上报，等待对方处理",
        BatchState.ACKNOWLEDGED: "全部确认",
        BatchState.PARTLY: "部分退回",
        BatchState.REFUSED: "整批退回",
    },
)
