"""Errors of looking up pseudonyms."""

from shared.platform.errors import Invalid


class NotAnId(Invalid):
    """A text that is nobody's id number."""

    slug, title = "not-an-id", "不是证件号码"
    detail = "这不是一个人的证件号码：请填完整号码"
