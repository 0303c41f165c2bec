"""SQL macros of a year: its dates, and what is drawn for a household.

`draw(key, salt)` is uniform in [0, 1) and follows from the digest of its arguments, the seed and the year alone.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import accumulate

import duckdb

from shared.feeds.reading.sql import literal


def define(con: duckdb.DuckDBPyConnection, *, seed: int, year: int, before: dt.date, today: dt.date) -> None:
    """`figures_year()`, `day_before()`: the previous sample's last day, `this_day()`, and the draws."""
    con.execute(f"CREATE MACRO figures_year() AS {year}::INTEGER")
    con.execute(f"CREATE MACRO day_before() AS DATE '{before}'")
    con.execute(f"CREATE MACRO this_day() AS DATE '{today}'")
    con.execute(
        f"""CREATE MACRO draw(key, salt) AS
        (md5_number_lower(key || ':' || salt || ':{seed}:{year}') >> 11) / 9007199254740992.0"""
    )
    con.execute(
        """CREATE MACRO gauss(key, salt) AS
        sqrt(-2 * ln(1 - draw(key, salt || '/r'))) * cos(6.283185307179586 * draw(key, salt || '/a'))"""
    )
    con.execute(
        """CREATE MACRO between_days(key, salt, first, last) AS
        first + CAST(floor(draw(key, salt) * (last - first + 1)) AS INTEGER)"""
    )
    con.execute("CREATE MACRO this_year(key, salt) AS between_days(key, salt, day_before() + 1, this_day())")
    # people round: to the fen, to hundreds, to thousands of yuan
    con.execute(
        """CREATE MACRO declared(key, salt, yuan) AS CASE
          WHEN draw(key, salt) < 1 / 3.0 THEN round(yuan, 2)
          WHEN draw(key, salt) < 2 / 3.0 THEN round(yuan / 100) * 100
          ELSE round(yuan / 1000) * 1000 END"""
    )


def picked(labels: Sequence[str], shares: Sequence[float], chance: str) -> str:
    """SQL: the label into whose share a draw falls; the last one also takes what rounding leaves."""
    bounds = list(accumulate(shares))[:-1]
    cases = " ".join(
        f"WHEN {chance} < {bound!r} THEN {literal(label)}" for label, bound in zip(labels, bounds, strict=False)
    )
    return f"CASE {cases} ELSE {literal(labels[len(bounds)])} END"
