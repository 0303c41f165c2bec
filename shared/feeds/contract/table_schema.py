"""The contract of a feed as a Frictionless Table Schema (Data Package 2.0), so that a bureau's tools can read it.

What the standard has no word for stands under `minglu`: of a column its unit, which of its values are personal, and
what an empty cell means; of the feed its department, the service that takes it, and what an absent row means.
"""

from collections.abc import Mapping
from typing import Any

from shared.feeds.contract.model import FIRST_YEAR, LAST_YEAR, Column, FeedContract, Kind
from shared.reference.uscc_form import ALPHABET, HOUSEHOLD_PREFIX, LENGTH

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
DECIMALS = 2
TYPES: Mapping[Kind, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "uscc": {"type": "string"},
    "region": {"type": "string"},
    "choice": {"type": "string"},
    "date": {"type": "date", "format": "default"},
    "bool": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "money": {"type": "number", "decimalChar": ".", "bareNumber": True},
    "count": {"type": "integer", "bareNumber": True},
    "year": {"type": "integer", "bareNumber": True},
}
CONSTRAINTS: Mapping[Kind, Mapping[str, Any]] = {
    "uscc": {"pattern": f"{HOUSEHOLD_PREFIX}[{ALPHABET}]{{{LENGTH - len(HOUSEHOLD_PREFIX)}}}"},
    "region": {"pattern": "[1-9][0-9]{5}"},
    "money": {"minimum": 0},
    "count": {"minimum": 0},
    "year": {"minimum": FIRST_YEAR, "maximum": LAST_YEAR},
}
UNKNOWN = "不知道"


def table_schema(contract: FeedContract) -> dict[str, Any]:
    """The schema of a feed."""
    return {
        "$schema": PROFILE,
        "name": contract.name,
        "title": contract.title,
        "fields": [_field(column) for column in contract.columns],
        "fieldsMatch": "partial",
        "missingValues": [""],
        "primaryKey": list(contract.key),
        "minglu": {
            "service": contract.receiver.value,
            "deliver": f"/v1/feeds/{contract.name}/deliveries",
            "department": contract.department.value,
            "departmentTitle": contract.department.label,
            **({"otherDepartments": [one.value for one in contract.others]} if contract.others else {}),
            "absentRow": contract.absent,
            "yearly": contract.has("year"),
            "modes": {
                "full": f"列出声明范围内的全部记录：没有列出的表示{contract.absent}",
                "incremental": "只列新增或更正的行：没有列出的保持不变",
            },
            "example": example_csv(contract),
        },
    }


def example_csv(contract: FeedContract) -> str:
    """A file of one row that is accepted. Its values are made up."""
    names = ",".join(column.name for column in contract.columns)
    return f"{names}\n{','.join(column.example for column in contract.columns)}\n"


def unit_of(column: Column) -> str:
    """What a column's numbers count (Chinese); empty: no number, or a year."""
    return "元" if column.kind == "money" else column.unit


def empty_meaning(column: Column) -> str:
    """What an empty cell says (Chinese)."""
    if column.required:
        return "不可为空"
    return UNKNOWN if column.empty_means is None else f"即{str(column.empty_means).lower()}"


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    constraints |= CONSTRAINTS.get(column.kind, {})
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.choices:
        constraints["enum"] = list(column.choices)
    own: dict[str, Any] = {"empty": empty_meaning(column)}
    if unit := unit_of(column):
        own["unit"] = unit
    if column.kind == "money":
        own["decimals"] = DECIMALS
    if column.choices:
        own["choices"] = dict(column.choices)
    own |= {name: True for name, holds in (("notFuture", column.not_future), ("personal", column.personal)) if holds}
    told = {"name": column.name, "title": column.title, **TYPES[column.kind]}
    if column.note:
        told["description"] = column.note
    if column.example:
        told["example"] = _example(column)
    return told | ({"constraints": constraints} if constraints else {}) | {"minglu": own}


def _example(column: Column) -> Any:  # noqa: ANN401 - what JSON holds
    """The example as JSON of the field's type."""
    match column.kind:
        case "bool":
            return column.example == "true"
        case "count" | "year":
            return int(column.example)
        case "money":
            return float(column.example)
    return column.example
