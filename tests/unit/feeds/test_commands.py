"""`minglu feeds check` and `minglu feeds sample` as a user runs them: what they print, write and exit with."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from shared.feeds.cli import feeds_app
from tests.unit.feeds.feed_folders import GOOD, MISCHECKED, write_csv


def minglu_feeds(*arguments: object) -> Result:
    return CliRunner().invoke(feeds_app, [str(argument) for argument in arguments])


def sample(directory: Path, *more: str) -> Result:
    return minglu_feeds("sample", "--region", "4101", "--households", 200, "--seed", 1, *more, directory)


def test_a_good_folder_is_done(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"]])

    result = minglu_feeds("check", tmp_path)

    assert result.exit_code == 0
    assert "登记信息" in result.stdout
    assert "未报送" in result.stdout
    assert (tmp_path / "rejects.csv").exists()


def test_flags_alone_are_done_and_rejects_are_not(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"] | {"uscc": MISCHECKED}])
    assert minglu_feeds("check", tmp_path).exit_code == 0

    write_csv(tmp_path / "credit.csv", [GOOD["credit"]])
    (tmp_path / "notes.txt").touch()
    result = minglu_feeds("check", tmp_path)

    assert result.exit_code == 1
    assert "notes.txt" in result.stderr
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["code"] for row in csv.DictReader(file)] == ["uscc-checksum", "unknown-household"]


def test_without_registration_it_says_what_was_not_checked(tmp_path: Path) -> None:
    write_csv(tmp_path / "credit.csv", [GOOD["credit"]])
    result = minglu_feeds("check", tmp_path)
    assert result.exit_code == 0
    assert "没有登记信息" in result.stderr


@pytest.mark.parametrize(
    ("prepare", "code", "words"),
    [
        (lambda path: path / "missing", 2, "没有这个文件夹"),
        (lambda path: path, 2, "没有部门数据"),
        (lambda path: ((path / "credit.csv").write_bytes(b"") and None) or path, 3, "credit.csv是空文件"),
    ],
)
def test_errors_are_one_sentence_and_a_code(tmp_path: Path, prepare: object, code: int, words: str) -> None:
    result = minglu_feeds("check", prepare(tmp_path))  # type: ignore[operator]
    assert result.exit_code == code
    assert words in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert not (tmp_path / "rejects.csv").exists()


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_a_sample_is_written_and_passes_the_check(tmp_path: Path, fmt: str) -> None:
    written = sample(tmp_path / "new", "--format", fmt)
    assert written.exit_code == 0, written.stderr
    assert "registration" in written.stdout
    assert len(list((tmp_path / "new").glob(f"*.{fmt}"))) == 14
    assert minglu_feeds("check", tmp_path / "new").exit_code == 0


def test_a_sample_with_errors_does_not_pass(tmp_path: Path) -> None:
    written = sample(tmp_path, "--with-errors", "--today", "2026-07-05")
    assert (written.exit_code, (tmp_path / "planted.csv").exists()) == (0, True)
    assert minglu_feeds("check", tmp_path).exit_code == 1


def test_the_same_seed_and_day_give_the_same_files(tmp_path: Path) -> None:
    for name in "ab":
        sample(tmp_path / name, "--today", "2026-07-05")
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)


def test_a_region_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    result = minglu_feeds("sample", "--region", "99", "--households", 5, "--seed", 1, tmp_path)
    assert result.exit_code == 2
    assert "99" in result.stderr


@pytest.mark.parametrize("wrong", [("--households", "0"), ("--format", "xls"), ("--today", "2026-13-01")])
def test_wrong_options_are_wrong_usage(tmp_path: Path, wrong: tuple[str, str]) -> None:
    assert sample(tmp_path, *wrong).exit_code == 2
