"""Papers as answers: set one after the other in a child process, never stored, and refused by name where they cannot be
set.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import structlog
from anyio import CapacityLimiter, fail_after, to_thread
from fastapi import Query, Response

from shared.confined import ChildEndedError
from shared.papers.prose import TEMPLATE as PROSE
from shared.papers.typesetting import FONT_FOLDERS, CharactersMissingError, FontsMissingError, Paper, typeset
from shared.papers.word import docx_of
from shared.platform.errors import Conflict, Invalid, TooLarge, TooMany

log = structlog.get_logger()

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        "description": "PDF（A4，PDF/A-2u）",
    }
}
"""How the API description says that a route answers with a paper: `responses=PDF`."""
PAPER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            DOCX_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
        "description": "PDF（A4，PDF/A-2u），或可以修改的文档（DOCX）",
    }
}
"""The same for a route that answers with either, as its `WantedFormat` says."""
MOST_WAITING = 20
"""Papers that wait for their turn in one process"""
LONGEST_WAIT = 30.0
"""Seconds for which one waits: whoever asks hears of it before a proxy gives up"""


class PaperFormat(StrEnum):
    """As what a paper is wanted: to be printed, or to be worked on before it is issued."""

    PDF = "pdf"
    DOCX = "docx"


WantedFormat = Annotated[PaperFormat, Query(alias="format", description="pdf，或 docx（签发前还要修改的）")]


class OnlyPdf(Invalid):
    """A form to be signed, or a file of many parts, has one shape."""

    slug, title = "paper-only-pdf", "这种文书只有 PDF"
    detail = "送达回证只能下载 PDF。"


class FontsMissing(Conflict):
    """Without the fonts no paper is set: it would show empty boxes. Whoever prints is told, not only who runs it."""

    slug, title = "paper-fonts-missing", "缺少字体"


class CharactersMissing(Conflict):
    """A name has a character that none of the fonts has."""

    slug, title = "paper-characters-missing", "字体缺字"


class PaperTooLarge(TooLarge):
    """It takes longer to set, or more memory, than a paper may."""

    slug, title = "paper-too-large", "文书太大"
    detail = "这份文书在限定的时间和内存内没有排完，没有生成。"


class PapersBusy(TooMany):
    """As many papers wait as may."""

    slug, title = "papers-busy", "文书排队已满"
    detail = "正在排版的文书太多，请稍后再试。"


@dataclass(frozen=True)
class Typesetter:
    """Where the fonts are, and whose turn it is: one paper at a time in a process."""

    folders: Sequence[Path] = FONT_FOLDERS
    turns: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))

    async def set(self, paper: Paper, wanted: PaperFormat = PaperFormat.PDF) -> Response:
        """The paper to save. Call it with no transaction open: it takes a while. 422 where there is no such format."""
        if wanted is PaperFormat.DOCX and paper.template != PROSE:
            raise OnlyPdf
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{paper.name}.{wanted.value}"',
            "X-Content-Type-Options": "nosniff",
        }
        async with self._turn():
            if wanted is PaperFormat.DOCX:
                return Response(await to_thread.run_sync(docx_of, paper), media_type=DOCX_TYPE, headers=headers)
            pdf = await to_thread.run_sync(self._pdf, paper)
            return Response(pdf, media_type="application/pdf", headers=headers)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One's turn. 429 where too many wait, or it does not come in time."""
        if self.turns.statistics().tasks_waiting >= MOST_WAITING:
            raise PapersBusy
        try:
            with fail_after(LONGEST_WAIT):
                await self.turns.acquire()
        except TimeoutError:
            raise PapersBusy from None
        try:
            yield
        finally:
            self.turns.release()

    def _pdf(self, paper: Paper) -> bytes:
        try:
            return typeset(paper, self.folders)
        except FontsMissingError as error:
            log.warning("paper_fonts_missing", fonts=str(error), folders=[str(folder) for folder in self.folders])
            detail = f"服务器上没有字体 {error}，文书不能生成；请安装 fonts-noto-cjk，或者在 paper_fonts 中写明文件夹"
            raise FontsMissing(detail) from None
        except CharactersMissingError as error:
            detail = (
                f"字体里没有下列文字：{error}，文书不能生成；请在设置 paper_fonts 所写的文件夹中加装含有这些字的字体"
            )
            raise CharactersMissing(detail) from None
        except ChildEndedError:
            raise PaperTooLarge from None
