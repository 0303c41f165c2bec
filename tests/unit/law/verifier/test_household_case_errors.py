"""What is wrong with a test household is said with its file and line."""

from pathlib import Path

import pytest

from shared.law.language.errors import PolicyError
from shared.law.language.vocabulary import RECOGNITION_FACTS
from shared.law.reader.yaml_tree import from_plain
from shared.law.verifier.household_cases import read_facts, read_household_cases, run_household_case
from tests.unit.law.policy_samples import write_policy

CASES = """\
as_of: 2025-07-15
ordinary: {status: registered, reported: true, tax_paid: 0, established_on: 2020-01-01}
households:
  - name: 一户
    OTHER
    expect: {type: survival}
"""


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("readings: {staff: three}", "解释“staff”没有读法“three”；可用的有：one、two"),
        ("readings: {staf: one}", "没有名为“staf”的解释；是不是“staff”？"),
        ('settings: {tax_abov: "1"}', "没有名为“tax_abov”的参数；是不是“tax_above”？"),
        ('settings: {tax_above: "many"}', "参数“tax_above”的设定值“many”不对"),
    ],
)
def test_a_wrong_setting_or_reading_of_a_household_is_told_with_its_line(tmp_path: Path, other: str, said: str):
    policy = write_policy(tmp_path)
    (tmp_path / "small.households.yaml").write_text(CASES.replace("OTHER", other), encoding="utf-8")
    (case,) = read_household_cases(policy)
    with pytest.raises(PolicyError, match=r"small\.households\.yaml 第 4 行：测试户“一户”：") as refused:
        run_household_case(policy, case)
    assert said in str(refused.value)


def test_a_range_of_taxes_begins_with_the_smaller_number(tmp_path: Path):
    policy = write_policy(tmp_path)
    wrong = CASES.replace("OTHER", "facts: {tax_paid: 40000..20000}")
    (tmp_path / "small.households.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"第 5 行：“tax_paid”.*范围“40000\.\.20000”应把小的数写在前面"):
        read_household_cases(policy)


def test_a_growth_may_be_negative_and_more_than_a_hundred():
    assert read_facts(from_plain({"revenue_growth": "150"}), RECOGNITION_FACTS) == {"revenue_growth": 150}
    assert read_facts(from_plain({"tax_growth": "-5"}), RECOGNITION_FACTS) == {"tax_growth": -5}
    for wrong in ("29.99", "-101", "many"):
        with pytest.raises(PolicyError, match="应是 -100 到 100000 的整数"):
            read_facts(from_plain({"staff_growth": wrong}), RECOGNITION_FACTS)
