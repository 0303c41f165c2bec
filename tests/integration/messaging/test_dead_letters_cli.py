"""`minglu dead-letters`, as an operator uses it."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from shared.database.connections import Database
from shared.messaging.cli import dead_letters_app
from tests.faults.counting_service import create_tables


@pytest.fixture
def service_url(make_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    url = make_database()
    monkeypatch.setenv("MINGLU_TYPING_DATABASE_URL", url)
    asyncio.run(in_database(url))
    return url


async def in_database(url: str, *statements: str) -> None:
    database = Database(url)
    await create_tables(database)
    async with database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))
    await database.close()


def letter(event_id: str, kind: str, key: str = "92410105MA45KD3F7Q") -> str:
    return (
        "INSERT INTO dead_letter (consumer, topic, key, event_id, value, kind, cause)"
        f" VALUES ('typing', 'annual-report.events', '{key}', '{event_id}', 'x', '{kind}', 'ValueError: wrong')"
    )


def command(*arguments: str) -> Result:
    return CliRunner().invoke(dead_letters_app, list(arguments))


def test_an_empty_list_says_so(service_url: str):
    assert command("list").output == "没有未处理的死信。\n"


def test_the_list_shows_each_letter_with_its_cause(service_url: str):
    asyncio.run(in_database(service_url, letter("1", "failed"), letter("2", "waiting")))
    lines = command("list").output.splitlines()
    assert len(lines) == 2
    assert "处理失败" in lines[0]
    assert "ValueError: wrong" in lines[0]
    assert "等待前面的事件" in lines[1]


def test_a_replay_is_asked_for_the_whole_key(service_url: str):
    asyncio.run(in_database(service_url, letter("1", "failed"), letter("2", "waiting"), letter("3", "failed", "other")))
    done = command("replay", "2", "--wait", "0")
    assert done.exit_code == 0, done.output
    assert "要求重放 2 条：成功 0 条，再次失败 0 条，尚未处理 2 条" in done.output
    assert [("已要求重放" in line) for line in command("list").output.splitlines()] == [True, True, False]


def test_a_discarded_letter_is_gone_from_the_list(service_url: str):
    asyncio.run(in_database(service_url, letter("1", "unreadable")))
    assert command("discard", "1", "--reason", "对方已重发").exit_code == 0
    assert command("list").output == "没有未处理的死信。\n"


@pytest.mark.parametrize(
    "arguments", [("replay",), ("replay", "7"), ("replay", "7", "--all"), ("discard", "7", "--reason", "x")]
)
def test_wrong_use_is_one_chinese_sentence(service_url: str, arguments: tuple[str, ...]):
    done = command(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("错误：")


def test_a_service_that_is_not_configured_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MINGLU_TYPING_DATABASE_URL", raising=False)
    done = command("list")
    assert (done.exit_code, done.stderr) == (2, "错误：没有设置环境变量 MINGLU_TYPING_DATABASE_URL。\n")


def test_a_database_that_is_away_is_exit_code_three(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MINGLU_TYPING_DATABASE_URL", "postgresql+asyncpg://nobody:x@127.0.0.1:1/none")
    assert command("list").exit_code == 3
