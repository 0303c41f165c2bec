"""The version a decision rests on: `If-Match`, or the `etag` of an item of a bulk call."""

from typing import Annotated

from fastapi import Header

from shared.platform.etag import check_match
from shared.platform.problems import Problem

OptionalMatch = Annotated[str | None, Header(alias="If-Match", description="读到的 ETag", max_length=200)]


def check_version(version: int, *named: str | None) -> None:
    """428 when nothing names the version, 412 unless all that do name the stored one."""
    if not any(named):
        said = "请先读取最新内容，并在 If-Match 中给出读到的 ETag；批量办理的，写在每一项的 etag 里"
        raise Problem(428, "version-required", "缺少版本", said)
    for tag in named:
        check_if_given(version, tag)


def check_if_given(version: int, match: str | None) -> None:
    """412 for a stale tag; without one whatever is stored now is meant, as where many things are dealt with at once."""
    if match:
        check_match(match, version)
