"""What a department is asked, what it can answer, and what a corrected row must name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.feeds.contract.model import FeedContract


class Finding(StrEnum):
    """What the department says: the data are right, they were wrong and this is right, or it cannot tell."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    CANNOT_SAY = "cannot-say"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"confirmed": "数据无误", "corrected": "数据有误，已更正", "cannot-say": "无法核实"}[self.value]


class VerificationState(StrEnum):
    """Where a question stands. `ended`: its objection no longer waits for the answer."""

    ASKED = "asked"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"asked": "待核实", "overdue": "逾期未答复", "answered": "已答复", "ended": "异议已结束，不必答复"}[
            self.value
        ]


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a cell of a corrected row, without what was in it."""

    column: str
    code: str
    message: str


def takes_rows(feed: str) -> bool:
    """Whether a correction of the feed is a row: typing takes them. The others' owners deliver again."""
    return feed in TYPING_FEEDS


def foreign_columns(contract: FeedContract, row: Mapping[str, str]) -> Iterator[RowFault]:
    """Columns that the feed does not have, or that no correction may hold."""
    for name in row:
        if not contract.has(name):
            yield RowFault(name, "unknown-column", f"{contract.title}没有这一列")
        elif contract.column(name).personal:
            title = contract.column(name).title
            yield RowFault(name, "personal-column", f"{name}（{title}）不能在这里更正：经营者的变更请办理登记")


def misplaced_keys(contract: FeedContract, row: Mapping[str, str], uscc: str, year: int | None) -> Iterator[RowFault]:
    """Key columns that name another household or another year than was asked about."""
    if row.get("uscc", "").strip().upper() != uscc:
        yield RowFault("uscc", "another-household", "uscc（统一社会信用代码）应为所核实的个体工商户")
    if contract.has("year") and year is not None and row.get("year", "").strip() != str(year):
        yield RowFault("year", "another-year", f"year（所属年度）应为所核实的年度 {year}")


def contract_of(feed: str) -> FeedContract:
    """The contract of a feed that exists."""
    return FEEDS[feed]
