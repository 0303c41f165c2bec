"""Papers as PDF: whatever a name looks like is printed as it is, and what cannot be shown is refused."""

from pathlib import Path

import pytest

from shared.papers.prose import BLANK, PaperSection, Prose, entered, listed
from shared.papers.typesetting import CharactersMissingError, FontsMissingError, Paper, typeset
from tests.fixtures.papers import folded, pages_of, text_of

pytestmark = pytest.mark.papers

HOSTILE = (
    "#panic(1)",
    "A" * 200,
    "$x^2$ *粗* _斜_ `代码`",
    "@引用 <标签> \\ / // /* */",
    "= 标题",
    "- 一 + 二",
    '#import "/etc/passwd"',
    "𠮷野家䶮",
    "“引号”‘单’",
    "ＡＢ·Ｃ～",
)


def prose(*names: str) -> Paper:
    sections = [PaperSection("名单", listed(names)), PaperSection("理由", entered("第一行\n\n第二行 #x"))]
    return Prose("告知书", names[0], sections, None, None, None).paper("test")


def test_a_name_is_printed_as_it_is_whatever_it_looks_like() -> None:
    text = text_of(typeset(prose(*HOSTILE)))
    assert [name for name in HOSTILE if folded(name) not in text] == []
    assert "第一行" in text
    assert "第二行#x" in text


def test_what_nobody_entered_is_blank_and_nothing_is_invented() -> None:
    period = PaperSection("权利", [["请在收到之日起", BLANK, "个工作日内提出。"]])
    text = text_of(typeset(Prose("告知书", "甲店", [period], "某局", None, None).paper("test")))
    assert "请在收到之日起个工作日内提出。" in text
    assert text.endswith("某局年月日—1—")


def test_characters_that_no_font_has_are_all_named_and_no_empty_box_is_printed() -> None:
    with pytest.raises(CharactersMissingError) as refused:
        typeset(prose("甲\U000323af店", "乙\ue000店", "丙店"))
    assert str(refused.value) == "“\U000323af”（U+323AF）、“\ue000”（U+E000）"


def test_without_its_fonts_no_paper_is_set(tmp_path: Path) -> None:
    with pytest.raises(FontsMissingError, match="Noto Sans CJK SC、Noto Serif CJK SC"):
        typeset(prose("甲店"), [tmp_path])


def test_long_papers_have_pages_with_numbers() -> None:
    pages = pages_of(typeset(prose(*(f"第{number}号商户" for number in range(100)))))
    assert len(pages) > 3
    assert all(page.endswith(f"—{number}—") for number, page in enumerate(pages, 1))
