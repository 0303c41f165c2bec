"""Shared by the commands: options, errors as one Chinese sentence with an exit code, tables, progress bars on stderr.

Exit codes: 0 done; 1 done, but rows were rejected or a check found something; 2 wrong usage; 3 could not be done.
"""

import errno
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.typing.engine.offline import StepProgress

EXIT_FOUND, EXIT_USAGE, EXIT_FAILED = 1, 2, 3
QUERY_INTERRUPTED = "Query interrupted"
"""The text of the RuntimeError that DuckDB raises on Ctrl-C while a statement runs."""
CHINA = timezone(timedelta(hours=8))


class UsageError(Exception):
    """The command was called wrongly; the message is one Chinese sentence."""


def today() -> date:
    """The day in China: the day of delivery of files that are read offline."""
    return datetime.now(CHINA).date()


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Turn errors of a command into a sentence on stderr and an exit code."""
    try:
        yield
    except typer.Exit:
        raise
    except UsageError as error:
        _fail(str(error), EXIT_USAGE)
    except OSError as error:
        _fail(_system_sentence(error), EXIT_FAILED)
    except Exception as error:
        if str(error) == QUERY_INTERRUPTED:
            raise KeyboardInterrupt from error
        code = _exit_code(error)
        if code is None:
            raise
        _fail(_sentence(error), code)


def _exit_code(error: Exception) -> int | None:
    """The exit code of an error whose message is in Chinese; None for a bug."""
    import duckdb

    from services.typing.engine.offline import RegistrationMissing
    from services.typing.engine.spark_session import SparkFailed, SparkMissing
    from shared.feeds.contract.model import FeedsError, FolderNotUsable
    from shared.law.language.errors import PolicyError, PolicyUnset

    if isinstance(error, PolicyUnset):
        return EXIT_FAILED
    if isinstance(error, PolicyError | FolderNotUsable | RegistrationMissing):
        return EXIT_USAGE
    could_not = (FeedsError, SparkMissing, SparkFailed, duckdb.IOException, duckdb.OutOfMemoryException)
    return EXIT_FAILED if isinstance(error, could_not) else None


def _sentence(error: Exception) -> str:
    import duckdb

    if isinstance(error, duckdb.OutOfMemoryException):
        return "内存或临时空间不足，没有写出结果"
    if isinstance(error, duckdb.IOException):
        full = "No space left" in str(error)
        return "磁盘已满，没有写出结果" if full else f"读写文件失败，没有写出结果（{error}）"
    return str(error)


def _system_sentence(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "磁盘已满，没有写出结果"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"没有权限读写 {error.filename}"
    return f"读写文件失败：{error.strerror or error}（{error.filename or ''}）"


def _fail(sentence: str, code: int) -> None:
    typer.echo(f"错误：{sentence.rstrip('。')}", err=True)
    raise typer.Exit(code)


def warn(sentence: str) -> None:
    """A warning, on stderr."""
    typer.echo(f"提醒：{sentence}", err=True)


def parse_date(text: str, option: str) -> date:
    """An ISO date given as an option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} 的“{text}”不是日期，请写成 2026-07-15 这样") from None


def parse_folder(path: Path, option: str) -> Path:
    """A folder given as an option; it must exist."""
    if not path.is_dir():
        raise UsageError(f"{option} 的文件夹 {path} 不存在")
    return path


def parse_pairs(pairs: Sequence[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` options by name; each name once."""
    parsed: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            raise UsageError(f"{option} 的“{pair}”应写成 名称=值")
        if name in parsed:
            raise UsageError(f"{option} 的“{name}”给了两次")
        parsed[name] = value
    return parsed


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Rows as aligned text; Chinese characters take two places; columns in `right` are set to the right."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - _width(cell))
            cells.append(space + cell if column in right else cell + space)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


PolicyName = Annotated[str, typer.Argument(metavar="政策", help="政策编号，或政策文件（YAML）的路径")]
Feeds = Annotated[Path, typer.Option("--feeds", metavar="文件夹", help="各部门数据所在的文件夹")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="日期", help="判定日，如 2026-07-15")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="名称=值", help="设定政策中尚未设定的数额，可多次给出")
]
Readings = Annotated[
    list[str] | None, typer.Option("--reading", metavar="编号=读法", help="改用政策中另一种读法，可多次给出")
]


STEP_LABELS = {"check": "检查数据", "type": "判定类型", "write": "写出结果"}


@contextmanager
def progress_bars(*steps: str) -> Iterator["StepProgress | None"]:
    """A function that shows how far each of the steps is; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress as Bars, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as shown:
        tasks = {step: shown.add_task(STEP_LABELS[step], total=1.0) for step in steps}
        yield lambda step, share: shown.update(tasks[step], completed=share)
