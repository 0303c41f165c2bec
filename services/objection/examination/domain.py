"""Why an objection is declined, what the objector answers to an explanation, and kinds of hearings."""

from collections.abc import Mapping
from enum import StrEnum


class DeclineKind(StrEnum):
    """Why an objection is not examined."""

    LATE = "late"
    NOT_CONTESTABLE = "not-contestable"
    NOT_CONCERNED = "not-concerned"
    DECIDED_BEFORE = "decided-before"
    NOT_COMPLETED = "not-completed"
    REPORT = "report"
    OWN_REPORT = "own-report"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return DECLINE_LABELS[self]

    @property
    def guidance(self) -> str:
        """Where the objector can go instead; empty where there is no other way."""
        return GUIDANCE.get(self, "")


DECLINE_LABELS: Mapping[DeclineKind, str] = {
    DeclineKind.LATE: "超过提出异议的期限",
    DeclineKind.NOT_CONTESTABLE: "不属于可以提出异议的事项",
    DeclineKind.NOT_CONCERNED: "提出人与该事项无关",
    DeclineKind.DECIDED_BEFORE: "同一事项已作出决定",
    DeclineKind.NOT_COMPLETED: "没有补正",
    DeclineKind.REPORT: "属于举报",
    DeclineKind.OWN_REPORT: "属于本户年度报告填报错误",
    DeclineKind.OTHER: "其他",
}
GUIDANCE: Mapping[DeclineKind, str] = {
    DeclineKind.REPORT: "反映他人以欺诈等手段取得认定的，请按举报提交（举报不受公示期限制，举报人信息保密）。",
    DeclineKind.OWN_REPORT: (
        "年度报告由本户填报：请在国家企业信用信息公示系统更正年度报告；已过自行更正期限的，向登记机关申请更正。"
        "更正后的数据送达后，本平台按更正后的数据重新判定。"
    ),
    DeclineKind.NOT_CONTESTABLE: "对其他行政行为不服的，可以向作出行为的部门反映，或者依法申请行政复议、提起行政诉讼。",
}


class Response(StrEnum):
    """What the objector says to an explanation."""

    CONTENT = "content"
    INSISTS = "insists"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"content": "没有异议了", "insists": "坚持异议"}[self.value]


class HearingKind(StrEnum):
    """A hearing, or a conversation that was written down."""

    HEARING = "hearing"
    INQUIRY = "inquiry"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"hearing": "听证", "inquiry": "询问笔录"}[self.value]


def decline_reason(kind: DeclineKind, reason: str) -> str:
    """The whole reason, with where to go instead."""
    return f"{kind.label}：{reason}" + (f" {kind.guidance}" if kind.guidance else "")


EXPLAINED_AND_CONTENT = "经解释，异议人表示没有异议，异议办结。"
EXPLAINED_AND_SILENT = "经解释，异议人在期限内没有表示坚持异议，异议办结。"
INCOMPLETE = "退回补正后，在期限内没有补正。"
