"""Reads the fields of a mapping; a field that is missing, misspelt or of the wrong kind is an error in Chinese."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from shared.law.language.errors import Place, PolicyError
from shared.law.language.units import parse_day, suggestion
from shared.law.reader.yaml_tree import YamlItem


class Fields:
    """One mapping of the file, called `what` in messages."""

    def __init__(self, item: YamlItem, what: str, known: Iterable[str] | None = None) -> None:
        if not isinstance(item.value, dict):
            raise PolicyError(f"{what}应是一组“名称: 内容”", item.place)
        self._parts, self.place, self.what = item.value, item.place, what
        if known is not None:
            self.only(known)

    def __contains__(self, key: str) -> bool:
        return key in self._parts and self._parts[key].value is not None

    def item(self, key: str) -> YamlItem:
        """A required field."""
        if key not in self:
            raise PolicyError(f"{self.what}缺少“{key}”", self.place)
        return self._parts[key]

    def text(self, key: str) -> str:
        """A required text."""
        item = self.item(key)
        if not isinstance(item.value, str) or not item.value.strip():
            raise PolicyError(f"{self.what}的“{key}”应是一段文字", item.place)
        return item.value.strip()

    def text_or_none(self, key: str) -> str | None:
        """A text, or None."""
        return self.text(key) if key in self else None

    def day(self, key: str) -> date:
        """A required date."""
        day = parse_day(self.text(key))
        if day is None:
            raise PolicyError(f"{self.what}的“{key}”应是日期，例如 2025-02-18", self.item(key).place)
        return day

    def day_or_none(self, key: str) -> date | None:
        """A date, or None."""
        return self.day(key) if key in self else None

    def yes(self, key: str) -> bool:
        """`true` or `false`; absent is false."""
        text = self.text_or_none(key)
        if text not in (None, "true", "false"):
            raise PolicyError(f"{self.what}的“{key}”应是 true 或 false", self.item(key).place)
        return text == "true"

    def verified(self) -> bool:
        """Whether the text that something rests on is at hand: unless `verified: false` says that it is not."""
        return "verified" not in self or self.yes("verified")

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        """One of the given options."""
        text, words = self.text(key), tuple(allowed)
        if text not in words:
            raise PolicyError(f"{self.what}的“{key}”不能是“{text}”{suggestion(text, words)}", self.item(key).place)
        return text

    def some_of(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """One of the given options, or a list of them."""
        if not isinstance(self.item(key).value, list):
            return (self.one_of(key, allowed),)
        texts, words = self.texts(key), tuple(allowed)
        if wrong := [text for text in texts if text not in words]:
            hint = suggestion(wrong[0], words)
            raise PolicyError(f"{self.what}的“{key}”不能是“{wrong[0]}”{hint}", self.item(key).place)
        return texts

    def list(self, key: str) -> list[YamlItem]:
        """A list; absent is empty."""
        if key not in self:
            return []
        item = self.item(key)
        if not isinstance(item.value, list):
            raise PolicyError(f"{self.what}的“{key}”应是一列（每行以 - 开头）", item.place)
        return item.value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        parts = self.list(key)
        for part in parts:
            if not isinstance(part.value, str):
                raise PolicyError(f"{self.what}的“{key}”应是一列文字", part.place)
        return tuple(str(part.value) for part in parts)

    def fields(self, key: str, what: str, known: Iterable[str] | None = None) -> "Fields":
        """A required mapping."""
        return Fields(self.item(key), what, known)

    def each(self) -> Iterator[tuple[str, YamlItem]]:
        """The entries as pairs of name and content."""
        return iter(self._parts.items())

    def number_or_none(self, key: str) -> int | None:
        """A whole number above zero, or None."""
        text = self.text_or_none(key)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or int(text) == 0:
            raise PolicyError(f"{self.what}的“{key}”应是大于零的整数，例如 10", self.item(key).place)
        return int(text)

    def only(self, allowed: Iterable[str]) -> None:
        """PolicyError for any other field: it is a misspelling that would be ignored."""
        names = frozenset(allowed)
        for key, part in self._parts.items():
            if key not in names:
                raise PolicyError(f"{self.what}里没有“{key}”这一项{suggestion(key, names)}", part.place)


Element = TypeVar("Element")


def require_unique(
    parts: Iterable[Element], key: Callable[[Element], str], place: Callable[[Element], Place], what: str
) -> list[Element]:
    """The parts; PolicyError when two have one id."""
    seen: dict[str, Place] = {}
    kept = []
    for part in parts:
        name = key(part)
        if name in seen:
            raise PolicyError(f"{what}“{name}”写了两次（第一次在第 {seen[name].line} 行）", place(part))
        seen[name] = place(part)
        kept.append(part)
    return kept
