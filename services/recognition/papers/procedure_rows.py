"""How it came to a recognition, as rows of the case file: application, documents, steps, opinions, points, notices."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from services.recognition.applications.documents import VISIT_EVIDENCE
from services.recognition.applications.domain import NOTICE_STATES, STEP_LABELS, TaskOutcome
from services.recognition.applications.models import Document, Task
from services.recognition.applications.recommendations import CONSENT_EVIDENCE
from services.recognition.outlets.schemas import PATH_LABELS
from services.recognition.papers.basis import day_of
from services.recognition.papers.repository import Procedure
from services.recognition.scoring.domain import shown
from services.recognition.scoring.explanation import ExplainedScore
from shared import clock
from shared.papers.prose import day_words
from shared.platform.system_callers import BUS, CLOCK

Rows = list[list[str]]
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
        ["经营者身份", value_words([f"kind.{kind}" for kind in one.claims.kinds], procedure.titles)],
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


def score_rows(procedure: Procedure, explained: ExplainedScore | None) -> Rows:
    """Points line by line where a scoring sheet gave them, and what excluded it; its place; the meeting's decision."""
    one, rows = procedure.application, []
    if explained is not None:
        rows += [[line.title, points_words(line.points), line.words] for line in explained.result.lines]
        rows += [["排除的情形", "", reason] for reason in explained.result.excluded]
        rows += [["集体决定", "", f"{said.decided_on}，{said.document}"] for said in explained.round.decisions]
    elif one.score is not None:
        rows.append(["得分", str(one.score), ""])
    if one.rank is not None:
        rows.append(["名次", str(one.rank), ""])
    return rows


def points_words(points: Fraction | None) -> str:
    """Points, where the line has any."""
    return "" if points is None else shown(points)


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
