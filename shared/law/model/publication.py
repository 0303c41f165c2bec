"""Until when a policy wants its types to stand in the national directory (全国“个体工商户名录”)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.law.language.units import month_day
from shared.law.model.clauses import Citation, Parameter


class MiddleOfMonth(StrEnum):
    """How “8月中旬前” is read: it ends before the middle of the month begins (10 August), or with it (20 August)."""

    BEFORE = "before-middle"
    WITHIN = "within-middle"


@dataclass(frozen=True, slots=True)
class PublicationRules:
    """The cut-off of the national directory. `until` names the parameter that the chosen reading takes."""

    parameters: Mapping[str, Parameter]
    until: str
    interpretation: str
    citation: Citation

    def directory_until(self, year: int) -> date | None:
        """The last day in a year; None while the parameter is unset."""
        value = self.parameters[self.until].on(date(year, 12, 31))
        return None if value is None else month_day(value, year)
