"""The steps of seasons and of standards as forms; whether one is possible, the service says."""

from collections.abc import Mapping

from services.portal.shell.step_forms import Filled, StepField, StepForm
from services.portal.upstream.staff_seasons import StandardsAnswer, WholeSeasonAnswer
from shared.platform.identity import Caller, Role

DOCUMENT = StepField("document", "文件", "text", "写文号，例如 郑市监〔2026〕3号", longest=200)
PREPARE = StepForm(
    "prepare",
    "准备一个认定季",
    [
        StepField("county", "区县", "choice"),
        StepField("year", "年度", "number", longest=4),
        StepField("policy", "按哪个政策", "choice"),
        StepField("applications_until", "申报截止日期", "date", "政策写明的不用填", optional=True, longest=10),
        StepField("supplement_days", "补正多少个工作日", "number", "政策写明的不用填", optional=True, longest=3),
        StepField("consultation_days", "部门答复多少个工作日", "number", "政策写明的不用填", optional=True, longest=3),
        StepField("notice_days", "公示多少个工作日", "number", "政策写明的不用填", optional=True, longest=3),
        StepField("settings", "政策没有写明的数", "lines", "一行一个，写成 名称=数，名称见“本地标准”", optional=True),
        StepField(
            "operator_kinds",
            "增列的经营者身份",
            "lines",
            "政策列出的以外还可以放宽的；一行一个，写成 代号=名称，代号用小写字母",
            optional=True,
        ),
        StepField("document", "设定这些数、增列这些身份的文件", "text", optional=True, longest=200),
    ],
    note="准备好以后还能更正，到了开始的日子再开始。",
)
SEASON_STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm("opening", "开始申报", note="分类标准已公布、名额已核定、日子已到，才能开始。"),
        StepForm("removal", "删除", note="只能删除还在准备的。"),
        StepForm(
            "extension",
            "延期",
            [
                StepField("applications_until", "新的申报截止日期", "date", "申报期内才能延长", True, longest=10),
                StepField("decisions_until", "新的认定截止日期", "date", "由上级延长", True, longest=10),
                DOCUMENT,
                StepField("reason", "理由"),
            ],
            note="延期和文件对所有人公开。",
        ),
        StepForm("notice", "发布公示", note="等待公示的全部公示。今天不符合条件的不公示，仍留在待办里。"),
        StepForm(
            "filing",
            "登记认定名单已报上级",
            [DOCUMENT, StepField("filed_on", "哪一天报的", "date", longest=10)],
        ),
    )
}
CRITERIA_STEPS: Mapping[str, StepForm] = {
    one.name: one
    for one in (
        StepForm("publication", "公布这份标准", note="起草的人不能公布。公布以后，申报按它办理。"),
        StepForm(
            "filing",
            "登记已报上级备案",
            [
                StepField("document_no", "文号", "text", longest=200),
                StepField("filed_on", "哪一天报的", "date", longest=10),
            ],
        ),
    )
}
DONE: Mapping[str, str] = {
    "prepare": "已准备。",
    "opening": "已开始，经营者可以申报。",
    "extension": "已延期。",
    "notice": "已发布公示。",
    "filing": "已登记。",
    "publication": "已公布。",
    "removal": "已删除。",
}
OF_STATES: Mapping[str, tuple[str, ...]] = {
    "preparing": ("opening", "removal"),
    "open": ("notice", "extension", "filing"),
    "closed": ("filing",),
}


def season_steps(found: WholeSeasonAnswer, caller: Caller) -> list[StepForm]:
    """What an officer of the region may ask for in the season's state."""
    if Role.OFFICER not in caller.roles or not caller.covers(found.county):
        return []
    return [SEASON_STEPS[name] for name in OF_STATES.get(found.state, ())]


def criteria_steps(found: StandardsAnswer, caller: Caller) -> list[StepForm]:
    """A draft is published by an approver; published standards are filed where the policy demands it."""
    if not caller.covers(found.region):
        return []
    if found.published_at is None:
        return [CRITERIA_STEPS["publication"]] if Role.APPROVER in caller.roles else []
    files = found.filed_with is not None and found.filed_on is None and Role.OFFICER in caller.roles
    return [CRITERIA_STEPS["filing"]] if files else []


def order_of(filled: Filled) -> Mapping[str, object]:
    """The body of a prepared season: numbers that the policy leaves open are lines `name=number`, kinds of operators
    that it does not name lines `id=title`.
    """
    settings, kinds = (_pairs(filled, name) for name in ("settings", "operator_kinds"))
    listed = [{"id": name, "title": title} for name, title in kinds]
    return {**filled.body, "settings": dict(settings), "operator_kinds": listed}


def _pairs(filled: Filled, name: str) -> list[tuple[str, str]]:
    lines = [line.partition("=") for line in filled.body.get(name, ())]
    return [(before.strip(), after.strip()) for before, _, after in lines]


def season_facts(found: WholeSeasonAnswer) -> Mapping[str, str]:
    """What a step rests on, by its name on the page."""
    return {
        "状态": found.state_label,
        "申报截止": str(found.applications_until),
        "认定截止": str(found.decisions_until),
        "延期": f"{len(found.extensions)} 次",
        "名额": f"{found.quota.places} 个，已用 {found.quota.taken} 个" if found.quota else "",
    }


def criteria_facts(found: StandardsAnswer) -> Mapping[str, str]:
    """The same of standards."""
    return {
        "文件": found.document,
        "公布": "已公布" if found.published_at else "草稿",
        "备案": found.filed_document or "",
    }
