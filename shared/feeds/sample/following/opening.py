"""The households that open in the year: drawn like those of a first sample, established since its last day."""

from dataclasses import fields, replace
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.feeds.sample.arrays import Mask
from shared.feeds.sample.following.previous import PreviousSample
from shared.feeds.sample.population import (
    DORMANT,
    STATUSES,
    SampleHouseholds,
    SampleSetting,
    days_since_1970,
    draw_households,
)

OPENED: Final = 0.08  # of the households that were open a year before


def counties_of_sample(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many households of the previous sample each county has."""
    rows = con.execute("SELECT region_code, count(*) FROM last_registration GROUP BY 1 ORDER BY 1").fetchall()
    return dict(rows)


def how_many_open(con: duckdb.DuckDBPyConnection) -> int:
    """At least one."""
    was_open: int = con.execute("SELECT count(*) FROM household WHERE was_open").fetchall()[0][0]
    return max(1, round(OPENED * was_open))


def new_households(
    previous: PreviousSample, setting: SampleSetting, rng: np.random.Generator, first: int, count: int
) -> SampleHouseholds:
    """One chunk, numbered from `first`; codes that the register has already are left out."""
    drawn = draw_households(setting, first, count, rng)
    days = setting.day - days_since_1970(previous.day)
    chosen = replace(
        drawn,
        established=setting.day - rng.integers(0, days, count),
        status=np.where(rng.random(count) < 0.99, STATUSES.index("registered"), STATUSES.index("cancelled")),
        dormant=rng.random(count) < DORMANT / 4,
    )
    return _only(chosen, ~_taken(previous.con, chosen.uscc))


def _taken(con: duckdb.DuckDBPyConnection, codes: NDArray[np.bytes_]) -> Mask:
    con.register("batch_codes", pa.table({"uscc": pa.array(codes.astype("U18").tolist(), pa.string())}))
    rows = con.execute("SELECT uscc FROM batch_codes SEMI JOIN last_registration USING (uscc)").fetchall()
    con.unregister("batch_codes")
    taken: Mask = np.isin(codes, np.array([code for (code,) in rows], dtype="S18"))
    return taken


def _only(all_: SampleHouseholds, keep: Mask) -> SampleHouseholds:
    return SampleHouseholds(**{field.name: getattr(all_, field.name)[keep] for field in fields(all_)})
