"""What an operator claims, and what the claim lacks under the local criteria; all pure.

A claim names criteria of one category and kinds of operator (经营者身份), for which the policy may relax the source. A
criterion is proven by a document or by another department, which the reviewer asks; a kind by a document
`kind.<kind>:<document>`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from shared.law.language.facts import prover_label
from shared.law.model.operator_kinds import OperatorKind, OperatorKinds
from shared.law.model.recognition import Category


@dataclass(frozen=True, slots=True)
class LocalCriterion:
    """One local standard, as a county or city publishes it. `evidence`: the documents it takes, unless `proven_by`
    names who can prove it; `besides`: those it takes even then; `otherwise`: those that show an alternative which
    nobody can prove, and that are never demanded.
    """

    id: str
    title: str
    evidence: tuple[str, ...] = ()
    proven_by: str | None = None
    besides: tuple[str, ...] = ()
    points: int | None = None
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalCategory:
    """A category's local standards: any of them is enough, or `points_needed` points."""

    points_needed: int | None
    criteria: tuple[LocalCriterion, ...]


LocalCategories = Mapping[Category, LocalCategory]


@dataclass(frozen=True, slots=True)
class CriterionToVerify:
    """A criterion claimed without a document, and the department that can prove it."""

    id: str
    title: str
    bureau: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What is claimed for a household. `kinds`: ids of the policy's kinds of operators; `proven_kinds`: those that a
    department's register proved when they were last looked at; `to_verify`: what the reviewer must ask other
    departments about; `category`, `reason`: as they were claimed, also where the review finds another category more
    suitable.
    """

    criteria: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    proven_kinds: tuple[str, ...] = ()
    to_verify: tuple[CriterionToVerify, ...] = ()
    category: Category | None = None
    reason: str | None = None


def claim_deficiencies(
    category: Category, claims: Claims, categories: LocalCategories, kinds: OperatorKinds, evidence: Collection[str]
) -> list[str]:
    """Everything that a claim lacks under the published criteria, in Chinese; empty: it is complete.

    `evidence` names what documents were handed in for, as `<criterion>:<document>`. What another department proves is
    never asked for.
    """
    return [
        *criteria_deficiencies(category, claims.criteria, categories, evidence),
        *operator_kind_deficiencies(claims, kinds, evidence),
    ]


def criteria_deficiencies(
    category: Category, claimed: Collection[str], categories: LocalCategories, evidence: Collection[str]
) -> list[str]:
    """What the claimed criteria of a category lack."""
    if category not in categories:
        return [f"本地没有公布“{category.label}”类的标准"]
    if not claimed:
        return ["没有写明符合哪一条标准"]
    published = {criterion.id: criterion for criterion in categories[category].criteria}
    return [f"没有标准“{name}”" for name in claimed if name not in published] + [
        f"标准“{published[name].title}”缺少材料：{document}"
        for name in claimed
        if name in published
        for document in required_documents(published[name])
        if f"{name}:{document}" not in evidence
    ]


def required_documents(criterion: LocalCriterion) -> tuple[str, ...]:
    """The documents that a criterion takes: only the additional ones where a department proves it."""
    return criterion.besides if criterion.proven_by else (*criterion.evidence, *criterion.besides)


def operator_kind_deficiencies(claims: Claims, kinds: OperatorKinds, evidence: Collection[str]) -> list[str]:
    """Kinds of operator that are claimed without a document and that no register proves, or that the policy does not
    have.
    """
    known = [kind for name in claims.kinds if (kind := kinds.find(name)) is not None]
    return unknown_kinds(claims.kinds, kinds) + [
        f"经营者是{kind.title}，缺少证明材料{usual_documents(kind)}（上传时 evidence 写 kind.{kind.id}:材料名称）"
        for kind in known
        if kind.id not in claims.proven_kinds
        and not any(document.startswith(f"kind.{kind.id}:") for document in evidence)
    ]


def registered_kinds(
    claimed: Collection[str], kinds: OperatorKinds, delivered: Collection[tuple[str, str]]
) -> tuple[str, ...]:
    """The claimed kinds that the department which knows them has delivered. `delivered`: kinds with their departments.
    A register that says nothing proves nothing, and refutes nothing either.
    """
    known = [kind for name in claimed if (kind := kinds.find(name)) is not None]
    return tuple(
        kind.id
        for kind in known
        if any(name == kind.id and kind.proven_by in (None, department) for name, department in delivered)
    )


def unknown_kinds(claimed: Collection[str], kinds: OperatorKinds) -> list[str]:
    """Claimed kinds of operator that the policy does not have, as sentences that name those that it has."""
    listed = "、".join(f"{kind.id}（{kind.title}）" for kind in kinds.kinds)
    return [f"这里没有“{name}”这种经营者身份；可以写：{listed}" for name in claimed if kinds.find(name) is None]


def usual_documents(kind: OperatorKind) -> str:
    """The documents that usually prove a kind, for a sentence about what is missing."""
    return f"，例如{'、'.join(kind.evidence)}" if kind.evidence else ""


def criteria_to_verify(
    claimed: Collection[str], category: LocalCategory, evidence: Collection[str]
) -> tuple[CriterionToVerify, ...]:
    """Of the claimed criteria those that only another department can prove: no documents were handed in for them."""
    return tuple(
        CriterionToVerify(criterion.id, criterion.title, prover_label(criterion.proven_by))
        for criterion in category.criteria
        if criterion.id in claimed and criterion.proven_by and not has_all_documents(criterion, evidence)
    )


def has_all_documents(criterion: LocalCriterion, evidence: Collection[str]) -> bool:
    """Whether the documents of a criterion are there, if it has any, or one that shows an alternative."""
    needed = [f"{criterion.id}:{document}" for document in criterion.evidence]
    whole = bool(needed) and all(document in evidence for document in needed)
    return whole or any(f"{criterion.id}:{document}" in evidence for document in criterion.otherwise)


def total_points(met: Collection[str], category: LocalCategory) -> int:
    """The points of the criteria that a review found met; a criterion without points counts one."""
    return sum(criterion.points or 1 for criterion in category.criteria if criterion.id in met)


def share_of_points(points: int, category: LocalCategory) -> Fraction:
    """Points as a share of all that a category offers: comparable between categories with more and with fewer."""
    return Fraction(points, total_points([criterion.id for criterion in category.criteria], category))


def meets_category(met: Collection[str], category: LocalCategory) -> bool:
    """Whether the criteria found met make the category: the points needed, or any one."""
    return total_points(met, category) >= (category.points_needed or 1)
