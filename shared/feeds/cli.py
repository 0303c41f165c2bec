"""`minglu feeds`: checks a folder of feeds, or writes a synthetic one. Heavy modules are imported only when needed.

Exit codes: 0 done (flags alone count as done); 1 done, but rows were rejected; 2 wrong usage; 3 could not be done.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from shared.feeds.validation.folder import CheckedFeeds

FOUND, USAGE, FAILED = 1, 2, 3
CHINA = timezone(timedelta(hours=8))

feeds_app = typer.Typer(help="检查部门数据，或生成合成的示例数据。", no_args_is_help=True, add_completion=False)


@feeds_app.command()
def check(
    directory: Annotated[Path, typer.Argument(metavar="文件夹", help="各部门数据文件所在的文件夹")],
) -> None:
    """逐行检查一个文件夹里的部门数据，打印各类数据的行数，把退回和标记的行写入其中的 rejects.csv。"""
    from shared.feeds.console import counts_table, progress_bar
    from shared.feeds.contract.feeds import FEEDS
    from shared.feeds.validation.folder import check_folder

    with errors_as_sentences():
        with progress_bar("检查数据") as progress:
            checked = check_folder(directory, FEEDS, today=_today(), progress=lambda _, done, of: progress(done, of))
        with checked.con:
            if not any(report.delivered for report in checked.reports.values()):
                _fail(f"文件夹 {directory} 里没有部门数据（如 registration.csv、tax.parquet）", USAGE)
            lines = checked.write_rejects(directory / "rejects.csv")
        for sentence in _warnings(checked):
            typer.echo(f"提醒：{sentence}", err=True)
        counts_table(checked.reports.values())
        typer.echo(f"退回和标记共 {lines:,} 条，逐条说明见 {directory / 'rejects.csv'}")
        if any(report.rejected for report in checked.reports.values()):
            raise typer.Exit(FOUND)


@feeds_app.command()
def sample(
    directory: Annotated[Path, typer.Argument(metavar="文件夹", help="写到哪个文件夹，没有则新建")],
    region: Annotated[str, typer.Option("--region", metavar="区划代码", help="省、市或县的区划代码，如 4101")],
    households: Annotated[int, typer.Option("--households", metavar="户数", help="个体工商户的户数", min=1)],
    seed: Annotated[int, typer.Option("--seed", metavar="种子", help="随机种子：相同的种子得到相同的数据", min=0)],
    fmt: Annotated[Literal["parquet", "csv"], typer.Option("--format", help="文件格式")] = "parquet",
    with_errors: Annotated[bool, typer.Option("--with-errors", help="混入各种错误的行，清单写在 planted.csv")] = False,
    today: Annotated[str, typer.Option("--today", metavar="日期", help="数据截止日，默认今天")] = "",
) -> None:
    """生成与现实相像的合成数据：人名、证件号码、电话都是编造的。"""
    from shared.feeds.console import progress_bar, rows_table
    from shared.feeds.sample.writing import write_sample

    with errors_as_sentences(refused=USAGE):
        day = _date(today) if today else _today()
        with progress_bar("生成数据") as progress:
            rows = write_sample(
                directory,
                region=region,
                households=households,
                seed=seed,
                fmt=fmt,
                with_errors=with_errors,
                today=day,
                progress=progress,
            )
        planted = rows.pop("planted", 0)
        rows_table(rows)
        typer.echo(
            f"合成数据已写入 {directory}" + (f"，其中有意写错 {planted:,} 处，见 planted.csv" if planted else "")
        )


def _warnings(checked: "CheckedFeeds") -> list[str]:
    warnings = [f"文件 {path.name} 不是部门数据，已忽略" for path in checked.ignored]
    warnings += [sentence.rstrip("。") for report in checked.reports.values() for sentence in report.warnings]
    if not checked.reports["registration"].delivered:
        warnings.append("没有登记信息，因此没有核对各行是否属于已知的个体工商户")
    return warnings


@contextmanager
def errors_as_sentences(refused: int = FAILED) -> Iterator[None]:
    """Turns errors into one sentence on stderr and an exit code; `refused`: the exit code for data that is refused
    whole.
    """
    import duckdb

    from shared.feeds.contract.model import FeedsError, FolderNotUsable

    try:
        yield
    except FolderNotUsable as error:
        _fail(str(error), USAGE)
    except FeedsError as error:
        _fail(str(error), refused)
    except duckdb.OutOfMemoryException:
        _fail("内存或临时空间不足", FAILED)
    except (OSError, duckdb.IOException) as error:
        _fail(_system_sentence(error), FAILED)


def _system_sentence(error: Exception) -> str:
    full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
    return "磁盘已满" if full else f"文件读写失败（{error}）"


def _fail(sentence: str, code: int) -> None:
    typer.echo(f"错误：{sentence.rstrip('。')}", err=True)
    raise typer.Exit(code)


def _today() -> date:
    """The day in China, where the deliveries are made."""
    return datetime.now(CHINA).date()


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期，请写成 2026-07-15 这样") from None
