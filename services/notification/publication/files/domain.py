"""The lines of a file for a system, and what a line of a receipt says. Pure rules."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.notification.publication.peers.peer import Record, RecordKey
from services.notification.publication.systems import KIND_LABELS, Kind

BATCH, NUMBER, KIND, KEY = "批次", "序号", "种类", "记录编号"
RESULT, CODE, MESSAGE = "结果", "退回代码", "说明"
TAKEN, REFUSED = "采用", "退回"
PUT, REMOVE = "登载", "撤下"
FIXED = (BATCH, NUMBER, "操作", KIND, KEY, "统一社会信用代码", "区划代码", "版本")
CONTENT_TITLES: Mapping[str, str] = {
    "name": "名称",
    "type_label": "分型结果",
    "year": "年度",
    "category": "认定类别",
    "granted_on": "认定日期",
    "valid_until": "有效期至",
    "certificate": "证书编号",
    "state": "状态",
    "restored": "修复的事项",
    "path": "途径",
    "seen_on": "变更日期",
    "document": "文号",
    "categories": "各类标准",
    "opens_on": "公示开始",
    "closes_on": "公示结束",
    "households": "个体工商户",
    "filed_with": "上报至",
    "filed_on": "上报日期",
    "policy": "政策",
    "title": "标题",
    "basic": "基础标准",
    "types": "各型标准",
}
"""Columns of contents, in their order; one that is not here has the name that the content has."""
IN_FIXED = frozenset({"uscc", "region"})
KINDS_BY_LABEL = {label: kind for kind, label in KIND_LABELS.items()}
MOST_FAULTS = 50


def table_of(number: int, records: Sequence[Record]) -> tuple[list[str], list[list[str]]]:
    """Header and lines of a batch's file, one line per record, in the batch's order."""
    found = {name for record in records for name in record.content} - IN_FIXED
    names = [name for name in CONTENT_TITLES if name in found] + sorted(found - CONTENT_TITLES.keys())
    header = [*FIXED, *(CONTENT_TITLES.get(name, name) for name in names)]
    return header, [_line(number, place, record, names) for place, record in enumerate(records, 1)]


def _line(number: int, place: int, record: Record, names: Iterable[str]) -> list[str]:
    fixed = [number, place, REMOVE if record.removed else PUT, KIND_LABELS[record.kind], record.key, record.uscc or ""]
    content = {} if record.removed else record.content
    cells = [*fixed, record.region, record.version, *(_cell(content.get(name)) for name in names)]
    return [str(cell) for cell in cells]


def _cell(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of a receipt. `row`: as a spreadsheet numbers it."""

    row: int
    key: str
    kind: Kind | None
    batch: str | None
    taken: bool
    code: str | None
    message: str | None


def judge(
    answers: Sequence[Answer], number: int, records: Iterable[RecordKey], before: Mapping[RecordKey, bool]
) -> tuple[dict[RecordKey, Answer], list[str]]:
    """What is new for each record, and what is wrong, line by line in words. `records`: those of the batch; `before`:
    what earlier receipts said. The same word again says nothing new; another word is wrong.
    """
    by_key: dict[str, list[Kind]] = {}
    for kind, key in records:
        by_key.setdefault(key, []).append(kind)
    fresh: dict[RecordKey, Answer] = {}
    faults: list[str] = []
    seen: dict[RecordKey, int] = {}
    for one in answers:
        record, fault = _record_of(one, number, by_key)
        if record is not None and record in seen:
            fault = f"记录“{one.key}”在第{seen[record]}行已经出现过，每条记录只能有一行"
        elif record is not None and before.get(record, one.taken) is not one.taken:
            said = TAKEN if before[record] else REFUSED
            fault = f"记录“{one.key}”在先前的回执里是“{said}”，与这一行不同"
        if fault is not None or record is None:
            faults.append(f"第{one.row}行：{fault}。")
            continue
        seen[record] = one.row
        if record not in before:
            fresh[record] = one
    return fresh, faults


def _record_of(one: Answer, number: int, by_key: Mapping[str, Sequence[Kind]]) -> tuple[RecordKey | None, str | None]:
    """The record that a line is about, or why it is none."""
    if one.batch is not None and one.batch != str(number):
        return None, f"这是第“{one.batch}”批的回执，不是第{number}批的"
    if not one.taken and one.code is None and one.message is None:
        return None, "退回的应写明退回代码或说明"
    kinds = [kind for kind in by_key.get(one.key, ()) if one.kind in (None, kind)]
    if not kinds:
        return None, f"第{number}批里没有记录“{one.key}”" + (f"（{KIND_LABELS[one.kind]}）" if one.kind else "")
    if len(kinds) > 1:
        named = "、".join(KIND_LABELS[kind] for kind in kinds)
        return None, f"记录“{one.key}”在这一批里有几种（{named}），请写明种类"
    return (kinds[0], one.key), None
