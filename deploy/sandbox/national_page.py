"""The page of the sandbox's national systems: what each of them holds by county, and what all say of one household."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

import orjson

from deploy.sandbox.national_store import KeptRecord, NationalStore
from services.notification.publication.systems import KIND_LABELS, SYSTEM_LABELS, Kind, System
from shared.clock import CHINA
from shared.reference.regions import full_region_name

PAGE: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>国家和省级系统（沙箱）</title><style>
body{{font:16px/1.6 sans-serif;max-width:80rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%;margin-bottom:1.5rem}}
td,th{{border-bottom:1px solid #ccc;padding:.4rem .6rem;text-align:left;vertical-align:top}}
td.number{{text-align:right}} .none{{color:#666}}
</style></head><body><h1>国家和省级系统（沙箱）</h1>
<p>这里只有演示数据，没有真的报送给任何系统。</p>
<form><label>统一社会信用代码 <input name="uscc" size="20" value="{uscc}"></label>
<label>行政区划 <input name="region" size="7" value="{region}"></label> <button>查看</button></form>
{household}<h2>各县持有的记录{of_region}</h2>{counties}</body></html>"""
FIELDS: Final[Mapping[str, str]] = {
    "name": "名称",
    "type_label": "分型",
    "year": "年度",
    "category": "类别",
    "granted_on": "认定日期",
    "valid_until": "有效期至",
    "certificate": "证书编号",
    "state": "状态",
    "restored": "已修复",
}


def page(store: NationalStore, uscc: str, region: str) -> str:
    """The page; `uscc`: the household that is asked for, `region`: a region whose counties are shown; may be empty."""
    return PAGE.format(
        uscc=escape(uscc, quote=True),
        region=escape(region, quote=True),
        household=_household(store, uscc) if uscc else "",
        of_region=f"：{escape(full_region_name(region) or region)}" if region else "",
        counties=_counties([one for one in store.counts() if one[1].startswith(region)]),
    )


def _household(store: NationalStore, uscc: str) -> str:
    rows = "".join(
        f"<tr><th>{label}</th><td>{_records(store.household(system, uscc))}</td></tr>"
        for system, label in SYSTEM_LABELS.items()
    )
    return f"<h2>各系统中的 {escape(uscc)}</h2><table>{rows}</table>"


def _records(records: Sequence[KeptRecord]) -> str:
    if not records:
        return '<span class="none">没有记录</span>'
    return "<br>".join(_record(one) for one in records)


def _record(kept: KeptRecord) -> str:
    content: dict[str, Any] = orjson.loads(kept.content or b"{}")
    told = [
        f"{label} {escape('、'.join(map(str, value)) if isinstance(value, list) else str(value))}"
        for name, label in FIELDS.items()
        if (value := content.get(name)) is not None
    ]
    since = datetime.fromisoformat(kept.since).astimezone(CHINA)
    return (
        f"<b>{KIND_LABELS[Kind(kept.kind)]}</b> {'，'.join(told)}（修订号 {kept.version}，{since:%Y-%m-%d %H:%M:%S}）"
    )


def _counties(counts: Sequence[tuple[str, str, str, int]]) -> str:
    if not counts:
        return "<p>还没有记录。</p>"
    columns = sorted(
        {(system, kind) for system, _, kind, _ in counts}, key=lambda one: ([*System].index(System(one[0])), one[1])
    )
    numbers = {(system, region, kind): number for system, region, kind, number in counts}
    head = "".join(f"<th>{SYSTEM_LABELS[System(system)]}<br>{KIND_LABELS[Kind(kind)]}</th>" for system, kind in columns)
    rows = []
    for region in sorted({one[1] for one in counts}):
        cells = "".join(
            f'<td class="number">{numbers.get((system, region, kind), 0):,}</td>' for system, kind in columns
        )
        rows.append(f"<tr><td>{region} {escape(full_region_name(region) or '')}</td>{cells}</tr>")
    return f"<table><tr><th>行政区划</th>{head}</tr>{''.join(rows)}</table>"
