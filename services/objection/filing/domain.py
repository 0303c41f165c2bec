"""What is filed, what it is against as far as that has been heard of, and what speaks against it."""

import datetime as dt
import uuid
from dataclasses import dataclass

from services.objection.filing.problems import (
    DecisionUndone,
    FilingPeriodOver,
    NotTheOperator,
    ResultSuperseded,
    StatementFull,
)
from services.objection.objections.domain import Ground
from services.objection.registers.domain import Against
from services.objection.rules.domain import Period
from shared.law.language.units import Unit
from shared.reference.calendar import add_working_days

LONGEST_STATEMENT = 20_000
"""Characters of all that an objector has said in one objection."""
BY_NOTICE_OR_SUBJECT = "如果反映的是以弄虚作假取得认定，随时可以举报（POST /v1/reports）。"


@dataclass(frozen=True)
class Target:
    """What is objected to, as the objector names it. `subject`: application or recognition; `county`: where the
    household is, for one that has not been heard of.
    """

    against: Against
    uscc: str | None = None
    subject: uuid.UUID | None = None
    public_notice: uuid.UUID | None = None
    year: int | None = None
    county: str | None = None


@dataclass(frozen=True)
class Contested:
    """What an objection is against, as far as it has been heard of; `contested_on` is none as long as it has not.

    `counted_from`: from the day after which the filing period runs, none as long as a decision has not been served.
    `operator_ref`: of the household now, none if not known; `household_known`: its register entry has been heard of.
    `policy`: the name of the policy that the typing run used. `closes_on`: a notice's last day. `latest_year`: the year
    of the type in force.
    """

    uscc: str
    county: str
    household_known: bool = False
    operator_ref: str | None = None
    contested_on: dt.date | None = None
    counted_from: dt.date | None = None
    contested_region: str | None = None
    public_notice: uuid.UUID | None = None
    run: uuid.UUID | None = None
    policy: str | None = None
    year: int | None = None
    latest_year: int | None = None
    closes_on: dt.date | None = None
    stands: bool = True


@dataclass(frozen=True)
class Prospect:
    """An objection that might be filed: what the rules need to know of one (`rules.domain.FiledObjection`)."""

    against: Against
    county: str
    contested_region: str | None
    run: uuid.UUID | None
    filed_at: dt.datetime
    policy_hash: str | None = None


def last_filing_day(period: Period, contested: Contested, counted_at_earliest: dt.date | None = None) -> dt.date | None:
    """The last day for filing: the notice's own, or so many days from the day after publication or service; None where
    no period is set, or what is objected to has not been heard of or served. A period that a bureau set later runs
    from that day at the earliest, so that setting it takes nothing away.
    """
    if contested.closes_on is not None:
        return contested.closes_on
    if period.days is None or contested.counted_from is None:
        return None
    start = max(contested.counted_from, counted_at_earliest or contested.counted_from)
    if period.unit is Unit.DAYS:
        return start + dt.timedelta(days=period.days)
    return add_working_days(start, period.days).due


def check_in_force(target: Target, contested: Contested) -> None:
    """409 for a decision that was taken back, or an earlier year's type."""
    if not contested.stands and target.against is Against.PUBLIC_NOTICE:
        raise DecisionUndone("所对的申报已经撤回，不用再提出异议。")
    if not contested.stands:
        raise DecisionUndone(f"“{target.against.label}”这项决定已被撤回或改变，不用再提出异议。")
    if target.year is not None and contested.latest_year is not None and target.year < contested.latest_year:
        raise ResultSuperseded(f"{target.year} 年的分型结果已由 {contested.latest_year} 年的代替，请对后者提出。")


def check_operator(contested: Contested, operator_ref: str) -> None:
    """403 for an account that is not the household's operator, as far as its register entry is known."""
    if contested.household_known and contested.operator_ref != operator_ref:
        raise NotTheOperator


def check_in_time(against: Against, last_day: dt.date | None, filed_on: dt.date) -> None:
    """409 after the last day, which is named."""
    if last_day is None or filed_on <= last_day:
        return
    hint = BY_NOTICE_OR_SUBJECT if against is Against.PUBLIC_NOTICE else ""
    newer = "如果是对新公布的结果提出，请写明年份（year）。" if against is Against.TYPING else ""
    detail = f"对这项“{against.label}”提出异议的最后一天是 {last_day}，已经过了。{hint}{newer}"
    raise FilingPeriodOver(detail, last_day=last_day.isoformat())


def joined_statement(before: str, more: str, on: dt.date) -> str:
    """What was said before, and what is added on a day; what is there already is not said again."""
    if not more or more in before:
        return before
    text = f"{before}\n\n【{on} 补充】{more}" if before else more
    if len(text) > LONGEST_STATEMENT:
        raise StatementFull(f"一件异议的内容合计不超过 {LONGEST_STATEMENT} 字，请把详细情况作为材料上传。")
    return text


def joined_grounds(before: tuple[Ground, ...], more: tuple[Ground, ...]) -> tuple[Ground, ...]:
    """All grounds, each once."""
    return tuple(dict.fromkeys((*before, *more)))
