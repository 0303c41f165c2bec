"""Regions: what is known, how many counties there are, and agreement with an independent list."""

import csv
import re
from importlib.resources import files

import duckdb
import pytest

from shared.reference.regions import (
    REGIONS_CSV,
    counties_of,
    full_region_name,
    known_regions,
    parents_of,
    region_name,
    regions,
)

HEADINGS = re.compile("市辖区|直辖|^县$")
CONVERTED = 2004  # the year since which both lists are complete


def independent_list() -> dict[str, tuple[str, str]]:
    """python-stdnum's list from zh.wikipedia: code -> (last name, year it was abolished or empty)."""
    found, province = {}, ""
    for line in (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"(\d\d) ", line):
            province = match[1]
        elif match := re.match(r'  (\d{4}) county="(.*)"', line):
            last = match[2].split(",")[-1]
            years = re.match(r"\[\d*-?(\d*)\](.*)", last)
            until, name = (years[1], years[2]) if years else ("", last)
            if not match[1].endswith("00") and province < "71" and not HEADINGS.search(name):
                found[province + match[1]] = (name, until)
    return found


@pytest.mark.parametrize(
    ("prefix", "count"),
    [("4101", 12), ("12", 16), ("6207", 6), ("2327", 7), ("50", 37), ("4419", 1), ("410103", 1)],
)
def test_a_prefix_has_as_many_current_counties_as_the_ministry_lists(prefix: str, count: int):
    counties = counties_of(prefix)
    assert len(counties) == count
    assert list(counties) == sorted(counties)
    assert set(counties) <= known_regions()


def test_the_country_has_its_2847_counties_and_4_cities_without_districts():
    national = [code for code in counties_of("") if regions()[code].kind == "county"]
    assert len(national) == 2847 + 4


def test_an_unknown_prefix_has_no_counties():
    assert counties_of("99") == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("410103", "二七区"),
        ("232761", "加格达奇区"),
        ("410173", "郑州航空港经济综合实验区"),
        ("41", "河南省"),
        ("4101", "郑州市"),
        ("410000", "河南省"),
        ("410100", "郑州市"),
        ("441900", "东莞市"),
        ("620200", "嘉峪关市"),
        ("500105", "江北区"),
        ("999999", None),
        ("", None),
    ],
)
def test_regions_have_names(code: str, name: str | None):
    assert region_name(code) == name


def test_the_districts_that_became_liangjiang_stay_known_and_are_no_longer_current():
    assert {"500105", "500112", "500157"} <= known_regions()
    assert "500157" in counties_of("50")
    assert not {"500105", "500112"} & set(counties_of("50"))


def test_development_zones_are_known_but_are_no_counties():
    assert {"410171", "410172", "410173"} <= known_regions()
    assert not any(code.startswith("41017") for code in counties_of("4101"))


@pytest.mark.parametrize("code", ["999999", "410100", "410000", "4101", "710101", ""])
def test_what_is_no_county_is_not_known(code: str):
    assert code not in known_regions()


def test_every_county_that_the_independent_list_calls_valid_since_2004_is_known():
    since = {c for c, (_, until) in independent_list().items() if not until or int(until) >= CONVERTED}
    assert len(since) > 3000
    assert since - known_regions() == set()


def test_every_current_county_is_in_the_independent_list_or_younger_than_it():
    ours = {code for code in counties_of("") if regions()[code].kind == "county"}
    younger = {"330113", "330114", "653132", "659013", "441900", "442000", "460400", "620200"}
    assert ours - set(independent_list()) <= younger


def test_abolished_counties_end_within_a_year_of_what_the_independent_list_says():
    ended = {c: int(until) for c, (_, until) in independent_list().items() if until and int(until) >= CONVERTED}
    far = {
        code: (regions()[code].valid_to, year)
        for code, year in ended.items()
        if not regions()[code].valid_to or abs(int(regions()[code].valid_to) - year) > 1
    }
    # codes that were given to a second district later: the list keeps both lives, we keep the last
    assert set(far) <= {"230106", "320602", "320611", "532722"}
    assert len(ended) > 250


def test_the_table_joins_one_row_to_one_code_and_parents_exist():
    with duckdb.connect() as con:
        table = f"read_csv('{REGIONS_CSV}', all_varchar = true)"
        columns = [row[0] for row in con.execute(f"describe from {table}").fetchall()]
        assert columns == ["code", "name", "parent", "valid_from", "valid_to", "kind"]
        assert con.execute(f"select count(*) - count(distinct code) from {table}").fetchall() == [(0,)]
        orphans = f"select code from {table} where parent <> '' and parent not in (select code from {table})"
        assert con.execute(orphans).fetchall() == []


def test_the_local_extension_is_part_of_the_table():
    with (REGIONS_CSV.parent / "regions_local.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert regions()[row["code"]].name == row["name"]
            assert regions()[row["code"]].valid_to == row["valid_to"]


@pytest.mark.parametrize(
    ("region", "above"),
    [
        ("410102", ("4101", "41")),
        ("120101", ("12",)),
        ("419001", ("41",)),
        ("4101", ("41",)),
        ("41", ()),
        ("410171", ("4101", "41")),
    ],
)
def test_the_regions_above_one_are_its_own_and_a_municipality_has_no_city(region: str, above: tuple[str, ...]):
    assert parents_of(region) == above


def test_every_region_stands_below_the_parent_that_the_list_names():
    assert all(region.parent in ("", *parents_of(code)[:1]) for code, region in regions().items())


def test_a_full_name_begins_with_the_province():
    assert full_region_name("410102") == "河南省郑州市中原区"
    assert full_region_name("120101") == "天津市和平区"
    assert full_region_name("999999") is None
