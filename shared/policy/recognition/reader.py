"""Reads the `recognition` part of a policy; its format is in policies/README.md. Errors are PolicyErrors."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.policy.citing import CitationReader
from shared.policy.clause_reader import ClauseReader
from shared.policy.errors import PolicyError
from shared.policy.fields import Fields
from shared.policy.model import Citation, Parameter
from shared.policy.recognition.category_reader import read_categories
from shared.policy.recognition.life_reader import read_life
from shared.policy.recognition.model import (
    Counting,
    CriteriaRule,
    Level,
    Quota,
    Recognition,
    Rounding,
    Season,
    Supervision,
)
from shared.policy.recognition.path_reader import levels, read_paths
from shared.policy.recognition.references import References
from shared.policy.units import Unit

_KNOWN = (
    "parameters", "recognised_by", "citation", "sources", "disqualifiers", "criteria", "categories", "one_category",
    "one_per_person", "quota", "season", "paths", "supervision", "life",
)  # fmt: skip
_QUOTA_TYPES = ("survival", "growth", "development")


def read_recognition(
    fields: Fields, parameters: Mapping[str, Parameter], clauses: ClauseReader, citations: CitationReader
) -> Recognition:
    """The part; `parameters` are its own, `clauses` reads rules over recognition facts."""
    fields.only(_KNOWN)
    reader = _Reader(fields, References(parameters), clauses, citations)
    recognised_by = levels(fields, "recognised_by")
    return Recognition(
        parameters=parameters,
        recognised_by=recognised_by,
        citation=citations.read(fields),
        sources=clauses.rules(fields, "sources", r"source\.[1-9]\d?", "source.1"),
        disqualifiers=clauses.rules(fields, "disqualifiers", r"disqualifier\.[1-9]\d?", "disqualifier.1"),
        criteria=reader.criteria(),
        categories=read_categories(fields.fields("categories", "四类 categories"), citations),
        one_category=reader.cited("one_category"),
        one_per_person=reader.cited("one_per_person"),
        quota=reader.quota(),
        season=reader.season(),
        paths=read_paths(fields.fields("paths", "认定途径 paths"), recognised_by, reader.references, citations),
        supervision=reader.supervision(),
        life=read_life(fields.fields("life", "认定以后 life"), reader.references, clauses, citations),
    )


@dataclass(frozen=True)
class _Reader:
    """The smaller blocks, each with its own citation."""

    fields: Fields
    references: References
    clauses: ClauseReader
    citations: CitationReader

    def cited(self, key: str) -> Citation:
        """A block that says only what it rests on."""
        return self.citations.read(self.fields.fields(key, f"认定的 {key}", ("citation",)))

    def criteria(self) -> CriteriaRule:
        """Who sets the criteria."""
        block = self.fields.fields("criteria", "分类标准 criteria", ("set_by", "filed_with", "citation"))
        return CriteriaRule(levels(block, "set_by"), _level_or_none(block, "filed_with"), self.citations.read(block))

    def quota(self) -> Quota:
        """How many."""
        known = ("share", "types", "scope", "apportioned_by", "counting", "rounding", "citation")
        block = self.fields.fields("quota", "数量比例 quota", known)
        types = block.texts("types")
        for kind in types:
            if kind not in _QUOTA_TYPES:
                raise PolicyError(f"数量比例的 types 里没有“{kind}”这一型", block.item("types").place)
        return Quota(
            share=self.references.of(block, "share", Unit.PERCENT),
            types=types,
            scope=Level(block.one_of("scope", [Level.COUNTY, Level.CITY, Level.PROVINCE])),
            apportioned_by=_level_or_none(block, "apportioned_by"),
            counting=self.clauses.choice(block, "counting", Counting),
            rounding=self.clauses.choice(block, "rounding", Rounding),
            interpretations=(block.text("counting"), block.text("rounding")),
            citation=self.citations.read(block),
        )

    def season(self) -> Season:
        """When."""
        block = self.fields.fields("season", "认定季 season", ("opens", "until", "benefits_from", "citation"))
        opens, until, benefits = (
            self.references.of(block, key, Unit.MONTH_DAY) for key in ("opens", "until", "benefits_from")
        )
        return Season(opens, until, benefits, self.citations.read(block))

    def supervision(self) -> Supervision:
        """What superiors check."""
        block = self.fields.fields("supervision", "监督 supervision", ("by", "share", "filed_with", "citation"))
        return Supervision(
            by=Level(block.one_of("by", [Level.CITY, Level.PROVINCE])),
            share=self.references.or_none(block, "share", Unit.PERCENT),
            filed_with=_level_or_none(block, "filed_with"),
            citation=self.citations.read(block),
        )


def _level_or_none(fields: Fields, key: str) -> Level | None:
    return Level(fields.one_of(key, list(Level))) if key in fields else None
