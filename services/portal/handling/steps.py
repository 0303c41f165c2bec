"""The steps of an objection as forms, in the service's own words for them; which are offered, the service says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.portal.shell.step_forms import Filled, StepField, StepForm
from services.portal.upstream.objection_files import (
    AssignmentAnswer,
    GroundAnswer,
    ObjectionAnswer,
    ProposalAnswer,
    VerificationAnswer,
)
from shared.feeds.contract.feeds import FEEDS
from shared.reference.regions import full_region_name

AGAINST: Mapping[str, str] = {
    "typing": "分型结果",
    "public-notice": "公示名单",
    "refusal": "申报未通过",
    "non-selection": "未入选",
    "confirmation": "年度确认未通过",
    "extension": "有效期未延续",
    "cancellation": "取消认定",
    "revocation": "撤销认定",
}
DECLINE_KINDS: Mapping[str, str] = {
    "late": "超过提出异议的期限",
    "not-contestable": "不属于可以提出异议的事项",
    "not-concerned": "提出人与该事项无关",
    "decided-before": "同一事项已作出决定",
    "not-completed": "没有补正",
    "report": "属于举报",
    "own-report": "属于本户年度报告填报错误",
    "other": "其他",
}
HEARING_KINDS: Mapping[str, str] = {"hearing": "听证", "inquiry": "询问笔录"}
OUTCOMES: Mapping[str, str] = {"upheld": "异议成立", "dismissed": "异议不成立"}
READING = "reading"
"""Field of a reading that is chosen: `interpretation/reading`, since several phrases have readings of the same name"""
REASON = StepField("reason", "理由", hint="公开，不写具体数额")
TOLD = StepField("reason", "理由", hint="会告知异议人")
STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm("accept", "受理", note="受理以后，决定期限开始计算。"),
        StepForm("return", "退回补正", [StepField("missing", "要补的全部内容", "lines", "一行一项；只能退回一次")]),
        StepForm("decline", "不予受理", [StepField("kind", "情形", "choice", words=DECLINE_KINDS), TOLD]),
        StepForm("explain", "作出解释", [StepField("text", "解释", hint="公开，不写具体数额；只能解释一次")]),
        StepForm("resume", "按现有情况继续办理", note="异议人没有回应，而政策没有设期限。"),
        StepForm(
            "verify",
            "请部门核实",
            [
                StepField("feed", "哪一类数据", "choice", words={name: feed.title for name, feed in FEEDS.items()}),
                StepField("year", "数据所属年度", "number", "不填为分型年度的上一年", optional=True, longest=4),
                StepField("question", "请核实的内容"),
            ],
        ),
        StepForm("extend", "延长决定期限", [TOLD], note="只能延长一次。"),
        StepForm(
            "propose",
            "提出处理意见",
            [
                StepField("outcome", "意见", "radio", words=OUTCOMES),
                REASON,
                StepField("verifications", "采用哪几项核实的更正", "boxes", optional=True),
                StepField(
                    READING, "针对哪一处，采用哪种读法", "choice", "维持现在读法的，异议不成立；改采另一种的，异议成立"
                ),
                StepField("articles", "另外依据的条款", "lines", "一行一条", optional=True),
                StepField("worse", "更正后的结果可能比现在差，须先告知异议人", "tick"),
            ],
            note="由另一个人决定；参与过的人不能决定。",
        ),
        StepForm("warn", "告知异议人结果可能变差", [StepField("text", "告知的内容")], note="异议人可以在期限内撤回。"),
        StepForm("send-back", "退回处理意见", [StepField("reason", "理由")]),
        StepForm("decide", "按处理意见作出决定", note="立即生效。提出意见、核实过、登记过这件异议的人不能决定。"),
        StepForm(
            "hearing",
            "登记听证或者询问笔录",
            [
                StepField("kind", "种类", "radio", words=HEARING_KINDS),
                StepField("held_on", "哪一天", "date", longest=10),
                StepField("present", "到场的人", "lines", "一行一人"),
                StepField("text", "记录", longest=20_000),
            ],
            note="到场的人和内容加密保存，查看要写理由。",
        ),
        StepForm(
            "assign",
            "分派或移交",
            [StepField("to", "交给谁", "choice"), StepField("note", "移交说明", optional=True)],
        ),
    )
}
"""By the word of the address; those of the service's own table have its words"""
DONE: Mapping[str, str] = {
    "accept": "已受理。",
    "return": "已退回补正，异议人会收到要补的全部内容。",
    "decline": "已记为不予受理，异议人会收到理由。",
    "explain": "已作出解释，等待异议人表示意见。",
    "resume": "继续办理。",
    "verify": "已请部门核实，答复后会出现在这一页。",
    "extend": "已延长决定期限，异议人会收到理由。",
    "propose": "处理意见已提出，等待另一个人决定。",
    "warn": "已告知异议人。",
    "send-back": "处理意见已退回。",
    "decide": "已作出决定，答复已送达异议人的收件箱。",
    "hearing": "笔录已登记。",
    "assign": "已分派。",
}
HANDLED_STATES = frozenset({"filed", "returned", "accepted", "explained", "proposed"})
"""States in which somebody may be named to handle it, and conversations are noted"""


PATHS: Mapping[str, str] = {
    "accept": "/v1/objections/{objection}/acceptance",
    "return": "/v1/objections/{objection}/return",
    "decline": "/v1/objections/{objection}/decline",
    "explain": "/v1/explanations",
    "resume": "/v1/objections/{objection}/resumption",
    "verify": "/v1/verifications",
    "extend": "/v1/objections/{objection}/extension",
    "propose": "/v1/decisions",
    "warn": "/v1/decisions/{proposal}/warning",
    "send-back": "/v1/decisions/{proposal}/return",
    "decide": "/v1/decisions/{proposal}/approval",
    "hearing": "/v1/objections/{objection}/hearings",
    "assign": "/v1/objections/{objection}/assignment",
}
NAMING_THE_OBJECTION = frozenset({"explain", "verify", "propose"})
"""Steps whose body says which objection they are about"""


@dataclass(frozen=True)
class ObjectionFile:
    """What the steps of an objection rest on, as far as the person may read it."""

    objection: ObjectionAnswer
    grounds: Sequence[GroundAnswer]
    verifications: Sequence[VerificationAnswer]
    proposals: Sequence[ProposalAnswer]
    assignment: AssignmentAnswer | None

    @property
    def standing(self) -> ProposalAnswer | None:
        """The proposal that waits for its decision."""
        return next((one for one in self.proposals if one.state == "proposed"), None)

    def form_of(self, name: str) -> StepForm:
        """A step with what can be chosen in it."""
        step = STEPS[name]
        corrected = [one for one in self.verifications if one.finding == "corrected"]
        words: Mapping[str, Mapping[str, str]] = {
            "verifications": {one.id: f"{one.department_label}：{one.feed_label}" for one in corrected},
            READING: {
                f"{one.id}/{choice.id}": f"{one.title}：{choice.title}"
                for one in self.grounds
                if one.kind == "reading"
                for choice in one.choices
            },
            "to": self._people(),
        }
        open_fields = {one.name for one in step.fields if not one.words}
        return step.choosing(**{name: chosen for name, chosen in words.items() if name in open_fields})

    def offered(self, *, is_officer: bool) -> list[StepForm]:
        """The steps that this person may take now: the service's table, and those that change no state."""
        allowed = [one.step for one in self.objection.next_steps if one.step in STEPS]
        return [self.form_of(name) for name in (*allowed, *self._further(is_officer=is_officer))]

    def facts(self) -> Mapping[str, str]:
        """What a step rests on, by its name on the page."""
        found, proposal = self.objection, self.standing
        answered = sum(one.finding is not None for one in self.verifications)
        return {
            "状态": found.state_label,
            "受理期限": str(found.accept_by or ""),
            "决定期限": str(found.decide_by or ""),
            "经办人": self._name_of((self.assignment and self.assignment.assigned_to) or ""),
            "解释": found.explanation.text if found.explanation else "",
            "补正说明": found.completion or "",
            "部门已答复": f"{answered} 项",
            "处理意见": f"{proposal.outcome_label}：{proposal.reason}" if proposal else "",
        }

    def _further(self, *, is_officer: bool) -> Iterator[str]:
        if self.objection.state not in HANDLED_STATES:
            return
        if is_officer and self.standing and self.standing.worse and self.standing.told_on is None:
            yield "warn"
        if is_officer:
            yield "hearing"
        if self._people():
            yield "assign"

    def _people(self) -> Mapping[str, str]:
        return {
            one.subject: f"{one.name or '没有登记姓名'}（{full_region_name(one.region) or '全国'}）"
            for one in (self.assignment.candidates if self.assignment else ())
        }

    def _name_of(self, subject: str) -> str:
        return self._people().get(subject, "不在名单上的人" if subject else "")


def body_of(step: str, objection: str, filled: Filled) -> Mapping[str, object]:
    """What the service is told of a step."""
    body = {**filled.body, **({"objection": objection} if step in NAMING_THE_OBJECTION else {})}
    if READING in body:
        body["interpretation"], _, body["reading"] = str(body[READING]).partition("/")
    return body


def path_of(step: str, objection: str, proposal: str) -> str:
    """Where the service takes a step; ids are quoted already."""
    return PATHS[step].format(objection=objection, proposal=proposal)
