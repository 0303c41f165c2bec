"""What would break a reader of a released event schema, or a reader of events that were written by it."""

from typing import Any

Schema = dict[str, Any]
ANNOTATIONS = {"title", "description", "examples", "$id", "$schema", "$defs", "$comment"}
"""They say nothing about which data fit."""


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Differences other than added optional fields; empty when the new schema may take the old one's place."""
    return list(_differences("data", _resolved(old, old), _resolved(new, new)))


def _resolved(schema: Any, root: Schema) -> Any:
    """Without references and annotations."""
    if isinstance(schema, list):
        return [_resolved(one, root) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return _resolved({**target, **{name: value for name, value in schema.items() if name != "$ref"}}, root)
    kept = {name: value for name, value in schema.items() if name not in ANNOTATIONS}
    fields = kept.pop("properties", None)
    found = {name: _resolved(value, root) for name, value in kept.items()}
    if fields is not None:  # their names are no keywords
        found["properties"] = {name: _resolved(value, root) for name, value in fields.items()}
    return found


def _differences(where: str, old: Any, new: Any) -> list[str]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return _of_values(where, old, new)
    found: list[str] = []
    for keyword in sorted(old.keys() | new.keys()):
        before, after = old.get(keyword), new.get(keyword)
        if keyword == "properties":
            found += _of_fields(where, before or {}, after or {})
        elif keyword == "required":
            found += _of_required(where, before or [], after or [])
        elif keyword not in old or keyword not in new:
            found.append(f"{where}: {keyword} {'added' if keyword in new else 'removed'}")
        elif keyword in {"enum", "type"} and isinstance(before, list) and isinstance(after, list):
            found += _of_words(where, keyword, before, after)
        else:
            found += _differences(f"{where}.{keyword}", before, after)
    return found


def _of_values(where: str, old: Any, new: Any) -> list[str]:
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [text for number, pair in pairs for text in _differences(f"{where}[{number}]", *pair)]
    return [] if old == new else [f"{where}: {old!r} became {new!r}"]


def _of_fields(where: str, old: Schema, new: Schema) -> list[str]:
    found = [f"{where}.{name}: field removed" for name in sorted(old.keys() - new.keys())]
    for name in sorted(old.keys() & new.keys()):
        found += _differences(f"{where}.{name}", old[name], new[name])
    return found


def _of_required(where: str, old: list[str], new: list[str]) -> list[str]:
    added = [f"{where}.{name}: required, which it was not" for name in sorted(set(new) - set(old))]
    return added + [f"{where}.{name}: no longer required" for name in sorted(set(old) - set(new))]


def _of_words(where: str, keyword: str, old: list[Any], new: list[Any]) -> list[str]:
    """A narrower list refuses old events, a wider one surprises old readers."""
    gone, more = [word for word in old if word not in new], [word for word in new if word not in old]
    found = [f"{where}: {keyword} without {', '.join(map(str, gone))}"] if gone else []
    return found + ([f"{where}: {keyword} with {', '.join(map(str, more))}"] if more else [])
