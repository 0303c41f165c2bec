"""Typer's usage errors in Chinese: one sentence that names what was wrong and where help is."""

import re
from collections.abc import Callable, Mapping

from typer.exceptions import TyperException

KINDS = {
    "int": "整数",
    "float": "数字",
    "decimal": "数字",
    "date": "日期，如 2026-07-01",
    "datetime": "日期，如 2026-07-01",
    "uuid": "UUID",
    "bool": "true 或 false",
}
"""What a value should have been, by the beginning of pydantic's error type (``int_parsing`` …)."""


def translate_help() -> None:
    """Headings of typer's help pages; its rich formatter takes them from these names of its module."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    rich_utils.DEFAULT_STRING = "[默认：{}]"


def usage_sentence(error: TyperException) -> str:
    """One Chinese sentence for any usage error that typer raises."""
    say = MESSAGES.get(type(error).__name__, other_usage_error)
    sentence = say(error).rstrip("。")
    context = getattr(error, "ctx", None)
    where = f"（用法见 {context.command_path} --help）" if context is not None else ""
    return f"{sentence}{where}"


def no_such_option(error: TyperException) -> str:
    """An option that the command does not have, with the nearest that it has."""
    near = getattr(error, "possibilities", None)
    hint = f"，是不是 {'、'.join(near)}" if near else ""
    return f"没有选项 {getattr(error, 'option_name', '')}{hint}"


def missing_parameter(error: TyperException) -> str:
    """A required option or argument that was not given."""
    return f"缺少{parameter_name(error)}"


def bad_value(error: TyperException) -> str:
    """A value that does not fit; our own commands' Chinese words are kept."""
    if re.search(r"[\u4e00-\u9fff]", error.message):
        return error.message
    return f"{parameter_name(error)} 的值不对：{expected_value(error)}"


def expected_value(error: TyperException) -> str:
    """What the value should have been, from pydantic's structured error or the path check's words."""
    if (choices := choices_of(error)) is not None:
        return f"应为 {choices} 之一"
    problems = getattr(error.__cause__, "errors", None)
    if problems is not None:
        first: Mapping[str, object] = problems()[0]
        kind = str(first["type"])
        limits = first.get("ctx")
        if isinstance(limits, Mapping) and (bound := limits.get("ge", limits.get("le"))) is not None:
            return f"应{'不小于' if 'ge' in limits else '不大于'} {bound}"
        known = KINDS.get(kind.split("_")[0]) or declared_kind(error)
        return f"“{first.get('input')}”应为{known}" if known else f"“{first.get('input')}”不合要求"
    quoted = re.search(r"'([^']*)'", error.message)
    named = f"“{quoted[1]}”" if quoted else "该值"
    for ending, words in PATH_WORDS.items():
        if error.message.endswith(ending):
            return f"{named}{words}"
    return f"{named}不合要求"


def choices_of(error: TyperException) -> str | None:
    """The allowed words of an option that has a fixed set of them."""
    described = getattr(getattr(error, "param", None), "type_descriptor", None)
    if described is None or described.choices is None:
        return None
    return "、".join(str(getattr(choice, "value", choice)) for choice in described.choices)


def declared_kind(error: TyperException) -> str | None:
    """What the parameter's own annotation says, where pydantic's error type does not."""
    described = getattr(getattr(error, "param", None), "type_descriptor", None)
    return KINDS.get(getattr(getattr(described, "annotation", None), "__name__", ""))


PATH_WORDS = {
    "does not exist.": "不存在",
    "is a file.": "是文件，应为文件夹",
    "is a directory.": "是文件夹，应为文件",
    "is not readable.": "不可读",
    "is not writable.": "不可写",
}


def bad_option_usage(error: TyperException) -> str:
    """An option without its value, or a flag with one."""
    name = getattr(error, "option_name", "")
    return f"选项 {name} 不接受值" if "does not take a value" in error.message else f"选项 {name} 后面缺少值"


def other_usage_error(error: TyperException) -> str:
    """Unknown commands and superfluous arguments, which typer tells by their message alone."""
    if command := re.search(r"No such command '([^']*)'", error.message):
        return f"没有命令 {command[1]}"
    if extra := re.search(r"unexpected extra arguments? ?\(?(.*?)\)?$", error.message.replace("(s)", "s")):
        return f"多出参数 {extra[1].strip('() ')}"
    if "Missing command" in error.message:
        return "缺少子命令"
    return f"命令用法不对：{error.message}"


def no_arguments(_: TyperException) -> str:
    """A group of commands called without any."""
    return "缺少子命令"


def parameter_name(error: TyperException) -> str:
    """``选项 --as-of`` or ``参数 DIR``."""
    given = getattr(error, "param", None)
    if given is None:
        return f"参数 {getattr(error, 'param_hint', None) or ''}".rstrip()
    if given.param_type_name == "option":
        return f"选项 {max(given.opts, key=len)}"
    return f"参数 {given.metavar or given.name.upper()}"


MESSAGES: Mapping[str, Callable[[TyperException], str]] = {
    "NoSuchOption": no_such_option,
    "MissingParameter": missing_parameter,
    "BadParameter": bad_value,
    "BadOptionUsage": bad_option_usage,
    "BadArgumentUsage": other_usage_error,
    "NoArgsIsHelpError": no_arguments,
}
