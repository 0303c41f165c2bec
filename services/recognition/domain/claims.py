"""What an applicant claims: a category, criteria, the kind of operator; what is missing of it, what is to be verified.

A document proves a criterion, or another bureau does: then no document is asked for, and the reviewer asks that bureau.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from shared.policy.facts import BUREAUS
from shared.policy.recognition.model import Category

OPERATOR_KINDS: Mapping[str, str] = {
    "veteran": "退役军人",
    "graduate": "高校毕业生",
    "disabled": "残疾人",
    "returning_migrant": "返乡创业农民工",
}
"""经营者身份: for whom a policy may relax the source. A document `kind.<kind>:<document>` proves it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The category applied for, the ids of the criteria claimed in it, the kinds of operator."""

    category: str
    criteria: tuple[str, ...]
    kinds: tuple[str, ...] = ()


def missing(claim: Claim, categories: Mapping[str, Any], evidence: Collection[str]) -> list[str]:
    """Everything that a claim lacks under the published criteria, in Chinese; empty: it is complete.

    `evidence` names what documents were handed in for, as `<criterion>:<document>`. What another bureau proves is never
    asked for.
    """
    return [*missing_of_criteria(claim, categories, evidence), *missing_of_kinds(claim.kinds, evidence)]


def missing_of_criteria(claim: Claim, categories: Mapping[str, Any], evidence: Collection[str]) -> list[str]:
    """What the criteria claimed lack."""
    if claim.category not in categories:
        return [f"本地没有公布“{Category(claim.category).label}”类的标准"]
    if not claim.criteria:
        return ["没有写明符合哪一条标准"]
    known = {one["id"]: one for one in categories[claim.category]["criteria"]}
    return [f"没有标准“{name}”" for name in claim.criteria if name not in known] + [
        f"标准“{known[name]['title']}”缺少材料：{document}"
        for name in claim.criteria
        if name in known
        for document in asked_for(known[name])
        if f"{name}:{document}" not in evidence
    ]


def asked_for(criterion: Mapping[str, Any]) -> list[str]:
    """The documents that a criterion takes: where a bureau proves it, only those besides."""
    return [*([] if criterion["proven_by"] else criterion["evidence"]), *criterion["besides"]]


def missing_of_kinds(kinds: Collection[str], evidence: Collection[str]) -> list[str]:
    """Kinds of operator that nothing was handed in for: nobody becomes one by saying so."""
    return [
        f"经营者是{OPERATOR_KINDS[kind]}，缺少证明材料（上传时 evidence 写 kind.{kind}:材料名称）"
        for kind in kinds
        if not any(one.startswith(f"kind.{kind}:") for one in evidence)
    ]


def to_verify(
    criteria: Collection[str], category: Mapping[str, Any], evidence: Collection[str]
) -> list[dict[str, str]]:
    """Of some criteria those that only another bureau can prove: id, title, and the bureau to ask.

    Who handed the documents in of his own accord does not depend on the bureau.
    """
    return [
        {"id": one["id"], "title": one["title"], "bureau": BUREAUS.get(one["proven_by"], one["proven_by"])}
        for one in category["criteria"]
        if one["id"] in criteria and one["proven_by"] and not handed_in(one, evidence)
    ]


def handed_in(criterion: Mapping[str, Any], evidence: Collection[str]) -> bool:
    """Whether the documents of a criterion are there, if it has any."""
    wanted = [f"{criterion['id']}:{document}" for document in criterion["evidence"]]
    return bool(wanted) and all(one in evidence for one in wanted)


def points_of(criteria: Collection[str], category: Mapping[str, Any]) -> int:
    """The points of the criteria that a review found met; without points each counts one."""
    return sum(one["points"] or 1 for one in category["criteria"] if one["id"] in criteria)


def enough(criteria: Collection[str], category: Mapping[str, Any]) -> bool:
    """Whether the criteria found met make the category: the points needed, or any one."""
    needed = category["points_needed"] or 1
    return points_of(criteria, category) >= needed
