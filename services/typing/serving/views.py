"""A directory row as it is shown."""

import asyncpg

from services.typing.schemas.households import HouseholdView
from shared.policy.outcome import HouseholdType
from shared.regions import region_name


def household_json(row: asyncpg.Record) -> dict[str, object]:
    """The public fields of a directory row; the shape is HouseholdView's."""
    kind = HouseholdType(row["type"])
    return {
        "uscc": row["uscc"],
        "name": row["name"],
        "region": row["region"],
        "region_name": region_name(row["region"]),
        "type": kind.slug,
        "type_label": kind.label,
        "year": row["as_of"].year,
        "policy": row["policy"],
        "run": str(row["run_id"]),
    }


def household_view(row: asyncpg.Record) -> HouseholdView:
    """The same as a checked shape."""
    return HouseholdView.model_validate(household_json(row))
