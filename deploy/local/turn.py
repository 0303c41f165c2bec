"""``minglu turn``: moves the calendar of a demonstration to a later day, while it runs or before its next start."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.data_directory import DEFAULT, DataDirectory
from deploy.local.errors import CommandError, WrongUsageError
from deploy.local.sample_calendar import demonstration_today, turn_everything_to, typing_today


def turn(
    day: Annotated[
        str, typer.Argument(metavar="[日期]", help="拨到哪一天，如 2027-06-30；不写就只看现在是哪一天")
    ] = "",
    data: Annotated[Path, typer.Option(help="minglu up 的数据目录")] = DEFAULT,
) -> None:
    """把演示的日历拨到以后的某一天，包括分型服务；正在运行的服务不用重启。"""
    directory = DataDirectory(data)
    if not directory.calendar.exists():
        raise CommandError(f"数据目录 {directory.root} 里还没有演示，请先在这里运行 minglu up，或用 --data 指定目录")
    if day:
        turn_everything_to(directory, later_day(day, demonstration_today(directory)))
    typer.echo(f"演示的日历：{demonstration_today(directory)}，分型服务：{typing_today(directory)}")


def later_day(text: str, stands_on: dt.date) -> dt.date:
    """The day that was asked for. WrongUsageError: no day, or one that is over: nothing that happened is undone."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise WrongUsageError(f"“{text}”不是日期，请写成 2027-06-30 这样") from None
    if day < stands_on:
        raise WrongUsageError(f"演示的日历已经是 {stands_on}，只能往后拨，不能拨回 {day}")
    return day
