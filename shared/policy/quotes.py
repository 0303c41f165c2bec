"""Whether a quote is the law's own text: verbatim, blanks and line breaks aside."""

import re
from functools import lru_cache
from pathlib import Path

_BLANKS = re.compile(r"[\s\u3000]+")


def occurs(quote: str, text: Path) -> bool:
    """Whether the words stand in the text exactly as quoted."""
    return _squeezed(quote) in _text(text, text.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _text(path: Path, _changed: int) -> str:
    return _squeezed(path.read_text(encoding="utf-8"))


def _squeezed(words: str) -> str:
    return _BLANKS.sub("", words)
