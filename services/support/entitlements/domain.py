"""What a measure is to a household: the rule from a kind, a truth of three values and the conditions still open.

免申即享 (郑州 三（一）3): whoever meets every condition is entitled without asking. What no feed proves is verified by
a department; a service is an offer; what is not the household's is nothing.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.law.model.measures import Condition, Measure, MeasureKind
from shared.reference.departments import Department


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
    """The state for whom the addressees' expression is true, false or unknown (None). `confirmed`: everything that no
    feed proves is confirmed, which says nothing of whether the household is an addressee.
    """
    if holds is False or not measure.kind.for_households:
        return EntitlementState.NONE
    by_the_text_alone = measure.kind is not MeasureKind.PRIORITY and not measure.conditions
    if holds is None or not (confirmed or by_the_text_alone):
        return EntitlementState.VERIFY
    return EntitlementState.INVITED if measure.kind is MeasureKind.SERVICE else EntitlementState.ENTITLED


def _confirming(measure: Measure, condition: Condition) -> frozenset[Department]:
    """Whoever may confirm a condition: the department that the text names, else those that lead the measure, else
    market supervision, which assigns it.
    """
    named = (condition.confirmed_by,) if condition.confirmed_by is not None else measure.lead
    return frozenset(named or (Department.MARKET,))


def deciders(measure: Measure) -> Iterator[frozenset[Department]]:
    """For each condition that no feed proves, the departments one of which confirms it. What a measure points to in
    other documents is confirmed by those that lead it.
    """
    if not measure.conditions:
        yield frozenset(measure.lead or (Department.MARKET,))
    for condition in measure.conditions:
        yield _confirming(measure, condition)


def is_confirmed(measure: Measure, said: Set[Department]) -> bool:
    """Whether the departments that have confirmed are enough for every condition."""
    return all(said & some for some in deciders(measure))


def granted_and_ended(
    before: Mapping[str, EntitlementState], after: Mapping[str, EntitlementState]
) -> tuple[list[str], list[str]]:
    """The measures that a household is entitled to and was not, and those that it was and is not; sorted."""
    had = {name for name, state in before.items() if state is EntitlementState.ENTITLED}
    has = {name for name, state in after.items() if state is EntitlementState.ENTITLED}
    return sorted(has - had), sorted(had - has)
