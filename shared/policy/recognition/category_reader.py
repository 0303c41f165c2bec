"""Reads the four categories and their local criteria, scored or not."""

import re
from collections.abc import Mapping

from shared.policy.citing import CitationReader
from shared.policy.errors import PolicyError
from shared.policy.facts import BUREAUS
from shared.policy.fields import Fields, unique
from shared.policy.recognition.model import Category, CategoryRule, Criterion
from shared.policy.yaml_tree import Item

_CRITERION = ("id", "title", "evidence", "proven_by", "besides", "points", "citation")


def read_categories(fields: Fields, citations: CitationReader) -> Mapping[Category, CategoryRule]:
    """The categories by name."""
    fields.only([category.value for category in Category])
    return {Category(name): _category(Category(name), item, citations) for name, item in fields.each()}


def _category(category: Category, item: Item, citations: CitationReader) -> CategoryRule:
    fields = Fields(item, f"{category.label}类（{category}）", ("criteria", "points_needed", "citation"))
    every = [Fields(part, f"{fields.what}的一条标准", _CRITERION) for part in fields.list("criteria")]
    apart = unique(every, lambda one: one.text("id"), lambda one: one.place, "标准")
    rule = CategoryRule(
        category=category,
        criteria=tuple(_criterion(category, one, citations) for one in apart),
        points_needed=fields.number_or_none("points_needed"),
        citation=citations.read(fields),
    )
    _check_points(rule, fields)
    return rule


def _criterion(category: Category, fields: Fields, citations: CitationReader) -> Criterion:
    name = fields.text("id")
    if not re.fullmatch(rf"{category}\.[1-9]\d?", name):
        raise PolicyError(f"标准的 id“{name}”不对；这里应像 {category}.1", fields.item("id").place)
    fields.what = f"标准“{name}”"
    if "besides" in fields and "proven_by" not in fields:
        raise PolicyError(f"{fields.what}没有 proven_by，要交的材料都写在 evidence 里", fields.item("besides").place)
    return Criterion(
        id=name,
        title=fields.text("title"),
        evidence=fields.texts("evidence"),
        proven_by=fields.one_of("proven_by", BUREAUS) if "proven_by" in fields else None,
        besides=fields.texts("besides"),
        points=fields.number_or_none("points"),
        citation=citations.read(fields),
    )


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
