"""`minglu calendar`: record the holidays that the State Council announces in the services' databases.

Exit codes: 0 recorded, or known already; 2 wrong usage, such as a file with faults, or other days than those known
without a reason; 3 a database cannot be reached. Services take a schedule over within a minute, without a restart.
"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from shared.platform.announced_calendar import Recorded
    from shared.reference.holiday_schedule import HolidaySchedule

calendar_app = typer.Typer(help="国务院公布的放假安排：核对、记入、查看", no_args_is_help=True)

FILE = Annotated[Path, typer.Argument(help="放假安排（YAML：year document source issued_on days_off days_worked）")]
SERVICES = Annotated[
    list[str] | None,
    typer.Option("--service", help="哪个服务，可以写多次；不写就是设置了 MINGLU_<服务>_DATABASE_URL 的全部服务"),
]
T = TypeVar("T")
_VARIABLE = re.compile(r"MINGLU_([A-Z]+)_DATABASE_URL")
LARGEST_FILE = 100_000


@calendar_app.command()
def check(file: FILE) -> None:
    """核对一份放假安排，不记入。"""
    typer.echo(_summary(_read(file)))


@calendar_app.command(name="import")
def import_command(
    file: FILE,
    service: SERVICES = None,
    correction: Annotated[
        str | None, typer.Option("--correction", metavar="原因", help="与已知的安排不同时，写明更正的原因")
    ] = None,
) -> None:
    """把一年的放假安排记入各服务；没有到期的工作日期限随后重新计算。"""
    from shared.platform.announced_calendar import Recorded, ScheduleKnownOtherwise, record_schedule

    schedule = _read(file)
    said = {Recorded.NEW: "已记入", Recorded.SAME: "已经是这样，没有变化", Recorded.CORRECTED: "已更正"}

    async def record(session: "AsyncSession") -> "Recorded":
        return await record_schedule(session, schedule, correction)

    typer.echo(_summary(schedule))
    code = 0
    for name in _services(service):
        try:
            typer.echo(f"{name}：{said[_in_transaction(name, record)]}。")
        except ScheduleKnownOtherwise as known:
            days = "、".join(day.isoformat() for day in known.days)
            typer.echo(
                f"错误：{name} 已有 {schedule.year} 年的安排（{known.document}），不同的日子：{days}；"
                "确实要更正的，用 --correction 写明原因。",
                err=True,
            )
            code = max(code, 2)
        except _Unreachable as error:
            typer.echo(f"错误：{name}：{error}", err=True)
            code = 3
    raise typer.Exit(code)


@calendar_app.command()
def show(service: SERVICES = None) -> None:
    """各服务记入了哪些年的放假安排，连同更正。"""
    from sqlalchemy import text

    async def look(session: "AsyncSession") -> list[str]:
        rows = await session.execute(text("SELECT * FROM holiday_schedule ORDER BY year, revision"))
        return [
            f"{row.year}\t第 {row.revision} 次\t{row.document}\t{row.source}\t{row.reason or ''}".rstrip()
            for row in rows
        ]

    for name in _services(service):
        try:
            lines = _in_transaction(name, look)
        except _Unreachable as error:
            typer.echo(f"错误：{name}：{error}", err=True)
            raise typer.Exit(3) from None
        typer.echo("\n".join(f"{name}\t{line}" for line in lines) or f"{name}\t只有随平台提供的年份")


def _read(file: Path) -> "HolidaySchedule":
    from shared.reference.holiday_schedule import ScheduleError, parse_schedule

    try:
        if file.stat().st_size > LARGEST_FILE:
            _refuse(f"文件 {file} 太大，不是放假安排")
        return parse_schedule(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        _refuse(f"找不到文件 {file}")
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"读不了文件 {file}：{getattr(error, 'strerror', None) or '不是 UTF-8 编码'}")
    except ScheduleError as error:
        _refuse(f"{file.name}：{error}")


def _summary(schedule: "HolidaySchedule") -> str:
    off = sum(kind == "off" for kind in schedule.days.values())
    return (
        f"{schedule.year} 年（{schedule.document}，{schedule.issued_on} 发布）：放假的工作日 {off} 天，"
        f"上班的周末 {len(schedule.days) - off} 天"
    )


def _services(named: list[str] | None) -> list[str]:
    """The services to work on."""
    found = sorted(match[1].lower() for name in os.environ if (match := _VARIABLE.fullmatch(name)))
    for name in named or []:
        if name.lower() not in found:
            _refuse(f"没有设置环境变量 MINGLU_{name.upper()}_DATABASE_URL")
    if not found:
        _refuse("没有设置任何服务的环境变量 MINGLU_<服务>_DATABASE_URL")
    return [name.lower() for name in named] if named else found


class _Unreachable(Exception):
    """A database cannot be reached, or does not have the table yet."""


def _in_transaction(service: str, work: "Callable[[AsyncSession], Awaitable[T]]") -> T:
    """Runs the work in one transaction of the service's database."""
    from asyncpg import PostgresError
    from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

    from shared.database.connections import Database

    async def run() -> T:
        database = Database(os.environ[f"MINGLU_{service.upper()}_DATABASE_URL"], application="calendar")
        try:
            async with database.transaction() as session:
                return await work(session)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except ProgrammingError:
        raise _Unreachable("数据库还没有升级到这一版，请先运行迁移。") from None
    except (OSError, PostgresError, SQLAlchemyError) as error:
        raise _Unreachable(f"数据库连接失败（{type(error).__name__}）。") from None


def _refuse(message: str) -> NoReturn:
    typer.echo(f"错误：{message}。", err=True)
    raise typer.Exit(2)
