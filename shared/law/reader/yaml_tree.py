"""YAML as a tree in which every part knows its file and line, so that errors can name them.

Scalars stay the text that was written (`2025-02-18`, `300000`, `true`); `null` and nothing are None. Keys are
unique; anchors and aliases are refused.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import yaml

from shared.law.language.errors import Place, PolicyError
from shared.law.reader.yaml_errors import explain_yaml_error

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 50
_NULL = "tag:yaml.org,2002:null"
_REPLACED_WHOLE = frozenset({"values", "citation"})
STORED_CONTENT = Place("（存档的政策）", 1)


@dataclass(frozen=True, slots=True)
class YamlItem:
    """A mapping, a list or a scalar, with its position."""

    value: "dict[str, YamlItem] | list[YamlItem] | str | None"
    place: Place


def read_yaml(path: Path) -> YamlItem:
    """The tree of a file. Errors: PolicyError, with the line where YAML itself is broken."""
    name = display_path(path)
    try:
        return parse_yaml(path.read_text(encoding="utf-8"), name)
    except UnicodeDecodeError as error:
        raise PolicyError("文件不是 UTF-8 编码；请用“另存为”选 UTF-8 编码再保存", Place(name, 1)) from error
    except OSError as error:
        raise PolicyError(f"读不了文件 {name}：{error.strerror}") from error


def parse_yaml(text: str, name: str) -> YamlItem:
    """The tree of a text that errors call `name`; the caller's own, to be changed."""
    return _copied(_parsed(text, name))


@lru_cache(maxsize=16)
def _parsed(text: str, name: str) -> YamlItem:
    """Parsed once: a policy is read anew for each of its test households, and parsing is most of the work."""
    try:
        _check_depth(text, name)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        line, message = explain_yaml_error(error, text)
        raise PolicyError(message, Place(name, line)) from error
    if root is None:
        raise PolicyError("文件是空的", Place(name, 1))
    return _item(root, name, set())


def _copied(item: YamlItem) -> YamlItem:
    match item.value:
        case dict() as mapping:
            return YamlItem({key: _copied(part) for key, part in mapping.items()}, item.place)
        case list() as parts:
            return YamlItem([_copied(part) for part in parts], item.place)
        case _:
            return item


def _check_depth(text: str, name: str) -> None:
    """PolicyError when nesting is deeper than in any policy: composing recurses in C, and deep nesting would crash the
    process.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise PolicyError(f"嵌套太深（超过 {_MAX_DEPTH} 层）", Place(name, line))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def display_path(path: Path) -> str:
    """A path for messages: relative to the working directory if it is below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


PlainData: TypeAlias = "dict[str, PlainData] | list[PlainData] | str | None"


def to_plain(item: YamlItem) -> PlainData:
    """The tree as JSON data, without positions."""
    match item.value:
        case dict() as mapping:
            return {key: to_plain(part) for key, part in mapping.items()}
        case list() as parts:
            return [to_plain(part) for part in parts]
        case scalar:
            return scalar


def from_plain(data: object, place: Place = STORED_CONTENT) -> YamlItem:
    """A tree from JSON data, all of it at one position."""
    match data:
        case dict():
            return YamlItem({str(key): from_plain(part, place) for key, part in data.items()}, place)
        case list() | tuple():
            return YamlItem([from_plain(part, place) for part in data], place)
        case None:
            return YamlItem(None, place)
        case _:
            return YamlItem(str(data), place)


def merge_trees(base: YamlItem, own: YamlItem) -> YamlItem:
    """`own` merged over `base`: mappings by key, lists of things with an `id` by id, everything else replaced. A key
    that is null in `own` is removed. Values and citations are replaced whole: a date or a document of the base must not
    remain.
    """
    if isinstance(base.value, dict) and isinstance(own.value, dict):
        both = {**base.value}
        for key, part in own.value.items():
            both[key] = merge_trees(both[key], part) if key in both and key not in _REPLACED_WHOLE else part
        return YamlItem({key: part for key, part in both.items() if part.value is not None}, own.place)
    if isinstance(base.value, list) and isinstance(own.value, list):
        before, after = _by_id(base.value), _by_id(own.value)
        if before is not None and after is not None:
            return YamlItem([*_merge_by_id(before, after).values()], own.place)
    return own


def _merge_by_id(before: dict[str, YamlItem], after: dict[str, YamlItem]) -> dict[str, YamlItem]:
    for key, part in after.items():
        before[key] = merge_trees(before[key], part) if key in before else part
    return before


def _by_id(parts: list[YamlItem]) -> dict[str, YamlItem] | None:
    """The parts by id; None unless each has one of its own."""
    ids = [part.value["id"].value if isinstance(part.value, dict) and "id" in part.value else None for part in parts]
    texts = [identifier for identifier in ids if isinstance(identifier, str)]
    return dict(zip(texts, parts, strict=True)) if len(set(texts)) == len(parts) else None


def _item(node: yaml.Node, file: str, seen: set[int]) -> YamlItem:
    place = Place(file, node.start_mark.line + 1)
    if id(node) in seen:
        raise PolicyError("政策文件里不用 YAML 的锚点与引用（& 和 *）；请写全", place)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return YamlItem(_mapping(node, file, seen), place)
    if isinstance(node, yaml.SequenceNode):
        return YamlItem([_item(part, file, seen) for part in node.value], place)
    return YamlItem(None if node.tag == _NULL else str(node.value), place)


def _mapping(node: yaml.MappingNode, file: str, seen: set[int]) -> dict[str, YamlItem]:
    parts: dict[str, YamlItem] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in parts:
            raise PolicyError(f"“{name}”写了两次", Place(file, key.start_mark.line + 1))
        parts[name] = _item(value, file, seen)
    return parts
