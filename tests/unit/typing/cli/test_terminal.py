"""The commands' words: errors by exit code, dates, pairs, aligned tables."""

import errno
from pathlib import Path

import duckdb
import pytest
import typer

from services.typing.cli.terminal import UsageError, errors_as_sentences, parse_date, parse_folder, parse_pairs, table
from shared.feeds.contract.model import FeedsError, FolderNotUsable
from shared.law.language.errors import PolicyError, PolicyUnset

SPOKEN = {
    "usage": (UsageError("日期不对"), 2, "日期不对"),
    "policy": (PolicyError("没有这个政策。"), 2, "没有这个政策"),
    "unset": (PolicyUnset("p", ("a",), ("a（甲）",)), 3, "尚未设定"),
    "folder": (FolderNotUsable("读不了文件夹"), 2, "读不了文件夹"),
    "feed": (FeedsError("tax.csv 读不了"), 3, "tax.csv 读不了"),
    "full disk": (OSError(errno.ENOSPC, "No space left on device"), 3, "磁盘已满"),
    "full disk, told by DuckDB": (duckdb.IOException("write: No space left on device"), 3, "磁盘已满"),
    "no permission": (PermissionError(errno.EACCES, "denied", "/data"), 3, "没有权限读写 /data"),
    "memory": (duckdb.OutOfMemoryException("out of memory"), 3, "内存或临时空间不足"),
}


@pytest.mark.parametrize(("error", "code", "words"), SPOKEN.values(), ids=SPOKEN)
def test_an_error_is_one_sentence_and_an_exit_code(
    error: Exception, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, errors_as_sentences():
        raise error
    said = capsys.readouterr().err
    assert ended.value.exit_code == code
    assert said.startswith("错误：")
    assert words in said
    assert said.count("\n") == 1


def test_a_fault_of_the_program_is_not_dressed_up() -> None:
    with pytest.raises(ZeroDivisionError), errors_as_sentences():
        raise ZeroDivisionError


def test_ctrl_c_during_a_statement_is_an_interruption() -> None:
    with pytest.raises(KeyboardInterrupt), errors_as_sentences():
        raise RuntimeError("Query interrupted")


@pytest.mark.parametrize("text", ["2026-02-30", "15.07.2026", "", "today"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="不是日期"):
        parse_date(text, "--as-of")


def test_pairs() -> None:
    assert parse_pairs(["a=1", "b=x=y"], "--set") == {"a": "1", "b": "x=y"}
    for wrong in (["a"], ["=1"], ["a="], ["a=1", "a=2"]):
        with pytest.raises(UsageError):
            parse_pairs(wrong, "--set")


def test_a_folder_must_be_there(tmp_path: Path) -> None:
    assert parse_folder(tmp_path, "--feeds") == tmp_path
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "file", tmp_path / "nowhere"):
        with pytest.raises(UsageError, match="不存在"):
            parse_folder(wrong, "--feeds")


def test_a_table_is_aligned_by_the_width_of_chinese_characters() -> None:
    lines = table([("类型", "户数"), ("不符合分型条件", "5"), ("gap", "12,345")], right=(1,)).split("\n")
    assert lines == [
        "类型              户数",
        "不符合分型条件       5",
        "gap             12,345",
    ]
