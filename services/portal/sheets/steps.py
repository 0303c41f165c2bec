"""Drafts and steps of scoring sheets as forms; whether one is possible, the service says."""

from collections.abc import Mapping

from services.portal.shell.step_forms import StepField, StepForm
from services.portal.upstream.staff_sheets import WholeSheetAnswer
from shared.platform.identity import Caller, Role

PLACE = (
    StepField("region", "哪个地区的", "choice"),
    StepField("year", "年度", "number", longest=4),
    StepField("policy", "按哪个政策", "choice"),
)
LONGEST_SHEET = 200_000
"""Characters, as the service takes them"""
DRAFTS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm(
            "draft",
            "起草评分表",
            [
                *PLACE,
                StepField("sheet", "评分表全文", hint="写错的会指出在第几行", longest=LONGEST_SHEET),
            ],
            note="起草以后，由另一名审批人办理生效。",
        ),
        StepForm(
            "copy",
            "照抄一份，换上新的文号和有效期",
            [
                StepField("source", "照抄哪一份", "choice"),
                *PLACE,
                StepField("document_no", "新的文号", "text", longest=200),
                StepField("issued_on", "哪一天印发", "date", optional=True, longest=10),
                StepField("valid_from", "有效期的第一天", "date", longest=10),
                StepField("valid_until", "有效期的最后一天", "date", longest=10),
            ],
        ),
    )
}
STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm("entry-into-force", "生效", note="起草的人不能办理。生效以后开始的认定季，按它打分，不能再改。"),
        StepForm("removal", "删除", note="只能删除草稿，或者还没有认定季使用的。"),
    )
}
DONE: Mapping[str, str] = {
    "draft": "草稿已保存，等待另一名审批人办理生效。",
    "copy": "草稿已保存，等待另一名审批人办理生效。",
    "entry-into-force": "已生效。",
    "removal": "已删除。",
}


def steps_of(found: WholeSheetAnswer, caller: Caller) -> list[StepForm]:
    """What an approver of the region may ask for; who drafted it, the service knows."""
    if Role.APPROVER not in caller.roles or not caller.covers(found.region):
        return []
    return [STEPS["entry-into-force"], STEPS["removal"]] if found.in_force_at is None else [STEPS["removal"]]


def facts_of(found: WholeSheetAnswer) -> Mapping[str, str]:
    """What a step rests on, by its name on the page."""
    return {
        "名称": found.title,
        "文件": found.document,
        "有效期": f"{found.valid_from}至{found.valid_until}",
        "生效": "已生效" if found.in_force_at else "草稿",
    }
