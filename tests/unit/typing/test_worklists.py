"""Whom officers reach out to: who has not reported, by what was delivered; whom a draft makes ineligible."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from services.typing.deliveries.domain import AcceptedDelivery
from services.typing.worklists.newly_ineligible import list_newly_ineligible
from services.typing.worklists.unreported import UnreportedHousehold, Wanted, list_unreported
from shared.law.model.outcome import HouseholdType

COUNTY, OTHER = "410102", "410103"
OLD, YOUNG = dt.date(2020, 5, 1), dt.date(2026, 1, 5)
REGISTRATION: list[tuple[str, pa.DataType]] = [
    ("uscc", pa.string()),
    ("name", pa.string()),
    ("region_code", pa.string()),
    ("established_on", pa.date32()),
    ("status", pa.string()),
]
KEYS: list[tuple[str, pa.DataType]] = [("uscc", pa.string()), ("year", pa.int32())]
REPORT: list[tuple[str, pa.DataType]] = [*KEYS, ("filed_on", pa.date32())]


def registered(code: str, county: str = COUNTY, since: dt.date = OLD, status: str = "registered") -> dict[str, Any]:
    return {"uscc": code, "name": f"商户{code}", "region_code": county, "established_on": since, "status": status}


def delivered(
    folder: Path,
    number: int,
    feed: str,
    rows: list[dict[str, Any]],
    year: int | None = None,
    rejected: tuple[str, ...] = (),
) -> AcceptedDelivery:
    accepted, keys = folder / f"{number}.parquet", folder / f"{number}-keys.parquet"
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(REGISTRATION if feed == "registration" else REPORT)), accepted)
    pq.write_table(pa.Table.from_pylist([{"uscc": one, "year": year} for one in rejected], pa.schema(KEYS)), keys)
    full = feed == "registration"
    return AcceptedDelivery(number, feed, "4101", year, full, accepted, keys, rows=len(rows))


def unreported(
    deliveries: list[AcceptedDelivery], folder: Path, wanted: Wanted, heard_of: tuple[str, ...] = ()
) -> list[UnreportedHousehold] | None:
    return list_unreported(deliveries, wanted, heard_of, memory_limit="512MB", spill=folder)


def test_who_is_registered_and_has_no_report_is_listed_until_one_comes_by_whatever_way(tmp_path: Path):
    """个体工商户年度报告暂行办法 第三条: by 30 June for the year before, from the year after registration on."""
    households = [registered(code) for code in ("a", "b", "c", "d")]
    households += [registered("e", OTHER), registered("f", since=YOUNG), registered("g", status="cancelled")]
    register = delivered(tmp_path, 1, "registration", households)
    reports = [{"uscc": "a", "year": 2025, "filed_on": dt.date(2026, 3, 1)}]
    last_years = [{"uscc": "b", "year": 2024, "filed_on": dt.date(2025, 3, 1)}]
    first = delivered(tmp_path, 2, "annual_report", [*reports, *last_years], 2025, rejected=("c",))
    wanted = Wanted(COUNTY, 2025)
    found = unreported([register, first], tmp_path, wanted)
    assert found is not None
    assert [(one.uscc, one.unreadable) for one in found] == [("b", False), ("c", True), ("d", False)]
    page = unreported([register, first], tmp_path, Wanted(COUNTY, 2025, (COUNTY, "b"), 1))
    assert page is not None
    assert [one.uscc for one in page] == ["c"]
    late = delivered(tmp_path, 3, "annual_report", [{"uscc": "b", "year": 2025, "filed_on": dt.date(2026, 6, 1)}], 2025)
    after = unreported([register, first, late], tmp_path, wanted, heard_of=("d",))
    assert after is not None
    assert [one.uscc for one in after] == ["c"]
    assert unreported([register], tmp_path, wanted) is None, "without any report delivered nobody can say who is late"


def test_only_whom_the_draft_newly_finds_ineligible_is_listed_with_the_defects(tmp_path: Path):
    ineligible, growth = HouseholdType.INELIGIBLE, HouseholdType.GROWTH
    types = [
        ("a", COUNTY, ineligible, growth, ["base.abnormal"]),
        ("b", COUNTY, ineligible, ineligible, ["base.abnormal"]),
        ("c", COUNTY, growth, ineligible, None),
        ("d", COUNTY, ineligible, None, ["base.suspended", "base.abnormal"]),
        ("e", OTHER, ineligible, growth, ["base.abnormal"]),
    ]
    rows = [
        {
            "uscc": code,
            "name": code,
            "region": county,
            "type": int(kind),
            "previous_type": None if before is None else int(before),
            "defects": defects,
        }
        for code, county, kind, before, defects in types
    ]
    path = tmp_path / "announcement.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    found = list_newly_ineligible(path, COUNTY, ("", ""), None, memory_limit="512MB")
    assert [(one.uscc, one.before, one.defects) for one in found] == [
        ("a", growth, ("base.abnormal",)),
        ("d", None, ("base.suspended", "base.abnormal")),
    ]
    (rest,) = list_newly_ineligible(path, "41", (COUNTY, "a"), 1, memory_limit="512MB")
    assert rest.uscc == "d"
