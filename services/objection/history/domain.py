"""The steps that a history tells, and what they are called; reads of personal data are the audit's alone."""

from collections.abc import Mapping
from enum import StrEnum

from services.objection.objections.domain import OBJECTION_STATES, ObjectionState
from services.objection.verifications.domain import Finding

OF_STATES: Mapping[str, str] = {
    f"objection:{state.value}": OBJECTION_STATES.label(state) for state in ObjectionState if state.value != "filed"
}
TOLD_STEPS: Mapping[str, str] = {
    **OF_STATES,
    "objection:file": "提交异议",
    "objection:filed": "补正后重新提交",
    "objection:join": "并入同一异议人的新理由",
    "objection:handed-in": "国家级系统转来",
    "objection:heard": "收到所对决定的消息，已核对",
    "objection:barred": "核对后发现不能受理",
    "objection:assigned": "分派经办人",
    "objection:extended": "延长决定期限",
    "objection:hearing": "登记听证或者询问笔录",
    "objection:overdue": "超过期限，上报上级",
    "objection:rescheduled": "节假日安排公布，重新计算期限",
    "objection:correction-given-up": "异议人放弃更正",
    "document:add": "交来材料",
    "verification:asked": "请部门核实",
    "verification:answered": "部门答复",
    "correction:sent": "更正送分型",
    "correction:answered": "分型答复更正结果",
    "decision:sent-back": "退回处理意见",
    "decision:warned": "告知异议人结果可能变差",
    "decision:decided": "作出决定",
    "decision:applied": "认定答复处理结果",
}
"""By the audit's action"""


class HistoryActor(StrEnum):
    """Who took a step, as far as a history says it."""

    OFFICER = "officer"
    OBJECTOR = "objector"
    NATIONAL = "national"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return HISTORY_ACTOR_LABELS[self]


HISTORY_ACTOR_LABELS: Mapping[HistoryActor, str] = {
    HistoryActor.OFFICER: "工作人员",
    HistoryActor.OBJECTOR: "异议人",
    HistoryActor.NATIONAL: "国家级系统",
    HistoryActor.SYSTEM: "系统",
}


def step_words(action: str, details: Mapping[str, object]) -> str:
    """What was done, with the one detail that a reader looks for; no personal data."""
    words = TOLD_STEPS[action]
    if action == "verification:answered" and details.get("finding") in set(Finding):
        return f"{words}：{Finding(str(details['finding'])).label}"
    if action == "objection:extended" and details.get("decide_by"):
        return f"{words}至 {details['decide_by']}"
    return words
