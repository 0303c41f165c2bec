"""A policy's numbers are those of the law's words: the file's number against the quote's, and none besides."""

from fractions import Fraction
from pathlib import Path

import pytest

from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.quoted_numbers import number_problems, numbers_in
from tests.unit.law.policy_samples import SMALL, write_policy

TAX = "    values: {2025-01-01: 10000, 2025-07-01: 20000.5}\n"
ONE_TAX = "    values: {2025-01-01: 10000}\n"


def problems(folder: Path, *changes: tuple[str, str]) -> list[str]:
    text = SMALL.replace(TAX, ONE_TAX).replace("insured_staff >= 2", "insured_staff > 1")
    for old, new in changes:
        assert text.count(old) == 1, f"the sample no longer has exactly one {old!r}"
        text = text.replace(old, new)
    return list(number_problems(load_policy(write_policy(folder, text))))


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("10万元以下", {100_000}),
        ("30万元（含）以上、60万元以下", {300_000, 600_000}),
        ("1.5万元", {15_000}),
        ("12,000元", {12_000}),
        ("一万元", {10_000}),
        ("两年", {2}),
        ("十五个工作日", {15}),
        ("二十人", {20}),
        ("百分之五", {5, 100}),
        ("5%", {5}),
        ("8月中旬", {8}),
        ("没有数", set()),
    ],
)
def test_numbers_are_read_as_texts_write_them(words: str, numbers: set[int]):
    assert numbers_in(words) == {Fraction(number) for number in numbers}


@pytest.mark.parametrize("name", policy_ids())
def test_every_number_of_a_shipped_policy_is_in_its_quote_and_used(name: str):
    assert list(number_problems(load_policy(name))) == []


def test_the_sample_has_the_numbers_of_its_text(tmp_path: Path):
    assert problems(tmp_path) == []


def test_yuan_written_for_ten_thousands_of_yuan_is_found(tmp_path: Path):
    (said,) = problems(tmp_path, (ONE_TAX, "    values: {2025-01-01: 1}\n"))
    assert said == "参数 tax_above（税款界限）是1元，引文“税款一万元以上”里没有这个数"


def test_a_value_of_a_later_day_is_compared_too_unless_another_document_gives_it(tmp_path: Path):
    later = "    values: {2025-01-01: 10000, 2025-07-01: VALUE}\n"
    (said,) = problems(tmp_path, (ONE_TAX, later.replace("VALUE", "20000")))
    assert "是2万元，引文" in said
    assert problems(tmp_path, (ONE_TAX, later.replace("VALUE", "{value: 20000, document: 某局〔2025〕1号}"))) == []


def test_a_quote_without_any_number_is_found(tmp_path: Path):
    (said,) = problems(
        tmp_path,
        (
            "unit: years\n    values: {2025-01-01: 2}\n    citation: {article: 一, quote: 成立两年}",
            "unit: years\n    values: {2025-01-01: 2}\n    citation: {article: 一, quote: 经营异常}",
        ),
    )
    assert said.endswith("引文“经营异常”里没有数；请引写明数额的那句话")


def test_a_number_that_is_meant_to_differ_says_why(tmp_path: Path):
    explained = "    values: {2025-01-01: 10001}\n    differs: 引文的数加一\n"
    assert problems(tmp_path, (ONE_TAX, explained)) == []


def test_a_number_written_into_an_expression_is_found_with_the_title_that_hides_it(tmp_path: Path):
    said = problems(tmp_path, ("expression: tax_paid > :tax_above", "expression: tax_paid > 100"))
    assert said == [
        "规则 development.1 的表达式里写的100元，引文“税款一万元以上”里没有；数额请写成参数",
        "规则 development.1 的 title 里写了 {tax_above}，表达式没有用这个参数；说的与判的不是一个数",
        "参数 tax_above（税款界限）没有用到",
    ]


def test_a_number_in_another_reading_is_compared_too(tmp_path: Path):
    said = problems(tmp_path, ("growth.1: insured_staff > 1", "growth.1: insured_staff > 7"))
    assert said == ["规则 growth.1 的表达式里写的7人，引文“有员工”里没有；数额请写成参数"]
