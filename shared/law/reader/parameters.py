"""Reads parameters (unit, dated values or `unset`), and the references to them in other blocks."""

import re
from collections.abc import Mapping
from datetime import date

from shared.law.language.errors import PolicyError
from shared.law.language.units import EXPECTED_FORMAT, Unit, parse_day, parse_value, suggestion
from shared.law.language.vocabulary import BUILT_IN_PARAMETERS
from shared.law.model.clauses import DatedValue, Parameter
from shared.law.reader.citations import CitationReader
from shared.law.reader.fields import Fields
from shared.law.reader.yaml_tree import YamlItem

UNSET = "unset"
_PARAMETER_FIELDS = ("title", "unit", "required", "values", "verified", "differs", "citation")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,60}")


def read_parameters(fields: Fields, citations: CitationReader, since: date) -> dict[str, Parameter]:
    """The parameters of a policy, or of one part of it, by name; `since`: the policy's first day in force."""
    if "parameters" not in fields:
        return {}
    parameters = {}
    for name, item in fields.fields("parameters", "参数 parameters").each():
        if not _NAME.fullmatch(name):
            raise PolicyError(f"参数名“{name}”应由小写字母、数字和下划线组成", item.place)
        parameters[name] = _parameter(name, item, citations, since)
    return parameters


def _parameter(name: str, item: YamlItem, citations: CitationReader, since: date) -> Parameter:
    if name in BUILT_IN_PARAMETERS:
        raise PolicyError(f"参数名“{name}”已由程序占用（判定日与当年第一天）；请换一个名字", item.place)
    fields = Fields(item, f"参数“{name}”", _PARAMETER_FIELDS)
    unit = Unit(fields.one_of("unit", [unit.value for unit in Unit]))
    return Parameter(
        name=name,
        title=fields.text("title"),
        unit=unit,
        required=fields.yes("required"),
        values=_values(fields, unit),
        citation=citations.read(fields),
        verified=fields.verified(),
        since=since,
        differs=fields.text_or_none("differs"),
    )


def _values(fields: Fields, unit: Unit) -> tuple[DatedValue, ...]:
    item = fields.item("values")
    if item.value == UNSET:
        return ()
    if not isinstance(item.value, dict):
        raise PolicyError(f"{fields.what}的“values”应是“起始日期: 数值”；法条没有定数额的写 {UNSET}", item.place)
    values = [_dated(fields.what, since, part, unit) for since, part in item.value.items()]
    return tuple(sorted(values, key=lambda dated: dated.since))


def _dated(what: str, since: str, item: YamlItem, unit: Unit) -> DatedValue:
    day = _since(what, since, item)
    if not isinstance(item.value, dict):
        return DatedValue(day, _value(what, item, unit))
    fields = Fields(item, f"{what}自 {since} 起的值", ("value", "document"))
    return DatedValue(day, _value(what, fields.item("value"), unit), fields.text("document"))


def _since(what: str, since: str, item: YamlItem) -> date:
    day = parse_day(since)
    if day is None:
        raise PolicyError(f"{what}的起始日期“{since}”不对；应是日期，例如 2025-02-18", item.place)
    return day


def _value(what: str, item: YamlItem, unit: Unit) -> "int | date":
    text = item.value if isinstance(item.value, str) else ""
    value = parse_value(text, unit)
    if value is None:
        raise PolicyError(f"{what}的值“{text}”不对；应是{EXPECTED_FORMAT[unit]}", item.place)
    return value


class ParameterReferences:
    """Looks up the parameters of one part by name."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = parameters

    def of(self, fields: Fields, key: str, unit: Unit) -> str:
        """The name of the parameter that a field refers to; PolicyError unless it exists and has one of the units."""
        name, place = fields.text(key), fields.item(key).place
        if name not in self._parameters:
            hint = suggestion(name, self._parameters)
            raise PolicyError(f"{fields.what}的“{key}”应写参数名，没有名为“{name}”的参数{hint}", place)
        actual = self._parameters[name].unit
        if actual is not unit:
            raise PolicyError(
                f"{fields.what}的“{key}”用的参数“{name}”单位是 {actual}，这里要的是 {unit}（{EXPECTED_FORMAT[unit]}）",
                place,
            )
        return name

    def or_none(self, fields: Fields, key: str, unit: Unit) -> str | None:
        """The name of the parameter that an optional field refers to, or None."""
        return self.of(fields, key, unit) if key in fields else None
