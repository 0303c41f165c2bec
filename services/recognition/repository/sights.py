"""Which applications somebody may see: conditions that are written once, asked with the values of a caller.

A statement that is built anew for every request takes a third more of the processor than one that is written once, and
up to twice as much.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal_column, select

from services.recognition.models import Application, Household
from services.recognition.repository.regions import bounds, kind, within
from shared.departments import Department

_RECOMMENDED = Application.path == literal_column("'recommendation'")
"""By a department; as the index of recommendations has it."""
_MADE = and_(_RECOMMENDED, Application.recommended_by == bindparam("department"))
OF_OPERATOR = Application.uscc.in_(select(Household.uscc).where(Household.operator_ref == bindparam("operator")))
_REGION = within("region", Application.county)
_WHOLE: dict[str, ColumnElement[bool]] = {
    "county": within("county", Application.county),
    "region": _REGION,
    "operator": OF_OPERATOR,
    "department": and_(_MADE, _REGION, func.starts_with(Application.recommended_from, bindparam("scope"))),
    "department of a county": and_(
        _MADE, within("county", Application.county), Application.recommended_from == bindparam("scope")
    ),
}
CONDITIONS = _WHOLE | {f"{name}, recommended": and_(one, _RECOMMENDED) for name, one in _WHOLE.items()}
SEEN = {name: select(Application).where(Application.id == bindparam("id"), one) for name, one in CONDITIONS.items()}
LOCKED: Mapping[str, Select[Application]] = {
    name: query.with_for_update().execution_options(populate_existing=True) for name, query in SEEN.items()
}
THERE = {name: query.with_only_columns(Application.id) for name, query in SEEN.items()}


@dataclass(frozen=True)
class Sight:
    """What somebody may see; `name` is one of the conditions, `values` are its own."""

    name: str
    values: Mapping[str, str]

    def recommended(self) -> "Sight":
        """Of it what departments recommended."""
        return Sight(f"{self.name}, recommended", self.values)


def inside(scope: str) -> Sight:
    """In a region, a prefix of county codes."""
    return Sight(kind(scope), bounds(scope))


def of_household_of(operator_ref: str) -> Sight:
    """Of the households whose operator this is now, whoever began it."""
    return Sight("operator", {"operator": operator_ref})


def recommended_by(department: Department, scope: str) -> Sight:
    """What a department of the region, or below it, recommended there."""
    return Sight("department" if kind(scope) == "region" else "department of a county",
                 {"department": department.value, **bounds(scope)})  # fmt: skip
