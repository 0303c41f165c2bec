"""``minglu up``: the platform in the foreground, until Ctrl-C."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import structlog
import typer

from deploy.local.data_directory import DEFAULT, DataDirectory
from deploy.local.errors import WrongUsageError
from deploy.local.platform import HOUSEHOLDS, REGION, Platform, StartOptions


def up(
    households: Annotated[
        int | None,
        typer.Option(help=f"首次启动时生成的示例户数，默认 {HOUSEHOLDS}；0 为不生成", min=0, max=20_000_000),
    ] = None,
    region: Annotated[str | None, typer.Option(help=f"示例数据的区划代码前缀，默认 {REGION}", metavar="前缀")] = None,
    data: Annotated[Path, typer.Option(help="数据目录")] = DEFAULT,
    port: Annotated[int, typer.Option(help="分型服务的端口；其他服务依次用后面的", min=1, max=65535)] = 8001,
) -> None:
    """在本机启动整个平台，直到 Ctrl-C；首次启动时生成、判定并发布示例数据。"""
    from shared.reference.regions import counties_of

    if region is not None and not counties_of(region):
        raise WrongUsageError(f"没有区划代码以 {region} 开头的区县")
    directory = DataDirectory(data)
    directory.prepare()
    with directory.locked(), (directory.logs / "up.log").open("a", encoding="utf-8") as file:
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            logger_factory=structlog.WriteLoggerFactory(file),
        )
        asyncio.run(run_until_signal(Platform(directory, StartOptions(region, households, port)).run()))


async def run_until_signal(work: Coroutine[None, None, None]) -> None:
    """Run until SIGINT, SIGTERM or a closed terminal; then the work is cancelled and stops what it started."""
    task = asyncio.create_task(work)
    told = asyncio.Event()

    def stop() -> None:
        if not told.is_set():  # a second Ctrl-C must not interrupt the stopping
            told.set()
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not told.is_set():
            raise
