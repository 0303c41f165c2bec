"""What a measure is to a household: the rule from a kind, a truth of three values and the conditions still open.

免申即享 (郑州 三（一）3): whoever meets every condition is entitled without asking. What no feed proves is verified by
a department; a service is an offer; what is not the household's is nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.law.model.measures import Measure, MeasureKind


class EntitlementState(StrEnum):
    """What a measure is to a household."""

    ENTITLED = "entitled"
    VERIFY = "verify"
    INVITED = "invited"
    NONE = "none"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return STATE_LABELS[self]


STATE_LABELS: Mapping[EntitlementState, str] = MappingProxyType(
    {
        EntitlementState.ENTITLED: "可以享受",
        EntitlementState.VERIFY: "待核实",
        EntitlementState.INVITED: "可以参加",
        EntitlementState.NONE: "不是对象",
    }
)


class Cause(StrEnum):
    """Why entitlements changed."""

    TYPING = "typing"
    RECOGNITION = "recognition"
    MEASURE = "measure"
    DATE = "date"
    REPORT = "report"
    COMMITMENT = "commitment"

    @property
    def label(self) -> str:
        """In Chinese, as a household reads it."""
        return CAUSE_LABELS[self]


CAUSE_LABELS: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.TYPING: "分型结果或登记信息有变化",
        Cause.RECOGNITION: "“名特优新”认定有变化",
        Cause.MEASURE: "措施新增、修订或停止",
        Cause.DATE: "到了措施开始或结束的日期",
        Cause.REPORT: "部门核实的结果",
        Cause.COMMITMENT: "告知承诺",
    }
)


class ReportOutcome(StrEnum):
    """What a department reports of a household and a measure."""

    CONFIRMED = "confirmed"
    USED = "used"
    PAID = "paid"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS: Mapping[ReportOutcome, str] = MappingProxyType(
    {
        ReportOutcome.CONFIRMED: "核实符合",
        ReportOutcome.USED: "已享受",
        ReportOutcome.PAID: "已发放",
        ReportOutcome.REFUSED: "核实不符合",
    }
)


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still missing: a condition to confirm or a fact that nobody has delivered, and whose it is.

    `department` None: no text says who confirms it.
    """

    what: str
    department: str | None
    feed: str | None = None


def state_of(measure: Measure, holds: bool | None, confirmed: bool = False) -> EntitlementState:
    """The state for whom the addressees' expression is true, false or unknown (None). `confirmed`: a department has
    confirmed everything that no feed proves.
    """
    if holds is False or not measure.kind.for_households:
        return EntitlementState.NONE
    if measure.kind is MeasureKind.SERVICE and holds:
        return EntitlementState.INVITED if not measure.conditions or confirmed else EntitlementState.VERIFY
    if measure.kind is MeasureKind.ENTITLEMENT and holds and (confirmed or not measure.conditions):
        return EntitlementState.ENTITLED
    return EntitlementState.ENTITLED if confirmed else EntitlementState.VERIFY


def granted_and_ended(
    before: Mapping[str, EntitlementState], after: Mapping[str, EntitlementState]
) -> tuple[list[str], list[str]]:
    """The measures that a household is entitled to and was not, and those that it was and is not; sorted."""
    had = {name for name, state in before.items() if state is EntitlementState.ENTITLED}
    has = {name for name, state in after.items() if state is EntitlementState.ENTITLED}
    return sorted(has - had), sorted(had - has)
