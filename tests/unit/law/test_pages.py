"""Every word of a held text is quoted, needs no rule, or is to be built; the pages in docs say so and are current."""

import json
from pathlib import Path

import pytest

from shared.law.language.errors import Place, PolicyError
from shared.law.pages import DOCS, page
from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.text_coverage import (
    Passage,
    RuleQuote,
    TextCoverage,
    count_characters,
    cover_text,
    read_passages,
    text_coverage,
)
from tests.unit.law.policy_samples import SMALL, SMALL_TEXT, write_policy

TEXT = "一、目标。要多办实事；少收费用。\n二、标准：成立2年 以上；\n满足以下条件：缴过税。三、宣传。"
OPENAPI = DOCS.parent / "contracts" / "openapi"
QUOTE = RuleQuote("growth.1", "成立2年", "二", "成立2年以上")


def passage(first: str, last: str, reason: str = "不是规则") -> Passage:
    return Passage(first, last, reason, Place("x.yaml", 1))


def forgotten(coverage: TextCoverage) -> list[tuple[int, str]]:
    return [(words.line, words.text) for words in coverage.uncovered]


@pytest.mark.parametrize("name", policy_ids())
def test_no_word_of_the_law_is_forgotten(name: str):
    coverage = text_coverage(name)
    assert coverage is None or forgotten(coverage) == []


@pytest.mark.parametrize("name", policy_ids())
def test_the_page_in_docs_is_current(name: str):
    written = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert written == page(name), "run: make pages"


def test_there_is_a_page_for_every_policy_and_no_other():
    assert {path.stem for path in DOCS.glob("*.md")} == set(policy_ids())


def routes() -> set[str]:
    found = set()
    for description in OPENAPI.glob("*.json"):
        for path, operations in json.loads(description.read_text(encoding="utf-8"))["paths"].items():
            found |= {f"{method.upper()} {path}" for method in operations}
    return found


@pytest.mark.parametrize("name", policy_ids())
def test_a_feature_that_is_said_to_keep_the_law_exists(name: str):
    coverage = text_coverage(name)
    passages = [one.passage for one in coverage.sentences if one.passage] if coverage else []
    named = {
        feature: owner
        for owner, features in (
            *((duty.id, duty.features) for duty in load_policy(name).duties),
            *((one.first, one.features) for one in passages),
        )
        for feature in features
    }
    assert {feature: owner for feature, owner in named.items() if feature not in routes()} == {}


def test_a_feature_that_does_not_exist_would_be_found():
    assert "GET /v1/households/{uscc}" in routes()
    assert "GET /v1/household/{uscc}" not in routes()


def test_a_sentence_has_the_rules_that_quote_it_though_blanks_differ():
    found = {one.text: one for one in cover_text(TEXT, [QUOTE], []).sentences}
    assert found["二、标准：成立2年 以上；"].quotes == (QUOTE,)


def test_the_words_that_a_quote_leaves_out_of_its_sentence_are_forgotten():
    assert forgotten(cover_text(TEXT, [QUOTE], [])) == [
        (1, "一、目标。要多办实事；少收费用。二、标准："),
        (3, "满足以下条件：缴过税。三、宣传。"),
    ]
    rest = [passage("一、目标", "标准："), passage("满足", "缴过税。")]
    assert forgotten(cover_text(TEXT, [QUOTE], rest)) == [(3, "三、宣传。")]


@pytest.mark.parametrize(
    ("words", "characters"),
    [("；A.", 0), ("（二）：", 0), ("(3)", 0), ("1.", 0), ("三、", 0), ("；B.并且", 2), ("2024年", 5), ("成长型", 3)],
)
def test_punctuation_and_the_numbers_of_a_list_are_no_words(words: str, characters: int):
    assert count_characters(words) == characters


def test_a_passage_stands_beside_every_sentence_within_but_not_beside_ruled_ones():
    found = cover_text(TEXT, [QUOTE], [passage("一、目标", "缴过税。")]).sentences
    assert [(one.text, one.passage.reason) for one in found if one.passage] == [
        ("一、目标。", "不是规则"),
        ("要多办实事；", "不是规则"),
        ("少收费用。", "不是规则"),
        ("满足以下条件：缴过税。", "不是规则"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("四、", "四、", "不在原文里"), ("、", "宣传。", "在原文里出现了 3 次"), ("三、", "目标。", "不在 from 之后")],
)
def test_a_passage_that_cannot_be_found_is_refused(first: str, last: str, said: str):
    with pytest.raises(PolicyError, match=said):
        cover_text(TEXT, [], [passage(first, last)])


def without_rule(folder: Path, line: str) -> Path:
    file = folder / "small.without-rule.yaml"
    file.write_text(f"passages:\n  - {line}\n", encoding="utf-8")
    return file


def test_passages_are_read_from_their_file(tmp_path: Path):
    assert read_passages(tmp_path / "small.without-rule.yaml") == []
    (one,) = read_passages(without_rule(tmp_path, "{from: 一、目标。, reason: 口号}"))
    assert (one.first, one.last, one.reason, one.to_build) == ("一、目标。", "一、目标。", "口号", False)


def test_what_is_to_be_built_is_told_from_what_needs_no_rule(tmp_path: Path):
    (one,) = read_passages(without_rule(tmp_path, "{from: 要多办实事, to_build: 办实事的登记}"))
    assert (one.reason, one.to_build) == ("办实事的登记", True)
    assert cover_text(TEXT, [], [one, passage("三、", "宣传。")]).to_build == (one,)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{from: 要多办实事}", "要么写 reason"),
        ("{from: 要多办实事, reason: 口号, to_build: 登记}", "二者必居其一"),
        ("{from: 要多办实事, reason: 口号, features: [名录查询]}", "应写平台的接口，例如 GET /v1/households"),
        ("{from: 要多办实事, raeson: 口号}", "是不是“reason”"),
    ],
)
def test_a_passage_that_is_not_written_well_is_refused_with_its_line(tmp_path: Path, line: str, said: str):
    with pytest.raises(PolicyError, match=rf"small\.without-rule\.yaml 第 2 行：.*{said}"):
        read_passages(without_rule(tmp_path, line))


def test_the_text_of_any_policy_file_is_compared(tmp_path: Path):
    policy = write_policy(tmp_path, SMALL)
    coverage = text_coverage(policy)
    assert coverage is not None
    assert coverage.characters == len(SMALL_TEXT)
    assert forgotten(coverage) == []
    (tmp_path / "texts" / "small.txt").write_text(f"{SMALL_TEXT}\n五、另行通知。", encoding="utf-8")
    added = text_coverage(policy)
    assert added is not None
    assert forgotten(added) == [(2, "五、另行通知。")]
