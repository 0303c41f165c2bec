"""What is written before and when a recognition is cancelled or revoked: the notice of facts and reasons (告知书), the
decision with its remedies (决定书), and the receipts of their service (送达回证).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from services.recognition.lifecycle.domain import (
    END_LABELS,
    OPEN_STATES,
    SERVICE_LABELS,
    EndDecision,
    ProceedingState,
    ProposedEnd,
    ServedDocument,
    Statement,
)
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.lifecycle.problems import NothingDecided, NotProposed
from services.recognition.papers.bureaus import bureau_of_region
from services.recognition.papers.problems import ProposalDropped
from services.recognition.recognitions.models import Recognition
from services.recognition.rules.procedure import ProcedureTerms
from shared.papers.prose import BLANK, Block, PaperSection, Paragraph, Prose, day_words, entered, listed
from shared.papers.typesetting import Paper
from shared.reference.regions import bureau_name

RECEIPT = Path(__file__).with_name("receipt.typ")


class EndPaper(StrEnum):
    """A paper of a proceeding."""

    NOTICE = "notice"
    NOTICE_RECEIPT = "notice-receipt"
    DECISION = "decision"
    DECISION_RECEIPT = "decision-receipt"


@dataclass(frozen=True)
class EndPeriods:
    """`terms`: the periods of today; `years`: of the ban that a revocation would bring today; `banned_until`: the last
    day of the one that was decided.
    """

    terms: ProcedureTerms
    years: int | None
    banned_until: dt.date | None


def end_paper(
    kind: EndPaper, recognition: Recognition, proceedings: Sequence[EndProceeding], periods: EndPeriods
) -> Paper:
    """The newest of its kind. 409 where nothing was proposed, or no decision stands; and for a notice that was never
    served of a proposal that is dropped.
    """
    if kind in (EndPaper.NOTICE, EndPaper.NOTICE_RECEIPT):
        row = noticed(proceedings)
        if kind is EndPaper.NOTICE:
            return notice_of(recognition, row, periods)
        title, served = f"拟{END_LABELS[row.what]}告知书", row.notice.served if row.notice is not None else None
        return receipt_of(recognition, Receipt(title, None, notice_issuer(recognition, row), served), row.what, kind)
    standing = [one for one in proceedings if one.state is ProceedingState.DECIDED]
    if not standing or (decision := standing[-1].decision) is None:
        raise NothingDecided
    row = standing[-1]
    if kind is EndPaper.DECISION:
        return decision_of(recognition, row, decision, periods)
    receipt = Receipt(f"{END_LABELS[row.what]}决定书", decision.document, bureau_name(decision.region), row.served)
    return receipt_of(recognition, receipt, row.what, kind)


def noticed(proceedings: Sequence[EndProceeding]) -> EndProceeding:
    """The newest of which the operator was told, or may still be told."""
    if not proceedings:
        raise NotProposed
    told = [one for one in proceedings if one.notice is not None or one.state in OPEN_STATES]
    if not told:
        raise ProposalDropped
    return told[-1]


def notice_issuer(recognition: Recognition, row: EndProceeding) -> str | None:
    """Who served the notice. Before that, who has to: the bureau of the level that recognised, where the household is
    now.
    """
    if row.notice is not None:
        return bureau_of_region(row.notice.served.region)
    by = recognition.decided_by_region
    return bureau_name(recognition.county[: len(by)]) if by is not None else None


def addressee_of(recognition: Recognition) -> str:
    """The household; the operator's name is not kept here."""
    return f"{recognition.name}（统一社会信用代码：{recognition.uscc}）"


def recognised_as(recognition: Recognition) -> str:
    """Which recognition it is."""
    granted = day_words(recognition.granted_on)
    return (
        f"{granted}认定的“名特优新”（{recognition.category.label}）个体工商户（证书核验码：{recognition.certificate}）"
    )


def notice_of(recognition: Recognition, row: EndProceeding, periods: EndPeriods) -> Paper:
    """The notice: before it is served its number and day are blank; the last day is the one that was recorded."""
    label = END_LABELS[row.what]
    rights: list[Block] = [["对上述事实、理由和依据，你有权进行陈述和申辩。"], statement_period(row, periods.terms)]
    rights.append(["陈述、申辩可以登录“名录”网站，在“我的认定”页面提出，也可以到本局窗口当面提出或者提交书面材料。"])
    intended = [[f"本局拟对你户{recognised_as(recognition)}作出{label}的决定。"], *entered(row.reason)]
    sections = [
        PaperSection("查明的事实", entered(row.facts)),
        PaperSection("拟作出决定的内容和理由", [*intended, *intended_ban(row.what, periods.years)]),
        PaperSection("依据", listed(row.citations)),
        PaperSection("你的权利", rights),
    ]
    served = row.notice.served if row.notice is not None else None
    issuer = notice_issuer(recognition, row)
    number, on = (served.document, served.on) if served is not None else (None, None)
    prose = Prose([f"拟{label}告知书"], addressee_of(recognition), sections, issuer, number, on)
    return prose.paper(f"{row.what}-notice")


def statement_period(row: EndProceeding, terms: ProcedureTerms) -> Paragraph:
    """Until when the operator may state: the day that was recorded with the service; before it, the number of days if a
    text gives it.
    """
    if row.notice is not None:
        return [f"请在{day_words(row.notice.defend_by)}以前（含当日）提出。"]
    days = BLANK if "defence_days" in terms.unverified else str(terms.defence_days)
    return ["请在收到本告知书之日起", days, "个工作日内提出。"]


def intended_ban(what: ProposedEnd, years: int | None) -> list[Block]:
    """What would follow from a revocation."""
    if what is not ProposedEnd.REVOCATION:
        return []
    return [["被撤销认定的，自撤销之日起", str(years) if years is not None else BLANK, "年内不得申报。"]]


def decided_ban(what: ProposedEnd, until: dt.date | None) -> list[Block]:
    """What follows from a revocation, to the last day that was decided with it."""
    if what is not ProposedEnd.REVOCATION:
        return []
    return [["自撤销之日起至", day_words(until), "（含当日），你户不得申报。"]]


def decision_of(recognition: Recognition, row: EndProceeding, decision: EndDecision, periods: EndPeriods) -> Paper:
    """The decision, with the answer to what was stated and the remedies that it names."""
    label = END_LABELS[row.what]
    answered = [*statements_of(row.statements), *entered(decision.answer or "")]
    decided = [f"决定对你户{recognised_as(recognition)}予以{label}。"]
    remedies = [[f"{one.title}：{one.within}，向", BLANK, "提出。"] for one in decision.remedies]
    sections = [
        PaperSection("查明的事实", entered(row.facts)),
        PaperSection("陈述、申辩及采纳情况", answered),
        PaperSection("理由和依据", [*entered(decision.reason), *listed(row.citations)]),
        PaperSection("决定", [decided, *decided_ban(row.what, periods.banned_until)]),
        PaperSection("救济途径和期限", [["如不服本决定，可以采取下列方式："], *remedies]),
    ]
    issuer = bureau_name(decision.region)
    prose = Prose([f"{label}决定书"], addressee_of(recognition), sections, issuer, decision.document, decision.on)
    return prose.paper(f"{row.what}-decision")


def statements_of(statements: Sequence[Statement]) -> list[Block]:
    """What the operator stated, or that they did not."""
    if not statements:
        return [["在陈述、申辩的期限内，没有收到你户的陈述、申辩。"]]
    return [
        [
            f"{day_words(one.on)}，你户表示放弃陈述、申辩。"
            if one.waived
            else f"{day_words(one.on)}，你户陈述：{one.text}"
        ]
        for one in statements
    ]


@dataclass(frozen=True)
class Receipt:
    """Of which paper: its title and number, whose it is, and its service if that is recorded. `number`: None where the
    service names it.
    """

    title: str
    number: str | None
    issuer: str | None
    served: ServedDocument | None


def receipt_of(recognition: Recognition, receipt: Receipt, what: ProposedEnd, kind: EndPaper) -> Paper:
    """To be signed; with the day and form if the service is recorded."""
    served = receipt.served
    data: dict[str, object] = {
        "issuer": receipt.issuer,
        "paper": receipt.title,
        "number": served.document if served is not None and receipt.number is None else receipt.number,
        "addressee": addressee_of(recognition),
        "day": day_words(served.on) if served is not None else None,
        "how": SERVICE_LABELS[served.how] if served is not None else None,
    }
    return Paper(RECEIPT, data, f"{what}-{kind}")
