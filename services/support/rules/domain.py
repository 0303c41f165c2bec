"""The six cases of 必访 and how a number of support work stands in a place on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.law.language.units import Unit, format_value
from shared.law.model.support import SupportNumber


class CallReason(StrEnum):
    """The cases in which a household is to be visited; the words of the policies' duties (甘州 二（五）23)."""

    REPORT_MISSED = "report-missed"
    HARDSHIP = "hardship"
    RECOGNISED = "recognised"
    OPERATION_ADJUSTED = "operation-adjusted"
    EXPANDING = "expanding"
    BECOMING_COMPANY = "becoming-company"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return REASON_LABELS[self]

    @property
    def parameter(self) -> str:
        """The name by which an order takes it up or gives it up."""
        return f"call_{self.value.replace('-', '_')}"


REASON_LABELS: Mapping[CallReason, str] = {
    CallReason.REPORT_MISSED: "未年报",
    CallReason.HARDSHIP: "经营困难",
    CallReason.RECOGNISED: "分类入库",
    CallReason.OPERATION_ADJUSTED: "生产经营调整",
    CallReason.EXPANDING: "扩大规模",
    CallReason.BECOMING_COMPANY: "个转企",
}
SWITCHES: Mapping[str, CallReason] = {reason.parameter: reason for reason in CallReason}
"""By the name of an order: 1 takes the case up, 0 gives it up."""
OF_PROVINCES = frozenset({SupportNumber.ANALYSIS_AGE_FIRST, SupportNumber.ANALYSIS_AGE_SECOND})
"""Numbers that a province sets for all of its parts: by two sets of bounds the same county's households would be
counted twice, and the difference tells of few.
"""
MOST_DAYS, MOST_YEARS = 365, 100


@dataclass(frozen=True, slots=True)
class NumberInForce:
    """A number in a place on a day, and where it comes from. `number` None: none is set, so there is no last day, or no
    effect. Not `verified`: no text at hand gives it, and it is shown so. Also a period to reckon with (`days`).
    """

    parameter: str
    title: str
    number: int | None
    unit: Unit
    verified: bool
    source: str

    @property
    def days(self) -> int | None:
        """The number, of a period."""
        return self.number

    @property
    def text(self) -> str:
        """In words, with a remark where it is not verified."""
        said = "未设定" if self.number is None else format_value(self.number, self.unit)
        return said if self.verified else f"{said}（未核对：{self.source}）"


@dataclass(frozen=True, slots=True)
class CallRule:
    """Whether a case of 必访 applies in a place, and what says so; without a source nothing does."""

    reason: CallReason
    applies: bool
    source: str | None
