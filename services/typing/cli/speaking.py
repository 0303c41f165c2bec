"""How the commands speak: one Chinese sentence for an error, the contract's exit codes, aligned tables.

0 done; 1 done, but rows were rejected or a check found something; 2 wrong usage; 3 could not be done.
"""

import errno
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import typer

FOUND, USAGE, FAILED = 1, 2, 3
QUERY_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C while a statement runs: the text of a RuntimeError."""
CHINA = timezone(timedelta(hours=8))


class UsageError(Exception):
    """The command was called wrongly; the message is one Chinese sentence."""


def today() -> date:
    """The day in China: the day of delivery of files that are read offline."""
    return datetime.now(CHINA).date()


@contextmanager
def speaking() -> Iterator[None]:
    """Turn what goes wrong in a command into a sentence on stderr and an exit code."""
    try:
        yield
    except typer.Exit:
        raise
    except UsageError as error:
        _fail(str(error), USAGE)
    except OSError as error:
        _fail(_system_sentence(error), FAILED)
    except Exception as error:
        if str(error) == QUERY_INTERRUPTED:
            raise KeyboardInterrupt from error
        code = _known_code(error)
        if code is None:
            raise
        _fail(_known_sentence(error), code)


def _known_code(error: Exception) -> int | None:
    """The exit code of an error that other parts explain in Chinese; None for a defect of the program."""
    import duckdb

    from services.typing.engine.offline import NoRegistration
    from services.typing.engine.spark_session import SparkFailed, SparkMissing
    from shared.feeds.errors import FeedsError, FolderNotUsable
    from shared.policy.errors import PolicyError, PolicyUnset

    if isinstance(error, PolicyUnset):
        return FAILED
    if isinstance(error, PolicyError | FolderNotUsable | NoRegistration):
        return USAGE
    could_not = (FeedsError, SparkMissing, SparkFailed, duckdb.IOException, duckdb.OutOfMemoryException)
    return FAILED if isinstance(error, could_not) else None


def _known_sentence(error: Exception) -> str:
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
