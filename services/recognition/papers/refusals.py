"""不予认定告知书: why an application was refused, on which provisions, and that one can object."""

from collections.abc import Sequence

from services.recognition.applications.domain import STEP_LABELS, ApplicationState, TaskOutcome
from services.recognition.applications.models import Application, Task
from services.recognition.papers.basis import day_of, document_words
from services.recognition.papers.bureaus import bureau_of_region
from services.recognition.papers.problems import NotRefused
from services.recognition.rules.domain import PathKind, find_step
from services.recognition.rules.service import recognition_rules
from shared.law.model.policy import Policy
from shared.papers.prose import BLANK, PaperSection, Prose, day_words, entered, listed
from shared.papers.typesetting import Paper
from shared.reference.regions import full_region_name


def refusal_paper(application: Application, tasks: Sequence[Task], policy: Policy, number: str | None) -> Paper:
    """409 unless it was refused; what the season's end left without a decision was not."""
    if application.state is not ApplicationState.REFUSED or application.unplaced:
        raise NotRefused
    told = [*submitted_words(application), f"在“{STEP_LABELS[application.step]}”这一步没有通过，决定不予认定。"]
    step = find_step(recognition_rules(policy), application.path, application.step)
    cited = [document_words(policy.document), *([str(step.citation)] if step is not None else [])]
    sections = [
        PaperSection("申报和处理结果", [told]),
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
    bureau = bureau_of_region(application.turned_down_from)
    return Prose(["不予认定告知书"], addressee, sections, bureau, number, on).paper(f"refusal-{application.uscc}")


def submitted_words(application: Application) -> list[str | None]:
    """Who submitted what, and when: the household, or the department that recommended it. The category is the one that
    was claimed; another one that the review found is said beside it.
    """
    claimed, found = application.claims.category, application.category
    category = f"（{claimed.label}）" if claimed is not None else ""
    day = day_words(day_of(application.submitted_at))
    if application.path is PathKind.RECOMMENDATION:
        place = full_region_name(application.recommended_from) if application.recommended_from else None
        by = f"{place or ''}{application.recommended_by.label}" if application.recommended_by else BLANK
        said: list[str | None] = [by, "于", day, f"推荐你户认定为“名特优新”{category}个体工商户的申报，"]
    else:
        said = ["你户于", day, f"提交的“名特优新”{category}个体工商户申报，"]
    if claimed is not None and found is not None and found is not claimed:
        said.append(f"审核确定的类别为“{found.label}”，")
    return said
