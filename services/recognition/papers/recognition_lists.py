"""认定文件: whom a bureau recognised in a season, or on one day of it, by category."""

import datetime as dt
from collections.abc import Sequence

from services.recognition.papers.basis import document_words
from services.recognition.papers.bureaus import only_bureau
from services.recognition.papers.problems import NobodyRecognised
from services.recognition.papers.repository import Granted
from services.recognition.recognitions.domain import RECOGNITION_STATES, RecognitionState
from services.recognition.season.models import Season
from shared import clock
from shared.law.model.policy import Policy
from shared.law.model.recognition import Category
from shared.papers.prose import Block, PaperSection, PaperTable, Prose, day_words
from shared.papers.typesetting import Paper

HEADER = ("序号", "字号名称", "统一社会信用代码\n证书核验码", "有效期至")


def recognition_list_paper(
    season: Season, recognitions: Sequence[Granted], policy: Policy, on: dt.date | None, number: str | None
) -> Paper:
    """Everybody who was recognised, as it was decided; those that have ended since are named below. 409 for nobody."""
    granted = [one for one in recognitions if on is None or one.recognition.granted_on == on]
    if not granted:
        raise NobodyRecognised
    days = {one.recognition.granted_on for one in granted}
    said = (
        f"根据{document_words(policy.document)}，按照规定的程序，现认定下列{len(granted)}户个体工商户为“名特优新”个体工商户，"
        f"自{day_words(season.benefits_from)}起享受相关扶持政策，有效期至表中所列之日（含当日）。"
    )
    return Prose(
        title=(f"关于认定{season.year}年度", "“名特优新”", "个体工商户的决定"),
        addressee=None,
        addressed=False,
        opening=[[said]],
        sections=by_category(granted),
        closing=ended_since(granted),
        issuer=only_bureau({one.recognition.decided_by_region for one in granted}),
        number=number,
        on=max(days) if len(days) == 1 else None,
    ).paper(f"recognition-list-{season.county}-{season.year}")


def by_category(granted: Sequence[Granted]) -> list[PaperSection]:
    """Name, code, verification code and last day of each, by category (名 特 优 新) and code."""
    found = []
    for category in Category:
        group = [one for one in granted if one.recognition.category is category]
        rows = [
            [str(place), row.name, f"{row.uscc}\n{row.certificate}", until.isoformat()]
            for place, (row, until) in enumerate(sorted(group, key=lambda one: one.recognition.uscc), 1)
        ]
        if rows:
            table = PaperTable(HEADER, (2, 9, 8, 5), (1,), rows)
            found.append(PaperSection(f"{category.label}（{len(rows)}户）", [table]))
    return found


def ended_since(granted: Sequence[Granted]) -> list[Block]:
    """Which have ended, as of today."""
    today = clock.today()
    states = [(one.recognition.name, one.recognition.state_on(today)) for one in granted]
    ended = [
        f"{name}（{RECOGNITION_STATES.label(state)}）" for name, state in states if state is not RecognitionState.VALID
    ]
    return [[f"截至{day_words(today)}打印时，已经失效的：{'、'.join(ended)}。"]] if ended else []
