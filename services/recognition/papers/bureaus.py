"""Whose paper it is: the market regulator that acts, by its name; None where it does not follow, and is left blank."""

from collections.abc import Collection, Sequence

from services.recognition.applications.models import Application
from services.recognition.rules.domain import competent_levels, find_step
from shared.law.model.recognition import LEVEL_DIGITS, RecognitionRules, StepKind
from shared.reference.regions import bureau_name


def acting_bureau(items: Sequence[Application], kind: StepKind, rules: RecognitionRules, reader: str) -> str | None:
    """Who does a step of the applications: of the levels that may under the policy the reader's own, or the
    only one.
    """
    regions: set[str] | None = None
    for one in items:
        step = find_step(rules, one.path, kind)
        levels = competent_levels(step, one.recommended_from) if step is not None else ()
        may = {one.county[: LEVEL_DIGITS[level]] for level in levels}
        regions = may if regions is None else regions & may
    possible = regions or set()
    return bureau_name(reader) if reader in possible else only_bureau(possible)


def only_bureau(regions: Collection[str | None]) -> str | None:
    """The bureau of the one region that is known."""
    (region, *others) = {*regions} or {None}
    return bureau_name(region) if region is not None and not others else None
