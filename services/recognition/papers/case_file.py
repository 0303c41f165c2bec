"""案卷: one recognition from the application to its end, as officers of its county may see it, in order of time.

Figures that operators reported are confidential and stay out. Staff are named by their account, as in the audit.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from services.recognition.outlets.schemas import PATH_LABELS
from services.recognition.papers.basis import granted_until
from services.recognition.papers.life_events import events_of
from services.recognition.papers.procedure_rows import (
    Rows,
    application_rows,
    consultation_rows,
    document_row,
    moment_words,
    notice_rows,
    score_rows,
    task_row,
)
from services.recognition.papers.repository import Life, Procedure
from services.recognition.recognitions.domain import RECOGNITION_STATES
from services.recognition.recognitions.models import Recognition
from services.recognition.registers.models import ObjectionCopy
from services.recognition.registers.objections import LABELS_BY_STAGE
from services.recognition.scoring.explanation import ExplainedScore
from shared import clock
from shared.papers.prose import day_words
from shared.papers.typesetting import Paper
from shared.platform.audit_reading import masked
from shared.reference.regions import bureau_name, full_region_name

TEMPLATE = Path(__file__).with_name("case_file.typ")
DIGEST = re.compile("[0-9a-f]{64}")


def case_file_paper(
    recognition: Recognition,
    procedure: Procedure | None,
    explained: ExplainedScore | None,
    life: Life,
    objections: Sequence[ObjectionCopy],
) -> Paper:
    """Without the procedure where it lies in another region; `explained`: the points that a scoring sheet gave."""
    data: dict[str, object] = {
        "cover": cover_of(recognition),
        "parts": [
            part
            for part in (*parts_of(procedure, explained), *parts_after(recognition, life, objections))
            if part["rows"]
        ],
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


def parts_of(procedure: Procedure | None, explained: ExplainedScore | None) -> Iterable[dict[str, object]]:
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
    yield part("评分", ("项目", "分数", "说明"), (2, 1, 4), score_rows(procedure, explained))
    yield part("公示", ("开始", "截止", "状态"), (2, 2, 3), notice_rows(procedure))


def parts_after(
    recognition: Recognition, life: Life, objections: Sequence[ObjectionCopy]
) -> Iterable[dict[str, object]]:
    """From the decision on."""
    until = granted_until(recognition, [one.valid_until for one in life.evaluations])
    decided = [
        [
            moment_words(recognition.created_at),
            "认定",
            recognition.decided_by,
            f"{recognition.category.label}，有效期至{until}",
        ]
    ]
    yield part("认定决定", ("时间", "决定", "决定人", "内容"), (2, 1.5, 2, 5), decided)
    yield part("认定以后", ("日期", "事项", "内容"), (2, 2.5, 6), events_of(recognition, life))
    rows = [[str(one.filed_on or ""), one.receipt, LABELS_BY_STAGE.get(one.stage, one.stage)] for one in objections]
    yield part("异议", ("提出日期", "受理编号", "办理情况"), (2, 3, 3), rows)
