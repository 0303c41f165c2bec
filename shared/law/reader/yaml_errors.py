"""What is wrong with a text that is not YAML, and how it should be written: the line, and a Chinese sentence.

The parser names the place where it can go no further; the mistake often stands a line or more above. So the text itself
is looked at first: a tab, a full-width colon, an open quote or brace.
"""

import re

import yaml

_LOOKED_BACK = 3
"""How many lines above the parser's place a mistake is looked for."""
_FULL_WIDTH_KEY = re.compile(r"^\s*(?:- )?[A-Za-z_][\w.-]*：")
_FULL_WIDTH_MARK = re.compile(r"^\s*(?:- )?[A-Za-z_][\w.-]*\s*[:：]\s*[｛［]|^\s*[－—–]\s*[A-Za-z_]")
_NO_BLANK = re.compile(r"^\s*(?:- )?[A-Za-z_][\w.-]*:(?=[^\s:/])")
_PLACEHOLDER_FIRST = re.compile(r":\s+(\{\w+\}[^,}\s][^,}]*)")
_COLON_WITHIN = re.compile(r"^\s*(?:- )?([A-Za-z_][\w.-]*):\s+[^\"'{\[].*:\s")
_BY_PROBLEM: tuple[tuple[str, str], ...] = (
    ("found unexpected end of stream", "引号没有收口；请在这一段文字的末尾补上同样的引号"),
    ("found unexpected document indicator", "引号没有收口；请在这一段文字的末尾补上同样的引号"),
    ("mapping values are not allowed", "一行里有第二个“: ”；文字里有英文冒号的，整段用双引号括起来"),
    ("could not find expected ':'", "这一行没有写成“名称: 内容”；请在名称后面写英文冒号和一个空格"),
    ("cannot start any token", "文字不能用 @、`、%、| 或制表符开头；请用双引号括起来"),
    ("unknown escape character", "双引号里的反斜杠 \\ 有特别的意思；请改用单引号"),
    ("undefined alias", "文字不能用 * 开头；请用双引号括起来"),
    ("expected alphabetic or numeric character", "文字不能用 * 或 & 开头；请用双引号括起来"),
    ("expected ',' or '}'", "花括号里少了英文逗号，或者没有收口；文字里有逗号、冒号、花括号的，用双引号括起来"),
    ("expected ',' or ']'", "方括号里少了英文逗号，或者没有收口；文字里有逗号、方括号的，用双引号括起来"),
    ("block sequence entries are not allowed", "“- ”不能写在这里；一列内容要另起一行，各行缩进相同"),
    ("expected '-' indicator", "缩进与上面不一致：同一列的各项要对齐，每项以“- ”开头"),
    ("expected key", "缩进与上面不一致，或者上一行没有写完；同一组的各行要对齐"),
    ("expected <document start>", "缩进与上面不一致，或者文字后面还有多余的内容"),
    ("undefined tag handle", "文字不能用 ! 开头；请用双引号括起来"),
)


def explain_yaml_error(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line, counted from 1, and what is wrong there."""
    if isinstance(error, yaml.reader.ReaderError):
        return _character(text)
    mark, start = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    line = mark.line + 1 if mark else 1
    seen = _seen_in_lines(text.splitlines(), line)
    if seen is not None:
        return seen
    problem = str(getattr(error, "problem", ""))
    message = next((words for part, words in _BY_PROBLEM if part in problem), "请检查缩进、冒号和引号")
    begun_above = start is not None and ("没有收口" in message or "没有写成" in message)
    at = start if begun_above else mark
    column = f"第 {at.column + 1} 个字符处" if at else ""
    return (at.line + 1 if at else line), f"不是合格的 YAML：{column}{message}"


def _character(text: str) -> tuple[int, str]:
    """The first character that no text file should hold."""
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            if not (character in "\t\r\x85" or " " <= character <= "~" or character >= "\xa0") or character == "\ufffe":
                return number, f"第 {column} 个字符是不可见的控制字符 U+{ord(character):04X}；请删去"
    return 1, "有不能写在 YAML 里的字符；请删去"


def _seen_in_lines(lines: list[str], line: int) -> tuple[int, str] | None:
    """A mistake that can be seen in the parser's line or just above it."""
    for number in range(min(line, len(lines)), max(0, line - 1 - _LOOKED_BACK), -1):
        message = _seen(lines[number - 1])
        if message:
            return number, f"不是合格的 YAML：{message}"
    return None


def _seen(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return "缩进用了制表符（Tab）；请改成空格"
    if _FULL_WIDTH_KEY.match(line):
        return "用了全角冒号“：”；名称后面请写英文冒号和一个空格“: ”"
    if _FULL_WIDTH_MARK.match(line):
        return "用了全角的括号或横线；请改成英文的 { [ 和 -"
    if _NO_BLANK.match(line):
        return "冒号后面少一个空格；请写成“名称: 内容”"
    if found := _PLACEHOLDER_FIRST.search(line):
        return f'用花括号开头的文字要用双引号括起来，例如 "{found[1]}"'
    if found := _COLON_WITHIN.match(line):
        return f"“{found[1]}”的文字里有英文冒号；请把整段文字用双引号括起来"
    return ""
