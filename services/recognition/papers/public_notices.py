"""公示 on paper: whom a bureau means to recognise, by category, until when one can object and how."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from services.recognition.applications.models import Application, PublicNotice
from services.recognition.papers.basis import document_words
from shared import clock
from shared.law.language.units import format_day
from shared.law.model.policy import Policy
from shared.law.model.recognition import Category
from shared.papers.typesetting import Paper

TEMPLATE = Path(__file__).with_name("public_notice.typ")


def public_notice_paper(
    notice: PublicNotice,
    items: Sequence[Application],
    policy: Policy,
    year: int,
    bureau: str | None,
    number: str | None,
) -> Paper:
    """With the households that are still on it; `number`: of the paper, if it has one."""
    data: dict[str, object] = {
        "title": [f"关于{year}年度拟认定", "“名特优新”个体工商户", "名单的公示"],
        "issuer": bureau,
        "number": number,
        "basis": document_words(policy.document),
        "opens": format_day(notice.opens_on),
        "closes": format_day(notice.closes_on),
        "provisional": notice.provisional,
        "count": len(items),
        "categories": by_category(items),
        "printed": printed_after(notice.opens_on),
    }
    return Paper(TEMPLATE, data, f"public-notice-{notice.county}-{notice.opens_on}")


def by_category(items: Sequence[Application]) -> list[dict[str, object]]:
    """The households of each category in the policy's order (名 特 优 新), by code."""
    groups = [(category, [one for one in items if one.category is category]) for category in Category]
    return [
        {
            "label": category.label,
            "rows": [[one.name, one.uscc] for one in sorted(group, key=lambda one: one.uscc)],
        }
        for category, group in groups
        if group
    ]


def printed_after(opened: dt.date) -> str | None:
    """The day of printing, where some may have been taken off since."""
    today = clock.today()
    return format_day(today) if today > opened else None
