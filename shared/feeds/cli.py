"""`minglu feeds`: checks a folder of feeds, a file or a bureau's API, serves a folder as such an API, or writes a
synthetic folder. Heavy modules are imported only when needed.

Exit codes: 0 done (flags alone count as done); 1 done, but rows were rejected; 2 wrong usage; 3 could not be done.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn
from urllib.parse import urlsplit

import typer

if TYPE_CHECKING:
    from shared.feeds.validation.file_trial import FileTrial
    from shared.feeds.validation.folder import CheckedFeeds

FOUND, USAGE, FAILED = 1, 2, 3
CHINA = timezone(timedelta(hours=8))

feeds_app = typer.Typer(help="检查部门数据，或生成合成的示例数据。", no_args_is_help=True, add_completion=False)


@feeds_app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[文件夹或文件]", help="各部门数据文件所在的文件夹；或一个文件，另写 --feed"),
    ] = None,
    feed: Annotated[str, typer.Option("--feed", metavar="数据", help="一个文件或接口的数据名称，如 tax")] = "",
    pull: Annotated[str, typer.Option("--pull", metavar="地址", help="部门取数接口的地址：逐页取回并检查")] = "",
    token: Annotated[
        str, typer.Option("--token", envvar="MINGLU_PULL_TOKEN", help="接口的令牌", show_default=False)
    ] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="行数", help="每页行数", min=1, max=100_000)] = 5_000,
    ca: Annotated[Path | None, typer.Option("--ca", metavar="文件", help="另外信任的证书（PEM）")] = None,
    rejects: Annotated[Path, typer.Option("--rejects", metavar="文件", help="退回的行写到哪里")] = Path("rejects.csv"),
    today: Annotated[str, typer.Option("--today", metavar="日期", help="当作在哪一天报送，默认今天")] = "",
) -> None:
    """逐行检查部门数据，与平台所用的检查相同：一个文件夹、一个文件，或部门的取数接口。

    打印行数，退回和标记的行写入 rejects.csv。
    """
    with errors_as_sentences():
        day = _date(today) if today else _today()
        if pull:
            _check_pull(
                pull, _known_feed(feed or urlsplit(pull).path.rpartition("/")[2]), token, limit, ca, rejects, day
            )
        elif path is None:
            _fail("请写明要检查的文件夹、文件，或 --pull 地址", USAGE)
        elif feed or path.is_file():
            _check_file(path, _known_feed(feed or path.stem.partition("-")[0]), rejects, day)
        else:
            _check_folder(path, day)


def _check_folder(directory: Path, today: date) -> None:
    from shared.feeds.console import counts_table, progress_bar
    from shared.feeds.contract.feeds import FEEDS
    from shared.feeds.validation.folder import check_folder

    with progress_bar("检查数据") as progress:
        checked = check_folder(directory, FEEDS, today=today, progress=lambda _, done, of: progress(done, of))
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


def _check_file(path: Path, feed: str, rejects: Path, today: date) -> None:
    from shared.feeds.validation.file_trial import try_file

    if not path.is_file():
        _fail(f"没有这个文件：{path}", USAGE)
    _report_trial(try_file(path, feed, rejects, today=today))


def _check_pull(url: str, feed: str, token: str, limit: int, ca: Path | None, rejects: Path, today: date) -> None:
    import asyncio

    from pydantic import SecretStr, ValidationError

    from shared.feeds.pulling.paged_api import PullSource
    from shared.feeds.pulling.trial import try_pull
    from shared.outgoing_tls import trust

    shown = SecretStr(token) if token else None
    try:
        source = PullSource(
            name="check", url=url, bureau="check", feed=feed, region="11", mode="full", token=shown, page_rows=limit
        )
    except ValidationError:
        _fail(f"取数接口只用于分型服务的数据，{feed} 不是", USAGE)
    try:
        trust(ca)
    except OSError:  # ssl.SSLError is one
        _fail("信任的证书文件读不出来，应为 PEM 格式的证书", USAGE)
    trial = asyncio.run(try_pull(source, rejects, today=today))
    typer.echo(f"接口共 {trial.pages:,} 页，最后一页写明了 next 为 null")
    _report_trial(trial.file)


def _report_trial(trial: "FileTrial") -> None:
    from shared.feeds.console import counts_table

    counts_table([trial.report])
    for sentence in trial.report.warnings:
        typer.echo(f"提醒：{sentence.rstrip('。')}", err=True)
    if trial.years:
        typer.echo(f"所属年度：{'、'.join(map(str, trial.years))}")
    typer.echo("没有核对各行是否属于已登记的户：报送之后由平台核对", err=True)
    if trial.rejects is not None:
        typer.echo(f"退回和标记的行，逐条说明见 {trial.rejects}")
    if trial.report.rejected:
        raise typer.Exit(FOUND)


@feeds_app.command()
def serve(
    directory: Annotated[Path, typer.Argument(metavar="文件夹", help="部门数据的 CSV 文件所在的文件夹")],
    port: Annotated[int, typer.Option("--port", metavar="端口", help="本机的端口", min=0, max=65535)] = 8099,
    token: Annotated[
        str, typer.Option("--token", envvar="MINGLU_PULL_TOKEN", help="调用者须出示的令牌", show_default=False)
    ] = "",
) -> None:
    """参考用的取数接口：按平台的取数约定，在本机提供一个文件夹里的 CSV 文件，供部门对照自己的接口。"""
    from shared.feeds.pulling.server import PageServer, ServedFolder

    with errors_as_sentences(), PageServer(ServedFolder.open(directory, token), port) as http:
        for feed in http.folder.files:
            typer.echo(f"http://127.0.0.1:{http.server_address[1]}/{feed}")
        typer.echo("按 Ctrl-C 结束", err=True)
        with suppress(KeyboardInterrupt):
            http.serve_forever()


def _known_feed(name: str) -> str:
    from shared.feeds.contract.feeds import FEEDS

    if name not in FEEDS:
        _fail(f"没有“{name}”这类数据，请用 --feed 写明：{'、'.join(FEEDS)}", USAGE)
    return name


@feeds_app.command()
def sample(
    directory: Annotated[Path, typer.Argument(metavar="文件夹", help="写到哪个文件夹，没有则新建")],
    seed: Annotated[int, typer.Option("--seed", metavar="种子", help="随机种子：相同的种子得到相同的数据", min=0)],
    region: Annotated[str, typer.Option("--region", metavar="区划代码", help="省、市或县的区划代码，如 4101")] = "",
    households: Annotated[
        int | None, typer.Option("--households", metavar="户数", help="个体工商户的户数", min=1)
    ] = None,
    fmt: Annotated[Literal["parquet", "csv"], typer.Option("--format", help="文件格式")] = "parquet",
    with_errors: Annotated[bool, typer.Option("--with-errors", help="混入各种错误的行，清单写在 planted.csv")] = False,
    today: Annotated[
        str, typer.Option("--today", metavar="日期", help="数据截止日，默认今天；有 --after 时默认上一年截止日后一年")
    ] = "",
    after: Annotated[
        Path | None, typer.Option("--after", metavar="上一年的文件夹", help="同样的户在下一年的数据")
    ] = None,
) -> None:
    """生成与现实相像的合成数据：人名、证件号码、电话都是编造的。写明 --after 的，接着那份样例生成下一年的。"""
    from shared.feeds.console import progress_bar, rows_table

    with errors_as_sentences(refused=USAGE):
        day = _date(today) if today else None
        if after is None and (not region or households is None):
            _fail("请写明 --region 和 --households，或者用 --after 写明上一年的样例", USAGE)
        if after is not None and (region or households is not None or with_errors):
            _fail("有 --after 时，区划和户数随上一年的样例，不能再写 --region、--households、--with-errors", USAGE)
        with progress_bar("生成数据") as progress:
            if after is not None:
                from shared.feeds.sample.following.writing import write_following_sample

                rows = write_following_sample(directory, after=after, seed=seed, fmt=fmt, today=day, progress=progress)
            else:
                from shared.feeds.sample.writing import write_sample

                rows = write_sample(
                    directory,
                    region=region,
                    households=households or 0,
                    seed=seed,
                    fmt=fmt,
                    with_errors=with_errors,
                    today=day or _today(),
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


def _fail(sentence: str, code: int) -> NoReturn:
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
