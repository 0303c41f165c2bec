"""`minglu policy diff`: who changes between policies, by county and type, over a folder of feeds in one pass.

A policy is named `政策@名称=值,名称=值`: `zhengzhou-2025@growth_tax_upto=20000,growth-1-zero=positive-only` sets a
number and chooses a reading.
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.policy_diff_tables import (
    count_households,
    count_selected,
    county_table,
    household_table,
    matrix_table,
    parse_selection,
    selection_label,
)
from services.typing.cli.terminal import (
    EXIT_FOUND,
    AsOf,
    Feeds,
    UsageError,
    errors_as_sentences,
    parse_date,
    parse_folder,
    parse_pairs,
    today,
    warn,
)
from services.typing.cli.type_folder import check_output_path, folder_warnings, read_policy

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from services.typing.engine.comparison import ChangeSelection
    from services.typing.engine.offline import FolderReport
    from shared.law.compiler.pooled_policies import PooledPolicies
if TYPE_CHECKING:
    from datetime import date

    from shared.law.compiler.compiled_policy import CompiledPolicy

MOST_PRINTED = 50
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
    with errors_as_sentences():
        day, folder = parse_date(as_of, "--as-of"), parse_folder(feeds, "--feeds")
        selection = None if cell is None else parse_selection(cell)
        if listed is not None:
            check_output_path(listed, folder, "--households")
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        drafts = read_compared_policies(policy, others, day, chosen)
        rejected = compare_policies(drafts, folder, selection, listed)
        typer.echo(f"用时 {time.perf_counter() - began:.1f} 秒")
        if rejected:
            raise typer.Exit(EXIT_FOUND)


def read_compared_policies(
    policy: str, others: list[str], day: "date", chosen: tuple[dict[str, str], dict[str, str]]
) -> list["ComparedPolicy"]:
    """The first policy as it is, the others with the settings and readings that were chosen for them."""

    return [read_compared_policy(policy, day, {}, {}), *(read_compared_policy(other, day, *chosen) for other in others)]


def compare_policies(
    drafts: list["ComparedPolicy"], folder: Path, cell: "ChangeSelection | None", listed: Path | None
) -> int:
    """Type the folder under every policy in one pass and print the changes; returns how many rows were rejected."""
    from services.typing.cli.terminal import progress_bars
    from services.typing.engine.offline import folder_under_versions
    from shared.law.compiler.pooled_policies import PooledPolicies

    versions = PooledPolicies([draft.compiled for draft in drafts])
    with ExitStack() as kept:
        with progress_bars("check", "type") as progress:
            con, report = kept.enter_context(folder_under_versions(folder, versions, today=today(), progress=progress))
        print_warnings(report, versions)
        for number in range(1, len(drafts)):
            print_changes(con, versions, drafts, number)
            if cell is not None:
                print_selection(con, versions, cell, number)
        if listed is not None:
            write_household_list(con, versions, drafts, cell, listed)
    if report.left_out:
        typer.echo(f"判定日之后成立、未列入的：{report.left_out:,} 户")
    if report.rejected:
        typer.echo(f"退回 {report.rejected:,} 行，逐行说明见 minglu feeds check {folder}")
    return report.rejected


def print_warnings(report: "FolderReport", versions: "PooledPolicies") -> None:
    """Warnings about the feeds and each policy, without repetitions."""
    warnings = [text for law in versions.compiled for text in folder_warnings(report, law.policy, versions.as_of)]
    for sentence in dict.fromkeys(warnings):
        warn(sentence)


def print_changes(
    con: "duckdb.DuckDBPyConnection", versions: "PooledPolicies", drafts: list["ComparedPolicy"], number: int
) -> None:
    """The matrix from the first policy to another one, in total and by county."""
    from services.typing.engine.comparison import version_changes

    cells = version_changes(con, "typed", number)
    changed, everyone = count_households(one for one in cells if one.from_type != one.to_type), count_households(cells)
    share = f"（{changed / everyone:.2%}）" if everyone else ""
    typer.echo(f"原来：{drafts[0].label}\n现在：{drafts[number].label}")
    typer.echo(f"判定日 {versions.as_of}，共 {everyone:,} 户，类型有变化的 {changed:,} 户{share}\n")
    typer.echo(f"{matrix_table(cells)}\n\n{county_table(cells)}\n")


def print_selection(
    con: "duckdb.DuckDBPyConnection", versions: "PooledPolicies", cell: "ChangeSelection", number: int
) -> None:
    """The first households of a cell, and how many there are."""
    from services.typing.engine.comparison import select_households, version_changes

    count = count_selected(version_changes(con, "typed", number), cell)
    typer.echo(f"{selection_label(cell)}：{count:,} 户")
    if count:
        typer.echo(household_table(select_households(con, "typed", versions, cell, version=number, limit=MOST_PRINTED)))
    if count > MOST_PRINTED:
        typer.echo(f"以上是前 {MOST_PRINTED} 户，全部可用 --households 写入文件")
    typer.echo("")


def write_household_list(
    con: "duckdb.DuckDBPyConnection",
    versions: "PooledPolicies",
    drafts: list["ComparedPolicy"],
    cell: "ChangeSelection | None",
    out: Path,
) -> None:
    """The households that change, or those of a cell, as a file."""
    from services.typing.cli.terminal import progress_bars
    from services.typing.engine.comparison import ALL_CHANGES
    from services.typing.engine.exports import VersionExport, write_changed_households

    exports = [VersionExport(number, draft.label, cell or ALL_CHANGES) for number, draft in enumerate(drafts) if number]
    with progress_bars("write") as progress:
        write_changed_households(
            con,
            "typed",
            versions,
            exports,
            out,
            progress=(lambda share: progress("write", share)) if progress else None,
        )
    typer.echo(f"户名单写入 {out}")


@dataclass(frozen=True)
class ComparedPolicy:
    """A policy as it was asked for, and compiled."""

    label: str
    compiled: "CompiledPolicy"


def read_compared_policy(
    spec: str, day: "date", settings: Mapping[str, str], readings: Mapping[str, str]
) -> ComparedPolicy:
    """The policy that `spec` names, with the settings in its name and the given settings and readings."""
    name, own = split_policy_name(spec)
    numbers, chosen = split_settings(name, own)
    settings, readings = {**settings, **numbers}, {**readings, **chosen}
    label = ",".join(f"{key}={value}" for key, value in {**settings, **readings}.items())
    return ComparedPolicy(f"{name}@{label}" if label else name, read_policy(name, day, settings, readings))


def split_policy_name(spec: str) -> tuple[str, dict[str, str]]:
    """The policy's name or path, and what is behind `@`; a path may hold an `@` itself."""
    name, at, pairs = spec.rpartition("@")
    if not at or "=" not in pairs:
        return spec, {}
    return name, parse_pairs(pairs.split(","), f"政策 {name} 的 @")


def split_settings(name: str, own: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Which of the names are numbers of the policy and which are interpretations."""
    from shared.law.language.units import suggestion
    from shared.law.reader.loading import load_policy

    if not own:
        return {}, {}
    policy = load_policy(name)
    for key in own:
        if key not in policy.parameters and key not in policy.interpretations:
            offered = [*policy.parameters, *policy.interpretations]
            raise UsageError(f"政策 {name} 没有名为“{key}”的参数或解释{suggestion(key, offered)}")
    numbers = {key: value for key, value in own.items() if key in policy.parameters}
    return numbers, {key: value for key, value in own.items() if key not in numbers}
