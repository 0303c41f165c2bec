"""公示 on paper: whom a bureau means to recognise, by category, until when one can object and how."""

from collections.abc import Sequence

from services.recognition.applications.models import Application, PublicNotice
from services.recognition.papers.basis import document_words
from services.recognition.papers.bureaus import bureau_of_region
from shared import clock
from shared.law.model.policy import Policy
from shared.law.model.recognition import Category
from shared.papers.prose import BLANK, Block, PaperSection, PaperTable, Prose, Subheading, day_words
from shared.papers.typesetting import Paper

NUMERALS = "一二三四"


def public_notice_paper(
    notice: PublicNotice,
    items: Sequence[Application],
    policy: Policy,
    year: int,
    number: str | None,
) -> Paper:
    """With the households that are still on it; `number`: of the paper, if it has one."""
    opens, closes = day_words(notice.opens_on), day_words(notice.closes_on)
    basis = document_words(policy.document)
    told = f"根据{basis}，现将拟认定的“名特优新”个体工商户{len(items)}户予以公示。公示时间为{opens}至{closes}。"
    opening: list[Block] = [[told]]
    if notice.provisional:
        opening.append(["公示期间有尚未公布放假安排的年份，截止日期可能调整，以公示页面为准。"])
    return Prose(
        title=(f"关于{year}年度拟认定", "“名特优新”个体工商户", "名单的公示"),
        addressee=None,
        addressed=False,
        opening=opening,
        sections=[
            PaperSection("拟认定名单", by_category(items)),
            PaperSection("异议的提出", how_to_object(closes or "")),
        ],
        closing=printed_later(notice),
        issuer=bureau_of_region(notice.opened_from),
        number=number,
        on=notice.opens_on,
    ).paper(f"public-notice-{notice.county}-{notice.opens_on}")


def by_category(items: Sequence[Application]) -> list[Block]:
    """The households of each category in the policy's order (名 特 优 新), by code."""
    blocks: list[Block] = []
    groups = [(category, [one for one in items if one.category is category]) for category in Category]
    for numeral, (category, group) in zip(NUMERALS, [one for one in groups if one[1]], strict=False):
        listed = sorted(group, key=lambda one: one.uscc)
        rows = [[str(place), one.name, one.uscc] for place, one in enumerate(listed, 1)]
        blocks.append(Subheading(f"（{numeral}）{category.label}（{len(group)}户）"))
        blocks.append(PaperTable(("序号", "字号名称", "统一社会信用代码"), (2, 10, 8), (1,), rows))
    return blocks


def how_to_object(closes: str) -> list[Block]:
    """Until when, where and how; where the bureau can be found is written by hand."""
    until = f"对公示名单有异议的，可以在{closes}以前（含当日）提出，写明真实姓名、联系方式和理由。"
    where = "可以登录“名录”网站，在本次公示的页面提出；不方便上网的，可以到本局窗口书面提出。"
    return [[until, where], ["地址：", BLANK], ["联系电话：", BLANK]]


def printed_later(notice: PublicNotice) -> list[Block]:
    """After the first day some may have been taken off."""
    today = clock.today()
    if today <= notice.opens_on:
        return []
    return [[f"以上为{day_words(today)}打印时的名单，公示以后撤回申报或者不予通过的，没有列入。"]]
