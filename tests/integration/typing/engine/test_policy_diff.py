"""`minglu policy diff` as a user runs it: the matrix, the households behind it, words and codes for what is wrong."""

import csv
import datetime as dt
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from deploy.local.cli import run
from shared.feeds.sample.writing import write_sample

AS_OF = "2026-07-15"
LAW = "zhengzhou-2025"
POSITIVE = "growth-1-zero=positive-only"
Diff = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeds")
    write_sample(folder, region="4101", households=3_000, seed=11, fmt="csv", today=dt.date.fromisoformat(AS_OF))
    return folder


@pytest.fixture
def diff(feeds: Path, capsys: pytest.CaptureFixture[str]) -> Diff:
    """Runs the command; exit code, stdout and stderr."""

    def run_diff(*words: object, folder: Path = feeds) -> tuple[int, str, str]:
        code = run(["policy", "diff", *map(str, words), "--feeds", str(folder), "--as-of", AS_OF])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_diff


def types_alone(feeds: Path, out: Path, *words: str) -> dict[str, str]:
    """Each household's type by `minglu type`."""
    line = ["type", "--policy", LAW, "--as-of", AS_OF, "--feeds", str(feeds), "--out", str(out), *words]
    assert run(line) == 0
    with out.open(encoding="utf-8") as file:
        return {row["uscc"]: row["type"] for row in csv.DictReader(file)}


def households(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_who_changes_is_who_has_another_type_when_each_policy_is_typed_alone(
    feeds: Path, diff: Diff, tmp_path: Path
) -> None:
    before = types_alone(feeds, tmp_path / "before.csv")
    after = types_alone(feeds, tmp_path / "after.csv", "--reading", POSITIVE)
    code, said, _ = diff(LAW, LAW, "--reading", POSITIVE, "--households", tmp_path / "changed.csv")
    assert code == 0
    rows = households(tmp_path / "changed.csv")
    assert {row["uscc"]: (row["from_type"], row["to_type"]) for row in rows} == {
        uscc: (before[uscc], after[uscc]) for uscc in before if before[uscc] != after[uscc]
    }
    assert f"共 {len(before):,} 户，类型有变化的 {len(rows):,} 户" in said
    assert all("growth.1" in row["clauses_before"].split(";") for row in rows)
    assert not any("growth.1" in row["clauses_after"].split(";") for row in rows)


def test_the_counties_add_up_to_the_total(diff: Diff, tmp_path: Path) -> None:
    _, said, _ = diff(LAW, LAW, "--reading", POSITIVE, "--households", tmp_path / "changed.csv")
    by_county = dict(re.findall(r"^(\d{6}) +\S+ +\d+ +(\d+) ", said, re.MULTILINE))
    changed = Counter(row["region_code"] for row in households(tmp_path / "changed.csv"))
    assert {county: int(count) for county, count in by_county.items() if int(count)} == changed
    total = re.search(r"^成长型 .*", said, re.MULTILINE)
    assert total
    assert "规则空档" in said


def test_a_policy_compared_with_itself_changes_nobody(diff: Diff) -> None:
    code, said, _ = diff(LAW, LAW)
    assert (code, "类型有变化的 0 户（0.00%）" in said) == (0, True)


def test_a_cell_lists_its_households_with_their_clauses_under_both(diff: Diff, tmp_path: Path) -> None:
    cell = "410104:growth:gap"
    code, said, _ = diff(LAW, LAW, "--reading", POSITIVE, "--cell", cell, "--households", tmp_path / "cell.parquet")
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT uscc, region_code, from_type, to_type FROM '{tmp_path / 'cell.parquet'}'"
        ).fetchall()
    assert code == 0
    assert {row[1:] for row in rows} == {("410104", "growth", "gap")}
    assert f"410104 成长型→规则空档：{len(rows)} 户" in said
    assert [uscc for uscc, *_ in rows if uscc not in said] == []
    _, chinese, _ = diff(LAW, LAW, "--reading", POSITIVE, "--cell", "410104:成长型:规则空档")
    assert f"410104 成长型→规则空档：{len(rows)} 户" in chinese


def test_a_large_cell_is_cut_short_and_says_so(diff: Diff) -> None:
    _, said, _ = diff(LAW, LAW, "--reading", POSITIVE, "--cell", "*:growth:gap")
    assert len(re.findall(r"^92\w{16} ", said, re.MULTILINE)) == 50
    assert "以上是前 50 户" in said


def test_a_cell_without_households_is_said_to_be_empty(diff: Diff, tmp_path: Path) -> None:
    out = tmp_path / "none.csv"
    code, said, _ = diff(LAW, LAW, "--cell", "*:growth:survival", "--households", out)
    assert (code, "全部地区 成长型→生存型：0 户" in said, households(out)) == (0, True, [])


def test_five_versions_are_compared_in_one_pass(diff: Diff, tmp_path: Path) -> None:
    drafts = [f"{LAW}@growth_tax_upto={amount}" for amount in (5_000, 20_000, 50_000)]
    code, said, _ = diff(LAW, *drafts, f"{LAW}@{POSITIVE}", "--households", tmp_path / "all.csv")
    assert code == 0
    assert [label for label in (*drafts, f"{LAW}@{POSITIVE}") if f"现在：{label}" not in said] == []
    assert {row["policy"] for row in households(tmp_path / "all.csv")} >= {f"{LAW}@{POSITIVE}"}


def test_a_draft_in_a_file_is_compared_with_the_law(diff: Diff, tmp_path: Path) -> None:
    law = Path("policies") / f"{LAW}.yaml"
    draft = tmp_path / "draft.yaml"
    draft.write_text(law.read_text("utf-8").replace("in_force: counts-zero", "in_force: positive-only"), "utf-8")
    code, said, _ = diff(LAW, draft)
    assert code == 0
    assert f"现在：{draft}" in said
    assert "成长型→规则空档" in said


def test_rejected_rows_end_with_code_one(diff: Diff, feeds: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(feeds, tmp_path / "feeds"))
    with (folder / "credit.csv").open("a", encoding="utf-8") as file:
        file.write("not-a-code,false,false\n")
    code, said, _ = diff(LAW, LAW, folder=folder)
    assert code == 1
    assert "退回 1 行" in said


MISTAKES = {
    "no such policy": ((LAW, "zhengzou-2025"), 2, "zhengzhou-2025"),
    "no such number behind @": ((LAW, f"{LAW}@growth_tax_up=1"), 2, "growth_tax_upto"),
    "no such reading": ((LAW, LAW, "--reading", "growth-1-zero=never"), 2, "never"),
    "no amount": ((LAW, LAW, "--set", "growth_tax_upto=much"), 2, "growth_tax_upto"),
    "half a cell": ((LAW, LAW, "--cell", "410102:growth"), 2, "410102:growth:development"),
    "no such type": ((LAW, LAW, "--cell", "410102:growth:rich"), 2, "rich"),
    "no region": ((LAW, LAW, "--cell", "41010:growth:gap"), 2, "区划"),
    "a file of another kind": ((LAW, LAW, "--households", "who.txt"), 2, "--households"),
    "one policy alone": ((LAW,), 2, "另一政策"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_chinese_sentence(diff: Diff, mistake: tuple[tuple[str, ...], int, str]) -> None:
    words, code, named = mistake
    ended, said, errors = diff(*words)
    assert (ended, said) == (code, "")
    assert errors.startswith("错误：")
    assert len(errors.strip().splitlines()) == 1
    assert named in errors


def test_a_required_number_that_is_unset_is_code_three(diff: Diff, tmp_path: Path) -> None:
    law = (Path("policies") / f"{LAW}.yaml").read_text("utf-8")
    draft = tmp_path / "unset.yaml"
    draft.write_text(law.replace("values: {2025-02-18: 300000}", "values: unset"), "utf-8")
    code, _, errors = diff(LAW, draft)
    assert (code, "growth_revenue_from" in errors) == (3, True)
    assert diff(LAW, draft, "--set", "growth_revenue_from=300000")[0] == 0


def test_a_folder_without_registrations_is_wrong_usage(diff: Diff, tmp_path: Path) -> None:
    code, _, errors = diff(LAW, LAW, folder=tmp_path)
    assert (code, "没有登记信息" in errors) == (2, True)
