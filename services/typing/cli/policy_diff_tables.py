"""What `minglu policy diff` prints: the matrix in total, the changes by county, the households behind a cell."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from services.typing.cli.terminal import UsageError, table
from shared.law.model.outcome import HouseholdType
from shared.reference.regions import region_name

if TYPE_CHECKING:
    from services.typing.engine.comparison import ChangedHousehold, ChangeSelection, TypeChange

ALL_REGIONS = "*"
_REGION = re.compile(r"\*|\d{2}(\d{2}){0,2}")
_TYPES = {word: kind for kind in HouseholdType for word in (kind.slug, kind.label)}


def parse_selection(text: str) -> "ChangeSelection":
    """`地区:原类型:新类型`, the region a prefix or `*`, the types by their words, English or Chinese."""
    from services.typing.engine.comparison import ChangeSelection

    parts = text.replace("：", ":").split(":")
    if len(parts) != len(("region", "from", "to")) or not _REGION.fullmatch(parts[0]):
        raise UsageError(f"--cell 的“{text}”应写成 区划:原类型:新类型，例如 410102:growth:development（全部地区写 *）")
    for word in parts[1:]:
        if word not in _TYPES:
            raise UsageError(f"--cell 里没有名为“{word}”的类型；可选 {'、'.join(kind.slug for kind in HouseholdType)}")
    region = "" if parts[0] == ALL_REGIONS else parts[0]
    return ChangeSelection(region, _TYPES[parts[1]], _TYPES[parts[2]])


def matrix_table(changes: Sequence["TypeChange"]) -> str:
    """Households in total: a row for each type before, a column for each type now."""
    cells: Counter[tuple[HouseholdType | None, HouseholdType | None]] = Counter()
    for change in changes:
        cells[change.from_type, change.to_type] += change.households
    kinds = [kind for kind in HouseholdType if any(kind in pair for pair in cells)]
    rows = [["原类型＼新类型", *(kind.label for kind in kinds), "合计"]]
    for before in kinds:
        counts = [cells[before, now] for now in kinds]
        rows.append([before.label, *(_number(count) for count in (*counts, sum(counts)))])
    sums = [sum(cells[before, now] for before in kinds) for now in kinds]
    rows.append(["合计", *(_number(count) for count in (*sums, sum(sums)))])
    return table(rows, right=range(1, len(rows[0])))


def county_table(changes: Sequence["TypeChange"]) -> str:
    """A row for each county: its households, how many change, and from which type to which."""
    rows = [("区划", "名称", "户数", "变化", "变化的类型")]
    for region in sorted({change.region for change in changes}):
        here = [change for change in changes if change.region == region]
        changed = [change for change in here if change.from_type != change.to_type]
        changes_text = "，".join(f"{transition_label(change)} {change.households:,}" for change in changed)
        rows.append(
            (
                region,
                region_name(region) or "",
                _number(count_households(here)),
                _number(count_households(changed)),
                changes_text,
            )
        )
    return table(rows, right=(2, 3))


def transition_label(change: "TypeChange") -> str:
    """The labels of both types: `from → to`."""
    return "→".join(kind.label if kind else "无" for kind in (change.from_type, change.to_type))


def selection_label(cell: "ChangeSelection") -> str:
    """The label of a selection: its region and types."""
    types = "→".join(kind.label if kind else "其他类型" for kind in (cell.from_type, cell.to_type))
    return f"{cell.region or '全部地区'} {types}"


def count_selected(changes: Iterable["TypeChange"], cell: "ChangeSelection") -> int:
    """How many households there are behind a cell with both types."""
    types = (cell.from_type, cell.to_type)
    return count_households(
        change
        for change in changes
        if (change.from_type, change.to_type) == types and change.region.startswith(cell.region)
    )


def count_households(changes: Iterable["TypeChange"]) -> int:
    """How many households there are in the cells."""
    return sum(change.households for change in changes)


def household_table(households: Sequence["ChangedHousehold"]) -> str:
    """The households behind a cell with their clauses under both policies."""
    rows: list[tuple[str, ...]] = [
        ("统一社会信用代码", "区划", "原来成立的条款", "原来待核", "现在成立的条款", "现在待核")
    ]
    for household in households:
        before, after = (
            (household.clauses_before, household.unknown_before),
            (household.clauses_after, household.unknown_after),
        )
        rows.append((household.uscc, household.region, *map(_ids, before), *map(_ids, after)))
    return table(rows)


def _ids(clauses: Sequence[str]) -> str:
    return ";".join(clauses) or "无"


def _number(count: int) -> str:
    return f"{count:,}" if count else "-"
