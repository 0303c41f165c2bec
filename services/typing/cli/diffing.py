"""`minglu policy diff`: who changes between policies, by county and type, over a folder of feeds in one pass."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.diff_tables import cell_name, counties, households, inside, matrix, parse_cell, total
from services.typing.cli.folder import check_out, warnings
from services.typing.cli.options import AsOf, Feeds
from services.typing.cli.speaking import FOUND, parse_date, parse_folder, parse_pairs, speaking, today, warn

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from services.typing.cli.drafts import Draft
    from services.typing.engine.offline import FolderReport
    from services.typing.engine.versions import Cell
    from shared.policy.versions import Versions

LISTED = 50
"""Households of a cell that are printed; `--households` writes them all."""


def diff(
    policy: Annotated[str, typer.Argument(metavar="政策", help="原来的政策：编号，或政策文件（YAML）的路径")],
    others: Annotated[
        list[str],
        typer.Argument(
            metavar="另一政策…",
            help="要比较的政策，一个或几个；每个政策都可写成 政策@名称=值,名称=值，自带数额和读法，"
            "例如 zhengzhou-2025@growth_tax_upto=20000",
        ),
    ],
    feeds: Feeds,
    as_of: AsOf,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="名称=值", help="另一政策的数额，可多次给出"),
    ] = None,
    readings: Annotated[
        list[str] | None,
        typer.Option("--reading", metavar="编号=读法", help="另一政策的读法，可多次给出"),
    ] = None,
    cell: Annotated[
        str | None,
        typer.Option("--cell", metavar="区划:原类型:新类型", help="列出这一格里的户，如 410102:growth:development"),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option("--households", metavar="文件", help="把类型有变化的户（或 --cell 的户）写入 .csv 或 .parquet"),
    ] = None,
) -> None:
    """比较几个政策：各县（市、区）各有多少户由什么类型变为什么类型，是哪些户。"""
    began = time.perf_counter()
    with speaking():
        day, folder = parse_date(as_of, "--as-of"), parse_folder(feeds, "--feeds")
        wanted = None if cell is None else parse_cell(cell)
        if listed is not None:
            check_out(listed, folder, "--households")
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        drafts = read_drafts(policy, others, day, chosen)
        rejected = compare(drafts, folder, wanted, listed)
        typer.echo(f"用时 {time.perf_counter() - began:.1f} 秒")
        if rejected:
            raise typer.Exit(FOUND)


def read_drafts(
    policy: str, others: list[str], day: "date", chosen: tuple[dict[str, str], dict[str, str]]
) -> list["Draft"]:
    """The first policy as it is, the others with the settings and readings that were chosen for them."""
    from services.typing.cli.drafts import read_draft

    return [read_draft(policy, day, {}, {}), *(read_draft(other, day, *chosen) for other in others)]


def compare(drafts: list["Draft"], folder: Path, cell: "Cell | None", listed: Path | None) -> int:
    """Type the folder under every policy in one pass and tell who changes; how many rows were rejected."""
    from services.typing.cli.bars import bars
    from services.typing.engine.versions_offline import typed_folder
    from shared.policy.versions import Versions

    versions = Versions([draft.compiled for draft in drafts])
    with ExitStack() as kept:
        with bars("check", "type") as progress:
            con, report = kept.enter_context(typed_folder(folder, versions, today=today(), progress=progress))
        tell_warnings(report, versions)
        for number in range(1, len(drafts)):
            tell(con, versions, drafts, number)
            if cell is not None:
                tell_cell(con, versions, cell, number)
        if listed is not None:
            write(con, versions, drafts, cell, listed)
    if report.left_out:
        typer.echo(f"判定日之后成立、未列入的：{report.left_out:,} 户")
    if report.rejected:
        typer.echo(f"退回 {report.rejected:,} 行，逐行说明见 minglu feeds check {folder}")
    return report.rejected


def tell_warnings(report: "FolderReport", versions: "Versions") -> None:
    """What is to be known of the feeds and of each policy, each thing once."""
    said = [text for law in versions.compiled for text in warnings(report, law.policy, versions.as_of)]
    for sentence in dict.fromkeys(said):
        warn(sentence)


def tell(con: "duckdb.DuckDBPyConnection", versions: "Versions", drafts: list["Draft"], number: int) -> None:
    """The matrix from the first policy to another one, in total and by county."""
    from services.typing.engine.versions import changes

    cells = changes(con, "typed", number)
    changed, everyone = total(one for one in cells if one.from_type != one.to_type), total(cells)
    share = f"（{changed / everyone:.2%}）" if everyone else ""
    typer.echo(f"原来：{drafts[0].label}\n现在：{drafts[number].label}")
    typer.echo(f"判定日 {versions.as_of}，共 {everyone:,} 户，类型有变化的 {changed:,} 户{share}\n")
    typer.echo(f"{matrix(cells)}\n\n{counties(cells)}\n")


def tell_cell(con: "duckdb.DuckDBPyConnection", versions: "Versions", cell: "Cell", number: int) -> None:
    """The first households of a cell, and how many there are."""
    from services.typing.engine.versions import changes, households_behind

    count = inside(changes(con, "typed", number), cell)
    typer.echo(f"{cell_name(cell)}：{count:,} 户")
    if count:
        typer.echo(households(households_behind(con, "typed", versions, cell, version=number, limit=LISTED)))
    if count > LISTED:
        typer.echo(f"以上是前 {LISTED} 户，全部可用 --households 写入文件")
    typer.echo("")


def write(
    con: "duckdb.DuckDBPyConnection", versions: "Versions", drafts: list["Draft"], cell: "Cell | None", out: Path
) -> None:
    """The households that change, or those of a cell, as a file."""
    from services.typing.cli.bars import bars
    from services.typing.engine.versions import CHANGED
    from services.typing.engine.versions_file import Wanted, write_households

    wanted = [Wanted(number, draft.label, cell or CHANGED) for number, draft in enumerate(drafts) if number]
    with bars("write") as progress:
        write_households(
            con, "typed", versions, wanted, out, progress=(lambda share: progress("write", share)) if progress else None
        )
    typer.echo(f"户名单写入 {out}")
