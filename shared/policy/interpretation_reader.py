"""Reads interpretations: a phrase the text leaves open, its readings, the one in force, why, who decides."""

from shared.policy.errors import PolicyError
from shared.policy.fields import Fields, unique
from shared.policy.model import Interpretation, Reading
from shared.policy.yaml_tree import Item

_KNOWN = ("id", "question", "in_force", "chosen", "readings", "why", "decides", "level")
_LEVELS = ("county", "city", "province")


def read_interpretations(items: list[Item]) -> dict[str, Interpretation]:
    """The interpretations by id. `chosen` is written by the loader when a reading is selected for one run."""
    every = [Fields(item, f"第 {number} 条解释", _KNOWN) for number, item in enumerate(items, 1)]
    apart = unique(every, lambda one: one.text("id"), lambda one: one.place, "解释")
    return {fields.text("id"): _interpretation(fields) for fields in apart}


def _interpretation(fields: Fields) -> Interpretation:
    name = fields.text("id")
    readings = {
        reading: _reading(name, reading, item)
        for reading, item in fields.fields("readings", f"解释“{name}”的读法 readings").each()
    }
    if len(readings) < 2:
        raise PolicyError(f"解释“{name}”至少要有两种读法", fields.item("readings").place)
    in_force = fields.one_of("in_force", readings)
    return Interpretation(
        id=name,
        question=fields.text("question"),
        in_force=in_force,
        chosen=fields.one_of("chosen", readings) if "chosen" in fields else in_force,
        readings=readings,
        why=fields.text("why"),
        decides=fields.text("decides"),
        level=fields.one_of("level", _LEVELS) if "level" in fields else None,
        place=fields.place,
    )


def _reading(interpretation: str, name: str, item: Item) -> Reading:
    fields = Fields(item, f"解释“{interpretation}”的读法“{name}”", ("title", "clauses"))
    title = fields.text("title")
    if "clauses" not in fields:
        return Reading(name, title, expressions={}, places={})
    clauses = fields.fields("clauses", f"读法“{name}”的 clauses")
    return Reading(
        id=name,
        title=title,
        expressions={clause: clauses.text(clause) for clause, _ in clauses.each()},
        places={clause: part.place for clause, part in clauses.each()},
    )
