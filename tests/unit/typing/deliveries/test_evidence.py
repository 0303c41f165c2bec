"""Evidence from deliveries equals the plain replay of them, for any mixture of deliveries and any region."""

import random
from pathlib import Path

import duckdb
import pytest

from services.typing.deliveries.evidence import Evidence, build_evidence, count_feed_rows
from shared.feeds.contract.feeds import FEEDS
from tests.unit.typing.deliveries.delivered_files import write_deliveries
from tests.unit.typing.deliveries.replay import ReplayedDelivery, region, registration, replay

HOUSEHOLDS = [f"92{i:016d}" for i in range(12)]
COUNTIES = ["410102", "410103", "410202", "420102"]
AREAS = ["41", "4101", "4102", "410102", "410103", "410202", "42"]
LAST_YEAR = 2024


@pytest.fixture
def con():
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def delivery(dice: random.Random) -> ReplayedDelivery:
    """A random small delivery of a random feed."""
    feed = dice.choice(["registration", "registration", "tax", "suspension", "credit"])
    area, full = dice.choice(AREAS), dice.random() < 0.5
    year = dice.choice([None, 2023, 2024, 2024]) if feed == "tax" else None
    chosen = dice.sample(HOUSEHOLDS, dice.randint(0, 8))
    rejected = tuple(
        (u, dice.choice([None, 2023, 2024]) if feed == "tax" else None) for u in HOUSEHOLDS if dice.random() < 0.1
    )
    rows = tuple(row for uscc in chosen for row in rows_of(dice, feed, uscc, area, year))
    return ReplayedDelivery(feed, area, year, full, rows, rejected)


def rows_of(dice: random.Random, feed: str, uscc: str, area: str, year: int | None) -> list[dict[str, object]]:
    mark = dice.randint(1, 10**9)
    if feed == "registration":
        return [
            {
                "uscc": uscc,
                "name": str(mark),
                "region_code": dice.choice([c for c in COUNTIES if c.startswith(area)]),
            }
        ]
    if feed == "tax":
        years = dice.choice([[year], [year], [2023, 2024]]) if year else dice.choice([[2023], [2024], [2023, 2024]])
        return [{"uscc": uscc, "year": y, "tax_paid": mark} for y in years]
    if feed == "suspension":
        return [{"uscc": uscc, "filed_on": f, "until": mark} for f in dice.sample(range(3), dice.randint(1, 2))]
    return [{"uscc": uscc, "abnormal": mark}]


def told_rows(con: duckdb.DuckDBPyConnection, feed: str) -> list[tuple[object, ...]]:
    return sorted(con.execute(f"from accepted_{feed}").fetchall())


def told_unknown(con: duckdb.DuckDBPyConnection, feed: str, households: set[str]) -> set[str]:
    keys = con.execute(f"from rejected_keys_{feed}").fetchall()
    assert all(year in (None, LAST_YEAR) for _, year in keys)
    return {uscc for uscc, _ in keys} & households


def assert_same(con: duckdb.DuckDBPyConnection, built: Evidence, deliveries: list[ReplayedDelivery], area: str) -> None:
    known = registration(deliveries)
    mine = {u: row for u, (_, row) in known.rows.items() if region(row).startswith(area)}
    assert told_rows(con, "registration") == sorted(tuple(row.values()) for row in mine.values())
    assert told_unknown(con, "registration", set(mine)) == known.unknown() & set(mine)
    for feed in sorted(built.delivered - {"registration"}):
        rows, unknown = replay(deliveries, feed, FEEDS[feed].key, LAST_YEAR)
        expected = sorted(tuple(r.values()) for r in rows.values() if r["uscc"] in mine)
        assert [row for row in told_rows(con, feed) if row[0] in mine] == expected
        assert told_unknown(con, feed, set(mine)) == unknown & set(mine)
        assert count_feed_rows(con, built)[feed].known == len(expected)


@pytest.mark.parametrize("seed", range(30))
def test_any_deliveries_give_the_evidence_of_their_replay(seed: int, tmp_path: Path, con: duckdb.DuckDBPyConnection):
    dice = random.Random(seed)
    deliveries = [delivery(dice) for _ in range(dice.randint(1, 9))]
    files = write_deliveries(tmp_path, deliveries)
    for area in ["", "41", "4101", "410103"]:
        built = build_evidence(con, files, area, LAST_YEAR)
        if built.delivered:
            assert_same(con, built, deliveries, area)
