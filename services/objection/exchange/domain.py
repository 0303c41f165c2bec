"""What became of a row of the directory, and when an answer is tried again."""

import datetime as dt
from enum import StrEnum


class Intake(StrEnum):
    """Taken, joined to the objector's open one, refused with a reason, or not readable at all. Waiting: it cannot be
    taken yet, and is read again in every round until it can.
    """

    TAKEN = "taken"
    JOINED = "joined"
    WAITING = "waiting"
    REFUSED = "refused"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {
            "taken": "已提交",
            "joined": "已并入正在办理的异议",
            "waiting": "暂时不能提交，稍后再试",
            "refused": "未能提交",
            "unreadable": "内容无法读取",
        }[self.value]


FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)


def pause_after(failures: int) -> dt.timedelta:
    """How long to wait after so many failures: half a minute, one, two …, at most an hour."""
    doubled: int = 2 ** min(failures - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
