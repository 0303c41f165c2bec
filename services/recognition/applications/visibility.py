"""Which applications a caller may see: conditions that are compiled once and executed with a caller's values.

Building the statement for every request costs 30 to 100 % more processor time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal_column, or_, select, text

from services.recognition.applications.models import Application
from services.recognition.registers.models import Household
from shared.platform.scope import in_bound_scope, scope_kind, scope_values
from shared.reference.departments import Department

_RECOMMENDED = Application.path == literal_column("'recommendation'")
"""Recommended by a department; the same condition as in the index of recommendations."""
_RECOMMENDED_BY_CALLER = and_(_RECOMMENDED, Application.recommended_by == bindparam("department"))
OF_OPERATOR = Application.uscc.in_(select(Household.uscc).where(Household.operator_ref == bindparam("operator")))
_REGION = in_bound_scope("region", Application.county)
_HANDED_IN = Application.submitted_at.is_not(None)
"""What somebody still writes is theirs alone: officials see it once it is handed in"""
_OWN_DRAFT = and_(_RECOMMENDED_BY_CALLER, func.starts_with(Application.recommended_from, bindparam("scope")))
_SCOPES: dict[str, ColumnElement[bool]] = {
    "county": and_(in_bound_scope("county", Application.county), _HANDED_IN),
    "region": and_(_REGION, _HANDED_IN),
    "county and own drafts": and_(in_bound_scope("county", Application.county), or_(_HANDED_IN, _OWN_DRAFT)),
    "region and own drafts": and_(_REGION, or_(_HANDED_IN, _OWN_DRAFT)),
    "operator": OF_OPERATOR,
    "department": and_(
        _RECOMMENDED_BY_CALLER, _REGION, func.starts_with(Application.recommended_from, bindparam("scope"))
    ),
    "department of a county": and_(
        _RECOMMENDED_BY_CALLER,
        in_bound_scope("county", Application.county),
        Application.recommended_from == bindparam("scope"),
    ),
}
_ASSESSED = text(
    """
    EXISTS (
        SELECT FROM assessor_score part JOIN scoring_round scored ON scored.id = part.round_id
        WHERE part.application_id = application.id AND part.assessor = :assessor AND part.recusal IS NULL
        AND scored.closed_at IS NULL
    )
    """
)
"""Given to the caller to be scored, until the scores are closed or the caller is recused."""
CONDITIONS = (
    _SCOPES
    | {f"{name}, recommended": and_(condition, _RECOMMENDED) for name, condition in _SCOPES.items()}
    | {f"{name}, or assessed": or_(_SCOPES[name], _ASSESSED) for name in ("department", "department of a county")}
)
READABLE = {
    name: select(Application).where(Application.id == bindparam("id"), condition)
    for name, condition in CONDITIONS.items()
}
READABLE_LOCKED: Mapping[str, Select[Application]] = {
    name: query.with_for_update().execution_options(populate_existing=True) for name, query in READABLE.items()
}
READABLE_ID = {name: query.with_only_columns(Application.id) for name, query in READABLE.items()}


@dataclass(frozen=True)
class ReadScope:
    """Which applications a caller may see: the name of a condition and the values of its parameters."""

    name: str
    values: Mapping[str, str]

    def recommended(self) -> "ReadScope":
        """Only the recommendations in this scope."""
        return ReadScope(f"{self.name}, recommended", self.values)

    def or_assessed(self, assessor: str) -> "ReadScope":
        """Of a department's reader: besides, those that they score."""
        return ReadScope(f"{self.name}, or assessed", {"assessor": assessor, **self.values})


def region_scope(scope: str, recommends: Department | None = None) -> ReadScope:
    """All of a region (a prefix of county codes) that was handed in; with the drafts of a department that the reader
    speaks for.
    """
    if recommends is None:
        return ReadScope(scope_kind(scope), scope_values(scope))
    return ReadScope(f"{scope_kind(scope)} and own drafts", {"department": recommends.value, **scope_values(scope)})


def operator_scope(operator_ref: str) -> ReadScope:
    """Those of the households that this operator operates now, whoever began them."""
    return ReadScope("operator", {"operator": operator_ref})


def department_scope(department: Department, scope: str) -> ReadScope:
    """Those that a department of the region, or below it, recommended there."""
    return ReadScope(
        "department" if scope_kind(scope) == "region" else "department of a county",
        {"department": department.value, **scope_values(scope)},
    )
