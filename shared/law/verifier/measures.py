"""What a list of support measures leaves open: departments, numbers, conditions that no feed proves; what has ended."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from shared.law.model.measures import Measure, MeasureKind, MeasureList


def measure_lines(found: MeasureList, day: date) -> Iterator[str]:
    """The report's lines about the measures beside a policy."""
    yield ""
    yield f"帮扶措施 {len(found.measures)} 项{'（征求意见稿，只展示，不据以办理）' if found.draft else ''}"
    if not found.measures:
        return
    counted = Counter(one.kind for one in found.measures)
    yield f"  {'，'.join(f'{kind.label} {counted[kind]}' for kind in MeasureKind if counted[kind])}"
    yield from _named("没有写由哪个部门办（待明确部门）", [one for one in found.measures if one.unassigned])
    yield from _named("数额没有定", [one for one in found.measures if any(term.value is None for term in one.terms)])
    yield from _named("有数据证明不了、要部门核实的条件", [one for one in found.measures if one.conditions])
    yield from _named("留给各地补充的位置", [one for one in found.measures if one.placeholder])
    yield from _named(f"{day} 已经到期", [one for one in found.measures if one.until and one.until < day])


def _named(what: str, measures: list[Measure]) -> Iterator[str]:
    if measures:
        yield f"  {what}：{len(measures)} 项（{'、'.join(one.id for one in measures)}）"
