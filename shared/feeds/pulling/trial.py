"""Checks a bureau's API before the platform pulls from it: all pages fetched, written and judged as a pull would.

Nothing is kept: the pages lie in a folder that is removed at the end.
"""

import tempfile
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from shared.feeds.contract.model import FeedsError
from shared.feeds.pulling.page_spool import PageSpool, unknown_names_warning
from shared.feeds.pulling.paged_api import PagedApi, PullFailed, PullInterrupted, PullSource, RetryPolicy
from shared.feeds.validation.file_trial import FileTrial, try_file

PATIENCE = RetryPolicy(attempts=3, total=30, first_pause=0.5, longest_pause=5, answer=30)
MOST_PAGES = 100_000


@dataclass(frozen=True)
class PullTrial:
    """What came: the number of pages, and the judgement of their rows."""

    pages: int
    file: FileTrial


async def try_pull(
    source: PullSource,
    rejects: Path,
    *,
    today: date,
    patience: RetryPolicy = PATIENCE,
) -> PullTrial:
    """Fetches and judges everything. FeedsError with a sentence that says what is wrong and what would be right."""
    with tempfile.TemporaryDirectory(prefix="minglu-") as folder:
        spool = PageSpool(Path(folder), uuid.uuid4(), source.feed)
        try:
            pages, unknown = await _fetch_all(source, spool, patience)
        except (PullFailed, PullInterrupted) as error:
            raise FeedsError(str(error)) from error
        whole = Path(folder) / f"{source.feed}.csv"
        with whole.open("wb") as file:
            async for part in spool.content(pages):
                file.write(part)
        found = try_file(whole, source.feed, rejects, today=today)
        return PullTrial(pages, found.with_warnings(unknown_names_warning(unknown)))


async def _fetch_all(source: PullSource, spool: PageSpool, patience: RetryPolicy) -> tuple[int, set[str]]:
    asked, unknown, number, cursor = set[str](), set[str](), 0, ""
    async with PagedApi(source, [urlsplit(source.url).netloc], patience) as api:
        while True:
            page = await api.page(cursor)
            number += 1
            unknown |= set(spool.write(number, page.rows).unknown)
            if page.next is None:
                return number, unknown
            asked.add(cursor)
            cursor = page.next
            if cursor in asked or number >= MOST_PAGES:
                raise PullFailed("部门接口的游标又回到取过的一页，取数不会结束")
