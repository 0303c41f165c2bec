"""The general problems: slug and Chinese texts per HTTP status, one sentence per kind of validation error."""

from collections.abc import Mapping
from typing import Any

STATUS_PROBLEMS = {
    400: ("bad-request", "请求有误", "服务器无法理解这个请求，请检查格式。"),
    401: ("unauthenticated", "未登录", "请提供有效的访问令牌（Authorization: Bearer …）。"),
    403: ("forbidden", "没有权限", "您的角色或辖区不允许这项操作。"),
    404: ("not-found", "没有找到", "请求的内容不存在，或不在您的辖区内。"),
    405: ("method-not-allowed", "方法不允许", "这个地址不支持该请求方法。"),
    406: ("not-acceptable", "格式不支持", "无法按要求的格式返回内容。"),
    408: ("request-timeout", "请求超时", "服务器等待请求超时，请重试。"),
    409: ("conflict", "状态冲突", "当前状态不允许这项操作。"),
    411: ("length-required", "缺少长度", "请给出请求内容的长度（Content-Length）。"),
    413: ("content-too-large", "内容过大", "请求内容超过允许的大小。"),
    414: ("address-too-long", "地址过长", "请求地址过长。"),
    415: ("unsupported-media-type", "内容类型不支持", "请求的内容类型不受支持。"),
    422: ("invalid-request", "内容不符合要求", "请求中有内容不符合要求，请按所列各项更正。"),
    429: ("too-many-requests", "请求过多", "请求过于频繁，请稍后再试。"),
    500: ("server-error", "服务器内部错误", "服务器处理请求时出错，问题已被记录，请稍后再试。"),
    503: ("unavailable", "暂时不可用", "服务暂时不可用，请稍后再试。"),
}

VALIDATION_TEXTS = {
    "missing": "必须填写。",
    "json_invalid": "不是有效的 JSON。",
    "extra_forbidden": "不是已知的字段。",
    "string_type": "应为文字。",
    "string_too_short": "太短，至少 {min_length} 个字符。",
    "string_too_long": "太长，至多 {max_length} 个字符。",
    "string_pattern_mismatch": "格式不对。",
    "string_unicode": "含有无效的字符。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_parsing_size": "数字过大。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "decimal_type": "应为数字。",
    "decimal_parsing": "应为数字。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "date_type": "应为日期，如 2025-07-01。",
    "date_parsing": "应为日期，如 2025-07-01。",
    "date_from_datetime_parsing": "应为日期，如 2025-07-01。",
    "date_from_datetime_inexact": "应为日期，如 2025-07-01，不带时间。",
    "datetime_type": "应为时间，如 2025-07-01T08:00:00+08:00。",
    "datetime_parsing": "应为时间，如 2025-07-01T08:00:00+08:00。",
    "timezone_aware": "时间须带时区。",
    "uuid_type": "应为 UUID。",
    "uuid_parsing": "应为 UUID。",
    "enum": "只能是以下之一：{expected}。",
    "literal_error": "只能是以下之一：{expected}。",
    "greater_than": "应大于 {gt}。",
    "greater_than_equal": "应不小于 {ge}。",
    "less_than": "应小于 {lt}。",
    "less_than_equal": "应不大于 {le}。",
    "list_type": "应为列表。",
    "too_short": "至少 {min_length} 项。",
    "too_long": "至多 {max_length} 项。",
    "dict_type": "应为对象。",
    "model_type": "应为对象。",
    "model_attributes_type": "应为对象（内容类型应为 application/json）。",
}


def sentence_for(error: Mapping[str, Any]) -> str:
    """The sentence for one error as pydantic describes it. An error raised by our own validators, as
    `PydanticCustomError` or ValueError, brings its Chinese sentence with it.
    """
    text = VALIDATION_TEXTS.get(error["type"])
    context = error.get("ctx") or {}
    if text is not None:
        return text.format_map(_Lenient(context))
    if error["type"] == "value_error":
        return str(context.get("error", "")) or "不符合要求。"
    return str(error["msg"]) if _is_chinese(str(error["msg"])) else "不符合要求。"


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
