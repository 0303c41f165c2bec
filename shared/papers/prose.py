"""Papers in prose: an addressee, numbered sections, who signs and when. What nobody has entered is left blank."""

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
class PaperSection:
    """A numbered heading with paragraphs, each of parts that follow one another."""

    title: str
    paragraphs: Sequence[Paragraph]


@dataclass(frozen=True)
class Prose:
    """A paper in prose. `addressee`, `issuer`, `number` (文号) and `on`: None where they are left blank."""

    title: str
    addressee: str | None
    sections: Sequence[PaperSection]
    issuer: str | None
    number: str | None
    on: dt.date | None

    def paper(self, name: str) -> Paper:
        """To be set; `name`: of the file."""
        sections = [
            {"title": one.title, "paragraphs": [list(parts) for parts in one.paragraphs]} for one in self.sections
        ]
        data: dict[str, object] = {
            "title": self.title,
            "addressee": self.addressee,
            "sections": sections,
            "issuer": self.issuer,
            "number": self.number,
            "day": day_words(self.on),
        }
        return Paper(TEMPLATE, data, name)


def entered(text: str) -> list[Paragraph]:
    """A text as somebody entered it, a paragraph a line, each with its full stop."""
    lines = [line.strip() for line in text.splitlines()]
    return [[line if line.endswith(ENDS) else f"{line}。"] for line in lines if line]


def listed(texts: Sequence[str]) -> list[Paragraph]:
    """Texts as a numbered list."""
    return [[f"{number}．{text}"] for number, text in enumerate(texts, 1)]


def day_words(day: dt.date | None) -> str | None:
    """2025-07-01 → 2025年7月1日, as GB/T 9704 writes it: without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else None
