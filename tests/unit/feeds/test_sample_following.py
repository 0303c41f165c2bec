"""The following year of a sample: the same households a year later."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from shared.feeds.cli import feeds_app
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedsError
from shared.feeds.sample import writing
from shared.feeds.sample.following.writing import write_following_sample
from shared.feeds.sample.writing import write_sample
from shared.feeds.validation.folder import check_folder
from shared.reference.regions import counties_of
from shared.reference.uscc import uscc_problem

HOUSEHOLDS = 900
SEED = 7
DAYS = (date(2026, 6, 30), date(2027, 6, 30), date(2028, 6, 30))
YEARS = tuple(str(day.year) for day in DAYS)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A sample and the two years that follow it; `of(feed, year)` reads a feed's file."""
    root = tmp_path_factory.mktemp("three-years")
    write_sample(root / YEARS[0], region="4101", households=HOUSEHOLDS, seed=SEED, today=DAYS[0])
    rows = {}
    for before, day in zip(YEARS, DAYS[1:], strict=False):
        rows[day.year] = write_following_sample(root / str(day.year), after=root / before, seed=SEED, today=day)
    with duckdb.connect() as con:
        for year in YEARS:
            for feed in FEEDS:
                con.execute(f"create view {feed}_{year} as from '{root}/{year}/{feed}.parquet'")
        yield SimpleNamespace(
            root=root,
            rows=rows,
            one=lambda query: con.execute(query).fetchall()[0],
            all=lambda query: con.execute(query).fetchall(),
        )


def digests(directory: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())}


@pytest.mark.parametrize("day", DAYS[1:])
def test_every_row_passes_the_check_and_every_feed_has_the_columns_and_types_of_a_first_sample(
    three: SimpleNamespace, day: date
):
    folder = three.root / str(day.year)
    with (checked := check_folder(folder, FEEDS, today=day)).con:
        for feed, report in checked.reports.items():
            assert (report.delivered, report.rejected, report.rows) == (True, 0, three.rows[day.year][feed]), feed
            assert pq.read_schema(folder / f"{feed}.parquet") == pq.read_schema(
                three.root / YEARS[0] / f"{feed}.parquet"
            )


@pytest.mark.parametrize(("before", "after"), [(2026, 2027), (2027, 2028)])
def test_most_households_stay_and_some_close_move_or_change_their_name_or_operator(
    three: SimpleNamespace, before: int, after: int
):
    stayed, closed, moved, renamed, taken_over, untouched = three.one(
        f"""select count(*), avg((b.status <> 'registered')::int), avg((a.region_code <> b.region_code)::int),
          avg((a.name <> b.name)::int), avg((a.operator_id <> b.operator_id)::int),
          avg((a.region_code = b.region_code and a.name = b.name and a.operator_id is not distinct from b.operator_id
            and b.status = 'registered')::int)
        from registration_{before} a join registration_{after} b using (uscc) where a.status = 'registered'"""
    )
    assert stayed == three.one(f"select count(*) from registration_{before} where status = 'registered'")[0]
    assert 0.02 < closed < 0.10
    assert 0 < moved < 0.03
    assert 0 < renamed < 0.04
    assert 0 < taken_over < 0.04
    assert untouched > 0.85


@pytest.mark.parametrize(("before", "after"), [(2026, 2027), (2027, 2028)])
def test_new_households_open_after_the_last_day_of_the_year_before(three: SimpleNamespace, before: int, after: int):
    count, first, last = three.one(
        f"""select count(*), min(established_on), max(established_on) from registration_{after}
        where uscc not in (select uscc from registration_{before})"""
    )
    assert HOUSEHOLDS * 0.05 < count < HOUSEHOLDS * 0.11
    assert date(before, 6, 1) < first < last <= date(after, 6, 30)


def test_who_is_closed_stays_on_record_as_closed_and_neither_reports_nor_pays_again(three: SimpleNamespace):
    closed = "(select uscc from registration_2026 where status <> 'registered')"
    assert three.one(f"select count(*) from registration_2027 where uscc in {closed} and status = 'registered'") == (0,)
    for feed in ("annual_report", "tax", "social_insurance"):
        assert three.one(f"select count(*) from {feed}_2027 where year = 2026 and uscc in {closed}") == (0,)


def test_figures_grow_out_of_those_of_the_year_before(three: SimpleNamespace):
    middle, apart, staff, many = three.one(
        """select median(b.revenue / a.revenue), avg((b.revenue / a.revenue not between 0.4 and 2.5)::int),
          avg((abs(b.employees - a.employees) > 2)::int), count(*)
        from annual_report_2026 a join annual_report_2027 b using (uscc)
        where a.year = 2025 and b.year = 2026 and a.revenue > 20000"""
    )
    assert many > 300
    assert 0.9 < middle < 1.15
    assert apart < 0.05
    assert staff < 0.05
    tax, many = three.one(
        """select avg((b.tax_paid / a.tax_paid between 0.3 and 3)::int), count(*)
        from tax_2026 a join tax_2027 b using (uscc) where a.year = 2025 and b.year = 2026 and a.tax_paid > 100"""
    )
    assert many > 50
    assert tax > 0.8


@pytest.mark.parametrize("after", [2027, 2028])
def test_reports_and_taxes_are_about_two_years_and_say_of_the_first_what_they_said_before(
    three: SimpleNamespace, after: int
):
    for feed in ("annual_report", "tax"):
        assert three.all(f"select distinct year from {feed}_{after} order by 1") == [(after - 2,), (after - 1,)]
        kept = f"select * from {feed}_{after} where year = {after - 2}"
        said = f"select * from {feed}_{after - 1} where year = {after - 2}"
        assert three.all(f"({kept}) except all ({said})") == []
        assert three.one(f"select count(*) from ({kept})") == three.one(f"select count(*) from ({said})")
    assert three.all(f"select distinct year from social_insurance_{after}") == [(after - 1,)]


def test_what_is_on_record_stays_and_what_ends_or_begins_does_so_in_the_year(three: SimpleNamespace):
    year = "between date '2026-06-01' and date '2027-06-30'"
    recent = "decided_on > date '2022-01-01'"
    for feed, key, begun, ended, kept in (
        ("penalty", "uscc, decided_on, kind", "decided_on", "repaired_on", recent),
        ("suspension", "uscc, filed_on", "filed_on", "resumed_on", "true"),
        ("dishonest_debtor", "operator_id, listed_on", "listed_on", "removed_on", "true"),
    ):
        lost = f"select {key} from {feed}_2026 where {kept} except select {key} from {feed}_2027"
        assert three.all(lost) == [], feed
        ends = three.all(
            f"""select a.{ended} is null, b.{ended} {year}, a.{ended} is not distinct from b.{ended}
            from {feed}_2026 a join {feed}_2027 b using ({key})"""
        )
        assert all(same or (was_open and in_year) for was_open, in_year, same in ends), feed
        new = three.all(f"select {begun} {year} from {feed}_2027 b anti join {feed}_2026 a using ({key})")
        assert all(in_year for (in_year,) in new), feed


def test_who_takes_over_is_somebody_else_and_brings_no_kind_and_no_consent_of_the_one_before(three: SimpleNamespace):
    both = "registration_2026 a join registration_2027 b using (uscc)"
    taken = f"(select uscc from {both} where a.operator_id <> b.operator_id)"
    assert three.one(f"select count(*) from {taken}")[0] > 0
    assert three.one(
        f"""select count(*) from operator_kind_2027 where uscc in {taken} and since < date '2026-06-01'"""
    ) == (0,)
    assert three.one(
        f"select count(*) from contact_2027 where uscc in {taken} and consented_on < date '2026-06-01'"
    ) == (0,)
    assert three.one(
        f"""select count(*) from contact_2027 b join contact_2026 a using (uscc)
        where uscc in {taken} and (a.phone = b.phone or b.email is not null)"""
    ) == (0,)


@pytest.mark.parametrize("year", [2027, 2028])
def test_regions_codes_and_people_are_as_invented_as_in_a_first_sample(three: SimpleNamespace, year: int):
    rows = three.all(f"select uscc, name, operator_name, operator_id, region_code from registration_{year}")
    assert {region for *_, region in rows} == set(counties_of("4101"))
    assert sum(uscc_problem(code) is not None for code, *_ in rows) < 10
    assert len({code for code, *_ in rows}) == len(rows)
    assert all(name.endswith("(合成)") for _, name, *_ in rows)
    assert all(operator is None or operator.endswith("(虚构)") for _, _, operator, *_ in rows)
    assert all(number is None or number.strip()[:2] in ("99", "９９") for _, _, _, number, _ in rows)
    assert three.one(f"select count(*) from contact_{year} where phone not similar to '12[0-9]{{9}}'") == (0,)


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_the_same_seed_gives_the_same_bytes_from_either_format(three: SimpleNamespace, tmp_path: Path, fmt: str):
    write_sample(tmp_path / "first", region="4101", households=HOUSEHOLDS, seed=SEED, fmt=fmt, today=DAYS[0])  # type: ignore[arg-type]
    write_following_sample(tmp_path / "same", after=tmp_path / "first", seed=SEED, today=DAYS[1])
    write_following_sample(tmp_path / "other", after=tmp_path / "first", seed=SEED + 1, today=DAYS[1])
    assert digests(tmp_path / "same") == digests(three.root / "2027")
    assert not set(digests(tmp_path / "other").values()) & set(digests(tmp_path / "same").values())


def test_a_large_sample_is_written_in_pieces_that_hold_the_same_households(
    three: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "CHUNK", 20)
    seen: list[tuple[int, int]] = []
    rows = write_following_sample(
        tmp_path / "pieces",
        after=three.root / "2026",
        seed=SEED,
        today=DAYS[1],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert rows["registration"] == three.rows[2027]["registration"]
    assert seen[-1] == (len(FEEDS) + 1, len(FEEDS) + 1)
    codes = f"select count(distinct uscc) from '{tmp_path}/pieces/registration.parquet'"
    assert duckdb.execute(codes).fetchall() == [(rows["registration"],)]


def test_the_day_is_a_year_after_the_last_one_of_the_sample_unless_it_is_given(three: SimpleNamespace, tmp_path: Path):
    write_following_sample(tmp_path, after=three.root / "2026", seed=SEED)
    filed = duckdb.execute(f"select max(filed_on) from '{tmp_path}/annual_report.parquet'").fetchall()[0][0]
    assert date(2027, 6, 1) < filed <= date(2027, 6, 30)


def _edit(path: Path, query: str) -> None:
    """Replaces a feed by what the query makes of it (the view `it`)."""
    with duckdb.connect() as con:
        con.register("it", pq.read_table(path))
        changed: pa.Table = con.sql(query).to_arrow_table()
    pq.write_table(changed, path)


def _empty(it: Path, _: Path) -> None:
    shutil.rmtree(it)
    it.mkdir()


WRONG: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "an empty folder": (_empty, "没有部门数据"),
    "a feed is missing": (lambda it, _: (it / "tax.parquet").unlink(), "缺少：tax"),
    "a feed twice": (lambda it, _: (it / "tax.csv").write_text("uscc"), "两个文件：tax"),
    "planted errors": (lambda it, _: (it / "planted.csv").write_text("feed"), "有意写错"),
    "another feed's columns": (lambda it, _: shutil.copy(it / "tax.parquet", it / "credit.parquet"), "credit"),
    "no Parquet": (lambda it, _: (it / "credit.parquet").write_text("x"), "读不出来"),
    "reports of another year": (
        lambda it, _: _edit(it / "annual_report.parquet", "select * replace ((year - 1)::integer as year) from it"),
        "不是同一年",
    ),
    "the next year's reports": (
        lambda it, other: shutil.copy(other / "annual_report.parquet", it / "annual_report.parquet"),
        "不是同一份样例",
    ),
    "the next year's register": (
        lambda it, other: shutil.copy(other / "registration.parquet", it / "registration.parquet"),
        "不是同一年",
    ),
    "real names": (
        lambda it, _: _edit(
            it / "registration.parquet", "select * replace (replace(name, '(合成)', '') as name) from it"
        ),
        "不是合成的样例",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_folder_that_is_no_sample_of_one_year_is_refused_in_chinese_and_nothing_is_written(
    three: SimpleNamespace, tmp_path: Path, wrong: str
):
    spoil, said = WRONG[wrong]
    shutil.copytree(three.root / "2026", tmp_path / "spoilt")
    spoil(tmp_path / "spoilt", three.root / "2027")
    with pytest.raises(FeedsError, match=said):
        write_following_sample(tmp_path / "new", after=tmp_path / "spoilt", seed=SEED, today=DAYS[1])
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--today", "2026-12-31"], "2027 年"),
        (["--region", "4101"], "不能再写 --region"),
        (["--with-errors"], "不能再写"),
    ],
)
def test_wrong_wishes_are_wrong_usage(three: SimpleNamespace, tmp_path: Path, more: list[str], said: str):
    order = ["sample", "--after", str(three.root / "2026"), "--seed", "1", *more, str(tmp_path / "new")]
    result = CliRunner().invoke(feeds_app, order)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "new").exists()


def test_the_command_writes_the_next_year_but_never_over_the_last(three: SimpleNamespace, tmp_path: Path):
    order = ["sample", "--after", str(three.root / "2026"), "--seed", str(SEED), "--today", "2027-06-30"]
    written = CliRunner().invoke(feeds_app, [*order, str(tmp_path)])
    assert written.exit_code == 0, written.stderr
    assert digests(tmp_path) == digests(three.root / "2027")
    assert CliRunner().invoke(feeds_app, ["check", "--today", "2027-06-30", str(tmp_path)]).exit_code == 0
    over = CliRunner().invoke(feeds_app, [*order, str(three.root / "2026")])
    assert (over.exit_code, "另一个文件夹" in over.stderr) == (2, True)


def test_without_a_sample_to_follow_the_region_and_the_number_are_asked_for(tmp_path: Path):
    result = CliRunner().invoke(feeds_app, ["sample", "--seed", "1", str(tmp_path / "new")])
    assert (result.exit_code, "--households" in result.stderr) == (2, True)
