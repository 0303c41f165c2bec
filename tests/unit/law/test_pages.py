"""Every sentence of a held text has a rule or a reason for having none; the pages in docs say so and are current."""

from pathlib import Path

import pytest

from shared.law.language.errors import PolicyError
from shared.law.pages import DOCS, page
from shared.law.reader.loading import policy_ids
from shared.law.reader.yaml_tree import from_plain
from shared.law.verifier.text_coverage import Passage, RuleQuote, cover_sentences, read_passages, text_coverage

TEXT = "一、目标。要多办实事；少收费用。\n二、标准：成立2年 以上；\n满足以下条件：缴过税。三、宣传。"


def passage(first: str, last: str, reason: str = "不是规则") -> Passage:
    return Passage(first, last, reason, from_plain("x"))


@pytest.mark.parametrize("name", policy_ids())
def test_no_sentence_of_the_law_is_forgotten(name: str):
    assert [sentence.text for sentence in text_coverage(name) if sentence.uncovered] == []


@pytest.mark.parametrize("name", policy_ids())
def test_the_page_in_docs_is_current(name: str):
    written = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert written == page(name), "run: python -m shared.law.pages"


def test_there_is_a_page_for_every_policy_and_no_other():
    assert {path.stem for path in DOCS.glob("*.md")} == set(policy_ids())


def test_a_sentence_has_the_rules_that_quote_it_though_blanks_differ():
    quote = RuleQuote("growth.1", "成立2年", "二", "成立2年以上")
    found = {one.text: one for one in cover_sentences(TEXT, [quote], [])}
    assert found["二、标准：成立2年 以上；"].quotes == (quote,)
    assert [one.text for one in found.values() if not one.uncovered] == ["二、标准：成立2年 以上；"]


def test_a_passage_gives_its_reason_to_every_sentence_within_but_not_to_ruled_ones():
    quote = RuleQuote("growth.1", "成立2年", "二", "成立2年以上")
    found = cover_sentences(TEXT, [quote], [passage("一、目标", "缴过税。")])
    assert [(one.text, one.reason) for one in found if one.reason] == [
        ("一、目标。", "不是规则"),
        ("要多办实事；", "不是规则"),
        ("少收费用。", "不是规则"),
        ("满足以下条件：缴过税。", "不是规则"),
    ]
    assert [one.text for one in found if one.uncovered] == ["三、宣传。"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("四、", "四、", "不在原文里"), ("、", "宣传。", "在原文里出现了 3 次"), ("三、", "目标。", "不在 from 之后")],
)
def test_a_passage_that_cannot_be_found_is_refused(first: str, last: str, said: str):
    with pytest.raises(PolicyError, match=said):
        cover_sentences(TEXT, [], [passage(first, last)])


def test_passages_are_read_from_their_file(tmp_path: Path):
    file = tmp_path / "small.without-rule.yaml"
    assert read_passages(file) == []
    file.write_text("passages:\n  - {from: 一、目标。, reason: 口号}\n", encoding="utf-8")
    (one,) = read_passages(file)
    assert (one.first, one.last, one.reason) == ("一、目标。", "一、目标。", "口号")
