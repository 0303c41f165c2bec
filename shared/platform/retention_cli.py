"""`minglu retention`: the table of terms, and legal holds on a service's data.

Exit codes: 0 done; 1 there is no such hold; 2 wrong usage; 3 the database cannot be reached.
"""

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

SERVICE = Annotated[str, typer.Option(help="哪个服务；连接取自环境变量 MINGLU_<服务>_DATABASE_URL")]
BY = Annotated[str, typer.Option("--by", help="经办人，记入审计")]
T = TypeVar("T")

retention_app = typer.Typer(help="数据保存期限：查看期限表，冻结、解除冻结", no_args_is_help=True)


@retention_app.command()
def table() -> None:
    """各类数据保存多久、到期怎样处理、依据什么。"""
    from shared.platform.retention import retention_table

    for term in retention_table():
        service = "各服务" if term.service == "*" else term.service
        source = "有依据" if term.verified else "期限未经核实，可由设置改变"
        typer.echo(f"{service}\t{term.kind}\t{term.title}\t{term.days} 日\t{term.way}\t{term.ground}\t{source}")


@retention_app.command()
def holds(service: SERVICE) -> None:
    """还没有解除的冻结。"""
    from shared.platform.legal_holds import open_holds

    for hold in _with_session(service, open_holds):
        what = f"{hold.kind or '各类数据'}\t{hold.uscc or '各户'}"
        typer.echo(f"{hold.id}\t{what}\t{hold.document}\t{hold.placed_by}\t{hold.placed_at:%Y-%m-%d}")


@retention_app.command()
def hold(
    service: SERVICE,
    document: Annotated[str, typer.Option(help="要求保全的文书或案号")],
    by: BY,
    kind: Annotated[str | None, typer.Option(help="哪一类（见 minglu retention table），不写是各类")] = None,
    uscc: Annotated[str | None, typer.Option(help="哪一户的统一社会信用代码，不写是各户")] = None,
) -> None:
    """冻结：到期的数据不再清除，直到解除。"""
    from shared.platform.legal_holds import place_hold
    from shared.platform.retention import terms_of

    if kind is not None and kind not in terms_of(service, {}):
        _refuse(f"{service} 没有这一类数据：{kind}（见 minglu retention table）。")
    placed = _with_session(service, lambda session: place_hold(session, kind, uscc, document, by))
    typer.echo(f"已冻结，编号 {placed}。")


@retention_app.command()
def lift(
    hold_id: Annotated[uuid.UUID, typer.Argument(metavar="编号", help="冻结的编号")], service: SERVICE, by: BY
) -> None:
    """解除冻结：已过期限的数据随后清除。"""
    from shared.platform.legal_holds import lift_hold

    if not _with_session(service, lambda session: lift_hold(session, hold_id, by)):
        typer.echo("错误：没有这项冻结，或者已经解除。", err=True)
        raise typer.Exit(1)
    typer.echo("已解除。")


def _with_session(service: str, use: "Callable[[AsyncSession], Awaitable[T]]") -> T:
    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    from shared.database.connections import Database

    url = os.environ.get(f"MINGLU_{service.upper()}_DATABASE_URL")
    if not url:
        _refuse(f"没有设置环境变量 MINGLU_{service.upper()}_DATABASE_URL。")

    async def run() -> T:
        database = Database(url, application="retention")
        try:
            async with database.transaction() as session:
                return await use(session)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (OSError, PostgresError, SQLAlchemyError) as error:
        typer.echo(f"错误：{getattr(error, 'strerror', None) or '数据库连接失败'}。", err=True)
        raise typer.Exit(3) from None


def _refuse(message: str) -> NoReturn:
    typer.echo(f"错误：{message}", err=True)
    raise typer.Exit(2)
