"""States of a problem in five steps (涪陵 二（五）：收集、转办、处理、督办、反馈), its sources, what it is about."""

from collections.abc import Mapping
from enum import StrEnum

from shared.platform.state_machine import StateMachine


class ProblemState(StrEnum):
    """Where a problem stands."""

    COLLECTED = "collected"
    FORWARDED = "forwarded"
    HANDLING = "handling"
    SUPERVISED = "supervised"
    ANSWERED = "answered"
    CLOSED = "closed"


PROBLEM_STATES = StateMachine(
    "诉求问题",
    {
        ProblemState.COLLECTED: {ProblemState.FORWARDED, ProblemState.SUPERVISED, ProblemState.CLOSED},
        ProblemState.FORWARDED: {
            ProblemState.HANDLING,
            ProblemState.FORWARDED,
            ProblemState.COLLECTED,
            ProblemState.SUPERVISED,
            ProblemState.ANSWERED,
        },
        ProblemState.HANDLING: {ProblemState.FORWARDED, ProblemState.SUPERVISED, ProblemState.ANSWERED},
        ProblemState.SUPERVISED: {ProblemState.FORWARDED, ProblemState.SUPERVISED, ProblemState.ANSWERED},
        ProblemState.ANSWERED: {ProblemState.HANDLING, ProblemState.ANSWERED, ProblemState.CLOSED},
        ProblemState.CLOSED: set(),
    },
    {
        ProblemState.COLLECTED: "已收集，待转办",
        ProblemState.FORWARDED: "已转办",
        ProblemState.HANDLING: "处理中",
        ProblemState.SUPERVISED: "逾期督办中",
        ProblemState.ANSWERED: "已答复",
        ProblemState.CLOSED: "已办结",
    },
)
MOST_REFUSALS = 2
"""The household says that it is not solved: once it is handled again, the second time the superior closes it."""


class ProblemSource(StrEnum):
    """Who raised it, or where it came up."""

    HOUSEHOLD = "household"
    ASSOCIATION = "association"
    CONTACT_POINT = "contact-point"
    VISIT = "visit"
    MEETING = "meeting"
    OBJECTION = "objection"
    HOTLINE = "hotline"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return SOURCE_LABELS[self]


SOURCE_LABELS: Mapping[ProblemSource, str] = {
    ProblemSource.HOUSEHOLD: "经营者反映",
    ProblemSource.ASSOCIATION: "个体劳动者协会等组织",
    ProblemSource.CONTACT_POINT: "联系点",
    ProblemSource.VISIT: "走访",
    ProblemSource.MEETING: "座谈会",
    ProblemSource.OBJECTION: "异议（实为诉求）",
    ProblemSource.HOTLINE: "热线",
}


class ProblemKind(StrEnum):
    """What it is about."""

    FINANCE = "finance"
    TAX = "tax"
    PREMISES = "premises"
    STAFF = "staff"
    TRAINING = "training"
    LICENCES = "licences"
    SALES = "sales"
    INTELLECTUAL_PROPERTY = "intellectual-property"
    RIGHTS = "rights"
    CHARGES = "charges"
    POLICY = "policy"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return KIND_LABELS[self]


KIND_LABELS: Mapping[ProblemKind, str] = {
    ProblemKind.FINANCE: "融资",
    ProblemKind.TAX: "税费",
    ProblemKind.PREMISES: "场所和租金",
    ProblemKind.STAFF: "用工和社保",
    ProblemKind.TRAINING: "培训",
    ProblemKind.LICENCES: "登记和许可",
    ProblemKind.SALES: "销路和市场",
    ProblemKind.INTELLECTUAL_PROPERTY: "商标、专利",
    ProblemKind.RIGHTS: "合法权益受侵害",
    ProblemKind.CHARGES: "违规收费",
    ProblemKind.POLICY: "政策不清楚、落不了地",
    ProblemKind.OTHER: "其他",
}


class AnswerOutcome(StrEnum):
    """How an answer leaves the problem. `enforcement`: handed over to those who enforce the law (涪陵 二（五）)."""

    SOLVED = "solved"
    NOT_SOLVED = "not-solved"
    ENFORCEMENT = "enforcement"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS: Mapping[AnswerOutcome, str] = {
    AnswerOutcome.SOLVED: "已经解决",
    AnswerOutcome.NOT_SOLVED: "未能解决，已说明原因",
    AnswerOutcome.ENFORCEMENT: "已移交执法查处",
}
