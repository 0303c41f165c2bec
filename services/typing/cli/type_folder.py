"""`minglu type`: types every household in a folder of feeds, without a platform."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.typing.cli.terminal import (
    EXIT_FOUND,
    AsOf,
    Readings,
    Settings,
    UsageError,
    errors_as_sentences,
    parse_date,
    parse_folder,
    parse_pairs,
    table,
    today,
    warn,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from services.typing.engine.offline import Engine, FolderReport, FolderResult
    from shared.law.compiler.compiled_policy import CompiledPolicy
    from shared.law.model.policy import Policy


def type_command(
    policy: Annotated[str, typer.Option("--policy", metavar="政策", help="政策编号，或政策文件（YAML）的路径")],
    as_of: AsOf,
    feeds: Annotated[
        str, typer.Option("--feeds", metavar="文件夹", help="各部门数据所在的文件夹；Spark 也可给快照的地址（s3a://…）")
    ],
    out: Annotated[
        str, typer.Option("--out", metavar="文件", help="结果文件，.parquet 或 .csv；快照在地址上的，也写地址")
    ],
    settings: Settings = None,
    readings: Readings = None,
    digest: Annotated[bool, typer.Option("--digest", help="另算本次判定的摘要，可与平台的批次核对")] = False,
    engine: Annotated[str, typer.Option("--engine", metavar="引擎", help="duckdb（默认）或 spark")] = "duckdb",
    master: Annotated[
        str | None, typer.Option("--master", metavar="地址", help="Spark 集群的地址；不写则用本机或 Spark 自己的配置")
    ] = None,
) -> None:
    """离线分型：检查一个文件夹的部门数据，判定每一户的类型。"""
    began = time.perf_counter()
    with errors_as_sentences():
        day = parse_date(as_of, "--as-of")
        chosen = parse_pairs(settings or [], "--set"), parse_pairs(readings or [], "--reading")
        check_engine(engine, master, feeds)
        if "://" in feeds:
            type_at_address(feeds, lambda: read_policy(policy, day, *chosen), out, master, began)
            return
        folder, file = parse_folder(Path(feeds), "--feeds"), Path(out)
        check_output_path(file, folder)
        law, result = run_typing(policy, day, folder, file, chosen, digest=digest, engine=select_engine(engine, master))
        print_result(result, law, day, file, time.perf_counter() - began)
        if result.rejected:
            raise typer.Exit(EXIT_FOUND)


def check_engine(engine: str, master: str | None, feeds: str) -> None:
    """Check that the engine is known and that its options fit it."""
    if engine not in ("duckdb", "spark"):
        raise UsageError(f"没有引擎 {engine}，--engine 可以是 duckdb 或 spark")
    if engine == "duckdb" and (master is not None or "://" in feeds):
        raise UsageError("--master 和 s3a:// 这样的地址只能与 --engine spark 一起使用")


def select_engine(engine: str, master: str | None) -> "Engine | None":
    """The engine that types the folder; None: DuckDB on this machine."""
    if engine == "duckdb":
        return None
    from services.typing.engine.spark_offline import spark_engine

    return spark_engine(master)


def type_at_address(
    snapshots: str, prepared: "Callable[[], CompiledPolicy]", out: str, master: str | None, began: float
) -> None:
    """Frozen snapshots typed in place, by Spark."""
    from services.typing.engine.spark_offline import AddressNotUsable, type_address

    try:
        result = type_address(snapshots, prepared, out, master)
    except AddressNotUsable as refusal:
        raise UsageError(str(refusal)) from None
    rows = [("类型", "户数"), *((kind.label, f"{count:,}") for kind, count in result.totals.items())]
    typer.echo(table([*rows, ("合计", f"{result.households:,}")], right=(1,)))
    typer.echo(f"快照 {result.snapshots} 个，用时 {time.perf_counter() - began:.1f} 秒；结果写入 {out}")


def check_output_path(out: Path, feeds: Path, option: str = "--out") -> None:
    """Check that the result can be written: a known suffix, an existing folder, and not a feed's file."""
    from shared.feeds.contract.feeds import FEEDS

    if out.suffix.lower() not in (".parquet", ".csv"):
        raise UsageError(f"{option} 的文件 {out.name} 应以 .parquet 或 .csv 结尾")
    if not out.parent.is_dir():
        raise UsageError(f"{option} 所在的文件夹 {out.parent} 不存在")
    if out.is_dir():
        raise UsageError(f"{option} 的 {out} 是文件夹，应为文件")
    if out.stem.split("-")[0] in FEEDS and out.parent.resolve() == feeds.resolve():
        raise UsageError(f"{option} 的文件名 {out.name} 是部门数据的文件名，会覆盖数据，请换一个")


def run_typing(
    policy: str,
    day: "date",
    folder: Path,
    out: Path,
    chosen: tuple[dict[str, str], dict[str, str]],
    *,
    digest: bool,
    engine: "Engine | None" = None,
) -> tuple["Policy", "FolderResult"]:
    """Type the folder; the policy is read in parallel, and an error in it stops the work."""
    from services.typing.cli.terminal import progress_bars
    from services.typing.engine.offline import type_folder

    with ThreadPoolExecutor(1) as pool, progress_bars("check", "type", "write") as shown:
        law = pool.submit(read_policy, policy, day, *chosen)

        def progress(step: str, share: float) -> None:
            if law.done():
                law.result()
            if shown:
                shown(step, share)

        result = type_folder(folder, law.result, out, today=today(), digest=digest, engine=engine, progress=progress)
    return law.result().policy, result


def read_policy(policy: str, day: "date", settings: dict[str, str], readings: dict[str, str]) -> "CompiledPolicy":
    """Load and compile a policy; imports its parser."""
    from shared.law.compiler.compiled_policy import compile_policy
    from shared.law.reader.loading import load_policy

    return compile_policy(load_policy(policy, settings=settings, readings=readings), day)


def print_result(result: "FolderResult", policy: "Policy", day: "date", out: Path, seconds: float) -> None:
    """The table of counts on stdout, the warnings on stderr."""
    from services.typing.engine.offline import rejects_path

    for sentence in folder_warnings(result, policy, day):
        warn(sentence)
    rows = [("类型", "户数", "占比")]
    for kind, count in result.totals.items():
        share = f"{count / result.households:.1%}" if result.households else "-"
        rows.append((kind.label, f"{count:,}", share))
    rows.append(("合计", f"{result.households:,}", ""))
    typer.echo(table(rows, right=(1, 2)))
    if result.left_out:
        typer.echo(f"判定日之后成立、未列入的：{result.left_out:,} 户")
    rate = int(result.households / seconds)
    typer.echo(f"用时 {seconds:.1f} 秒，每秒 {rate:,} 户；结果写入 {out}")
    if result.rejects:
        flagged = sum(report.flagged for report in result.reports.values())
        typer.echo(f"退回 {result.rejected:,} 行，标记 {flagged:,} 行，逐行说明见 {rejects_path(out)}")
    if result.digest:
        typer.echo(f"摘要 {result.digest}")


def folder_warnings(result: "FolderReport", policy: "Policy", day: "date") -> list[str]:
    """Warnings for the user about the result."""
    from shared.feeds.contract.feeds import FEEDS
    from shared.reference.annual_reports import last_day_of_reports

    warnings = []
    if not policy.in_force_on(day):
        until = f"至 {policy.until}" if policy.until else "起"
        warnings.append(f"判定日 {day} 不在政策 {policy.id} 的施行期内（{policy.since} {until}）")
    unset = policy.unset(day, required=False)
    if unset:
        names = "、".join(f"{parameter.name}（{parameter.title}）" for parameter in unset)
        warnings.append(f"政策 {policy.id} 中有尚未设定的数额，相关条款按不成立处理：{names}")
    last_day = last_day_of_reports(day.year - 1)
    if day <= last_day:
        warnings.append(f"判定日 {day} 在年度报告报送期（{last_day} 止）内，“已报送”按数据原样判定")
    warnings += [f"文件 {path.name} 不是部门数据，已忽略" for path in result.ignored]
    warnings += [sentence.rstrip("。") for report in result.reports.values() for sentence in report.warnings]
    warnings += [f"没有“{FEEDS[feed].title}”的文件，该部门的事实一律按未知处理" for feed in result.missing]
    warnings += [
        f"“{FEEDS[feed].title}”里没有 {day.year - 1} 年度的数据，请核对是否交错了年度" for feed in result.stale
    ]
    return warnings
