"""What happened to a recognition after the decision, by day: reports, confirmations, evaluations, its end."""

import datetime as dt
from collections.abc import Iterator

from services.recognition.lifecycle.domain import (
    END_LABELS,
    OPEN_STATES,
    PROCEEDING_STATES,
    SERVICE_LABELS,
    ProceedingState,
)
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.papers.basis import day_of
from services.recognition.papers.repository import Life
from services.recognition.recognitions.domain import REPORT_LABELS, RecognitionState, ReportState
from services.recognition.recognitions.models import Recognition

Event = tuple[dt.date | None, str, str]
"""The day, what it was, and what was said; None: of before the day was kept."""
CLOSED_STATES = frozenset(ProceedingState) - {*OPEN_STATES, ProceedingState.DECIDED}


def events_of(recognition: Recognition, life: Life) -> list[list[str]]:
    """Rows in order of time; of which the day is not known last, with a blank."""
    found = [*yearly_events(life), *ending_events(recognition, life)]
    ordered = sorted(found, key=lambda event: event[0] or dt.date.max)
    return [[str(day or ""), what, words] for day, what, words in ordered]


def yearly_events(life: Life) -> Iterator[Event]:
    """Reports without what they say, confirmations, evaluations."""
    for report in life.reports:
        if report.state is not ReportState.DUE:
            yield day_of(report.filed_at) or report.due_on, f"{report.year}年度信息报告", REPORT_LABELS[report.state]
    for one in life.confirmations:
        words = "仍符合标准" if one.confirmed else f"不再符合：{'；'.join(one.failing)}"
        yield day_of(one.confirmed_at), f"{one.year}年度确认", words
    for evaluation in life.evaluations:
        words = {None: "尚未决定", True: "延长", False: "不予延长"}[evaluation.extends]
        said = "：".join(text for text in (words, evaluation.reason) if text)
        yield day_of(evaluation.decided_at or evaluation.evaluated_at), "期满评估", said


def ending_events(recognition: Recognition, life: Life) -> Iterator[Event]:
    """Proceedings step by step, the ban, and the end by itself."""
    for row in life.proceedings:
        yield from proceeding_events(row)
    if life.ban is not None:
        until = f"至{life.ban.until}不得申报" + (f"，{life.ban.lifted_on}解除" if life.ban.lifted_on else "")
        yield life.ban.revoked_on, "禁止申报", until
    if recognition.state is RecognitionState.EXPIRED and recognition.ended_on is not None:
        yield recognition.ended_on, "到期", recognition.end_reason or ""


def proceeding_events(row: EndProceeding) -> Iterator[Event]:
    """Proposed, told, heard, decided, served; dropped, or undone."""
    label = END_LABELS[row.what]
    yield row.proposed_on, f"提议{label}", f"{row.facts}；{row.reason}（依据：{'；'.join(row.citations)}）"
    if row.notice is not None:
        served = row.notice.served
        yield (
            served.on,
            "送达告知书",
            f"{served.document}，{SERVICE_LABELS[served.how]}，陈述、申辩至{row.notice.defend_by}",
        )
    for one in row.statements:
        yield one.on, "陈述、申辩", "放弃" if one.waived else one.text or ""
    if row.decision is not None:
        answer = f"；对陈述、申辩的答复：{row.decision.answer}" if row.decision.answer else ""
        yield row.decision.on, f"决定{label}", f"{row.decision.document}：{row.decision.reason}{answer}"
    if row.served is not None:
        yield row.served.on, "送达决定书", f"{row.served.document}，{SERVICE_LABELS[row.served.how]}"
    if row.state in CLOSED_STATES:
        yield row.closed_on, f"{label}：{PROCEEDING_STATES.label(row.state)}", row.drop_reason or ""
