"""不予认定告知书: why an application was refused, on which provisions, and that one can object."""

from collections.abc import Sequence

from services.recognition.applications.domain import STEP_LABELS, ApplicationState, TaskOutcome
from services.recognition.applications.models import Application, Task
from services.recognition.papers.basis import day_of, document_words
from services.recognition.papers.problems import NotRefused
from services.recognition.rules.domain import find_step
from services.recognition.rules.service import recognition_rules
from shared.law.model.policy import Policy
from shared.papers.prose import BLANK, PaperSection, Prose, day_words, entered, listed
from shared.papers.typesetting import Paper


def refusal_paper(
    application: Application, tasks: Sequence[Task], policy: Policy, bureau: str | None, number: str | None
) -> Paper:
    """409 unless it was refused; what the season's end left without a decision was not."""
    if application.state is not ApplicationState.REFUSED or application.unplaced:
        raise NotRefused
    category = application.category.label if application.category is not None else ""
    handed_in = day_words(day_of(application.submitted_at))
    told = [
        handed_in,
        f"提交的“名特优新”{f'（{category}）' if category else ''}个体工商户申报（推荐），",
        f"在“{STEP_LABELS[application.step]}”这一步没有通过，决定不予认定。",
    ]
    step = find_step(recognition_rules(policy), application.path, application.step)
    cited = [document_words(policy.document), *([str(step.citation)] if step is not None else [])]
    sections = [
        PaperSection("申报和处理结果", [["你户于", *told]]),
        PaperSection("事实和理由", [*entered(application.reason or ""), *listed(application.judged.against)]),
        PaperSection("依据", listed(cited)),
        PaperSection(
            "你的权利",
            [
                ["对以上结果有异议的，可以登录“名录”网站，在这份申报的页面提出，也可以到本局窗口提出。"],
                ["提出异议的期限：", BLANK, "。联系电话：", BLANK, "。"],
            ],
        ),
    ]
    addressee = f"{application.name}（统一社会信用代码：{application.uscc}）"
    failed = [task.done_at for task in tasks if task.outcome is TaskOutcome.FAILED and task.done_at is not None]
    on = day_of(max(failed, default=None))
    return Prose(["不予认定告知书"], addressee, sections, bureau, number, on).paper(f"refusal-{application.uscc}")
