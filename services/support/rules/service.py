"""The numbers that apply in a place, and setting one that no text at hand gives."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.rules import repository as rule_repository
from services.support.rules.domain import (
    MOST_DAYS,
    MOST_YEARS,
    OF_PROVINCES,
    SWITCHES,
    CallReason,
    CallRule,
    NumberInForce,
)
from services.support.rules.models import SupportOrder
from services.support.rules.problems import (
    NoRegionToSetFor,
    NumberGivenByText,
    NumberOfProvince,
    NumberOutOfRange,
    NumberUnknown,
)
from services.support.rules.repository import SetNumber
from shared import clock
from shared.law.language.units import Unit, suggestion
from shared.law.model.clauses import Parameter
from shared.law.model.policy import Duty, Policy
from shared.law.model.support import SupportNumber, calls_of
from shared.law.reader.loading import shipped_policies
from shared.law.reader.support import shipped_support
from shared.platform import audit
from shared.platform.identity import Caller

MOST = {Unit.PERCENT: (100, "%"), Unit.YEARS: (MOST_YEARS, "年")}
"""How large a number may be; of others, days"""


@dataclass(frozen=True)
class SupportRulesOnDay:
    """Everything that is set for support work on a day, in every place."""

    day: dt.date
    orders: Sequence[SetNumber]

    def number(self, name: SupportNumber, region: str) -> NumberInForce:
        """A number in a place: as its bureaus have set it, the nearest one first, or its province where that alone
        does, else as the policy has it.
        """
        place = region[:2] if name in OF_PROVINCES else region
        parameter, order = shipped_support().parameters[name], self._order(name, place)
        if order is not None:
            return NumberInForce(name, parameter.title, order.number, parameter.unit, True, order.document)
        dated = parameter.dated_on(self.day)
        source = (dated.document if dated is not None else None) or str(parameter.citation)
        value = dated.value if dated is not None and isinstance(dated.value, int) else None
        return NumberInForce(name, parameter.title, value, parameter.unit, parameter.verified, source)

    def call(self, reason: CallReason, region: str) -> CallRule:
        """Whether a household there is visited in this case: its policy says so, or a bureau has taken it up."""
        order = self._order(reason.parameter, region)
        if order is not None:
            return CallRule(reason, order.number == 1, order.document)
        duty = _duty(reason, region, self.day)
        return CallRule(reason, duty is not None, str(duty.citation) if duty is not None else None)

    def _order(self, parameter: str, region: str) -> SetNumber | None:
        found = [one for one in self.orders if one.parameter == parameter and region.startswith(one.region)]
        return found[-1] if found else None


async def rules_on(session: AsyncSession, day: dt.date) -> SupportRulesOnDay:
    """What is set on a day; read once for any number of households."""
    return SupportRulesOnDay(day, await rule_repository.orders_on(session, day))


def _duty(reason: CallReason, region: str, day: dt.date) -> Duty | None:
    """The duty to visit of the policies of a region; a draft for comments counts, since a visit decides nothing."""
    covering = [policy for policy in shipped_policies() if policy.within_dates(day) and _covers(policy, region)]
    found = [calls_of(policy).get(reason.value) for policy in covering]
    return next((duty for duty in found if duty is not None), None)


def _covers(policy: Policy, region: str) -> bool:
    return any(region.startswith(prefix) for prefix in policy.regions)


async def order_number(
    session: AsyncSession, parameter: str, number: int, document: str, caller: Caller
) -> SupportOrder:
    """Set a number for the caller's region from today on, or take a case of 必访 up or give it up. 422 for one that
    there is not, or a value that it cannot have; 409 where the text itself gives it; 403 for a part of a province where
    the province sets it.
    """
    if not caller.region:
        raise NoRegionToSetFor
    known = [*SupportNumber, *SWITCHES]
    if parameter not in known:
        raise NumberUnknown(f"没有名为“{parameter}”的数额或必访情形{suggestion(parameter, known)}")
    if parameter in SWITCHES:
        if number not in (0, 1):
            raise NumberOutOfRange(f"{SWITCHES[parameter].label}时必访：写 1 是实行，写 0 是不再实行，不能是 {number}")
    else:
        number_to_set = shipped_support().parameters[SupportNumber(parameter)]
        if parameter in OF_PROVINCES and caller.region != caller.region[:2]:
            raise NumberOfProvince(f"“{number_to_set.title}”全省（区、市）用同一个数，由省级市场监管部门设定。")
        _require_settable(number_to_set, number)
    order = SupportOrder(
        id=uuid.uuid4(),
        region=caller.region,
        parameter=parameter,
        number=number,
        document=document,
        ordered_on=clock.today(),
        ordered_by=caller.subject,
    )
    session.add(order)
    await session.flush()
    await session.refresh(order)
    await audit.record(session, order, caller, "number:order", {"document": document})
    return order


def _require_settable(parameter: Parameter, number: int) -> None:
    if parameter.verified and parameter.on(clock.today()) is not None:
        raise NumberGivenByText(f"“{parameter.title}”由原文写定（{parameter.citation}），不能另设")
    most, unit = MOST.get(parameter.unit, (MOST_DAYS, "天"))
    if not 1 <= number <= most:
        raise NumberOutOfRange(f"“{parameter.title}”应在 1 到 {most}{unit} 之间，不能是 {number}")
