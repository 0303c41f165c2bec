"""The steps of a visit as forms; whether one is possible, the service says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.shell.step_forms import Filled, StepField, StepForm
from services.portal.shell.words import DEPARTMENTS, PROBLEM_KINDS
from services.portal.upstream.problems import QueryRefused
from services.portal.upstream.staff_support import HouseholdOfficialAnswer, VisitAnswer
from shared.platform.identity import Caller, Role

VISIT_STATES: Mapping[str, str] = {
    "due": "待安排",
    "assigned": "已安排",
    "overdue": "已逾期",
    "made": "已走访",
    "waived": "不再走访",
}
OPEN_VISIT_STATES = frozenset({"due", "assigned", "overdue"})
"""States in which somebody is still waited for"""
STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm(
            "assign", "安排走访的人", [StepField("to", "由谁走访", "choice")], note="可以是您自己，或者联系干部。"
        ),
        StepForm(
            "assign-other",
            "安排给名单以外的人",
            [
                StepField("subject", "账号", "text", "这个人登录用的账号", longest=200),
                StepField("name", "姓名", "text", "经营者看得到", longest=100),
                StepField("department", "部门", "choice", words=DEPARTMENTS),
            ],
        ),
        StepForm(
            "visit",
            "登记走访情况",
            [
                StepField("visited_on", "哪一天走访的", "date", longest=10),
                StepField("finding", "了解到的情况", hint="不写证件号码和电话"),
                StepField("kind", "发现了哪一类问题", "choice", "没有发现的不选", optional=True, words=PROBLEM_KINDS),
                StepField("statement", "什么问题，要什么", hint="没有发现的不写；不写证件号码和电话", optional=True),
            ],
            note="发现的问题会成为一件诉求，由负责的部门按期限办理。还有别的问题，在“诉求问题”里登记。",
        ),
        StepForm(
            "waive",
            "不再走访",
            [StepField("reason", "理由")],
            note="安排去走访的人不能自己办，由另一个人办。",
        ),
    )
}
PATHS: Mapping[str, str] = {"assign": "assignment", "assign-other": "assignment", "visit": "visit", "waive": "waiver"}
DONE: Mapping[str, str] = {
    "assign": "已安排。",
    "assign-other": "已安排。",
    "visit": "已登记走访情况。",
    "waive": "已记为不再走访。",
}


@dataclass(frozen=True)
class VisitFile:
    """A visit, the person who looks at it, and whom it can be given to."""

    visit: VisitAnswer
    caller: Caller
    officials: Sequence[HouseholdOfficialAnswer]

    def people(self) -> Mapping[str, Mapping[str, str]]:
        """By account, as the service takes them: oneself first. Somebody without a name or department is no choice."""
        caller = self.caller
        known: dict[str, Mapping[str, str]] = {}
        if caller.name and caller.department:
            known[caller.subject] = {"name": caller.name, "department": caller.department.value}
        for one in self.officials:
            if one.subject:
                known.setdefault(one.subject, {"name": one.name, "department": one.department})
        return known

    def form_of(self, name: str) -> StepForm:
        """A step with what can be chosen in it."""
        said = {subject: f"{one['name']}（{DEPARTMENTS[one['department']]}）" for subject, one in self.people().items()}
        return STEPS[name].choosing(to=said)

    def offered(self) -> list[StepForm]:
        """What this person may ask for in the visit's state."""
        roles, is_own = self.caller.roles, self.visit.assigned_to == self.caller.subject
        if self.visit.state not in OPEN_VISIT_STATES:
            return []
        names: list[str] = []
        if Role.OFFICER in roles:
            names += ["visit", *(["assign"] if self.people() else []), "assign-other"]
        elif Role.BUREAU in roles and is_own:
            names.append("visit")
        if roles & {Role.OFFICER, Role.APPROVER} and not is_own:
            names.append("waive")
        return [self.form_of(name) for name in names]

    def facts(self) -> Mapping[str, str]:
        """What a step rests on, by its name on the page."""
        found = self.visit
        return {
            "状态": found.state_label,
            "由谁走访": found.assigned_name or "",
            "截止": str(found.due_on or ""),
            "为什么": "；".join(one.label for one in found.occasions),
        }

    def body_of(self, step: str, filled: Filled) -> Mapping[str, object]:
        """What the service is told; QueryRefused for half a problem."""
        body = dict(filled.body)
        match step:
            case "assign":
                subject = str(body["to"])
                return {"subject": subject, **self.people()[subject]}
            case "visit":
                found = {name: body.pop(name) for name in ("kind", "statement") if name in body}
                if len(found) == 1:
                    lacking = "statement" if "kind" in found else "kind"
                    raise QueryRefused(
                        fields=[(lacking, "发现的问题，请写明是哪一类、什么问题；没有发现的，两项都不填。")]
                    )
                return {**body, "problems": [found] if found else []}
            case _:
                return body
