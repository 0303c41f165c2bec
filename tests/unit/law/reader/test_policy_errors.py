"""What is wrong with a policy file is said in one Chinese sentence, with the file and the line."""

from pathlib import Path

import pytest

from shared.law.language.errors import PolicyError
from shared.law.reader.loading import load_policy
from tests.unit.law.policy_samples import SMALL, write_policy

WRONG = {
    "an unknown fact": ("expression: tax_paid > :tax_above", "expression: tax_payd > 1", "是不是“tax_paid”"),
    "a bad operator": ("expression: tax_paid > :tax_above", "expression: tax_paid / 2 > 1", "不能用除法"),
    "an unknown parameter": ("tax_paid > :tax_above", "tax_paid > :tax_abov", "是不是“tax_above”"),
    "an unknown parameter in a title": ("title: 税款{tax_above}以上", "title: 税款{tax}以上", "没有名为“tax”的参数"),
    "a wrong expression of another reading": (
        "growth.1: insured_staff >= 2",
        "growth.1: staff >= 2",
        "没有名为“staff”的事实",
    ),
    "no citation": (
        "      expression: abnormal\n      citation: {article: 一, quote: 经营异常}",
        "      expression: abnormal",
        "没有依据；请写 citation",
    ),
    "no quote": ("citation: {article: 二, quote: 发展型}", "citation: {article: 二}", "缺少“quote”"),
    "no article": ("citation: {article: 二, quote: 发展型}", "citation: {quote: 发展型}", "缺少“article”"),
    "a quote that the text lacks": ("quote: 发展型}", "quote: 发达型}", "不在文件原文 small.txt 里"),
    "a text that is not there": ("text: small.txt", "text: other.txt", "没有文件原文 other.txt"),
    "a clause twice": ("id: development.1\n", "id: development.requires.1\n", "这里应像 development.1"),
    "a defect twice": (
        "  order: [dev",
        "    - id: base.abnormal\n  order: [dev",
        "规则“base.abnormal”写了两次（第一次在第 21 行）",
    ),
    "a key twice": ("title: 小政策", "title: 小政策\ntitle: 又", "“title”写了两次"),
    "an id of another type": ("id: growth.1\n", "id: development.2\n", "这里应像 growth.1"),
    "growth before development": (
        "[development, growth, survival]",
        "[growth, development, survival]",
        "须在成长型（growth）之前",
    ),
    "a residual type that is not last": (
        "[development, growth, survival]",
        "[survival, development, growth]",
        "须排在最后",
    ),
    "an order that leaves a type out": ("[development, growth, survival]", "[development, growth]", "两者应一致"),
    "a type nobody knows": ("    survival:\n", "    surviving:\n", "是不是“survival”"),
    "a type without conditions": ("      residual: true\n", "", "二者必居其一"),
    "a date that is none": ("from: 2025-01-01,", "from: 2025-13-01,", "应是日期"),
    "dates the wrong way round": ("until: 2025-12-31", "until: 2024-12-31", "until 早于 from"),
    "a parameter's date that is none": ("2025-07-01: 20000.5", "2025-7-1: 20000.5", "起始日期“2025-7-1”不对"),
    "an amount that is none": ("20000.5}", "twenty}", "值“twenty”不对；应是以元为单位"),
    "an amount too fine": ("20000.5}", "20000.505}", "最多两位小数"),
    "a unit nobody knows": ("unit: years", "unit: year", "是不是“years”"),
    "no values": ("    values: {2025-01-01: 2}\n", "", "缺少“values”"),
    "a number for values": ("values: {2025-01-01: 2}", "values: 2", "没有定数额的写 unset"),
    "a reserved name": ("  years_from:\n", "  year_start:\n", "已由程序占用"),
    "an unknown interpretation": ("interpretation: staff", "interpretation: stuff", "是不是“staff”"),
    "a reading in force that is none": ("in_force: one", "in_force: on", "是不是“one”"),
    "a reading without the clause": (
        "growth.1: insured_staff >= 2",
        "growth.2: insured_staff >= 2",
        "没有写规则“growth.1”的表达式",
    ),
    "a reading of a clause that does not ask": (
        "interpretation: staff\n",
        "expression: insured_staff > 0\n",
        "该规则没有写 interpretation: staff",
    ),
    "a level that decides nothing": (
        "    decides: 某局\n",
        "    decides: 某局\n    level: town\n",
        "可用的有：city、county",
    ),
    "only one reading": (
        "      two: {title: 两名才算, clauses: {growth.1: insured_staff >= 2}}\n",
        "",
        "至少要有两种读法",
    ),
    "neither expression nor reading": (
        "          interpretation: staff\n",
        "",
        "应写 expression 或 interpretation 其中一项",
    ),
    "a misspelt section": ("interpretations:\n", "interpretation:\n", "是不是“interpretations”"),
    "a misspelt field": ("decided_by:", "decide_by:", "是不是“decided_by”"),
    "a misspelt part of a clause": (
        "      expression: abnormal\n",
        "      expresion: abnormal\n",
        "是不是“expression”",
    ),
    "a region that is none": ('["41"]', '["410"]', "2、4 或 6 位区划代码"),
    "a region that is in no table": ('["41"]', '["9999"]', "不是区划代码"),
    "a region twice": ('["41"]', '["41", "41"]', "有一个写了两次"),
    "a quote of one character": ("quote: 发展型}", "quote: 型}", "太短"),
    "an article that the text lacks": (
        "{article: 二, quote: 发展型}",
        "{article: 第九十九条, quote: 发展型}",
        "没有“第九十九条”",
    ),
    "a list that is none": ('["41"]', '"41"', "应是一列"),
    "a yes that is none": ("residual: true", "residual: yes", "应是 true 或 false"),
    "a bad id": ("id: small\n", "id: Small\n", "应由小写字母"),
    "no title": ("title: 小政策\n", "", "缺少“title”"),
    "an empty title": ("title: 小政策\n", 'title: ""\n', "应是一段文字"),
    "broken YAML": ("regions: [", "regions: [[", "不是合格的 YAML"),
    "an anchor": ('["41"]', '&r ["41"]\nagain: *r', "锚点与引用"),
    "an unknown base": ("decided_by: 某局\n", "decided_by: 某局\nextends: nowhere\n", "没有可以扩展的政策“nowhere”"),
}


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_bad_policy_is_refused_with_file_and_line(tmp_path: Path, right: str, wrong: str, said: str):
    assert SMALL.count(right) == 1, f"sample no longer has exactly one {right!r}"
    path = write_policy(tmp_path, SMALL.replace(right, wrong))

    with pytest.raises(PolicyError) as refused:
        load_policy(path)

    message = str(refused.value)
    assert said in message
    assert "small.yaml 第 " in message
    assert "\n" not in message
    assert refused.value.place is not None
    assert refused.value.place.line > 0


def test_the_line_is_the_one_to_look_at(tmp_path: Path):
    wrong = SMALL.replace("tax_paid > :tax_above", "tax_payd > :tax_above")
    (line,) = (number for number, text in enumerate(wrong.splitlines(), 1) if "tax_payd" in text)

    with pytest.raises(PolicyError, match=f"small.yaml 第 {line} 行：没有名为“tax_payd”的事实"):
        load_policy(write_policy(tmp_path, wrong))


def test_a_file_that_is_empty_or_not_text_is_refused(tmp_path: Path):
    with pytest.raises(PolicyError, match="文件是空的"):
        load_policy(write_policy(tmp_path, ""))
    with pytest.raises(PolicyError, match="应是一组“名称: 内容”"):
        load_policy(write_policy(tmp_path, "- just\n- a list\n"))
    (tmp_path / "small.yaml").write_bytes("title: 政策".encode("gb18030"))
    with pytest.raises(PolicyError, match="不是 UTF-8 编码"):
        load_policy(str(tmp_path / "small.yaml"))


def test_more_clauses_than_a_mask_has_bits_are_refused(tmp_path: Path):
    from shared.law.compiler.compiled_policy import compile_policy
    from tests.unit.law.policy_samples import AS_OF

    defect = "    - {{id: base.x{0}, title: 又, expression: abnormal, citation: {{article: 一, quote: 经营异常}}}}\n"
    many = "".join(defect.format("abcdefghij"[n // 10] + "abcdefghij"[n % 10]) for n in range(61))
    path = write_policy(tmp_path, SMALL.replace("  order: [dev", many + "  order: [dev"))

    with pytest.raises(PolicyError, match="上限是 64 条"):
        compile_policy(load_policy(path), AS_OF)
