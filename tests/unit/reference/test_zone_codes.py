"""Development-zone codes of earlier years (a household registered under one is no invalid row)."""

import csv

import pytest

from shared.reference.regions import REGIONS_CSV, counties_of, full_region_name, known_regions, region_name, regions

CLOSED = 31


@pytest.mark.parametrize(
    ("code", "name", "until"),
    [
        ("370171", "济南高新技术产业开发区", "2023"),
        ("340171", "合肥高新技术产业开发区", "2023"),
        ("320571", "苏州工业园区", "2023"),
        ("650171", "乌鲁木齐经济技术开发区", "2019"),
        ("371172", "日照国际海洋城", "2018"),
        ("431172", "永州市金洞管理区", "2021"),
        ("330371", "温州经济技术开发区", "2022"),
    ],
)
def test_a_zone_of_earlier_years_stays_known_with_its_last_year(code: str, name: str, until: str) -> None:
    assert code in known_regions()
    assert region_name(code) == name
    assert (regions()[code].kind, regions()[code].valid_from, regions()[code].valid_to) == ("zone", "2017", until)
    assert code not in counties_of(code[:4])


def test_a_closed_zone_is_named_with_its_city() -> None:
    assert full_region_name("320571") == "江苏省苏州市苏州工业园区"


def test_as_many_zones_have_closed_as_the_yearly_lists_say_and_none_is_told_twice() -> None:
    closed = [one for one in regions().values() if one.kind == "zone" and one.valid_to]
    assert len(closed) == CLOSED
    assert all(int(one.valid_from) < int(one.valid_to) for one in closed)
    with REGIONS_CSV.open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert codes == sorted(set(codes))


def test_a_code_that_no_list_ever_had_is_unknown() -> None:
    assert not {"320572", "410179", "650173"} & known_regions()
