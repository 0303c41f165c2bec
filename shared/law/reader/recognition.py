"""Reads the `recognition` part of a policy: its rules, categories, quota, season, supervision and lifecycle.

The format is in policies/README.md. Errors are PolicyErrors.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.law.language.errors import PolicyError
from shared.law.language.facts import BUREAUS
from shared.law.language.units import Unit, suggestion
from shared.law.model.clauses import Citation, Parameter, placeholders
from shared.law.model.recognition import (
    Category,
    CategoryRule,
    Counting,
    CriteriaRule,
    Criterion,
    Level,
    LifecycleRules,
    PenaltyRule,
    ProcedureRule,
    QuotaRule,
    RecognitionRules,
    Rounding,
    SeasonRule,
    SupervisionRule,
)
from shared.law.reader.citations import CitationReader
from shared.law.reader.clauses import ClauseReader
from shared.law.reader.fields import Fields, require_unique
from shared.law.reader.operator_kinds import read_operator_kinds
from shared.law.reader.parameters import ParameterReferences
from shared.law.reader.recognition_paths import read_levels, read_paths
from shared.law.reader.yaml_tree import YamlItem
from shared.reference.departments import Department
from shared.reference.penalties import PENALTY_KINDS

_RECOGNITION_FIELDS = (
    "parameters",
    "recognised_by",
    "citation",
    "sources",
    "operator_kinds",
    "disqualifiers",
    "penalties",
    "criteria",
    "categories",
    "one_category",
    "one_per_person",
    "quota",
    "season",
    "paths",
    "supervision",
    "life",
    "procedure",
)
_QUOTA_TYPES = ("survival", "growth", "development")


def read_recognition(
    fields: Fields, parameters: Mapping[str, Parameter], clauses: ClauseReader, citations: CitationReader
) -> RecognitionRules:
    """The recognition rules; `parameters` are their own, `clauses` reads rules over recognition facts."""
    fields.only(_RECOGNITION_FIELDS)
    reader = _Reader(fields, ParameterReferences(parameters), clauses, citations)
    recognised_by = read_levels(fields, "recognised_by")
    return RecognitionRules(
        parameters=parameters,
        recognised_by=recognised_by,
        citation=citations.read(fields),
        sources=clauses.rules(fields, "sources", r"source\.[1-9]\d?", "source.1"),
        disqualifiers=clauses.rules(fields, "disqualifiers", r"disqualifier\.[1-9]\d?", "disqualifier.1"),
        criteria=reader.criteria(),
        categories=read_categories(fields.fields("categories", "四类 categories"), reader.references, citations),
        one_category=reader.cited("one_category"),
        one_per_person=reader.cited("one_per_person"),
        quota=reader.quota(),
        season=reader.season(),
        paths=read_paths(
            fields.fields("paths", "认定途径 paths"), recognised_by, reader.references, clauses, citations
        ),
        supervision=reader.supervision(),
        lifecycle=read_lifecycle(fields.fields("life", "认定以后 life"), reader.references, clauses, citations),
        procedure=reader.procedure(),
        penalties=reader.penalties(),
        operator_kinds=read_operator_kinds(fields, clauses, citations),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads the smaller blocks, each with its own citation."""

    fields: Fields
    references: ParameterReferences
    clauses: ClauseReader
    citations: CitationReader

    def cited(self, key: str) -> Citation:
        """The citation of a block that has nothing else."""
        return self.citations.read(self.fields.fields(key, f"认定的 {key}", ("citation",)))

    def criteria(self) -> CriteriaRule:
        """The block `criteria`."""
        block = self.fields.fields("criteria", "分类标准 criteria", ("set_by", "filed_with", "citation"))
        return CriteriaRule(
            read_levels(block, "set_by"), _level_or_none(block, "filed_with"), self.citations.read(block)
        )

    def quota(self) -> QuotaRule:
        """The block `quota`."""
        names = ("share", "types", "scope", "apportioned_by", "may_apportion", "counting", "rounding", "citation")
        block = self.fields.fields("quota", "数量比例 quota", names)
        types = block.texts("types")
        for kind in types:
            if kind not in _QUOTA_TYPES:
                raise PolicyError(f"数量比例的 types 里没有“{kind}”这一型", block.item("types").place)
        return QuotaRule(
            share=self.references.of(block, "share", Unit.PERCENT),
            types=types,
            scope=self.quota_scope(block),
            apportioned_by=_level_or_none(block, "apportioned_by"),
            counting=self.clauses.choice(block, "counting", Counting),
            rounding=self.clauses.choice(block, "rounding", Rounding),
            interpretations=(block.text("counting"), block.text("rounding")),
            citation=self.citations.read(block),
            may_apportion=_level_or_none(block, "may_apportion"),
        )

    def quota_scope(self, block: Fields) -> Level:
        """The level over which the base is counted: written, or by the reading of an interpretation."""
        if block.text("scope") in (Level.COUNTY, Level.CITY, Level.PROVINCE):
            return Level(block.text("scope"))
        return self.clauses.choice(block, "scope", Level)

    def penalties(self) -> PenaltyRule | None:
        """The block `penalties`, if there is one: the kinds by each reading of the interpretation that it names."""
        if "penalties" not in self.fields:
            return None
        block = self.fields.fields("penalties", "处罚种类 penalties", ("reading", "kinds", "citation"))
        by_reading = block.fields("kinds", "各种读法的处罚种类 kinds")
        listed = {reading: by_reading.texts(reading) for reading, _ in by_reading.each()}
        for reading, kinds in listed.items():
            for kind in kinds:
                if kind not in PENALTY_KINDS:
                    message = f"读法“{reading}”里没有“{kind}”这种处罚{suggestion(kind, PENALTY_KINDS)}"
                    raise PolicyError(message, by_reading.item(reading).place)
        chosen = self.clauses.chosen(block, "reading", listed)
        return PenaltyRule(frozenset(listed[chosen]), block.text("reading"), self.citations.read(block))

    def season(self) -> SeasonRule:
        """The block `season`."""
        block = self.fields.fields("season", "认定季 season", ("opens", "until", "benefits_from", "citation"))
        opens, until, benefits = (
            self.references.of(block, key, Unit.MONTH_DAY) for key in ("opens", "until", "benefits_from")
        )
        return SeasonRule(opens, until, benefits, self.citations.read(block))

    def supervision(self) -> SupervisionRule:
        """The block `supervision`."""
        names = ("by", "share", "filed_with", "citation", "may")
        block = self.fields.fields("supervision", "监督 supervision", names)
        may = block.fields("may", "可以抽查的上级 may", ("by", "citation")) if "may" in block else None
        return SupervisionRule(
            by=Level(block.one_of("by", [Level.CITY, Level.PROVINCE])),
            share=self.references.or_none(block, "share", Unit.PERCENT),
            filed_with=_level_or_none(block, "filed_with"),
            citation=self.citations.read(block),
            may=read_levels(may, "by") if may else (),
            may_citation=self.citations.read(may) if may else None,
        )

    def procedure(self) -> ProcedureRule | None:
        """The block `procedure`, if there is one."""
        if "procedure" not in self.fields:
            return None
        names = ("late_application", "defence", "review", "suit", "citation")
        block = self.fields.fields("procedure", "办理程序 procedure", names)
        return ProcedureRule(
            late_application=self.references.of(block, "late_application", Unit.WORKING_DAYS),
            defence=self.references.of(block, "defence", Unit.WORKING_DAYS),
            review=self.references.of(block, "review", Unit.DAYS),
            suit=self.references.of(block, "suit", Unit.COUNT),
            citation=self.citations.read(block),
        )


def _level_or_none(fields: Fields, key: str) -> Level | None:
    return Level(fields.one_of(key, list(Level))) if key in fields else None


_CRITERION_FIELDS = ("id", "title", "evidence", "proven_by", "otherwise", "besides", "points", "over_years", "citation")


def read_categories(
    fields: Fields, references: ParameterReferences, citations: CitationReader
) -> Mapping[Category, CategoryRule]:
    """The categories by name."""
    fields.only([category.value for category in Category])
    return {Category(name): _category(Category(name), item, references, citations) for name, item in fields.each()}


def _category(
    category: Category, item: YamlItem, references: ParameterReferences, citations: CitationReader
) -> CategoryRule:
    fields = Fields(item, f"{category.label}类（{category}）", ("criteria", "points_needed", "citation"))
    every = [Fields(part, f"{fields.what}的一条标准", _CRITERION_FIELDS) for part in fields.list("criteria")]
    apart = require_unique(every, lambda entry: entry.text("id"), lambda entry: entry.place, "标准")
    rule = CategoryRule(
        category=category,
        criteria=tuple(_criterion(category, entry, references, citations) for entry in apart),
        points_needed=fields.number_or_none("points_needed"),
        citation=citations.read(fields),
    )
    _check_points(rule, fields)
    return rule


def _criterion(
    category: Category, fields: Fields, references: ParameterReferences, citations: CitationReader
) -> Criterion:
    name = fields.text("id")
    if not re.fullmatch(rf"{category}\.[1-9]\d?", name):
        raise PolicyError(f"标准的 id“{name}”不对；这里应像 {category}.1", fields.item("id").place)
    fields.what = f"标准“{name}”"
    for beside in ("besides", "otherwise"):
        if beside in fields and "proven_by" not in fields:
            raise PolicyError(f"{fields.what}没有 proven_by，要交的材料都写在 evidence 里", fields.item(beside).place)
    title, over_years = fields.text("title"), references.or_none(fields, "over_years", Unit.YEARS)
    if strangers := [one for one in placeholders(title) if one != over_years]:
        shown = "、".join(strangers)
        raise PolicyError(f"{fields.what}的标题只能写 over_years 的参数，不能写 {shown}", fields.item("title").place)
    return Criterion(
        id=name,
        title=title,
        evidence=fields.texts("evidence"),
        proven_by=_provers(fields),
        otherwise=fields.texts("otherwise"),
        besides=fields.texts("besides"),
        points=fields.number_or_none("points"),
        citation=citations.read(fields),
        over_years=over_years,
    )


def _provers(fields: Fields) -> tuple[str, ...]:
    """Who proves a criterion: one name, or a list of names."""
    if "proven_by" not in fields:
        return ()
    return fields.some_of("proven_by", (*BUREAUS, *Department))


def _check_points(rule: CategoryRule, fields: Fields) -> None:
    scored = [criterion for criterion in rule.criteria if criterion.points is not None]
    if rule.points_needed is None:
        if scored:
            raise PolicyError(f"{fields.what}的标准写了 points，就要写 points_needed（达到多少分）", fields.place)
        return
    if len(scored) != len(rule.criteria):
        raise PolicyError(f"{fields.what}按分数认定，每一条标准都要写 points", fields.place)
    most = sum(criterion.points or 0 for criterion in scored)
    if rule.points_needed > most:
        raise PolicyError(f"{fields.what}要 {rule.points_needed} 分，各条标准加起来只有 {most} 分", fields.place)


_LIFECYCLE_FIELDS = (
    "validity",
    "information_report",
    "operator_change",
    "confirmation",
    "cancellation",
    "extension",
    "revocation",
    "mutual_recognition",
)


def read_lifecycle(
    fields: Fields, references: ParameterReferences, clauses: ClauseReader, citations: CitationReader
) -> LifecycleRules:
    """The block `life`."""
    fields.only(_LIFECYCLE_FIELDS)
    validity = fields.fields("validity", "有效期 validity", ("years", "citation"))
    report = fields.fields("information_report", "信息报告 information_report", ("until", "remind", "citation"))
    extension = fields.fields("extension", "延长有效期 extension", ("years", "any", "citation"))
    revocation = fields.fields("revocation", "撤销认定 revocation", ("ban_years", "citation"))
    mutual = None
    if "mutual_recognition" in fields:
        mutual = fields.fields("mutual_recognition", "互认 mutual_recognition", ("provinces", "citation"))
        if not all(len(code) == 2 and code.isdigit() for code in mutual.texts("provinces")):
            raise PolicyError("互认的 provinces 应是一列两位的省级区划代码", mutual.place)
    return LifecycleRules(
        validity=references.of(validity, "years", Unit.YEARS),
        validity_citation=citations.read(validity),
        report_until=references.of(report, "until", Unit.MONTH_DAY),
        report_reminder=references.or_none(report, "remind", Unit.DAYS),
        report_citation=citations.read(report),
        operator_change=citations.read(fields.fields("operator_change", "变更经营者 operator_change", ("citation",))),
        confirmation=clauses.rules(fields, "confirmation", r"confirmation\.[1-9]\d?", "confirmation.1"),
        cancellation=citations.read(fields.fields("cancellation", "取消认定 cancellation", ("citation",))),
        extension_years=references.of(extension, "years", Unit.YEARS),
        extension=clauses.rules(extension, "any", r"extension\.[1-9]\d?", "extension.1"),
        extension_citation=citations.read(extension),
        ban_years=references.of(revocation, "ban_years", Unit.YEARS),
        revocation=citations.read(revocation),
        mutual_with=mutual.texts("provinces") if mutual else (),
        mutual_citation=citations.read(mutual) if mutual else None,
    )
