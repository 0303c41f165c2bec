"""Papers in prose: an addressee, numbered sections with paragraphs and tables, who signs and when. What nobody has
entered is left blank. Such papers are set as PDF, or written for a word processor (`word.py`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.papers.typesetting import Paper

TEMPLATE = Path(__file__).with_name("sections.typ")
BLANK = None
"""A part of a paragraph that is filled in by hand"""
ENDS = ("。", "！", "？", "；", "：", "…", ".", "”", "）")
Paragraph = Sequence[str | None]


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class PaperTable:
    """A table. `widths`: shares of its columns; `left`: columns that begin at the left, the others are centred. A cell
    may have several lines.
    """

    header: Sequence[str]
    widths: Sequence[float]
    left: Sequence[int]
    rows: Sequence[Sequence[str]]


Block = Paragraph | Subheading | PaperTable


@dataclass(frozen=True)
class PaperSection:
    """A numbered heading with paragraphs, each of parts that follow one another, subheadings and tables."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Prose:
    """A paper in prose. `title`: in phrases, between which a line may end. `addressee`, `issuer`, `number` (文号) and
    `on`: None where they are left blank; `addressed`: whether it has an addressee at all. `opening` and `closing` stand
    before and after the sections.
    """

    title: Sequence[str]
    addressee: str | None
    sections: Sequence[PaperSection]
    issuer: str | None
    number: str | None
    on: dt.date | None
    addressed: bool = True
    opening: Sequence[Block] = ()
    closing: Sequence[Block] = ()

    def paper(self, name: str) -> Paper:
        """To be set; `name`: of the file."""
        data: dict[str, object] = {
            "title": list(self.title),
            "addressed": self.addressed,
            "addressee": self.addressee,
            "opening": as_json(self.opening),
            "sections": [{"title": one.title, "blocks": as_json(one.blocks)} for one in self.sections],
            "closing": as_json(self.closing),
            "issuer": self.issuer,
            "number": self.number,
            "day": day_words(self.on),
        }
        return Paper(TEMPLATE, data, name)


def as_json(blocks: Sequence[Block]) -> list[object]:
    """Blocks as templates read them."""
    return [block_as_json(one) for one in blocks]


def block_as_json(block: Block) -> object:
    """One block; a paragraph is a list of its parts."""
    match block:
        case Subheading():
            return {"subheading": block.text}
        case PaperTable():
            return {
                "header": list(block.header),
                "widths": list(block.widths),
                "left": list(block.left),
                "rows": [list(row) for row in block.rows],
            }
        case _:
            return list(block)


def entered(text: str) -> list[Block]:
    """A text as somebody entered it, a paragraph a line, each with its full stop."""
    lines = [line.strip() for line in text.splitlines()]
    return [[line if line.endswith(ENDS) else f"{line}。"] for line in lines if line]


def listed(texts: Sequence[str]) -> list[Block]:
    """Texts as a numbered list."""
    return [[f"{number}．{text}"] for number, text in enumerate(texts, 1)]


def day_words(day: dt.date | None) -> str | None:
    """2025-07-01 → 2025年7月1日, as GB/T 9704 writes it: without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else None
