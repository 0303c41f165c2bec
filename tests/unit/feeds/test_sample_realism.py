"""A sample resembles what is published about households, and nobody can take it for real people."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest
from stdnum.cn import ric

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.sample.writing import write_sample
from shared.reference.personal_data import OperatorPseudonym
from shared.reference.regions import counties_of, known_regions
from shared.reference.uscc import checksum_ok, uscc_problem

TODAY = date(2026, 7, 5)
HOUSEHOLDS = 60_000


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    directory: Path = tmp_path_factory.mktemp("sample")
    rows = write_sample(directory, region="4101", households=HOUSEHOLDS, seed=20260705, today=TODAY)
    with duckdb.connect() as con:
        for feed in FEEDS:
            con.execute(f"create view {feed} as from '{directory}/{feed}.parquet'")
        yield SimpleNamespace(
            rows=rows,
            directory=directory,
            one=lambda query: con.execute(query).fetchall()[0],
            all=lambda query: con.execute(query).fetchall(),
        )


def test_every_feed_has_the_columns_of_its_contract(sample: SimpleNamespace):
    assert set(sample.rows) == set(FEEDS)
    for name, feed in FEEDS.items():
        columns = [row[0] for row in sample.all(f"describe {name}")]
        assert columns == [column.name for column in feed.columns]
        assert sample.one(f"select count(*) from {name}") == (sample.rows[name],)


def test_about_24_percent_are_not_eligible_and_every_defect_has_its_share(sample: SimpleNamespace):
    """Xizang 2025: 32.55 of 42.90 ten thousand eligible."""
    shares = sample.one(
        f"""
        with suspended as (
          select distinct uscc from suspension
          where filed_on <= date '{TODAY}' and not coalesce(resumed_on <= date '{TODAY}', false)
            and date '{TODAY}' <= least(coalesce(until, filed_on + interval 3 year), filed_on + interval 3 year)
        ), defects as (
          select r.status <> 'registered' as gone,
            a.uscc is null and year(r.established_on) < {TODAY.year} as silent,
            coalesce(c.abnormal, false) as abnormal, coalesce(c.seriously_dishonest, false) as dishonest,
            coalesce(t.non_normal, false) as non_normal,
            s.uscc is not null and not coalesce(r.seasonal, false) as suspended
          from registration r
          left join annual_report a on a.uscc = r.uscc and a.year = {TODAY.year - 1}
          left join credit c on c.uscc = r.uscc
          left join tax_registration t on t.uscc = r.uscc
          left join suspended s on s.uscc = r.uscc
        )
        select avg((gone or silent or abnormal or dishonest or non_normal or suspended)::int),
          avg(gone::int), avg(silent::int), avg(abnormal::int), avg(dishonest::int), avg(non_normal::int),
          avg(suspended::int)
        from defects
        """
    )
    assert shares[0] == pytest.approx(0.2414, abs=0.012)
    assert all(0.001 < share < 0.2 for share in shares[1:])


def test_2_68_people_work_in_a_household_on_average(sample: SimpleNamespace):
    mean, least = sample.one("select avg(employees), min(employees) from annual_report where year = 2025")
    assert mean == pytest.approx(2.68, abs=0.04)
    assert least == 1


def test_ages_are_skewed_to_the_young_and_reach_30_years(sample: SimpleNamespace):
    young, oldest, newest = sample.one(
        f"""select avg((established_on > date '{TODAY}' - interval 2 year)::int),
          date_diff('year', min(established_on), date '{TODAY}'), max(established_on) from registration"""
    )
    assert 0.2 < young < 0.35
    assert 26 <= oldest <= 30
    assert newest <= TODAY


def test_revenue_and_tax_are_spread_widely_and_hang_together(sample: SimpleNamespace):
    low, median, high, tie = sample.one(
        """select quantile_cont(revenue, 0.1), median(revenue), quantile_cont(revenue, 0.99),
          corr(ln(revenue + 1), employees) from annual_report where year = 2025"""
    )
    assert low * 3 < median < 60_000 < 400_000 < high
    assert 0.1 < tie < 0.6
    paid, beyond = sample.one("select avg((tax_paid > 0)::int), avg((tax_paid > 10000)::int) from tax")
    assert 0.4 < paid < 0.9
    assert 0.005 < beyond < 0.15


def test_households_spread_over_all_counties_of_the_prefix(sample: SimpleNamespace):
    counts = dict(sample.all("select region_code, count(*) from registration group by 1"))
    assert set(counts) == set(counties_of("4101"))
    assert min(counts.values()) > HOUSEHOLDS / 12 / 10


def test_codes_are_valid_but_for_a_few_of_old_registers(sample: SimpleNamespace):
    codes = [row[0] for row in sample.all("select uscc from registration")]
    ok = checksum_ok(np.array(codes, dtype="S18").view(np.uint8).reshape(-1, 18))
    assert len(set(codes)) == HOUSEHOLDS
    assert 5 <= (~ok).sum() <= 80
    assert all(uscc_problem(code) == "uscc-checksum" for code, good in zip(codes, ok, strict=True) if not good)


def test_codes_mostly_name_the_household_s_own_region_and_always_a_known_one(sample: SimpleNamespace):
    query = "select substr(uscc, 3, 6) as office, count(*), count(*) filter (office = region_code) from registration"
    offices = sample.all(f"{query} group by 1")
    assert {office for office, _, _ in offices} <= known_regions()
    assert 0.92 < sum(own for _, _, own in offices) / HOUSEHOLDS < 0.97


def test_every_reference_leads_to_a_household_and_no_key_appears_twice(sample: SimpleNamespace):
    for name, feed in FEEDS.items():
        keys = ", ".join(feed.key)
        assert sample.all(f"select {keys} from {name} group by all having count(*) > 1") == []
        if feed.has("uscc"):
            assert sample.one(f"select count(*) from {name} where uscc not in (select uscc from registration)") == (0,)


def test_no_feed_covers_everybody_and_cells_are_empty_here_and_there(sample: SimpleNamespace):
    assert all(sample.rows[name] > 0 for name in FEEDS)
    for name in set(FEEDS) - {"registration", "annual_report", "dishonest_debtor"}:
        covered = sample.one(f"select count(distinct uscc) from {name}")[0]
        assert covered < 0.9 * HOUSEHOLDS
    empty = sample.one(
        """select count(*) filter (revenue is null), count(*) filter (employees is null),
          count(*) filter (filed_on is null) from annual_report"""
    )
    assert all(count > 0 for count in empty)


def test_some_tax_offices_deliver_bands_that_hold_no_amount(sample: SimpleNamespace):
    bands, with_amount, open_above, counties = sample.one(
        """select count(*), count(tax_paid), count(*) filter (tax_paid_max is null), count(distinct region_code)
        from tax join registration using (uscc) where tax_paid_min is not null"""
    )
    assert bands > 50
    assert with_amount == 0
    assert 0 < open_above < bands
    assert 0 < counties < 12


def test_suspensions_seasonal_households_and_debtors_occur(sample: SimpleNamespace):
    open_ended, resumed = sample.one(
        "select count(*) filter (until is null), count(*) filter (resumed_on is not null) from suspension"
    )
    assert min(open_ended, resumed) > 50
    assert sample.one("select count(*) from registration where seasonal")[0] > 300
    assert sample.one("select count(*) filter (repaired_on is not null), count(distinct kind) from penalty")[1] == 8


def test_some_operators_run_several_households_under_ids_spelt_differently(sample: SimpleNamespace):
    of = OperatorPseudonym(b"only for this test")
    spellings: dict[str, set[str]] = {}
    households: dict[str, int] = {}
    for (operator_id,) in sample.all("select operator_id from registration where operator_id is not null"):
        ref = of.of(operator_id)
        spellings.setdefault(ref, set()).add(operator_id)
        households[ref] = households.get(ref, 0) + 1
    several = [ref for ref, count in households.items() if count > 1]
    assert 500 < len(several) < 3000
    assert any(len(spellings[ref]) > 1 for ref in several)


def test_debtors_are_operators_of_the_sample(sample: SimpleNamespace):
    of = OperatorPseudonym(b"only for this test")
    known = {of.of(row[0]) for row in sample.all("select operator_id from registration where operator_id <> ''")}
    debtors = [of.of(row[0]) for row in sample.all("select operator_id from dishonest_debtor")]
    assert sum(debtor in known for debtor in debtors) > 0.95 * len(debtors)


def test_nobody_can_take_the_people_for_real_ones(sample: SimpleNamespace):
    names, ids = zip(
        *sample.all("select name, operator_id from registration where operator_id is not null"), strict=True
    )
    assert all(name.endswith("(合成)") for name in names)
    plain = [i for i in ids if re.fullmatch("[0-9]{17}[0-9X]", i)]
    assert len(plain) > 0.99 * len(ids)
    assert all(i.startswith("99") and i[-1] != ric.calc_check_digit(i) for i in plain)
    assert sample.one("select count(*) from registration where operator_name not like '%(虚构)'") == (0,)
    assert sample.one("select count(*) from contact where phone not similar to '12[0-9]{9}'") == (0,)
    assert sample.one("select count(*) from contact where email not like '%@example.invalid'") == (0,)


def test_names_vary_enough_to_be_searched(sample: SimpleNamespace):
    distinct, longest = sample.one("select count(distinct name), max(length(name)) from registration")
    assert distinct > 0.95 * HOUSEHOLDS
    assert longest <= 40


def test_nothing_happens_after_today_that_cannot(sample: SimpleNamespace):
    for name, feed in FEEDS.items():
        for column in feed.columns:
            if column.not_future:
                assert sample.one(
                    f"select coalesce(max({column.name}), date '2000-01-01') <= date '{TODAY}' from {name}"
                ) == (True,)


def test_no_report_is_about_a_year_before_the_household_existed(sample: SimpleNamespace):
    for name in ("annual_report", "tax", "social_insurance"):
        query = f"select count(*) from {name} join registration using (uscc) where year < year(established_on)"
        assert sample.one(query) == (0,)
    assert {row[0] for row in sample.all("select distinct year from annual_report")} == {2024, 2025}
