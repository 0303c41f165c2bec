"""What becomes of every household of the previous sample: the table `household`, on which all feeds rest."""

from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from shared.feeds.sample.arrays import random_bits_of
from shared.feeds.sample.business_feeds import (
    MOST_STAFF,
    NO_REVENUE,
    REVENUE_MEDIAN,
    REVENUE_SPREAD,
    REVENUE_TIE,
    STAFF_CENTRE,
    STAFF_SPREAD,
)
from shared.feeds.sample.people import HOUSEHOLD_MARK, household_names, operator_ids, operator_names
from shared.feeds.sample.population import TRADE_NAMES
from shared.reference.regions import region_name

CLOSED: Final = 0.045
CLOSED_WHEN_SILENT: Final = 0.12  # of those that did not report although they had to
REVOKED: Final = 0.15  # of those that close: by the bureau, not by themselves
MOVED: Final = 0.01
NEW_OPERATOR: Final = 0.015
RENAMED: Final = 0.02
REPORTS: Final = 0.965
REPORTS_AGAIN: Final = 0.2  # of those that were silent last year
REPORTS_CLOSED: Final = 0.4  # of those that close in the year
GROWTH: Final = 0.02
YEARLY_SPREAD: Final = 0.2  # of the logarithm of revenue, from year to year
REVENUE_STOPS: Final = 0.012
STILL_NO_REVENUE: Final = 0.7

_HOUSEHOLDS: Final = f"""
CREATE TABLE household AS
WITH reported AS (
  SELECT uscc, arg_max(revenue, year) AS revenue, arg_max(employees, year) AS employees,
    bool_or(year = figures_year() - 1) AS in_time
  FROM last_annual_report GROUP BY uscc
), counties AS (SELECT list(DISTINCT region_code ORDER BY region_code) AS codes FROM last_registration),
known AS (
  SELECT r.uscc, r.region_code AS region_before, r.established_on, r.status AS status_before,
    r.status = 'registered' AS was_open,
    NOT coalesce(a.in_time, false) AND r.established_on < make_date(figures_year(), 1, 1) AS silent,
    a.revenue::DOUBLE AS revenue_before, a.employees AS employees_before,
    gauss(r.uscc, 'size') AS size, codes, len(codes) AS county_count
  FROM last_registration r LEFT JOIN reported a USING (uscc), counties
), decided AS (
  SELECT *, CASE WHEN NOT was_open THEN status_before
      WHEN draw(uscc, 'closes') >= CASE WHEN silent THEN {CLOSED_WHEN_SILENT} ELSE {CLOSED} END THEN 'registered'
      WHEN draw(uscc, 'revoked') < {REVOKED} THEN 'revoked' ELSE 'cancelled' END AS status
  FROM known
), changed AS (
  SELECT *, status = 'registered' AS is_open,
    was_open AND draw(uscc, 'reports') < CASE WHEN status <> 'registered' THEN {REPORTS_CLOSED}
      WHEN silent THEN {REPORTS_AGAIN} ELSE {REPORTS} END AS reports,
    CASE WHEN status = 'registered' AND county_count > 1 AND draw(uscc, 'moves') < {MOVED}
      THEN codes[(list_position(codes, region_before)
        + CAST(floor(draw(uscc, 'county') * (county_count - 1)) AS INTEGER)) % county_count + 1]
      ELSE region_before END AS region_code
  FROM decided
)
SELECT uscc, region_before, region_code, established_on, status_before, status, was_open, is_open, silent, reports,
  revenue_before, employees_before,
  is_open AND draw(uscc, 'operator') < {NEW_OPERATOR} AS new_operator,
  is_open AND draw(uscc, 'name') < {RENAMED} AS new_name,
  CASE WHEN coalesce(revenue_before > 0, false) THEN
      CASE WHEN draw(uscc, 'stops') < {REVENUE_STOPS} THEN 0
        ELSE declared(uscc, 'rounds', revenue_before * exp({GROWTH} + {YEARLY_SPREAD} * gauss(uscc, 'year'))) END
    WHEN draw(uscc, 'none') < CASE WHEN revenue_before = 0 THEN {STILL_NO_REVENUE} ELSE {NO_REVENUE} END THEN 0
    ELSE declared(uscc, 'rounds', {REVENUE_MEDIAN} * exp({REVENUE_SPREAD}
      * ({REVENUE_TIE} * size + sqrt(1 - {REVENUE_TIE} * {REVENUE_TIE}) * gauss(uscc, 'luck')))) END AS revenue,
  least({MOST_STAFF}, greatest(1, CASE WHEN employees_before IS NULL
      THEN 1 + round(exp({STAFF_CENTRE} + {STAFF_SPREAD} * size))
    ELSE round(employees_before * exp(0.08 * gauss(uscc, 'staff')))
      + CASE WHEN draw(uscc, 'one more') < 0.08 THEN 1 WHEN draw(uscc, 'one more') > 0.94 THEN -1 ELSE 0 END
    END))::BIGINT AS employees
FROM changed
"""

_TO_NAME: Final = """
SELECT h.uscc, h.region_code, r.name, new_operator, new_name, row_number() OVER (ORDER BY h.uscc) AS number
FROM household h JOIN last_registration r USING (uscc) WHERE new_operator OR new_name ORDER BY h.uscc
"""


def decide(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the table `household`."""
    con.execute(_HOUSEHOLDS)


def name_anew(con: duckdb.DuckDBPyConnection, *, seed: int, first: int, chunk: int) -> int:
    """Makes the table `named`: invented names and operators of those that change them. People are numbered from
    `first`; gives how many numbers it used.
    """
    con.execute("CREATE TABLE named (uscc VARCHAR, name VARCHAR, operator_name VARCHAR, operator_id VARCHAR)")
    used = 0
    for batch in con.cursor().sql(_TO_NAME).to_arrow_reader(chunk):
        con.register("batch_named", _named(batch, seed, first))
        con.execute("INSERT INTO named FROM batch_named")
        con.unregister("batch_named")
        used += len(batch)
    return used


def _named(batch: pa.RecordBatch, seed: int, first: int) -> pa.Table:
    regions = [str(code) for code in batch["region_code"].to_pylist()]
    codes = sorted(set(regions))
    county = np.array([codes.index(code) for code in regions], dtype=np.int64)
    trade = np.array([_trade_of(str(name)) for name in batch["name"].to_pylist()], dtype=np.int64)
    number = batch["number"].to_numpy().astype(np.int64) + first
    titles = [region_name(code) or code for code in codes]
    names = household_names(titles, county, trade, random_bits_of(number, seed + 13))
    same, stays = (
        ~batch["new_name"].to_numpy(zero_copy_only=False),
        ~batch["new_operator"].to_numpy(zero_copy_only=False),
    )
    return pa.table(
        {
            "uscc": batch["uscc"],
            "name": pa.array(names.to_pylist(), pa.string(), mask=same),
            "operator_name": pa.array(operator_names(number, seed).to_pylist(), pa.string(), mask=stays),
            "operator_id": pa.array(operator_ids(number, seed).to_pylist(), pa.string(), mask=stays),
        }
    )


def _trade_of(name: str) -> int:
    """The trade that a sample's name ends with, before the mark."""
    stem = name.removesuffix(HOUSEHOLD_MARK)
    return next((place for place, trade in enumerate(TRADE_NAMES) if stem.endswith(trade)), 0)
