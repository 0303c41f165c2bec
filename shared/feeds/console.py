"""Terminal output of `minglu feeds`: tables on stdout, a progress bar on stderr where it is a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.validation.folder import FeedReport

_WIDTH = 120  # width of output to a file or a pipe


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A function (done, total) that updates the bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(title, total=1)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def counts_table(reports: Iterable[FeedReport]) -> None:
    """One line per feed: files, rows, accepted, rejected, flagged."""
    table = _table("数据", "文件", "行数", "采用", "退回", "标记")
    for report in reports:
        title = f"{FEEDS[report.feed].title} {report.feed}"
        counts = (report.rows, report.accepted, report.rejected, report.flagged)
        if report.delivered:
            table.add_row(title, "、".join(report.files), *(f"{count:,}" for count in counts))
        else:
            table.add_row(title, "未报送", *("-" for _ in counts))
    _console().print(table)


def rows_table(rows: Mapping[str, int]) -> None:
    """One line per feed: how many rows were written."""
    table = _table("数据", "文件", "行数")
    for feed, count in rows.items():
        table.add_row(FEEDS[feed].title, feed, f"{count:,}")
    _console().print(table)


def _table(*titles: str) -> Table:
    table = Table(box=SIMPLE_HEAD)
    for place, title in enumerate(titles):
        table.add_column(title, justify="left" if place < 2 else "right")
    return table


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
