"""The steps that an objector takes; which are offered, the service says."""

from collections.abc import Mapping

from services.portal.shell.step_forms import StepField, StepForm
from services.portal.upstream.objection_files import ObjectionAnswer

RESPONSES: Mapping[str, str] = {"content": "没有异议了，办结", "insists": "坚持异议，继续办理"}
STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm("respond", "对解释表示意见", [StepField("response", "您的意见", "radio", words=RESPONSES)]),
        StepForm(
            "complete",
            "补正好了，再次提交",
            [StepField("text", "补正说明", hint="写清补了什么；要补的材料，请先在本页上传")],
        ),
        StepForm("give-up", "放弃会使结果变差的更正", note="放弃以后，这项更正不再进行，您的结果不因此变差。"),
        StepForm("withdraw", "撤回异议", note="撤回以后不再办理。还在期限内的，可以重新提出。"),
    )
}
"""By the word of the address, the one to begin with first"""
PATHS: Mapping[str, str] = {
    "respond": "response",
    "complete": "completion",
    "give-up": "giving-up",
    "withdraw": "withdrawal",
}
"""Where the service takes them"""
DONE: Mapping[str, str] = {
    "filed": "异议已提交。请记下回执号，办到哪一步都在这一页看。",
    "joined": "您对此已有正在办理的异议，这次的理由和内容已并入，回执号不变。",
    "uploaded": "材料已上传。",
    "respond": "您的意见已记下。",
    "complete": "补正已提交，等待受理。",
    "give-up": "已放弃，这项更正不再进行。",
    "withdraw": "异议已撤回。",
}
ENDED = frozenset({"declined", "withdrawn", "closed"})
"""States in which nothing more is taken"""


def offered_steps(objection: ObjectionAnswer) -> list[StepForm]:
    """What the objector may do now."""
    allowed = {one.step for one in objection.next_steps}
    return [step for name, step in STEPS.items() if name in allowed]


def facts_of(objection: ObjectionAnswer) -> Mapping[str, str]:
    """What a step rests on, by its name on the page."""
    return {
        "状态": objection.state_label,
        "要补的内容": "；".join(objection.missing),
        "解释": objection.explanation.text if objection.explanation else "",
        "告知": objection.warning or "",
        "答复": objection.answer or "",
    }
