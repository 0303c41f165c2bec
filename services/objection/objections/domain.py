"""The states of an objection, its grounds, and who filed it how."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.objection.rules.domain import GroundKind
from shared.platform.state_machine import StateMachine


class ObjectionState(StrEnum):
    """Where an objection stands."""

    FILED = "filed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXPLAINED = "explained"
    PROPOSED = "proposed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


S = ObjectionState
OBJECTION_STATES = StateMachine(
    "异议",
    {
        S.FILED: {S.ACCEPTED, S.RETURNED, S.DECLINED, S.WITHDRAWN},
        S.RETURNED: {S.FILED, S.DECLINED, S.WITHDRAWN},
        S.ACCEPTED: {S.PROPOSED, S.EXPLAINED, S.WITHDRAWN},
        S.EXPLAINED: {S.CLOSED, S.ACCEPTED, S.WITHDRAWN},
        S.PROPOSED: {S.ACCEPTED, S.UPHELD, S.DISMISSED, S.WITHDRAWN},
        S.UPHELD: {S.CLOSED},
        S.DISMISSED: {S.CLOSED},
        S.DECLINED: set(),
        S.WITHDRAWN: set(),
        S.CLOSED: set(),
    },
    {
        S.FILED: "已提交",
        S.RETURNED: "已退回补正",
        S.ACCEPTED: "已受理",
        S.EXPLAINED: "已作解释",
        S.PROPOSED: "待决定",
        S.UPHELD: "异议成立",
        S.DISMISSED: "异议不成立",
        S.DECLINED: "不予受理",
        S.WITHDRAWN: "已撤回",
        S.CLOSED: "已办结",
    },
)
"""1-domain.md, Objections: returned once, explained before deciding, proposed by one person and decided by another."""

ENDED = frozenset({S.DECLINED, S.WITHDRAWN, S.CLOSED})
UNDECIDED = frozenset({S.FILED, S.RETURNED, S.ACCEPTED, S.EXPLAINED, S.PROPOSED})
HOLDING = UNDECIDED | {S.UPHELD}
"""States in which an objection against a public notice holds its application: one that is upheld still does until
recognition has answered that it acted on it.
"""


class DueDay(StrEnum):
    """What has a last day: accepting, completing what was missing, explaining, responding to the explanation,
    verifying, deciding.
    """

    ACCEPT = "accept"
    COMPLETE = "complete"
    EXPLAIN = "explain"
    RESPOND = "respond"
    VERIFY = "verify"
    DECIDE = "decide"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return DUE_DAY_LABELS[self]


DUE_DAY_LABELS = {
    DueDay.ACCEPT: "受理期限",
    DueDay.COMPLETE: "补正期限",
    DueDay.EXPLAIN: "解释期限",
    DueDay.RESPOND: "对解释表示意见的期限",
    DueDay.VERIFY: "核实期限",
    DueDay.DECIDE: "决定期限",
}
NO_LAST_DAY = dt.date(2999, 12, 31)
"""`due_on` of an objection of which nothing is due: it comes last in every list."""


class Outcome(StrEnum):
    """How an objection ended or was decided."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"
    EXPLAINED = "explained"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"upheld": "异议成立", "dismissed": "异议不成立", "explained": "经解释，异议人无异议"}[self.value]


class FiledBy(StrEnum):
    """Who filed, by which way."""

    OPERATOR = "operator"
    COUNTER = "counter"
    NAMED = "named"
    DIRECTORY = "directory"
    NATIONAL = "national"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {
            "operator": "经营者本人",
            "counter": "窗口代为提交",
            "named": "实名异议人",
            "directory": "省名录异议申诉模块",
            "national": "国家级系统转来",
        }[self.value]


@dataclass(frozen=True)
class Ground:
    """What the objector says is wrong: the id of a clause, fact, interpretation or step."""

    kind: GroundKind
    id: str


@dataclass(frozen=True)
class BureauExplanation:
    """What a bureau explained, without figures; by whom and of which bureau."""

    text: str
    by: str
    region: str
    on: str
