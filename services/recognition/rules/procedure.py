"""Periods of procedure that the texts leave open: the policy's, else the platform's defaults in the national policy."""

import datetime as dt
from dataclasses import dataclass

from shared.law.model.recognition import ProcedureRule, RecognitionRules
from shared.law.reader.loading import recognition_policy_at, shipped_policies

NATIONAL = "national-2024"
"""The policy whose file holds the defaults."""


@dataclass(frozen=True)
class ProcedureTerms:
    """The periods on a day. `unverified`: those that come from no text at hand."""

    late_application_days: int
    defence_days: int
    review_days: int
    suit_months: int
    unverified: frozenset[str]


def procedure_terms(county: str, day: dt.date) -> ProcedureTerms:
    """The periods in force in a county: those of the day of the act, not those of a recognition's season."""
    policy = recognition_policy_at(county, day)
    own = policy.recognition if policy is not None else None
    if own is None or own.procedure is None:
        own = next(policy.recognition for policy in shipped_policies() if policy.id == NATIONAL)
    rules = own
    if rules is None or rules.procedure is None:
        raise LookupError(f"{NATIONAL} has no periods of procedure")
    return terms_of(rules, rules.procedure, day)


def terms_of(rules: RecognitionRules, procedure: ProcedureRule, day: dt.date) -> ProcedureTerms:
    """The values of the parameters that the rules name."""
    names = {
        "late_application_days": procedure.late_application,
        "defence_days": procedure.defence,
        "review_days": procedure.review,
        "suit_months": procedure.suit,
    }
    values = {term: rules.value(parameter, day) for term, parameter in names.items()}
    doubtful = frozenset(term for term, parameter in names.items() if not rules.parameters[parameter].verified)
    return ProcedureTerms(**{term: whole(value) for term, value in values.items()}, unverified=doubtful)


def whole(value: object) -> int:
    """A period that is set; a policy that names one sets it."""
    if isinstance(value, int):
        return value
    raise LookupError("a period of procedure is unset")
