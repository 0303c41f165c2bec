"""Reads a scoring sheet, written in YAML (JSON is YAML too) in the language of policies.

A field that is missing, misspelt or out of place is a PolicyError with its line; what the whole sheet lacks (weights
that do not make 100, a cap that nobody can reach …) is told together, by `shared.law.reader.scoring_checks`.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from shared.law.language.errors import PolicyError
from shared.law.language.expressions import Expression, parse_expression
from shared.law.language.vocabulary import PolicyPart
from shared.law.model.recognition import Category
from shared.law.model.scoring import (
    INDICATOR_KIND_LABELS,
    AssessorRule,
    ExclusionKind,
    Indicator,
    IndicatorKind,
    ScoreLevel,
    ScoringSheet,
    Section,
)
from shared.law.reader.citations import CitationReader, read_document
from shared.law.reader.fields import Fields
from shared.law.reader.scoring_checks import sheet_errors
from shared.law.reader.yaml_tree import YamlItem, parse_yaml, read_yaml

UPLOADED = "评分表"
"""What errors call the text of a sheet that came without a file."""
_SHEET = ("title", "document", "valid_from", "valid_until", "decimals", "points_needed", "assessors", "sections")
_LISTS = ("deductions", "vetoes", "bars", "ties")
_DOCUMENT = ("number", "title", "issuer", "issued_on", "text")
_SECTION = ("id", "title", "weight", "cap", "categories", "indicators")
_INDICATOR = ("id", "title", "kind", "max", "levels", "categories", "citation")
_DEDUCTION = ("id", "title", "points", "when", "categories", "citation")
_EXCLUSION = ("id", "title", "when", "categories", "citation")
_ID = re.compile(r"[a-z][a-z0-9-]{0,59}")
_POINTS = re.compile(r"\d{1,6}(\.\d{1,2})?")
MOST_DECIMALS = 4


def read_sheet_file(path: Path) -> ScoringSheet:
    """The sheet in a file; quotes occur word for word in the document's text beside it. Errors: PolicyError."""
    return read_sheet(read_yaml(path), (path.parent / "texts",))


def parse_sheet(text: str) -> tuple[ScoringSheet, YamlItem]:
    """The sheet of a text, and its tree, to be stored. Errors: PolicyError."""
    tree = parse_yaml(text, UPLOADED)
    return read_sheet(tree), tree


def read_sheet(tree: YamlItem, texts: Sequence[Path] = ()) -> ScoringSheet:
    """The sheet in a tree; `texts`: folders of documents' texts, without any, quotes are not checked."""
    fields = Fields(tree, "评分表", (*_SHEET, *_LISTS))
    document = read_document(fields.fields("document", "评分表的文件", _DOCUMENT))
    if "number" not in fields.fields("document", "评分表的文件"):
        raise PolicyError("评分表的文件缺少“number”（文号）", fields.item("document").place)
    reader = SheetReader(CitationReader(document, texts))
    sheet = ScoringSheet(
        title=fields.text("title"),
        document=document,
        valid_from=fields.day("valid_from"),
        valid_until=fields.day("valid_until"),
        decimals=_decimals(fields),
        points_needed=_points(fields, "points_needed") if "points_needed" in fields else None,
        assessors=_assessors(fields),
        sections=tuple(reader.section(item) for item in fields.list("sections")),
        deductions=tuple(reader.deduction(item) for item in fields.list("deductions")),
        exclusions=(
            *((ExclusionKind.VETO, reader.exclusion(item, "一票否决项")) for item in fields.list("vetoes")),
            *((ExclusionKind.BAR, reader.exclusion(item, "限制条件")) for item in fields.list("bars")),
        ),
        ties=fields.texts("ties"),
    )
    wrong = sheet_errors(sheet)
    if wrong:
        raise PolicyError("；".join(wrong), fields.place)
    return sheet


class SheetReader:
    """Reads the parts of a sheet."""

    def __init__(self, citations: CitationReader) -> None:
        self._citations = citations

    def section(self, item: YamlItem) -> Section:
        """A section with its indicators."""
        fields = Fields(item, "评分表的一部分", _SECTION)
        categories = _categories(fields)
        return Section(
            id=_identifier(fields),
            title=fields.text("title"),
            weight=_points(fields, "weight"),
            cap=_points(fields, "cap") if "cap" in fields else None,
            indicators=tuple(self.indicator(part, categories) for part in fields.list("indicators")),
            categories=categories,
        )

    def indicator(self, item: YamlItem, inherited: tuple[Category, ...]) -> Indicator:
        """An indicator of a section; without categories of its own it has the section's."""
        fields = Fields(item, "指标", _INDICATOR)
        fields = Fields(item, f"指标“{fields.text('title')}”", _INDICATOR)
        kind = IndicatorKind(fields.one_of("kind", [one.value for one in IndicatorKind]))
        assessed = kind is IndicatorKind.ASSESSED
        wanted, other = ("max", "levels") if assessed else ("levels", "max")
        if other in fields:
            label = INDICATOR_KIND_LABELS[kind]
            raise PolicyError(f"{fields.what}是“{label}”，不写 {other}，要写 {wanted}", fields.item(other).place)
        levels = () if assessed else self._levels(fields, computed=kind is IndicatorKind.COMPUTED)
        return Indicator(
            id=_identifier(fields),
            title=fields.text("title"),
            kind=kind,
            citation=self._citations.read(fields),
            levels=levels,
            most=_points(fields, "max") if assessed else Decimal(0),
            categories=_categories(fields) or inherited,
        )

    def deduction(self, item: YamlItem) -> Indicator:
        """What points are taken off for."""
        fields = Fields(item, "扣分项", _DEDUCTION)
        return self._single(fields, _points(fields, "points"))

    def exclusion(self, item: YamlItem, what: str) -> Indicator:
        """What excludes a household; it has no points."""
        return self._single(Fields(item, what, _EXCLUSION), Decimal(0))

    def _single(self, fields: Fields, points: Decimal) -> Indicator:
        """What has one level: it holds or does not."""
        when = _expression(fields) if "when" in fields else None
        title = fields.text("title")
        return Indicator(
            id=_identifier(fields),
            title=title,
            kind=IndicatorKind.GRADED if when is None else IndicatorKind.COMPUTED,
            citation=self._citations.read(fields),
            levels=(ScoreLevel(title, points, when),),
            categories=_categories(fields),
        )

    def _levels(self, owner: Fields, *, computed: bool) -> tuple[ScoreLevel, ...]:
        items = owner.list("levels")
        if not items:
            raise PolicyError(f"{owner.what}没有分档；请在 levels 里写明每一档和分数", owner.place)
        return tuple(self._level(Fields(item, f"{owner.what}的一档"), computed=computed) for item in items)

    def _level(self, fields: Fields, *, computed: bool) -> ScoreLevel:
        fields.only(("title", "points", "when"))
        title = fields.text("title")
        if "points" not in fields:
            raise PolicyError(f"{fields.what}“{title}”没有分数；请写 points，例如 points: 5", fields.place)
        if computed is not ("when" in fields):
            wrong = (
                "要写 when（什么条件下得这一档）"
                if computed
                else "由人员查明，不写 when；据数据计算的请写 kind: computed"
            )
            raise PolicyError(f"{fields.what}“{title}”{wrong}", fields.place)
        return ScoreLevel(title, _points(fields, "points"), _expression(fields) if computed else None)


def _expression(fields: Fields) -> Expression:
    return parse_expression(fields.text("when"), {}, fields.item("when").place, PolicyPart.SCORING)


def _identifier(fields: Fields) -> str:
    found = fields.text("id")
    if not _ID.fullmatch(found):
        message = f"{fields.what}的 id“{found}”写法不对；用小写字母、数字和连字符，以字母开头，例如 years-in-business"
        raise PolicyError(message, fields.item("id").place)
    return found


def _points(fields: Fields, key: str) -> Decimal:
    text = fields.text(key)
    if not _POINTS.fullmatch(text) or Decimal(text) == 0:
        raise PolicyError(f"{fields.what}的“{key}”应是大于零、最多两位小数的数，例如 5 或 2.5", fields.item(key).place)
    return Decimal(text)


def _decimals(fields: Fields) -> int:
    text = fields.text("decimals")
    if not text.isascii() or not text.isdigit() or int(text) > MOST_DECIMALS:
        message = f"评分表的“decimals”（总分保留几位小数，四舍五入）应是 0 到 {MOST_DECIMALS} 的整数"
        raise PolicyError(message, fields.item("decimals").place)
    return int(text)


def _categories(fields: Fields) -> tuple[Category, ...]:
    names = fields.texts("categories")
    known = {one.value for one in Category}
    for name in names:
        if name not in known:
            allowed = "、".join(f"{one.value}（{one.label}）" for one in Category)
            raise PolicyError(f"没有“{name}”这一类；可用的有：{allowed}", fields.item("categories").place)
    return tuple(Category(name) for name in names)


def _assessors(fields: Fields) -> AssessorRule | None:
    if "assessors" not in fields:
        return None
    own = fields.fields("assessors", "评审员的规定", ("least", "without_extremes_from"))
    least = own.number_or_none("least")
    if least is None:
        raise PolicyError("评审员的规定缺少“least”（每户至少几名评审员打分）", own.place)
    return AssessorRule(least, own.number_or_none("without_extremes_from"))
