"""Reads documents and citations, and checks that every quote is verbatim (whitespace aside).

A citation without a quote, or with a quote that the document's text does not contain, is an error.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from shared.law.language.errors import Place, PolicyError
from shared.law.model.clauses import Citation, Document
from shared.law.reader.fields import Fields
from shared.law.reader.yaml_tree import YamlItem, display_path

_BLANKS = re.compile(r"[\s\u3000]+")


def is_verbatim(quote: str, text: Path) -> bool:
    """Whether the text contains the quote exactly, whitespace aside."""
    return _without_blanks(quote) in _text(text, text.stat().st_mtime_ns)


def read_text(path: Path) -> str:
    """A document's text. Errors: PolicyError where the file is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"文件原文 {path.name} 不是 UTF-8 编码；请用“另存为”选 UTF-8 编码再保存"
        raise PolicyError(message, Place(display_path(path), 1)) from error


@lru_cache(maxsize=16)
def _text(path: Path, _changed: int) -> str:
    return _without_blanks(read_text(path))


def _without_blanks(words: str) -> str:
    return _BLANKS.sub("", words)


def _begun(quote: str) -> str:
    """Enough of a quote to find it again."""
    return quote if len(quote) <= _SHOWN else f"{quote[:_SHOWN]}…"


_SHOWN = 40
_SHORTEST = 2
"""A single character occurs everywhere and proves nothing."""
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零\d]+条")
_DOCUMENT_FIELDS = ("number", "title", "issuer", "issued_on", "text")


def read_document(fields: Fields) -> Document:
    """The document of a policy or of one citation."""
    title, text = fields.text("title"), fields.text_or_none("text")
    if text is not None and Path(text).name != text:
        raise PolicyError(f"文件原文“{text}”应只写文件名（放在 texts 文件夹里）", fields.item("text").place)
    return Document(
        number=fields.text_or_none("number") or f"《{title}》",
        title=title,
        issuer=fields.text("issuer"),
        issued_on=fields.day_or_none("issued_on"),
        text=text,
    )


class CitationReader:
    """Reads citations; `texts` are the folders of the documents' texts, without any, quotes are not checked again."""

    def __init__(self, document: Document, texts: Sequence[Path]) -> None:
        self._document = document
        self._texts = tuple(texts)

    def read(self, owner: Fields) -> Citation:
        """The citation of a clause, type, parameter …: article and verbatim quote."""
        if "citation" not in owner:
            raise PolicyError(f"{owner.what}没有依据；请写 citation: {{article: 条款号, quote: 文件原文}}", owner.place)
        fields = owner.fields("citation", f"{owner.what}的依据", ("article", "quote", "document"))
        document = self._document
        if "document" in fields:
            document = read_document(fields.fields("document", "依据的文件", _DOCUMENT_FIELDS))
        citation = Citation(document, fields.text("article"), fields.text("quote"))
        self._check(citation, fields.item("quote"))
        return citation

    def _check(self, citation: Citation, quote: YamlItem) -> None:
        name = citation.document.text
        if not self._texts or name is None:
            return
        text = next((folder / name for folder in self._texts if (folder / name).is_file()), None)
        if text is None:
            raise PolicyError(f"没有文件原文 {name}（应放在 {self._texts[0].name} 文件夹里）", quote.place)
        if len(_without_blanks(citation.quote)) < _SHORTEST:
            raise PolicyError(f"引文“{citation.quote}”太短，看不出引的是哪一句；请多抄几个字", quote.place)
        article = _ARTICLE.search(citation.article)
        if article is not None and not is_verbatim(article[0], text):
            raise PolicyError(f"文件原文 {text.name} 里没有“{article[0]}”；请写引文所在的条款号", quote.place)
        if not is_verbatim(citation.quote, text):
            raise PolicyError(f"引文“{_begun(citation.quote)}”不在文件原文 {text.name} 里；请逐字照抄", quote.place)
