"""What `minglu up` prints when the households are published: a table, addresses, commands to try."""

import shutil
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.local.data_directory import DEFAULT, DataDirectory
from deploy.local.sample_applicants import operator_pseudonyms
from deploy.local.service_client import Client

TYPES = {
    "survival": "生存型",
    "growth": "成长型",
    "development": "发展型",
    "ineligible": "不符合",
    "gap": "规则空档",
    "undetermined": "待核",
}


def show_results(console: Console, run: Mapping[str, Any]) -> None:
    """Households by county and type, with each type's share; in the order of region codes, never ranked."""
    from shared.reference.regions import region_name

    counts: Mapping[str, Mapping[str, int]] = run["counts"]
    totals: Counter[str] = Counter()
    for by_type in counts.values():
        totals.update(by_type)
    table = Table(title=f"{region_name(run['region']) or run['region']} {run['as_of']} 分型结果（合成数据）")
    table.add_column("区县")
    for name in TYPES.values():
        table.add_column(name, justify="right")
    table.add_column("合计", justify="right")
    for county in sorted(counts):
        by_type = counts[county]
        cells = [f"{by_type.get(slug, 0):,}" for slug in TYPES]
        table.add_row(region_name(county) or county, *cells, f"{sum(by_type.values()):,}")
    everybody = sum(totals.values())
    table.add_section()
    table.add_row("合计", *[f"{totals[slug]:,}" for slug in TYPES], f"{everybody:,}")
    table.add_row("占比", *[f"{totals[slug] / max(everybody, 1):.2%}" for slug in TYPES], "")
    console.print(table)
    for line in (f"政策 {run['policy']}，批次 {run['id']}", f"结果摘要 {run['digest']}"):
        console.print(line, soft_wrap=True)


async def example_household(client: Client, run: Mapping[str, Any]) -> str | None:
    """The code of one household with a type worth explaining."""
    county = max(run["counts"], key=lambda code: sum(run["counts"][code].values()), default=None)
    if county is None:
        return None
    for slug in ("growth", "development", "survival", "ineligible"):
        found = (await client.get("/v1/households", "officer", region=county, type=slug, limit=1)).json()["items"]
        if found:
            return str(found[0]["uscc"])
    return None


def minglu_command() -> str:
    """How this user runs minglu: by name where the shell finds it, else by its path."""
    if shutil.which("minglu"):
        return "minglu"
    program = Path(sys.argv[0]).absolute()
    return str(program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program)


@dataclass(frozen=True)
class Addresses:
    """Where the services answer, and their titles, by service."""

    bases: Mapping[str, str]
    titles: Mapping[str, str]


def show_addresses(console: Console, addresses: Addresses, data: DataDirectory, region: str, uscc: str | None) -> None:
    """Addresses and ready commands. Plain lines, so that a terminal can copy them whole."""
    base, recognition, objection, notification = (
        addresses.bases[name] for name in ("typing", "recognition", "objection", "notification")
    )
    option = "" if data.root == DEFAULT.absolute() else f" --data {data.root}"

    def bearer(who: str) -> str:
        return f'-H "Authorization: Bearer $({minglu_command()} token {who}{option})"'

    officer = bearer(f"--role officer --region {region}")
    lines = ["", f"用浏览器打开   {addresses.bases['portal']}"]
    lines += [f"接口文档       {url}/docs  {addresses.titles[name]}" for name, url in addresses.bases.items()]
    if uscc is not None:
        address = f"{base}/v1/households/{uscc}"
        lines += [f"查询一户       curl -s {address}", f"为什么         curl -s {address}/explanation"]
        if (operator := operator_pseudonyms(data, [uscc]).get(uscc)) is not None:
            lines.append(
                f"经营者本人看   curl -s {bearer(f'--role operator --operator {operator}')} {address}/explanation"
            )
    lines += [
        f"统计           curl -s '{base}/v1/statistics?region={region}'",
        f"认定季         curl -s '{recognition}/v1/seasons?region={region}'",
        f"认定的待办     curl -s {officer} {recognition}/v1/tasks",
        f"已认定名单     curl -s '{recognition}/v1/recognitions?region={region}'",
        f"公示           curl -s '{recognition}/v1/public-notices?region={region}'",
        f"异议的待办     curl -s {officer} {objection}/v1/objections",
        f"某户被告知     curl -s {officer} '{notification}/v1/notifications?uscc={uscc or '…'}'",
        f"判定批次       curl -s {officer} {base}/v1/runs",
        f"数据与日志     {data.root}",
        "",
        f"按 Ctrl-C 停止；再次运行 {minglu_command()} up 继续使用同一批数据。",
    ]
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)
