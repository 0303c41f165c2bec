"""What a policy says of support work: for each of its periods and shares a parameter, most of them unverified."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.law.model.clauses import Parameter
from shared.law.model.policy import Duty, Policy

CALL_KIND = "call"
"""The kind of the duties that say when a household is to be visited (必访)"""
CALL_PREFIX = "call."


class SupportNumber(StrEnum):
    """The numbers of support work, by the name of their parameter."""

    CALL_DAYS = "call_days"
    CALL_FALLING_SHARE = "call_falling_share"
    PROBLEM_FORWARD_DAYS = "problem_forward_days"
    PROBLEM_ANSWER_DAYS = "problem_answer_days"
    PROBLEM_SUPERVISE_DAYS = "problem_supervise_days"
    PROBLEM_RESPOND_DAYS = "problem_respond_days"
    REPORT_REMIND_DAYS = "report_remind_days"
    ANALYSIS_AGE_FIRST = "analysis_age_first"
    ANALYSIS_AGE_SECOND = "analysis_age_second"
    INSPECTION_SHARE_A_SURVIVAL = "inspection_share_a_survival"
    INSPECTION_SHARE_B_SURVIVAL = "inspection_share_b_survival"
    INSPECTION_SHARE_C_SURVIVAL = "inspection_share_c_survival"
    INSPECTION_SHARE_D_SURVIVAL = "inspection_share_d_survival"
    INSPECTION_SHARE_A_GROWTH = "inspection_share_a_growth"
    INSPECTION_SHARE_B_GROWTH = "inspection_share_b_growth"
    INSPECTION_SHARE_C_GROWTH = "inspection_share_c_growth"
    INSPECTION_SHARE_D_GROWTH = "inspection_share_d_growth"
    INSPECTION_SHARE_A_DEVELOPMENT = "inspection_share_a_development"
    INSPECTION_SHARE_B_DEVELOPMENT = "inspection_share_b_development"
    INSPECTION_SHARE_C_DEVELOPMENT = "inspection_share_c_development"
    INSPECTION_SHARE_D_DEVELOPMENT = "inspection_share_d_development"


@dataclass(frozen=True, slots=True)
class SupportRules:
    """The numbers of support work as a file has them; a parameter without a value has no last day, or no effect."""

    policy: str
    parameters: Mapping[SupportNumber, Parameter]


def calls_of(policy: Policy) -> Mapping[str, Duty]:
    """The cases in which a policy wants a household to be visited, by their word: `report-missed` and so on."""
    return {duty.id.removeprefix(CALL_PREFIX): duty for duty in policy.duties if duty.kind == CALL_KIND}
