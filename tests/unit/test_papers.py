"""Papers as PDF: whatever a name looks like is printed as it is, and what cannot be shown is refused."""

from pathlib import Path
from typing import Any, cast

import pytest

from shared.papers import compiling
from shared.papers.prose import BLANK, PaperSection, PaperTable, Prose, Subheading, entered, listed
from shared.papers.typesetting import FONT_FOLDERS, ROOT, CharactersMissingError, FontsMissingError, Paper, typeset
from shared.papers.word import docx_of
from tests.fixtures.papers import folded, pages_of, text_of, words_of

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
    return Prose(["告知书"], names[0], sections, None, None, None).paper("test")


def test_a_name_is_printed_as_it_is_whatever_it_looks_like() -> None:
    text = text_of(typeset(prose(*HOSTILE)))
    assert [name for name in HOSTILE if folded(name) not in text] == []
    assert "第一行" in text
    assert "第二行#x" in text


def test_what_nobody_entered_is_blank_and_nothing_is_invented() -> None:
    period = PaperSection("权利", [["请在收到之日起", BLANK, "个工作日内提出。"]])
    text = text_of(typeset(Prose(["告知书"], "甲店", [period], "某局", None, None).paper("test")))
    assert "请在收到之日起个工作日内提出。" in text
    assert text.endswith("某局年月日—1—")


def test_characters_that_no_font_has_are_all_named_and_no_empty_box_is_printed() -> None:
    with pytest.raises(CharactersMissingError) as refused:
        typeset(prose("甲\U000323af店", "乙\ue000店", "丙店"))
    assert str(refused.value) == "“\U000323af”（U+323AF）、“\ue000”（U+E000）"


def test_what_was_found_missing_is_told_before_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "SEARCH_SECONDS", 0.0)
    paper, nobody_asked = prose("甲\U000323af店", "乙\ue000店"), cast("Any", None)
    template = str(paper.template.relative_to(ROOT))
    with pytest.raises(CharactersMissingError) as refused:
        compiling.compile_paper(nobody_asked, template, paper.data, [str(folder) for folder in FONT_FOLDERS])
    assert str(refused.value) == "“\U000323af”（U+323AF）等"


def test_without_its_fonts_no_paper_is_set(tmp_path: Path) -> None:
    with pytest.raises(FontsMissingError, match="Noto Sans CJK SC、Noto Serif CJK SC"):
        typeset(prose("甲店"), [tmp_path])


def test_long_papers_have_pages_with_numbers() -> None:
    pages = pages_of(typeset(prose(*(f"第{number}号商户" for number in range(100)))))
    assert len(pages) > 3
    assert all(page.endswith(f"—{number}—") for number, page in enumerate(pages, 1))


def test_the_same_words_go_to_a_word_processor_and_none_becomes_markup() -> None:
    words = words_of(docx_of(prose("<w:p/>&amp;", "甲\x01店", "𠮷野家", "# $ * @")))
    listed_there = [one for one in words if "．" in one]
    assert listed_there == ["1．<w:p/>&amp;", "2．甲店", "3．𠮷野家", "4．# $ * @"]
    assert words[:3] == ["__________", "__________", "告知书"]
    assert words[-2:] == ["__________", "____年__月__日"]


def test_a_table_has_its_rows_in_both() -> None:
    table = PaperTable(("序号", "名称\n代码"), (1, 4), (1,), [["1", "甲店\n92410105MA0000000X"], ["2", "乙店\n#"]])
    section = PaperSection("名单", [Subheading("（一）知名（2户）"), table])
    paper = Prose(["关于", "名单"], None, [section], "某局", None, None, addressed=False).paper("test")
    words = words_of(docx_of(paper))
    assert words[words.index("序号") :][:8] == ["序号", "名称", "代码", "1", "甲店", "92410105MA0000000X", "2", "乙店"]
    text = text_of(typeset(paper))
    assert folded("一、名单（一）知名（2户）序号名称代码1甲店92410105MA0000000X2乙店#") in text
