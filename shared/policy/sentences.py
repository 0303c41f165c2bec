"""A document's text, sentence by sentence, and what the policy makes of each: a rule, a reason for none, or neither.

`policies/<id>.without-rule.yaml` lists passages (`from` their first words `to` their last) with the reason why
they need no rule. A sentence that some rule quotes is covered by that rule; passages need not spare it out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.policy.errors import PolicyError
from shared.policy.fields import Fields
from shared.policy.yaml_tree import Item, read_yaml

WITHOUT_RULE = ".without-rule.yaml"
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?[”’」）)]*")
_BLANK = re.compile(r"[\s\u3000]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A rule's words in the text: the rule's id and title, the article, the words."""

    rule: str
    title: str
    article: str
    words: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the text, the rules that quote it, and the reason when none does (empty: neither)."""

    text: str
    quotes: tuple[Quote, ...]
    reason: str

    @property
    def neither(self) -> bool:
        """Nobody has said what becomes of it."""
        return not self.quotes and not self.reason


class Squeezed:
    """A text without its blanks, where quotes are sought; offsets are those of the squeezed text."""

    def __init__(self, text: str) -> None:
        self.text = _BLANK.sub("", text)

    def spans(self, words: str) -> list[tuple[int, int]]:
        """Every place where the words stand."""
        wanted = _BLANK.sub("", words)
        found, start = [], self.text.find(wanted)
        while start >= 0:
            found.append((start, start + len(wanted)))
            start = self.text.find(wanted, start + 1)
        return found


def sentences_of(text: str, quotes: Iterable[Quote], passages: Sequence["Passage"]) -> list[Sentence]:
    """The text's sentences in order, each with its rules or its reason."""
    squeezed = Squeezed(text)
    quoted = [(span, quote) for quote in quotes for span in squeezed.spans(quote.words)]
    reasons = [(passage.span(squeezed), passage.reason) for passage in passages]
    found, position = [], 0
    for match in _SENTENCE.finditer(text):
        length = len(_BLANK.sub("", match[0]))
        if length == 0:
            continue
        here = (position, position + length)
        position += length
        rules = tuple(dict.fromkeys(quote for span, quote in quoted if _overlap(span, here)))
        reason = next((why for span, why in reasons if _overlap(span, here)), "")
        found.append(Sentence(match[0].strip(), rules, "" if rules else reason))
    return found


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text that needs no rule, and why."""

    first: str
    last: str
    reason: str
    item: Item

    def span(self, squeezed: Squeezed) -> tuple[int, int]:
        """Where it stands. Errors: PolicyError when its first or last words are not there, or not just once."""
        begins = squeezed.spans(self.first)
        if len(begins) != 1:
            raise PolicyError(self._wrong(self.first, len(begins)), self.item.place)
        start = begins[0][0]
        ends = [end for begin, end in squeezed.spans(self.last) if begin >= start]
        if not ends:
            raise PolicyError(self._wrong(self.last, 0), self.item.place)
        return start, ends[0]

    def _wrong(self, words: str, times: int) -> str:
        where = "不在原文里（或不在 from 之后）" if times == 0 else f"在原文里出现了 {times} 次，请多写几个字"
        return f"“{words}”{where}"


def read_passages(path: Path) -> list[Passage]:
    """The passages of a file; none where there is no file. Errors: PolicyError."""
    if not path.is_file():
        return []
    every = Fields(read_yaml(path), "无规则语句文件", ("passages",)).list("passages")
    return [_passage(item) for item in every]


def _passage(item: Item) -> Passage:
    fields = Fields(item, "一段无规则的原文", ("from", "to", "reason"))
    first = fields.text("from")
    return Passage(first, fields.text_or_none("to") or first, fields.text("reason"), item)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
