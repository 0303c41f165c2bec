"""Reads the facts of a made-up household: by fact name in the file, by column in the program.

Money is written in yuan, a band as `5000..20000` (an end may be open), what is not known as null.
"""

from collections.abc import Mapping
from typing import Any

from shared.policy.errors import PolicyError
from shared.policy.facts import Fact, Kind
from shared.policy.fields import Fields
from shared.policy.units import EXPECTED, Unit, nearest, read_value
from shared.policy.yaml_tree import Item, plain

_UNITS = {Kind.MONEY: Unit.YUAN, Kind.COUNT: Unit.COUNT, Kind.PERCENT: Unit.PERCENT, Kind.DATE: Unit.DATE}


def read_facts(item: Item, vocabulary: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts by column. Errors: PolicyError for a name or a value that is none."""
    facts: dict[str, Any] = {}
    for name, part in Fields(item, "事实").each():
        if name not in vocabulary:
            raise PolicyError(f"没有名为“{name}”的事实{nearest(name, vocabulary)}", part.place)
        facts.update(_columns(vocabulary[name], part))
    return facts


def _columns(fact: Fact, item: Item) -> dict[str, Any]:
    text = plain(item)
    if not isinstance(text, str):
        return dict.fromkeys(fact.columns)
    ends = text.split("..", 1) if fact.interval and ".." in text else [text] * len(fact.columns)
    return {column: _value(fact, end.strip(), item) for column, end in zip(fact.columns, ends, strict=True)}


def _value(fact: Fact, text: str, item: Item) -> object:
    unit = _UNITS.get(fact.kind)
    if unit is not None:
        value = read_value(text, unit) if text else None
        if text and value is None:
            raise PolicyError(f"“{fact.name}”（{fact.label}）的值“{text}”不对；应是{EXPECTED[unit]}", item.place)
        return value
    if fact.kind is Kind.FLAG and text not in ("true", "false"):
        raise PolicyError(f"“{fact.name}”（{fact.label}）的值“{text}”不对；应是 true、false 或 null", item.place)
    return text == "true" if fact.kind is Kind.FLAG else text
