"""案卷: one recognition from the application to its end, as officers of its county may see it, in order of time.

Figures that operators reported are confidential and stay out. Staff are named by their account, as in the audit.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from services.recognition.applications.documents import VISIT_EVIDENCE
from services.recognition.applications.domain import NOTICE_STATES, STEP_LABELS, TaskOutcome
from services.recognition.applications.models import Document, Task
from services.recognition.applications.recommendations import CONSENT_EVIDENCE
from services.recognition.outlets.schemas import PATH_LABELS
from services.recognition.papers.basis import day_of
from services.recognition.papers.life_events import events_of
from services.recognition.papers.repository import Life, Procedure
from services.recognition.recognitions.domain import RECOGNITION_STATES
from services.recognition.recognitions.models import Recognition
from services.recognition.registers.models import ObjectionCopy
from services.recognition.registers.objections import LABELS_BY_STAGE
from shared import clock
from shared.papers.prose import day_words
from shared.papers.typesetting import Paper
from shared.platform.audit_reading import masked
from shared.platform.system_callers import BUS, CLOCK
from shared.reference.regions import bureau_name, full_region_name

TEMPLATE = Path(__file__).with_name("case_file.typ")
Rows = list[list[str]]
DIGEST = re.compile("[0-9a-f]{64}")
RECORDED: Mapping[str, str] = {
    "criteria": "符合的标准",
    "points": "得分",
    "missing": "应补的材料",
    "visited_on": "走访日期",
    "visitors": "走访人员",
    "finding": "走访情况",
    "asked": "征求的部门数",
    "rank": "名次",
    "closes_on": "公示截止",
    "reason": "理由",
}
"""What the record of a step says, in the order in which it is told"""


PURPOSES: Mapping[str, str] = {CONSENT_EVIDENCE: "经营者同意", VISIT_EVIDENCE: "走访"}
BY_ITSELF = (CLOCK.subject, BUS.subject)


def case_file_paper(
    recognition: Recognition, procedure: Procedure | None, life: Life, objections: Sequence[ObjectionCopy]
) -> Paper:
    """Without the procedure where it lies in another region."""
    data: dict[str, object] = {
        "cover": cover_of(recognition),
        "parts": [part for part in (*parts_of(procedure), *parts_after(recognition, life, objections)) if part["rows"]],
        "elsewhere": procedure is None,
        "printed": day_words(clock.today()),
    }
    return Paper(TEMPLATE, data, f"case-file-{recognition.uscc}-{recognition.year}")


def part(title: str, header: Sequence[str], widths: Sequence[float], rows: Rows) -> dict[str, object]:
    """A part of the file: a table; `widths`: shares of its columns. Numbers of persons are masked, as in the audit."""
    shown = [[cell if DIGEST.fullmatch(cell) else masked(cell) for cell in row] for row in rows]
    return {"title": title, "header": list(header), "widths": list(widths), "rows": shown}


def cover_of(recognition: Recognition) -> Rows:
    """What stands on the cover."""
    state = recognition.state_on(clock.today())
    return [
        ["字号名称", recognition.name],
        ["统一社会信用代码", recognition.uscc],
        ["所在地区", full_region_name(recognition.county) or recognition.county],
        ["认定年度", f"{recognition.year}年"],
        ["类别", recognition.category.label],
        ["认定途径", PATH_LABELS[recognition.path]],
        ["认定日期", day_words(recognition.granted_on) or ""],
        ["有效期至", day_words(recognition.valid_until) or ""],
        ["证书核验码", recognition.certificate],
        ["目前状态", RECOGNITION_STATES.label(state)],
        ["认定机关", bureau_name(recognition.decided_by_region) if recognition.decided_by_region else ""],
    ]


def parts_of(procedure: Procedure | None) -> Iterable[dict[str, object]]:
    """From the application to the notice."""
    if procedure is None:
        return
    yield part("申报", ("项目", "内容"), (1, 3), application_rows(procedure))
    yield part(
        "材料清单",
        ("材料", "用途", "提交日期", "SHA-256"),
        (3, 3, 2, 5),
        [document_row(one, procedure.titles) for one in procedure.documents],
    )
    done = sorted(
        (one for one in procedure.tasks if one.done_at is not None), key=lambda one: one.done_at or clock.now()
    )
    yield part(
        "办理经过",
        ("时间", "步骤", "结果", "办理人", "记录"),
        (2, 2, 1.5, 2, 5),
        [task_row(one, procedure.titles) for one in done],
    )
    yield part("征求意见", ("部门", "答复日期", "意见"), (2, 2, 5), consultation_rows(procedure))
    yield part("评分", ("项目", "内容"), (1, 3), score_rows(procedure))
    yield part("公示", ("开始", "截止", "状态"), (2, 2, 3), notice_rows(procedure))


def parts_after(
    recognition: Recognition, life: Life, objections: Sequence[ObjectionCopy]
) -> Iterable[dict[str, object]]:
    """From the decision on."""
    decided = [
        [
            moment_words(recognition.created_at),
            "认定",
            recognition.decided_by,
            f"{recognition.category.label}，有效期至{recognition.valid_until}",
        ]
    ]
    yield part("认定决定", ("时间", "决定", "决定人", "内容"), (2, 1.5, 2, 5), decided)
    yield part("认定以后", ("日期", "事项", "内容"), (2, 2.5, 6), events_of(recognition, life))
    rows = [[str(one.filed_on or ""), one.receipt, LABELS_BY_STAGE.get(one.stage, one.stage)] for one in objections]
    yield part("异议", ("提出日期", "受理编号", "办理情况"), (2, 3, 3), rows)


def application_rows(procedure: Procedure) -> Rows:
    """What was applied for, and why."""
    one = procedure.application
    rows = [
        ["途径", PATH_LABELS[one.path]],
        ["提交日期", day_words(day_of(one.submitted_at)) or ""],
        ["推荐部门", one.recommended_by.label if one.recommended_by is not None else ""],
        ["申报类别", one.claims.category.label if one.claims.category is not None else ""],
        ["申报理由", one.claims.reason or ""],
        ["申报所列标准", value_words(one.claims.criteria, procedure.titles)],
        ["审核确定的类别", one.category.label if one.category is not None else ""],
        ["审核理由", one.category_reason or ""],
        ["经营者同意", consent_words(procedure)],
    ]
    return [row for row in rows if row[1]]


def consent_words(procedure: Procedure) -> str:
    """When the operator consented to a recommendation."""
    consent = procedure.application.consent
    return f"{consent.on} 同意" if consent is not None else ""


def document_row(one: Document, titles: Mapping[str, str]) -> list[str]:
    """A document with its digest, by which the file itself is found and compared."""
    return [one.name, purpose_words(one.evidence, titles), str(day_of(one.added_at)), one.sha256]


def purpose_words(evidence: str, titles: Mapping[str, str]) -> str:
    """What a document is to prove: a standard, by which document; the consent; a visit."""
    criterion, _, document = evidence.partition(":")
    known = PURPOSES.get(criterion) or titles.get(criterion, criterion)
    return f"{known}：{document}" if document else known


def task_row(one: Task, titles: Mapping[str, str]) -> list[str]:
    """A step with its result and what was recorded."""
    done_by = "系统" if one.done_by in BY_ITSELF else one.done_by or ""
    result = "通过" if one.outcome is TaskOutcome.PASSED else "未通过"
    return [moment_words(one.done_at), STEP_LABELS[one.step], result, done_by, record_words(one.record, titles)]


def record_words(record: Mapping[str, object], titles: Mapping[str, str]) -> str:
    """What was recorded of a step, as far as it has words."""
    said = [(label, record.get(name)) for name, label in RECORDED.items()]
    return "；".join(f"{label}：{value_words(value, titles)}" for label, value in said if value not in (None, "", []))


def value_words(value: object, titles: Mapping[str, str]) -> str:
    """Lists with their commas, standards by their titles."""
    values = value if isinstance(value, list | tuple) else [value]
    return "、".join(titles.get(str(one), str(one)) for one in values)


def consultation_rows(procedure: Procedure) -> Rows:
    """What departments said; silence by the last day is no objection."""
    return [
        [one.department.label, str(day_of(one.answered_at) or ""), consultation_words(one.agrees, one.opinion)]
        for one in procedure.consultations
    ]


def consultation_words(agrees: bool | None, opinion: str | None) -> str:
    """A department's answer."""
    if agrees is None:
        return "没有答复"
    return "；".join(one for one in ("同意" if agrees else "有不同意见", opinion) if one)


def score_rows(procedure: Procedure) -> Rows:
    """Points and place, and what excluded it."""
    one, score = procedure.application, procedure.score
    total = score.total if score is not None and score.total is not None else one.score
    rows = [["得分", str(total)] if total is not None else [], ["名次", str(one.rank)] if one.rank is not None else []]
    rows += [["排除的情形", reason] for reason in (score.excluded if score is not None else ())]
    return [row for row in rows if row]


def notice_rows(procedure: Procedure) -> Rows:
    """The notices that it was on."""
    return [
        [
            str(notice.opens_on),
            str(notice.closes_on),
            "已重新公示" if item.superseded else NOTICE_STATES.label(notice.state),
        ]
        for item, notice in procedure.notices
    ]


def moment_words(at: dt.datetime | None) -> str:
    """Day and minute in China."""
    return f"{at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}" if at is not None else ""
