"""What is decided about a survey, and how it stands in words."""

import datetime as dt
from collections.abc import Mapping

from services.portal.shell.step_forms import StepField, StepForm
from services.portal.upstream.surveys import SurveyAnswer
from shared.platform.identity import Caller, Role

OPENING = "opening"
STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm(OPENING, "批准发出", note="现在就定下请哪些户回答，每一户都会收到通知。发出以后题目不能改。"),
        StepForm("giving-up", "不发出", note="这份问卷以后也不再发出。"),
        StepForm(
            "withdrawal",
            "撤回",
            [StepField("reason", "理由")],
            note="以后没有人再回答，也不再提醒。撤回的问卷没有结果。",
        ),
    )
}
"""By the word of the service's address"""
DONE: Mapping[str, str] = {
    "new": "已提出，由另一人批准发出。",
    OPENING: "已发出。",
    "giving-up": "已放弃，不再发出。",
    "withdrawal": "已撤回。",
}


def is_over(survey: SurveyAnswer, today: dt.date) -> bool:
    """Whether it went out and nobody can answer any more: there are results."""
    return survey.state == "open" and survey.until < today


def standing(survey: SurveyAnswer, today: dt.date) -> str:
    """Where it stands; the service counts one that is over as open."""
    return "已截止" if is_over(survey, today) else survey.state_label


def offered(survey: SurveyAnswer, caller: Caller, today: dt.date) -> list[StepForm]:
    """What this person may decide; another than who proposed it lets it go out."""
    names: list[str] = []
    is_late, approves = survey.until < today, Role.APPROVER in caller.roles
    if survey.state == "draft":
        if approves and not is_late and caller.subject != survey.proposed_by:
            names.append(OPENING)
        if caller.roles & {Role.OFFICER, Role.APPROVER}:
            names.append("giving-up")
    elif survey.state == "open" and approves and not is_late:
        names.append("withdrawal")
    return [STEPS[one] for one in names]


def facts(survey: SurveyAnswer) -> Mapping[str, str]:
    """What a decision rests on, by its name on the page."""
    return {"题目": survey.title, "状态": survey.state_label, "最后一天": str(survey.until)}
