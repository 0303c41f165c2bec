"""Reads parameters: what each is, its unit, whether typing needs it, its dated values or `unset`."""

import re
from datetime import date

from shared.policy.binding import BUILT_IN
from shared.policy.citing import CitationReader
from shared.policy.errors import PolicyError
from shared.policy.fields import Fields
from shared.policy.model import DatedValue, Parameter
from shared.policy.units import EXPECTED, Unit, read_day, read_value
from shared.policy.yaml_tree import Item

UNSET = "unset"
_KNOWN = ("title", "unit", "required", "values", "verified", "citation")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,60}")


def read_parameters(fields: Fields, citations: CitationReader, since: date) -> dict[str, Parameter]:
    """The parameters of a policy in force `since` a day, or of one part of it, by name."""
    if "parameters" not in fields:
        return {}
    parameters = {}
    for name, item in fields.fields("parameters", "参数 parameters").each():
        if not _NAME.fullmatch(name):
            raise PolicyError(f"参数名“{name}”应由小写字母、数字和下划线组成", item.place)
        parameters[name] = _parameter(name, item, citations, since)
    return parameters


def _parameter(name: str, item: Item, citations: CitationReader, since: date) -> Parameter:
    if name in BUILT_IN:
        raise PolicyError(f"参数名“{name}”已由程序占用（判定日与当年第一天）；请换一个名字", item.place)
    fields = Fields(item, f"参数“{name}”", _KNOWN)
    unit = Unit(fields.one_of("unit", [unit.value for unit in Unit]))
    return Parameter(
        name=name,
        title=fields.text("title"),
        unit=unit,
        required=fields.yes("required"),
        values=_values(fields, unit),
        citation=citations.read(fields),
        verified="verified" not in fields or fields.yes("verified"),
        since=since,
    )


def _values(fields: Fields, unit: Unit) -> tuple[DatedValue, ...]:
    item = fields.item("values")
    if item.value == UNSET:
        return ()
    if not isinstance(item.value, dict):
        raise PolicyError(f"{fields.what}的“values”应是“起始日期: 数值”；法条没有定数额的写 {UNSET}", item.place)
    values = [_dated(fields.what, since, part, unit) for since, part in item.value.items()]
    return tuple(sorted(values, key=lambda dated: dated.since))


def _dated(what: str, since: str, item: Item, unit: Unit) -> DatedValue:
    day = _since(what, since, item)
    if not isinstance(item.value, dict):
        return DatedValue(day, _value(what, item, unit))
    fields = Fields(item, f"{what}自 {since} 起的值", ("value", "document"))
    return DatedValue(day, _value(what, fields.item("value"), unit), fields.text("document"))


def _since(what: str, since: str, item: Item) -> date:
    day = read_day(since)
    if day is None:
        raise PolicyError(f"{what}的起始日期“{since}”不对；应是日期，例如 2025-02-18", item.place)
    return day


def _value(what: str, item: Item, unit: Unit) -> "int | date":
    text = item.value if isinstance(item.value, str) else ""
    value = read_value(text, unit)
    if value is None:
        raise PolicyError(f"{what}的值“{text}”不对；应是{EXPECTED[unit]}", item.place)
    return value
