"""`minglu dead-letters`: list events that could not be applied, replay them, or discard one.

A replay is requested here and done by the service's running consumer, in the same way as for any event.
Exit codes: 0 done; 1 the replay failed again; 2 wrong usage; 3 the database cannot be reached.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import typer

dead_letters_app = typer.Typer(help="查看、重放未能处理的事件", no_args_is_help=True)

SERVICE = Annotated[str, typer.Option(help="哪个服务；连接取自环境变量 MINGLU_<服务>_DATABASE_URL")]
LETTER = Annotated[int, typer.Argument(help="死信编号，见 list")]
KINDS = {"unreadable": "无法读取", "invalid": "内容不合格", "failed": "处理失败", "waiting": "等待前面的事件"}

T = TypeVar("T")


@dead_letters_app.command(name="list")
def list_command(
    service: SERVICE = "typing", limit: Annotated[int, typer.Option(min=1, help="最多列出多少条")] = 100
) -> None:
    """列出未处理的死信，最早的在前。"""
    from sqlalchemy.ext.asyncio import AsyncSession

    from shared.messaging.dead_letters import DeadLetter, open_dead_letters

    async def look(session: AsyncSession) -> list[DeadLetter]:
        return await open_dead_letters(session, limit)

    letters = _in_transaction(service, look)
    if not letters:
        typer.echo("没有未处理的死信。")
    for letter in letters:
        asked = "，已要求重放" if letter.replay_asked_at else ""
        typer.echo(
            f"{letter.letter_id}\t{letter.recorded_at:%Y-%m-%d %H:%M:%S}\t{letter.topic}\t{letter.key or '-'}"
            f"\t{KINDS[letter.kind]}{asked}\t{letter.cause}"
        )


@dead_letters_app.command()
def replay(
    letter: Annotated[int | None, typer.Argument(help="死信编号，见 list；不填须加 --all")] = None,
    everything: Annotated[bool, typer.Option("--all", help="重放全部死信")] = False,
    wait: Annotated[float, typer.Option(min=0, help="最多等待结果多少秒")] = 15.0,
    service: SERVICE = "typing",
) -> None:
    """重放一条死信，连同排在它前后的同一对象的事件；由该服务运行中的工作进程执行。"""
    from sqlalchemy.ext.asyncio import AsyncSession

    from shared.messaging.dead_letters import replay_outcome, request_replay

    if (letter is None) != everything:
        _refuse("请给出一个死信编号，或用 --all 重放全部，二者选一。")

    async def ask(session: AsyncSession) -> list[int]:
        return await request_replay(session, letter)

    asked = _in_transaction(service, ask)
    if not asked:
        _refuse(f"没有编号为 {letter} 的未处理死信。" if letter else "没有未处理的死信。")
    settled, failed = asyncio.run(_wait_for_replay(_url(service), replay_outcome, asked, wait))
    pending = len(asked) - settled - failed
    typer.echo(f"要求重放 {len(asked)} 条：成功 {settled} 条，再次失败 {failed} 条，尚未处理 {pending} 条。")
    if pending:
        typer.echo("尚未处理的会在工作进程运行时重放。")
    if failed:
        raise typer.Exit(1)


@dead_letters_app.command(name="discard")
def discard_command(
    letter: LETTER, reason: Annotated[str, typer.Option(help="为什么放弃，留作记录")], service: SERVICE = "typing"
) -> None:
    """放弃一条死信；排在它后面的同一对象的事件随即重放。"""
    from sqlalchemy.ext.asyncio import AsyncSession

    from shared.messaging.dead_letters import discard

    async def settle(session: AsyncSession) -> bool:
        return await discard(session, letter, reason)

    if not _in_transaction(service, settle):
        _refuse(f"没有编号为 {letter} 的未处理死信。")
    typer.echo(f"已放弃死信 {letter}。")


def _in_transaction(service: str, work: Callable[..., Awaitable[T]]) -> T:
    """Runs the work in one transaction of the service's database."""
    from asyncpg import PostgresError

    from shared.database.connections import Database

    async def run() -> T:
        database = Database(_url(service), application="dead-letters")
        try:
            async with database.transaction() as session:
                return await work(session)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (OSError, PostgresError):
        typer.echo("错误：连接不上该服务的数据库。", err=True)
        raise typer.Exit(3) from None


async def _wait_for_replay(
    url: str, look: Callable[..., Awaitable[tuple[int, int]]], asked: list[int], seconds: float
) -> tuple[int, int]:
    """How many of the letters were settled and how many failed again, once all are decided or time is up."""
    from shared.database.connections import Database

    database = Database(url, application="dead-letters")
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        while True:
            async with database.session() as session:
                settled, failed = await look(session, asked)
            if settled + failed == len(asked) or asyncio.get_running_loop().time() >= deadline:
                return settled, failed
            await asyncio.sleep(0.3)
    finally:
        await database.close()


def _url(service: str) -> str:
    name = f"MINGLU_{service.upper()}_DATABASE_URL"
    url = os.environ.get(name)
    if not url:
        _refuse(f"没有设置环境变量 {name}。")
    return url


def _refuse(message: str) -> NoReturn:
    typer.echo(f"错误：{message}", err=True)
    raise typer.Exit(2)
