"""`minglu audit`: exports, and verifies what was exported without the database."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared import clock
from shared.database.connections import Database
from shared.platform import audit
from shared.platform.audit_checkpoints import FILE, PUBLIC_KEY_FILE, Checkpointer, public_key_of
from shared.platform.cli import audit_app

KEY = "33" * 32


@pytest.fixture
def exported(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An export of four entries in two counties, with a checkpoint beside it."""

    async def fill() -> None:
        database = Database(database_url)
        for number in range(4):
            async with database.transaction() as session:
                await audit.record(session, audit.about(number, f"41010{number % 2 + 2}"), "li", "run:create")
        await Checkpointer(database, KEY, tmp_path).write()
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("MINGLU_TYPING_DATABASE_URL", database_url)
    done = CliRunner().invoke(audit_app, ["export", str(tmp_path / "audit.jsonl")])
    assert (done.exit_code, done.output) == (0, "已导出 4 条审计记录。\n")
    assert (tmp_path / PUBLIC_KEY_FILE).read_text() == public_key_of(KEY)
    return tmp_path / "audit.jsonl"


def verify(export: Path, *more: str) -> tuple[int, str]:
    checkpoints = ["--checkpoints", str(export.with_name(FILE)), "--key", public_key_of(KEY)]
    done = CliRunner().invoke(audit_app, ["verify", str(export), *(more or checkpoints)])
    return done.exit_code, done.output


def test_an_untouched_export_is_in_order(exported: Path) -> None:
    assert verify(exported) == (0, "审计记录完整。\n")


def test_without_checkpoints_it_says_what_it_cannot_know(exported: Path) -> None:
    code, said = verify(exported, "--region", "")
    assert code == 0
    assert "没有检查点" in said


def test_a_changed_export_is_found_with_its_place(exported: Path) -> None:
    exported.write_bytes(exported.read_bytes().replace(b'"actor":"li"', b'"actor":"wu"', 1))
    code, said = verify(exported)
    assert code == 1
    assert "410102\t1\t内容被更改" in said


def test_a_truncated_export_is_found(exported: Path) -> None:
    exported.write_bytes(b"".join(exported.read_bytes().splitlines(keepends=True)[:-1]))
    assert verify(exported)[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "nowhere.jsonl"],
        ["verify", __file__],
        ["verify", __file__, "--key", "00"],
        ["verify", __file__, "--key", "00", "--checkpoints", __file__],
        ["export", "out.jsonl", "--service", "nothing"],
    ],
)
def test_wrong_usage_is_told_in_one_chinese_sentence(arguments: list[str]) -> None:
    done = CliRunner().invoke(audit_app, arguments)
    assert done.exit_code == 2
    assert done.output.startswith("错误：")
    assert done.output.count("\n") == 1


def test_a_database_that_is_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGLU_TYPING_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    done = CliRunner().invoke(audit_app, ["export", str(tmp_path / "out.jsonl")])
    assert done.exit_code == 3
    assert done.output.startswith("错误：无法导出")


def later(minutes: int) -> str:
    """An instant of export, as it is written on the command line."""
    return (clock.now() + dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S")


def test_a_file_of_checkpoints_that_was_shortened_is_found_once_the_entries_are_old(exported: Path) -> None:
    file = exported.with_name(FILE)
    file.write_bytes(b"")
    ask = ["--checkpoints", str(file), "--key", public_key_of(KEY)]
    assert verify(exported, *ask)[0] == 0, "no more than a minute old: not yet signed"
    code, said = verify(exported, *ask, "--exported-at", later(16))
    assert code == 1
    assert said.count("早该有签名的检查点而没有") == len(("410102", "410103"))


def test_what_was_signed_in_time_stays_in_order_however_much_later_it_is_verified(exported: Path) -> None:
    ask = ["--checkpoints", str(exported.with_name(FILE)), "--key", public_key_of(KEY)]
    assert verify(exported, *ask, "--exported-at", later(60 * 24 * 365)) == (0, "审计记录完整。\n")
