"""The steps of a problem as forms: forwarded to one owner, who handles and answers it. Supervision is no form: it
follows from lateness.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.raised_problems.words import OUTCOMES, PROBLEM_SOURCES
from services.portal.shell.step_forms import StepField, StepForm
from services.portal.shell.words import DEPARTMENTS, PROBLEM_KINDS
from services.portal.upstream.staff_support import RaisedProblemAnswer
from shared.platform.identity import Caller, Role
from shared.reference.departments import Department
from shared.reference.regions import full_region_name

WRITTEN = "不写证件号码和电话"
COLLECT = StepForm(
    "collect",
    "登记一件诉求",
    [
        StepField("uscc", "哪一户", "text", "统一社会信用代码；不是单独一户的问题，不填", optional=True, longest=40),
        StepField("county", "哪个区县", "choice", "填了哪一户的不用选", optional=True),
        StepField("source", "从哪里来", "choice", words=PROBLEM_SOURCES),
        StepField("raised_by", "反映的组织、会议或联系点", "text", "不写个人", optional=True, longest=200),
        StepField("kind", "哪一类问题", "choice", words=PROBLEM_KINDS),
        StepField("statement", "什么问题，要什么", hint=WRITTEN),
    ],
    note="登记以后由本区县的市场监管部门转办。",
)
STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm(
            "forwarding",
            "转办",
            [
                StepField("department", "转给哪个部门", "choice", words=DEPARTMENTS),
                StepField("region", "哪一级的", "choice", "不选就是本区县的", optional=True),
                StepField("note", "说明", optional=True, longest=500),
            ],
            note="从这时起只由这个部门办理，答复的期限重新计算。",
        ),
        StepForm("acceptance", "开始处理"),
        StepForm(
            "return", "不属于本部门，退回", [StepField("reason", "理由")], note="退给本区县的市场监管部门重新转办。"
        ),
        StepForm(
            "answer",
            "答复",
            [
                StepField("answer", "办了什么；没有办成的，是什么原因", hint=WRITTEN),
                StepField("outcome", "结果", "radio", words=OUTCOMES),
                StepField(
                    "enforcement", "移交给哪个部门查处", "choice", "只有移交执法查处的要选", True, words=DEPARTMENTS
                ),
            ],
            note="经营者会收到答复，可以表示没有解决。",
        ),
        StepForm("closing", "办结", [StepField("reason", "理由")]),
    )
}
"""By the word of the service's address"""
DONE: Mapping[str, str] = {
    "collect": "已登记。",
    "forwarding": "已转办。",
    "acceptance": "已开始处理。",
    "return": "已退回转办。",
    "answer": "已答复，经营者会收到。",
    "closing": "已办结。",
}
OF_OWNER: Mapping[str, tuple[str, ...]] = {
    "collected": (),
    "forwarded": ("acceptance", "answer", "return"),
    "handling": ("answer",),
    "supervised": ("answer",),
    "answered": (),
    "closed": (),
}
"""What the department that has it may do, by state"""
FORWARDED_IN = frozenset({"collected", "forwarded", "handling", "supervised"})


@dataclass(frozen=True)
class ProblemFile:
    """A problem, and the person who looks at it."""

    problem: RaisedProblemAnswer
    caller: Caller

    @property
    def is_owner(self) -> bool:
        """Whether this person's department has it now, in their region; officers are of market supervision."""
        roles, found = self.caller.roles, self.problem
        if not roles & {Role.BUREAU, Role.OFFICER}:
            return False
        market = Department.MARKET if Role.OFFICER in roles else None
        return (found.department, found.owner_region) == (self.caller.department or market, self.caller.region)

    def form_of(self, name: str) -> StepForm:
        """A step with what can be chosen in it: a problem goes to a department of its county, or above it."""
        county = self.problem.county
        levels = [county[:digits] for digits in (6, 4, 2) if len(county) >= digits]
        return STEPS[name].choosing(region={code: full_region_name(code) or code for code in levels})

    def offered(self) -> list[StepForm]:
        """What this person may ask for in the problem's state. An answer that the household can still refuse is not
        closed by anybody else.
        """
        state, roles = self.problem.state, self.caller.roles
        names = [*(OF_OWNER.get(state, ()) if self.is_owner else ())]
        if Role.OFFICER in roles and state in FORWARDED_IN:
            names.append("forwarding")
        ends = state == "collected" or (state == "answered" and not self.problem.may_respond)
        if roles & {Role.OFFICER, Role.APPROVER} and ends:
            names.append("closing")
        return [self.form_of(name) for name in names]

    def facts(self) -> Mapping[str, str]:
        """What a step rests on, by its name on the page."""
        found = self.problem
        return {
            "状态": found.state_label,
            "由谁办": found.department_label,
            "截止": str(found.due_on or ""),
            "答复": found.answer or "",
        }
