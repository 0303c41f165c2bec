"""Decisions name the version that they were made on: `If-Match` with the ETag that was read."""

from fastapi import Request

from shared.platform.problems import Problem


def etag_of(version: int) -> str:
    """The strong ETag of a version number."""
    return f'"{version}"'


async def require_match(request: Request) -> str:
    """The header's one tag, or `*`; 428 without it."""
    named = request.headers.get("if-match", "").strip()
    if not named:
        raise Problem(
            428, "version-required", "缺少版本", "请先读取最新内容，并在 If-Match 中给出读到的 ETag，再作决定。"
        )
    return named


def check_match(match: str, version: int) -> None:
    """412 unless the tag is the stored version's. Call it with the row locked."""
    tags = {tag.strip() for tag in match.split(",")}
    if not tags & {"*", etag_of(version)}:
        raise Problem(
            412,
            "version-stale",
            "内容已变化",
            "您依据的版本已被他人更改，请重新读取后再作决定。",
            current=etag_of(version),
        )
