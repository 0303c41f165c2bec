"""答复书: the answer to an objector on paper, or why the objection was not accepted; the objector's name is left blank,
since it is sealed.
"""

from services.objection.decisions.problems import NotAnswered
from services.objection.objections.domain import ObjectionState
from services.objection.objections.models import Objection
from shared import clock
from shared.papers.prose import PaperSection, Prose, day_words, entered
from shared.papers.typesetting import Paper
from shared.reference.regions import bureau_name


def answer_paper(objection: Objection, number: str | None) -> Paper:
    """409 before it is answered or declined."""
    declined = objection.state is ObjectionState.DECLINED
    said = objection.reason if declined else objection.answer
    if said is None:
        raise NotAnswered
    filed = day_words(objection.filed_at.astimezone(clock.CHINA).date())
    about = f"{filed}收到你对{objection.against.label}（{objection.uscc}）提出的异议，回执号{objection.receipt}。"
    sections = [
        PaperSection("异议的内容", [[about], *entered(objection.statement)]),
        PaperSection("不予受理的理由" if declined else "答复", entered(said)),
    ]
    region = objection.decided_by_region or (objection.handled_at if declined else None)
    ended = objection.closed_at.astimezone(clock.CHINA).date() if objection.closed_at is not None else None
    prose = Prose(
        title=["异议不予受理告知书" if declined else "异议处理答复书"],
        addressee=None,
        sections=sections,
        issuer=bureau_name(region) if region is not None else None,
        number=number,
        on=objection.decided_on or ended,
    )
    return prose.paper(f"answer-{objection.receipt}")
