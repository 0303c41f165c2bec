"""What `minglu policy diff` prints: the matrix in total, the changes by county, the households behind a cell."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from services.typing.cli.speaking import UsageError, table
from shared.policy.outcome import HouseholdType
from shared.regions import region_name

if TYPE_CHECKING:
    from services.typing.engine.comparison import Change
    from services.typing.engine.versions import Cell, ChangedHousehold

EVERYWHERE = "*"
_REGION = re.compile(r"\*|\d{2}(\d{2}){0,2}")
_TYPES = {word: kind for kind in HouseholdType for word in (kind.slug, kind.label)}


def parse_cell(text: str) -> "Cell":
    """`地区:原类型:新类型`, the region a prefix or `*`, the types by their words, English or Chinese."""
    from services.typing.engine.versions import Cell

    parts = text.replace("：", ":").split(":")
    if len(parts) != len(("region", "from", "to")) or not _REGION.fullmatch(parts[0]):
        raise UsageError(f"--cell 的“{text}”应写成 区划:原类型:新类型，例如 410102:growth:development（全部地区写 *）")
    for word in parts[1:]:
        if word not in _TYPES:
            raise UsageError(f"--cell 里没有名为“{word}”的类型；可选 {'、'.join(kind.slug for kind in HouseholdType)}")
    region = "" if parts[0] == EVERYWHERE else parts[0]
    return Cell(region, _TYPES[parts[1]], _TYPES[parts[2]])


def matrix(changes: Sequence["Change"]) -> str:
    """Households in total: a row for each type before, a column for each type now."""
    cells: Counter[tuple[HouseholdType | None, HouseholdType | None]] = Counter()
    for one in changes:
        cells[one.from_type, one.to_type] += one.households
    kinds = [kind for kind in HouseholdType if any(kind in pair for pair in cells)]
    rows = [["原类型＼新类型", *(kind.label for kind in kinds), "合计"]]
    for before in kinds:
        counts = [cells[before, now] for now in kinds]
        rows.append([before.label, *(_number(count) for count in (*counts, sum(counts)))])
    sums = [sum(cells[before, now] for before in kinds) for now in kinds]
    rows.append(["合计", *(_number(count) for count in (*sums, sum(sums)))])
    return table(rows, right=range(1, len(rows[0])))


def counties(changes: Sequence["Change"]) -> str:
    """A row for each county: its households, how many change, and from which type to which."""
    rows = [("区划", "名称", "户数", "变化", "变化的类型")]
    for region in sorted({one.region for one in changes}):
        here = [one for one in changes if one.region == region]
        changed = [one for one in here if one.from_type != one.to_type]
        said = "，".join(f"{pair(one)} {one.households:,}" for one in changed)
        rows.append((region, region_name(region) or "", _number(total(here)), _number(total(changed)), said))
    return table(rows, right=(2, 3))


def pair(change: "Change") -> str:
    """From which type to which, in words."""
    return "→".join(kind.label if kind else "无" for kind in (change.from_type, change.to_type))


def cell_name(cell: "Cell") -> str:
    """A cell in words."""
    types = "→".join(kind.label if kind else "其他类型" for kind in (cell.from_type, cell.to_type))
    return f"{cell.region or '全部地区'} {types}"


def inside(changes: Iterable["Change"], cell: "Cell") -> int:
    """How many households there are behind a cell with both types."""
    types = (cell.from_type, cell.to_type)
    return total(one for one in changes if (one.from_type, one.to_type) == types and one.region.startswith(cell.region))


def total(changes: Iterable["Change"]) -> int:
    """How many households there are in the cells."""
    return sum(one.households for one in changes)


def households(found: Sequence["ChangedHousehold"]) -> str:
    """The households behind a cell with their clauses under both policies."""
    rows: list[tuple[str, ...]] = [
        ("统一社会信用代码", "区划", "原来成立的条款", "原来待核", "现在成立的条款", "现在待核")
    ]
    for one in found:
        before, after = (one.clauses_before, one.unknown_before), (one.clauses_after, one.unknown_after)
        rows.append((one.uscc, one.region, *map(_ids, before), *map(_ids, after)))
    return table(rows)


def _ids(clauses: Sequence[str]) -> str:
    return ";".join(clauses) or "无"


def _number(count: int) -> str:
    return f"{count:,}" if count else "-"
