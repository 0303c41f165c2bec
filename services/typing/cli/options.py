"""The options and arguments that several commands share, each defined once."""

from pathlib import Path
from typing import Annotated

import typer

PolicyName = Annotated[str, typer.Argument(metavar="政策", help="政策编号，或政策文件（YAML）的路径")]
Feeds = Annotated[Path, typer.Option("--feeds", metavar="文件夹", help="各部门数据所在的文件夹")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="日期", help="判定日，如 2026-07-15")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="名称=值", help="设定政策中尚未设定的数额，可多次给出")
]
Readings = Annotated[
    list[str] | None, typer.Option("--reading", metavar="编号=读法", help="改用政策中另一种读法，可多次给出")
]
