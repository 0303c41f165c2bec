"""A progress bar on stderr for long work; silent where nobody watches (a file, a pipe)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from services.typing.engine.offline import Progress

STEPS = {"check": "检查数据", "type": "判定类型", "write": "写出结果"}


@contextmanager
def bars(*steps: str) -> Iterator[Progress | None]:
    """A function that shows how far each of the steps is; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as shown:
        tasks = {step: shown.add_task(STEPS[step], total=1.0) for step in steps}
        yield lambda step, share: shown.update(tasks[step], completed=share)
