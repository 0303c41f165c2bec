"""What a scoring sheet as a whole must fulfil, each breach as a Chinese sentence that says what would be right."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from shared.law.language.units import suggestion
from shared.law.model.recognition import Category
from shared.law.model.scoring import FULL, Indicator, IndicatorKind, ScoringSheet, Section, TieOrder

LEAST_WITHOUT_EXTREMES = 3
"""Of two scores nothing would be left without the highest and the lowest."""


def sheet_errors(sheet: ScoringSheet) -> list[str]:
    """Everything that keeps a sheet from being used; empty: it can be."""
    return [
        *_identifier_errors(sheet),
        *_weight_errors(sheet),
        *(error for section in sheet.sections for error in _section_errors(section)),
        *(error for indicator in _all_indicators(sheet) for error in _level_errors(indicator)),
        *_assessor_errors(sheet),
        *_tie_errors(sheet),
        *_validity_errors(sheet),
    ]


def _all_indicators(sheet: ScoringSheet) -> list[Indicator]:
    scored = [one for section in sheet.sections for one in section.indicators]
    return [*scored, *sheet.deductions, *(one for _, one in sheet.exclusions)]


def _identifier_errors(sheet: ScoringSheet) -> Iterator[str]:
    names = [section.id for section in sheet.sections] + [one.id for one in _all_indicators(sheet)]
    for name, times in Counter(names).items():
        if times > 1:
            yield f"id“{name}”写了 {times} 次；每一部分、每一项的 id 都要不同"


def _weight_errors(sheet: ScoringSheet) -> Iterator[str]:
    if not sheet.sections:
        yield "评分表一个部分都没有；请写 sections"
    for category in Category:
        weights = [section.weight for section in sheet.sections_of(category)]
        total = sum(weights, Decimal(0))
        if weights and total != FULL:
            added = " + ".join(str(weight) for weight in weights)
            yield f"“{category.label}”类各部分的权重（weight）加起来是 {total}（{added}），应当正好是 {FULL}"


def _section_errors(section: Section) -> Iterator[str]:
    for indicator in section.indicators:
        outside = [one.label for one in indicator.categories if not section.applies_to(one)]
        if outside:
            yield f"指标“{indicator.title}”写了“{'、'.join(outside)}”类，而“{section.title}”部分不适用于这一类"
    for category in Category:
        if not section.applies_to(category):
            continue
        together = sum((one.maximum for one in section.of(category)), Decimal(0))
        if not section.of(category):
            yield f"“{section.title}”部分没有适用于“{category.label}”类的指标"
        elif section.cap is not None and section.cap > together:
            yield (
                f"“{section.title}”部分的封顶分（cap）{section.cap} 高于“{category.label}”类各项最高分之和 {together}，"
                "谁也得不到满分；请不写 cap，或写得不高于它"
            )


def _level_errors(indicator: Indicator) -> Iterator[str]:
    repeated = [points for points, times in Counter(one.points for one in indicator.levels).items() if times > 1]
    for points in repeated:
        yield f"“{indicator.title}”有两档都是 {points} 分；请合并成一档"


def _assessor_errors(sheet: ScoringSheet) -> Iterator[str]:
    assessed = any(one.kind is IndicatorKind.ASSESSED for one in _all_indicators(sheet))
    if assessed and sheet.assessors is None:
        yield "评分表有评审员打分的指标，要写 assessors: {least: 每户至少几名评审员}"
    if not assessed and sheet.assessors is not None:
        yield "评分表没有评审员打分的指标，不写 assessors"
    trimmed = sheet.assessors.without_extremes_from if sheet.assessors is not None else None
    if trimmed is not None and trimmed < LEAST_WITHOUT_EXTREMES:
        yield f"去掉最高分和最低分至少要有 {LEAST_WITHOUT_EXTREMES} 个分数；without_extremes_from 不能是 {trimmed}"


def _tie_errors(sheet: ScoringSheet) -> Iterator[str]:
    common = {part.id: part for part in sheet.sections if not part.categories}
    shared = {one.id: one for part in sheet.sections for one in part.indicators if not one.categories}
    everything = {part.id for part in sheet.sections} | {one.id for one in _all_indicators(sheet)}
    usable = [*(order.value for order in TieOrder), *common, *shared]
    for position, tie in enumerate(sheet.ties):
        if tie in everything and tie not in usable:
            yield f"平分时不能按“{tie}”排：它不是各类共有的，或者是扣分项、否决项"
        elif tie not in usable:
            allowed = "earlier-submission、draw，或各类共有的部分、指标的 id"
            yield f"平分规则里没有“{tie}”{suggestion(tie, usable)}；可以写 {allowed}"
        elif tie in sheet.ties[:position]:
            yield f"平分规则“{tie}”写了两次"
    if TieOrder.DRAW in sheet.ties[:-1]:
        yield "抽签（draw）总能分出先后，只能写在平分规则的最后"


def _validity_errors(sheet: ScoringSheet) -> Iterator[str]:
    if sheet.valid_until < sheet.valid_from:
        yield f"有效期的最后一天 {sheet.valid_until} 早于第一天 {sheet.valid_from}"
    if sheet.points_needed is not None and sheet.points_needed > FULL:
        yield f"入选分数线（points_needed）{sheet.points_needed} 高于满分 {FULL}"
