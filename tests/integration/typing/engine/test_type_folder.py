"""`minglu type` on folders of feeds: the same types as a frozen run, the contract's columns, codes and words."""

import csv
import datetime as dt
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from deploy.local.cli import run
from services.typing.engine.offline import type_folder
from shared.feeds.sample.writing import write_sample
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.reader.loading import load_policy

AS_OF = dt.date(2026, 7, 15)
TODAY = dt.date(2026, 11, 22)
COLUMNS = ["uscc", "region_code", "type", "clauses", "unknown", "policy", "as_of"]


@pytest.fixture(scope="module")
def compiled() -> CompiledPolicy:
    return compile_policy(load_policy("zhengzhou-2025"), AS_OF)


Folder = Callable[..., Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Sample folders by kind, each written once."""
    made: dict[str, Path] = {}

    def of(fmt: str = "parquet", *, errors: bool = False) -> Path:
        key = f"{fmt}-{errors}"
        if key not in made:
            made[key] = tmp_path_factory.mktemp(key)
            write_sample(
                made[key],
                region="4101",
                households=3_000,
                seed=11,
                fmt=fmt,  # type: ignore[arg-type]  # "parquet" or "csv"
                with_errors=errors,
                today=AS_OF,
            )
        return made[key]

    return of


def rows(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        return con.execute(f"SELECT * FROM '{path}' ORDER BY uscc").fetchall()


def without(folder: Path, target: Path, *feeds: str) -> Path:
    """A copy of a folder that lacks some feeds."""
    target.mkdir()
    for file in folder.iterdir():
        if file.stem not in feeds:
            (target / file.name).symlink_to(file)
    return target


CASES = {
    "everything delivered": ("parquet", False, ()),
    "CSV": ("csv", False, ()),
    "bad rows of every kind": ("csv", True, ()),
    "bad rows in Parquet": ("parquet", True, ()),
    "no tax feed": ("parquet", False, ("tax",)),
    "registration alone": (
        "parquet",
        True,
        (
            "tax",
            "credit",
            "suspension",
            "annual_report",
            "tax_registration",
            "social_insurance",
            "intellectual_property",
        ),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_typing_straight_from_the_join_means_the_same_as_a_frozen_run(
    folder: Folder, compiled: CompiledPolicy, tmp_path: Path, case: tuple[str, bool, tuple[str, ...]]
) -> None:
    fmt, errors, missing = case
    feeds = without(folder(fmt, errors=errors), tmp_path / "feeds", *missing)
    direct, frozen = tmp_path / "direct.parquet", tmp_path / "frozen.parquet"
    one = type_folder(feeds, lambda: compiled, direct, today=TODAY)
    other = type_folder(feeds, lambda: compiled, frozen, today=TODAY, digest=True)
    assert rows(direct) == rows(frozen)
    assert one.totals == other.totals
    assert (one.left_out, one.rejects, one.missing) == (other.left_out, other.rejects, other.missing)
    assert set(missing) == set(one.missing)
    assert (one.digest, len(other.digest or "")) == (None, 64)


def test_parquet_and_csv_feeds_have_the_same_digest(folder: Folder, compiled: CompiledPolicy, tmp_path: Path) -> None:
    digests = {
        type_folder(folder(fmt), lambda: compiled, tmp_path / "r.csv", today=TODAY, digest=True).digest
        for fmt in ("parquet", "csv")
    }
    assert len(digests) == 1


def test_results_have_the_contracts_columns_in_both_formats(
    folder: Folder, compiled: CompiledPolicy, tmp_path: Path
) -> None:
    for name in ("r.parquet", "r.csv"):
        type_folder(folder(), lambda: compiled, tmp_path / name, today=TODAY)
    table = pq.read_table(tmp_path / "r.parquet")
    assert table.column_names == COLUMNS
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == COLUMNS
    from_csv = {line["uscc"]: [line[name] for name in COLUMNS] for line in lines}
    from_parquet = {row["uscc"]: [str(row[name]) for name in COLUMNS] for row in table.to_pylist()}
    assert from_csv == from_parquet
    assert len(from_csv) > 2_900


def test_every_household_has_its_clauses_spelled_out(folder: Folder, compiled: CompiledPolicy, tmp_path: Path) -> None:
    type_folder(folder(), lambda: compiled, tmp_path / "r.parquet", today=TODAY)
    ids = {clause.id for clause in compiled.clauses}
    for row in pq.read_table(tmp_path / "r.parquet").to_pylist():
        held = row["clauses"].split(";") if row["clauses"] else []
        open_ones = row["unknown"].split(";") if row["unknown"] else []
        assert set(held) <= ids
        assert set(open_ones) <= ids
        assert not set(held) & set(open_ones)
        assert (row["type"] == "ineligible") == any(name.startswith("base.") for name in held)


def minglu(folder: Path, out: Path, *more: str, as_of: str = "2026-07-15", policy: str = "zhengzhou-2025") -> int:
    arguments = ["--policy", policy, "--as-of", as_of, "--feeds", str(folder), "--out", str(out), *more]
    return run(["type", *arguments])


def test_a_clean_folder_ends_with_0_and_a_table(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.parquet"
    assert minglu(folder(), out) == 0
    said = capsys.readouterr()
    for words in ("生存型", "成长型", "发展型", "不符合分型条件", "规则空档", "待核", "合计", "每秒"):
        assert words in said.out
    assert "提醒：文件 contact.parquet" not in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.parquet", "r.parquet.rejects.csv"]


def test_rejected_rows_end_with_1_and_are_listed(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.csv"
    assert minglu(folder("csv", errors=True), out) == 1
    with (tmp_path / "r.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        codes = {line["code"] for line in csv.DictReader(file)}
    assert {"uscc-format", "duplicate-key", "unknown-household", "not-a-date"} <= codes
    assert "退回" in capsys.readouterr().out


WRONG: dict[str, tuple[dict[str, str], tuple[str, ...], int, str]] = {
    "unknown policy": ({"policy": "nowhere-1999"}, (), 2, "nowhere-1999"),
    "bad date": ({"as_of": "2026-02-30"}, (), 2, "不是日期"),
    "unknown parameter": ({}, ("--set", "height=3"), 2, "height"),
    "bad value": ({}, ("--set", "growth_tax_upto=many"), 2, "growth_tax_upto"),
    "no equals sign": ({}, ("--set", "growth_tax_upto"), 2, "名称=值"),
    "unknown reading": ({}, ("--reading", "growth-1-zero=maybe"), 2, "maybe"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_wrong_usage_ends_with_one_chinese_sentence(
    folder: Folder,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wrong: tuple[dict[str, str], tuple[str, ...], int, str],
) -> None:
    named, more, code, words = wrong
    assert minglu(folder(), tmp_path / "r.parquet", *more, **named) == code
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.err.startswith("错误：")
    assert words in said.err
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_wrong_folders_and_files(folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    out = tmp_path / "r.parquet"
    assert minglu(tmp_path / "nowhere", out) == 2
    assert minglu(empty, out) == 2
    assert minglu(folder(), tmp_path / "r.xlsx") == 2
    assert minglu(folder(), tmp_path / "nowhere" / "r.csv") == 2
    assert minglu(folder(), empty) == 2
    assert minglu(folder(), folder() / "tax.parquet") == 2
    assert "登记信息" in capsys.readouterr().err
    assert not out.exists()


def test_a_feed_that_cannot_be_read_ends_with_3(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feeds = without(folder(), tmp_path / "feeds", "tax")
    (feeds / "tax.parquet").write_bytes(b"PAR1 cut short")
    assert minglu(feeds, tmp_path / "r.parquet") == 3
    said = capsys.readouterr().err
    assert "tax.parquet" in said
    assert said.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds"]


def changed_policy(directory: Path, before: str, after: str) -> Path:
    """Zhengzhou's policy with its texts and test households, changed in one place."""
    own = directory / "policies"
    own.mkdir()
    (own / "texts").symlink_to(Path("policies/texts").resolve())
    (own / "law.households.yaml").symlink_to(Path("policies/zhengzhou-2025.households.yaml").resolve())
    text = Path("policies/zhengzhou-2025.yaml").read_text(encoding="utf-8")
    assert before in text
    law = own / "law.yaml"
    law.write_text(text.replace(before, after, 1), encoding="utf-8")
    return law


def test_a_required_number_that_is_unset_ends_with_3(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    law = changed_policy(tmp_path, "values: {2025-02-18: 10000}", "values: unset")
    assert minglu(folder(), tmp_path / "r.csv", policy=str(law)) == 3
    assert "growth_tax_upto" in capsys.readouterr().err
    assert minglu(folder(), tmp_path / "r.csv", "--set", "growth_tax_upto=10000", policy=str(law)) == 0


def test_warnings_tell_what_to_doubt(folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feeds = without(folder(), tmp_path / "feeds", "social_insurance")
    (feeds / "notes.txt").write_text("read me")
    assert minglu(feeds, tmp_path / "r.csv", as_of="2024-05-01") == 0
    said = capsys.readouterr().err
    assert "不在政策 zhengzhou-2025 的施行期内" in said
    assert "报送期" in said
    assert "文件 notes.txt 不是部门数据" in said
    assert "没有“社会保险”的文件" in said
    assert "没有 2023 年度的数据" in said


def test_settings_and_readings_change_types(
    folder: Folder, compiled: CompiledPolicy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual, other = tmp_path / "usual.parquet", tmp_path / "other.parquet"
    minglu(folder(), usual)
    minglu(folder(), other, "--reading", "growth-1-zero=positive-only", "--set", "growth_tax_upto=1")
    assert rows(usual) != rows(other)
    assert capsys.readouterr().err == ""


def test_a_full_disk_ends_with_3_and_leaves_the_old_result(folder: Folder, tmp_path: Path) -> None:
    """The disk is full here as soon as a file has 20 kB."""
    out = tmp_path / "r.parquet"
    out.write_text("last year's")
    command = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "from deploy.local.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    arguments = ["--policy", "zhengzhou-2025", "--as-of", "2026-07-15", "--feeds", str(folder()), "--out", str(out)]
    ended = subprocess.run(
        [sys.executable, "-B", "-c", command, "type", *arguments], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.startswith("错误：")
    assert "Traceback" not in ended.stderr
    assert out.read_text() == "last year's"
    assert not list(tmp_path.glob(".*"))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000


def test_nothing_of_the_platform_is_imported(folder: Folder, tmp_path: Path) -> None:
    """`minglu type` starts fast and runs where no platform is: no web framework, no database, no bus."""
    command = (
        "import sys; from deploy.local.cli import run; code = run(sys.argv[1:]);"
        "print(code, *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    arguments = ["--policy", "zhengzhou-2025", "--as-of", "2026-07-15", "--feeds", str(folder())]
    arguments += ["--out", str(tmp_path / "r.parquet")]
    ended = subprocess.run(
        [sys.executable, "-c", command, "type", *arguments], capture_output=True, text=True, check=True
    )
    code, *modules = ended.stdout.splitlines()[-1].split()
    assert code == "0"
    heavy = {"fastapi", "starlette", "sqlalchemy", "asyncpg", "aiokafka", "structlog", "opentelemetry", "rich", "httpx"}
    assert not heavy & set(modules)


def test_explain_says_why_with_the_article(folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    minglu(folder(), tmp_path / "r.parquet")
    first = rows(tmp_path / "r.parquet")[0]
    capsys.readouterr()
    asked = ["policy", "explain", "zhengzhou-2025", "--feeds", str(folder()), "--as-of", "2026-07-15", "--uscc"]
    assert run([*asked, str(first[0])]) == 0
    said = capsys.readouterr().out
    assert str(first[0]) in said
    assert "郑市监〔2025〕6号" in said
    assert "判定结果" in said
    assert run([*asked, "92410102MA00000000"]) == 2
    assert "没有采用的代码" in capsys.readouterr().err


def test_the_policys_own_households_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "test", "zhengzhou-2025"]) == 0
    assert "不符 0 个" in capsys.readouterr().out
    assert run(["policy", "test", "nowhere-1999"]) == 2


def test_a_policy_that_says_otherwise_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    law = changed_policy(tmp_path, "insured_staff > :", "insured_staff >= :")
    assert run(["policy", "test", str(law)]) == 1
    assert "不符" in capsys.readouterr().out


def test_policies_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "list"]) == 0
    assert "zhengzhou-2025" in capsys.readouterr().out
