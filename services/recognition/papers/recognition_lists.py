"""认定文件: whom a bureau recognised in a season, or on one day of it, by category."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from services.recognition.papers.basis import document_words
from services.recognition.papers.bureaus import only_bureau
from services.recognition.papers.problems import NobodyRecognised
from services.recognition.recognitions.domain import RECOGNITION_STATES, RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.season.models import Season
from shared import clock
from shared.law.model.policy import Policy
from shared.law.model.recognition import Category
from shared.papers.prose import day_words
from shared.papers.typesetting import Paper

TEMPLATE = Path(__file__).with_name("recognition_list.typ")


def recognition_list_paper(
    season: Season, recognitions: Sequence[Recognition], policy: Policy, on: dt.date | None, number: str | None
) -> Paper:
    """Everybody who was recognised, as it was decided; those that have ended since are named below. 409 for nobody."""
    granted = [one for one in recognitions if on is None or one.granted_on == on]
    if not granted:
        raise NobodyRecognised
    days = {one.granted_on for one in granted}
    data: dict[str, object] = {
        "title": [f"关于认定{season.year}年度", "“名特优新”", "个体工商户的决定"],
        "issuer": only_bureau({one.decided_by_region for one in granted}),
        "number": number,
        "basis": document_words(policy.document),
        "count": len(granted),
        "benefits": day_words(season.benefits_from),
        "categories": by_category(granted),
        "ended": ended_since(granted),
        "printed": day_words(clock.today()),
        "day": day_words(max(days)) if len(days) == 1 else None,
    }
    return Paper(TEMPLATE, data, f"recognition-list-{season.county}-{season.year}")


def by_category(granted: Sequence[Recognition]) -> list[dict[str, object]]:
    """Name, code, verification code and last day of each, by category (名 特 优 新) and code."""
    found: list[dict[str, object]] = []
    for category in Category:
        rows = [
            [one.name, one.uscc, one.certificate, one.valid_until.isoformat()]
            for one in sorted(granted, key=lambda one: one.uscc)
            if one.category is category
        ]
        if rows:
            found.append({"label": category.label, "rows": rows})
    return found


def ended_since(granted: Sequence[Recognition]) -> list[str]:
    """Which have ended, as of today."""
    today = clock.today()
    states = [(one.name, one.state_on(today)) for one in granted]
    return [
        f"{name}（{RECOGNITION_STATES.label(state)}）" for name, state in states if state is not RecognitionState.VALID
    ]
