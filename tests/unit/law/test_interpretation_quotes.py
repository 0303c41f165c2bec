"""What an interpretation puts between “ and ” stands in the text that it reads, to the character."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.law.model.clauses import Interpretation
from shared.law.model.policy import Policy
from shared.law.reader.loading import POLICIES, load_policy, policy_ids

TEXTS = POLICIES / "texts"
PLACES = {"大兴安岭": "daxinganling-2024.txt", "郑州": "zhengzhou-2025.txt", "天津": "tianjin-2024.txt"}
"""A sentence that names a place may quote that place's text."""
QUOTED = re.compile("“([^”]*)”")


def without_blanks(words: str) -> str:
    """Words as quotes are compared; a quote inside a quote has the inner marks."""
    return re.sub(r"[\s\u3000]+", "", words).replace("‘", "“").replace("’", "”")


def is_in_order(pieces: list[str], text: str) -> bool:
    """Whether the text has the pieces one after the other; between them words were left out (……)."""
    at = 0
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def stands_in(quote: str, text: str) -> bool:
    pieces = [without_blanks(piece) for piece in quote.split("……")]
    starts = (match.start() for match in re.finditer(re.escape(pieces[0]), text))
    return any(is_in_order(pieces, text[start:]) for start in starts)


def texts_of(policy: Policy) -> set[str]:
    """The stored texts that a policy rests on: its own, and those of the documents that its clauses cite."""

    def named(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            text = node.get("text")
            if isinstance(text, str) and text.endswith(".txt"):
                yield text
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from named(child)

    return {name for name in named(dict(policy.content)) if (TEXTS / name).is_file()}


def sentences(interpretation: Interpretation) -> list[str]:
    return [interpretation.question, interpretation.why, *(one.title for one in interpretation.readings.values())]


def false_quotes(policy: Policy, texts: Path = TEXTS) -> list[str]:
    """The quotes of a policy's interpretations that none of its texts has, with the interpretation."""
    own = texts_of(policy)
    wrong = []
    for interpretation in policy.interpretations.values():
        for sentence in sentences(interpretation):
            files = own | {name for place, name in PLACES.items() if place in sentence}
            held = [without_blanks((texts / name).read_text(encoding="utf-8")) for name in sorted(files)]
            wrong += [
                f"{interpretation.id}: {quote}"
                for quote in QUOTED.findall(sentence)
                if not any(stands_in(quote, text) for text in held)
            ]
    return wrong


@pytest.mark.parametrize("name", policy_ids())
def test_an_interpretation_quotes_only_what_the_text_says(name: str):
    assert false_quotes(load_policy(name)) == []


def test_a_quote_that_no_text_has_would_be_found():
    text = without_blanks("数量应当控制在“成长型”总数的5%以内。")
    assert stands_in("数量……‘成长型’总数", text)
    assert not stands_in("总数……数量", text)
    assert not stands_in("数量须控制在", text)
