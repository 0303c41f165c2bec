"""Versions and ETags: a decision names the version that it was made on, in `If-Match` or in the `etag` of a bulk item.

A proxy that compresses an answer weakens its ETag or adds a suffix: `W/"4"`, `"4-gzip"` and `"4--gzip"` mean version 4,
like `"4"`.

`*` means whatever is stored now. It is refused where a call replaces or removes content (PUT, PATCH, DELETE): it would
overwrite what nobody has seen. A step (POST) writes no content over another's: under the row's lock its state decides
whether the step may be taken, and by whom, so there `*` says that the step is meant whatever the version is.
"""

import re
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import Field, StringConstraints

from shared.platform.errors import VersionMismatch, VersionMissing

TAG = re.compile(r'(?:W/)?"([0-9]+)(?:(?:--?|[;:/])[a-z]+)?"', re.IGNORECASE)
ANY = "*"
REPLACING = frozenset({"PUT", "PATCH", "DELETE"})

ItemTag = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[\x20-\x7e]+$"),
    Field(description="读到的 ETag", examples=['"4"']),
]
"""The `etag` of an item of a bulk call, as `If-Match` would have it."""
OptionalMatch = Annotated[str | None, Header(alias="If-Match", description="读到的 ETag", max_length=200)]


class VersionRequired(VersionMissing):
    """Neither `If-Match` nor an item's `etag` names a version."""

    slug, title = "version-required", "缺少版本"
    detail = "请先读取最新内容，并在 If-Match 中给出读到的 ETag；批量办理的，写在每一项的 etag 里。"


class AnyVersion(VersionMissing):
    """`If-Match: *` where content is replaced or removed."""

    slug, title = "any-version", "没有写明版本"
    detail = '“*”会盖掉别人刚作的更改，修改和删除不接受。请先读取最新内容，在 If-Match 中给出读到的 ETag，例如 "4"。'


class VersionStale(VersionMismatch):
    """Somebody has changed it since the caller read it."""

    slug, title = "version-stale", "内容已变化"
    detail = "您依据的版本已被他人更改，请重新读取后再作决定。"


def etag_of(version: int) -> str:
    """The strong ETag of a version number."""
    return f'"{version}"'


async def require_match(
    request: Request,
    match: Annotated[str | None, Header(alias="If-Match", description="读到的 ETag，必须给出", max_length=200)] = None,
) -> str:
    """The header's tags, or for a step `*`; VersionRequired without it."""
    named = (match or "").strip()
    if not named:
        raise VersionRequired
    if request.method in REPLACING and ANY in (tag.strip() for tag in named.split(",")):
        raise AnyVersion
    return named


RequiredMatch = Annotated[str, Depends(require_match)]
"""`If-Match` of a decision that needs one."""


def check_match(match: str, version: int) -> None:
    """VersionStale unless one of the tags is the stored version's. Call it with the row locked."""
    for tag in (one.strip() for one in match.split(",")):
        parsed = TAG.fullmatch(tag)
        if tag == ANY or (parsed is not None and int(parsed[1]) == version):
            return
    raise VersionStale(current=etag_of(version))


def check_version(version: int, *named: str | None) -> None:
    """VersionRequired when nothing names the version, VersionStale unless all that do name the stored one."""
    if not any(named):
        raise VersionRequired
    for tag in named:
        check_if_given(version, tag)


def check_if_given(version: int, match: str | None) -> None:
    """VersionStale for a stale tag. Without a tag any version is accepted, as when many items are handled at once."""
    if match:
        check_match(match, version)
