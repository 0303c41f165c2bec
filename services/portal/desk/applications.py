"""What an application lacks, as a list of tasks: nothing is asked for that a department proves."""

from dataclasses import dataclass

from services.portal.upstream.recognition import (
    ApplicationAnswer,
    CriteriaAnswer,
    CriterionAnswer,
    DocumentAnswer,
    SeasonRulesAnswer,
)


@dataclass(frozen=True)
class Material:
    """One document that is asked for; `given`: what was handed in for it."""

    evidence: str
    title: str
    given: list[DocumentAnswer]


@dataclass(frozen=True)
class ChosenStandard:
    """A standard that the application rests on, with its materials; `prover`: who proves it without any; `otherwise`:
    what may be handed in for an alternative that the prover does not know.
    """

    standard: CriterionAnswer
    materials: list[Material]
    prover: str
    otherwise: list[Material]


def chosen_standards(
    application: ApplicationAnswer, criteria: CriteriaAnswer | None, documents: list[DocumentAnswer]
) -> list[ChosenStandard]:
    """The standards of the application in the order of the document."""
    category = criteria.categories.get(application.category or "") if criteria else None
    return [
        ChosenStandard(
            one,
            [_material(one, title, documents) for title in one.documents],
            one.prover,
            [_material(one, title, documents) for title in one.otherwise],
        )
        for one in (category.criteria if category else [])
        if one.id in application.criteria
    ]


def _material(standard: CriterionAnswer, title: str, documents: list[DocumentAnswer]) -> Material:
    evidence = f"{standard.id}:{title}"
    return Material(evidence, title, [one for one in documents if one.evidence == evidence])


def claimed_kinds(
    application: ApplicationAnswer, season: SeasonRulesAnswer, documents: list[DocumentAnswer]
) -> list[Material]:
    """What proves the kinds of operator that the application claims and no department's data prove; one document is
    enough for each.
    """
    found = []
    for kind in season.rules.operator_kinds:
        if kind.id in application.kinds and kind.id not in application.proven_kinds:
            given = [one for one in documents if one.evidence.startswith(f"kind.{kind.id}:")]
            usual = "或".join(kind.evidence) or f"{kind.title}的证明"
            found.append(Material(f"kind.{kind.id}:{kind.title}的证明", usual, given))
    return found


def proven_kinds(application: ApplicationAnswer, season: SeasonRulesAnswer) -> list[str]:
    """The claimed kinds of operator that departments' data prove, in words."""
    return [kind.title for kind in season.rules.operator_kinds if kind.id in application.proven_kinds]


def contested_as(application: ApplicationAnswer) -> str:
    """What an objection to the outcome is against, as the objection service calls it; empty while there is none. Who
    waited for a place and got none was not refused: nobody found anything against them.
    """
    if application.state == "reserve" or (application.state == "refused" and application.step == "selection"):
        return "non-selection"
    return "refusal" if application.state == "refused" else ""


def missing(standards: list[ChosenStandard], kinds: list[Material]) -> list[Material]:
    """Materials for which nothing was handed in yet."""
    needed = [*(material for one in standards for material in one.materials), *kinds]
    return [material for material in needed if not material.given]
