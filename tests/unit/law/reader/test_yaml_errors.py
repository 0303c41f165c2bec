"""YAML that cannot be read is answered with the line, what is wrong there and what would be right."""

import pytest

from shared.law.language.errors import PolicyError
from shared.law.reader.yaml_tree import parse_yaml

GOOD = """\
id: small
title: 小政策
document: {title: 示例文件, issuer: 某局}
typing:
  order: [development, growth]
  types:
    - id: one
      title: 有员工
    - id: two
      title: 没有员工
decided_by: 某局
"""
BROKEN = {
    "a tab": ("  order:", "\torder:", 5, "缩进用了制表符（Tab）；请改成空格"),
    "a full-width colon": ("title: 小政策", "title：小政策", 2, "用了全角冒号“：”"),
    "a full-width brace": ("document: {title", "document: ｛title", 3, "用了全角的括号"),
    "a full-width dash": ("    - id: two", "    － id: two", 9, "全角的括号或横线"),
    "no blank after a colon": ("title: 小政策", "title:小政策", 2, "冒号后面少一个空格"),
    "a brace at the beginning of a text": (
        "title: 小政策",
        "title: {tax}以上",
        2,
        '要用双引号括起来，例如 "{tax}以上"',
    ),
    "a colon within a text": ("title: 小政策", "title: 政策: 小", 2, "“title”的文字里有英文冒号"),
    "an open brace": ("issuer: 某局}", "issuer: 某局", 3, "花括号里少了英文逗号，或者没有收口"),
    "an open bracket": ("[development, growth]", "[development, growth", 5, "方括号里少了英文逗号，或者没有收口"),
    "an open double quote": ("title: 小政策", 'title: "小政策', 2, "引号没有收口"),
    "an open single quote": ("title: 小政策", "title: '小政策", 2, "引号没有收口"),
    "a text that begins with @": ("title: 小政策", "title: @小政策", 2, "请用双引号括起来"),
    "a text that begins with %": ("title: 小政策", "title: %小政策", 2, "请用双引号括起来"),
    "a text that begins with *": ("title: 小政策", "title: *", 2, "文字不能用 *"),
    "an unknown alias": ("title: 小政策", "title: *policy", 2, "文字不能用 * 开头"),
    "a text that begins with !": ("title: 小政策", "title: !x!y 小", 2, "文字不能用 ! 开头"),
    "a backslash in double quotes": ("title: 小政策", 'title: "小\\政策"', 2, "请改用单引号"),
    "a line that is no field": ("decided_by: 某局", "decided_by 某局\nid: x", 11, "没有写成“名称: 内容”"),
    "a line that is too far left": ("      title: 没有员工", "     title: 没有员工", 10, "缩进与上面不一致"),
    "a control character": ("title: 小政策", "title: 小\x00政策", 2, "第 9 个字符是不可见的控制字符 U+0000"),
}


@pytest.mark.parametrize(("right", "wrong", "line", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_yaml_is_answered_with_its_line_and_what_would_be_right(right: str, wrong: str, line: int, said: str):
    parse_yaml(GOOD, "小.yaml")
    assert GOOD.count(right) == 1
    with pytest.raises(PolicyError) as refused:
        parse_yaml(GOOD.replace(right, wrong), "小.yaml")
    message = str(refused.value)
    assert said in message
    assert message.startswith(f"小.yaml 第 {line} 行：")
    assert "\n" not in message


def test_a_text_that_is_read_twice_gives_two_trees() -> None:
    """A setting is written into the tree: it must not stand in what is read next."""
    changed, again = parse_yaml(GOOD, "小.yaml"), parse_yaml(GOOD, "小.yaml")
    assert changed == again
    assert isinstance(changed.value, dict)
    changed.value.clear()
    assert again == parse_yaml(GOOD, "小.yaml") != changed
