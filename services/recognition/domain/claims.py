"""What an applicant claims: a category, the criteria met, the evidence handed in; and what is missing of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from shared.policy.recognition.model import Category

OPERATOR_KINDS = ("veteran", "graduate", "disabled", "returning_migrant")
"""经营者身份: for whom a policy may relax the source."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The category applied for, and the ids of the criteria claimed in it."""

    category: str
    criteria: tuple[str, ...]


def missing(claim: Claim, categories: Mapping[str, Any], evidence: Collection[str]) -> list[str]:
    """Everything that a claim lacks under the published criteria, in Chinese; empty: it is complete.

    `evidence` names what documents were handed in for, as `<criterion>:<document>`. What another bureau's feed proves
    is never asked for.
    """
    if claim.category not in categories:
        return [f"本地没有公布“{Category(claim.category).label}”类的标准"]
    known = {one["id"]: one for one in categories[claim.category]["criteria"]}
    unknown = [f"没有标准“{name}”" for name in claim.criteria if name not in known]
    if not claim.criteria:
        return ["没有写明符合哪一条标准"]
    return unknown + [
        f"标准“{known[name]['title']}”缺少材料：{document}"
        for name in claim.criteria
        if name in known and known[name]["proven_by"] is None
        for document in known[name]["evidence"]
        if f"{name}:{document}" not in evidence
    ]


def points_of(criteria: Collection[str], category: Mapping[str, Any]) -> int:
    """The points of the criteria that a review found met; without points each counts one."""
    return sum(one["points"] or 1 for one in category["criteria"] if one["id"] in criteria)


def enough(criteria: Collection[str], category: Mapping[str, Any]) -> bool:
    """Whether the criteria found met make the category: the points needed, or any one."""
    needed = category["points_needed"] or 1
    return points_of(criteria, category) >= needed
