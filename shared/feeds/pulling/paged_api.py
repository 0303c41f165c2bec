"""A bureau's paged HTTP API: its settings, its answers, and how a page is fetched.

`GET <url>?limit=<n>[&cursor=<c>]` answers `{"rows": [{column: value, …}, …], "next": "<cursor>" | null}`. The last
page must say `"next": null` explicitly, so a truncated list is not taken for a complete one. Values are texts,
numbers, true, false or null; a cursor is a text or a number; numbers keep their digits as written. The answer as a JSON
Schema: `page_schema`.

Only hosts that the settings name are asked, over https unless they are on this machine; redirects are not followed
and proxies of the environment are not used. Cursors are data, never addresses. Transport errors, 408, 429 and 5xx are
retried with growing pauses, or after the pause that `Retry-After` asks for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import stamina
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.feeds.intake.declaration import Mode
from shared.outgoing_tls import http_tls

LARGEST_PAGE = 64 * 2**20
LONGEST_CURSOR = 2000
LONGEST_RETRY_AFTER = 120.0
RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


class PullSource(BaseModel):
    """One feed of one bureau, to be pulled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]
    url: str
    bureau: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    feed: str
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$")]
    year: int | None = None
    mode: Mode
    token: SecretStr | None = None
    page_rows: int = Field(default=5_000, ge=1, le=100_000)

    @model_validator(mode="after")
    def names_a_feed(self) -> "PullSource":
        """Wrong settings are reported when they are read, not after the last page."""
        if self.feed not in TYPING_FEEDS or (self.year is not None and not FEEDS[self.feed].has("year")):
            raise ValueError("feed 应为分型服务接收的数据源；不分年度的数据源不填 year")
        return self


class PullInterrupted(Exception):
    """The source did not answer after all retries; the pull continues later from its cursor. ``attempts``: how many
    times in a row, once it is counted. The message is for officers (Chinese).
    """

    attempts = 1


class PullFailed(Exception):
    """The source's answer cannot be used; the pull fails. The message is for officers (Chinese)."""


class _RetryableAnswer(Exception):
    """An answer that may be better next time; ``pause`` in seconds if the source asked for one."""

    def __init__(self, status: int, pause: float | None) -> None:
        super().__init__(str(status))
        self.pause = pause


@dataclass(frozen=True)
class SourcePage:
    """One page: its rows as the source wrote them, and the cursor of the next one (None: this was the last)."""

    rows: Sequence[dict[str, Any]]
    next: str | None


@dataclass(frozen=True)
class RetryPolicy:
    """How long to keep asking for one page; seconds."""

    attempts: int = 8
    total: float = 600.0
    first_pause: float = 0.5
    longest_pause: float = 60.0
    answer: float = 60.0


def require_allowed(source: PullSource, hosts: Sequence[str]) -> None:
    """PullFailed unless the source's host (`host` or `host:port`) is one that the settings name."""
    address = urlsplit(source.url)
    secure = address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK_HOSTS)
    if address.username or address.netloc not in hosts or not secure:
        raise PullFailed(f"数据源 {source.name} 的地址不在允许的主机之列，或没有使用 https")


class PagedApi:
    """The source's API; use it with ``async with``."""

    def __init__(
        self,
        source: PullSource,
        hosts: Sequence[str],
        patience: RetryPolicy | None = None,
    ) -> None:
        require_allowed(source, hosts)
        self.source, self.patience = source, patience or RetryPolicy()
        token = source.token.get_secret_value() if source.token else None
        self._client = httpx.AsyncClient(
            timeout=self.patience.answer,
            follow_redirects=False,
            trust_env=False,
            verify=http_tls(),
            headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
        )

    async def __aenter__(self) -> "PagedApi":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def page(self, cursor: str) -> SourcePage:
        """The page that a cursor names (empty: the first). PullInterrupted, PullFailed."""
        patience = self.patience
        try:
            async for attempt in stamina.retry_context(
                on=retry_wait,
                attempts=patience.attempts,
                timeout=patience.total,
                wait_initial=patience.first_pause,
                wait_max=patience.longest_pause,
                wait_jitter=patience.first_pause,
            ):
                with attempt:
                    content = await self._fetch(cursor)
        except _RetryableAnswer as error:
            raise PullInterrupted(f"部门接口多次应答 {error}，稍后从停下的一页继续") from None
        except httpx.TransportError as error:  # its message may quote the token
            raise PullInterrupted(f"部门接口{transport_fault(error)}，稍后从停下的一页继续") from None
        return parse_page(content)

    async def _fetch(self, cursor: str) -> bytes:
        """The body of one answer."""
        parameters = {"limit": str(self.source.page_rows)} | ({"cursor": cursor} if cursor else {})
        async with self._client.stream("GET", self.source.url, params=parameters) as answer:
            if answer.status_code in RETRIED_STATUSES:
                raise _RetryableAnswer(answer.status_code, retry_after_seconds(answer.headers.get("retry-after", "")))
            if answer.status_code != httpx.codes.OK:
                raise PullFailed(f"部门接口应答 {answer.status_code}，应为 200（不跟随重定向）")
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_PAGE:
                    raise PullFailed(f"部门接口的一页超过 {LARGEST_PAGE >> 20} MiB，请减小每页行数")
        return bytes(content)


def retry_wait(error: Exception) -> bool | float:
    """Whether to retry: after the returned number of seconds, or after the usual pause (True)."""
    if isinstance(error, _RetryableAnswer):
        return True if error.pause is None else error.pause
    return isinstance(error, httpx.TransportError)


def transport_fault(error: httpx.TransportError) -> str:
    """What is wrong with the connection, in words; nothing of the error's own, which may quote addresses."""
    if isinstance(error, httpx.TimeoutException):
        return "没有在时限内应答"
    if isinstance(error, httpx.ConnectError):
        return "的证书不受信任" if "CERTIFICATE" in str(error).upper() else "连接不上"
    return "的应答中断"


def retry_after_seconds(header: str) -> float | None:
    """`Retry-After` in seconds; a date, which the usual pause serves as well, is passed over."""
    return min(float(header), LONGEST_RETRY_AFTER) if header.isdecimal() else None


def parse_page(content: bytes) -> SourcePage:
    """A body as a page. PullFailed when it is none."""
    try:
        answer = json.loads(content, parse_float=str, parse_int=str, parse_constant=reject_constant)
    except (ValueError, RecursionError) as error:
        raise PullFailed("部门接口返回的不是有效的 JSON") from error
    if not isinstance(answer, dict) or not isinstance(answer.get("rows"), list) or "next" not in answer:
        raise PullFailed("部门接口返回的内容缺少 rows 或 next；最后一页应写明 next 为 null")
    following = answer["next"]
    if following is not None and not (isinstance(following, str) and 0 < len(following) <= LONGEST_CURSOR):
        raise PullFailed("部门接口返回的 next 不是游标")
    if not all(isinstance(row, dict) for row in answer["rows"]):
        raise PullFailed("部门接口返回的 rows 中有不是对象的行")
    return SourcePage(answer["rows"], following)


def page_schema() -> dict[str, Any]:
    """An answer as a JSON Schema (2020-12). `parse_page` takes the same, and numbers as cursors."""
    value = {"type": ["string", "number", "boolean", "null"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "部门接口的一页",
        "description": f"GET <地址>?limit=<每页行数>[&cursor=<游标>] 的应答，UTF-8，不超过 {LARGEST_PAGE >> 20} MiB",
        "type": "object",
        "required": ["rows", "next"],
        "properties": {
            "rows": {
                "type": "array",
                "description": "每行一个对象，名称是该类数据的列名，没有的值写 null 或不写",
                "items": {"type": "object", "additionalProperties": value},
            },
            "next": {
                "description": "下一页的游标；最后一页须写明 null",
                "oneOf": [
                    {"type": "string", "minLength": 1, "maxLength": LONGEST_CURSOR},
                    {"type": "number"},
                    {"type": "null"},
                ],
            },
        },
        "examples": [{"rows": [{"uscc": "92410102MA0124NR70", "year": 2025, "tax_paid": 1280.5}], "next": None}],
    }


def reject_constant(name: str) -> str:
    """PullFailed for NaN and Infinity, which are not JSON."""
    raise ValueError(name)
