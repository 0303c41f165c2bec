"""``minglu bench``: measures, shows the ratios while they come, and writes docs/benchmarks.md."""

import importlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.harness import Measurement, Size

BENCHMARKS: dict[str, str] = {
    "typing statement": "benchmarks.typing_statement",
    "five versions": "benchmarks.five_versions",
    "explaining": "benchmarks.explaining",
    "verifying": "benchmarks.verifying",
    "minglu type": "benchmarks.type_command",
    "publishing": "benchmarks.publishing",
    "lookup": "benchmarks.lookup",
    "searching": "benchmarks.searching",
    "streaming": "benchmarks.streaming",
    "consuming": "benchmarks.consuming",
    "delivery": "benchmarks.delivery",
    "deciding": "benchmarks.deciding",
    "firing": "benchmarks.firing",
    "absorbing": "benchmarks.absorbing",
    "worklist": "benchmarks.worklist",
    "objecting": "benchmarks.objecting",
    "re-typing": "benchmarks.retyping",
    "notifying": "benchmarks.notifying",
    "inbox": "benchmarks.inbox",
    "publishing-national": "benchmarks.publishing_national",
    "reconciling": "benchmarks.reconciling",
    "entitling": "benchmarks.entitling",
    "supporting": "benchmarks.supporting",
}
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def bench(
    only: Annotated[list[str] | None, typer.Argument(help="只测其中几项，例如 publishing lookup；默认全部")] = None,
    households: Annotated[int, typer.Option(min=1_000, help="户数")] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="每项测几轮")] = 5,
    out: Annotated[Path, typer.Option(help="结果写到哪里；只测几项时不写")] = PAGE,
) -> None:
    """性能基准：与同一台机器上最简单的手写程序相比的倍数。"""
    from benchmarks.report import document, row, write
    from shared import clock

    unknown = sorted(set(only or ()) - set(BENCHMARKS))
    if unknown:
        raise typer.BadParameter(f"没有名为 {'、'.join(unknown)} 的基准；可选：{'、'.join(BENCHMARKS)}")
    size = Size(households, rounds)
    measured: list[tuple[str, Measurement]] = []
    for name in only or BENCHMARKS:
        sys.stderr.write(f"正在测量：{name} …\n")
        for measurement in importlib.import_module(BENCHMARKS[name]).measure(size):
            measured.append((name, measurement))
            sys.stdout.write(row(name, measurement) + "\n")
            sys.stdout.flush()
    if not only:
        write(out, document(measured, size, clock.today()))
        sys.stderr.write(f"结果已写入 {out}\n")
    if not all(measurement.met for _, measurement in measured):
        raise typer.Exit(1)
