"""docs/security.md: what it calls met or part is shown by tests that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`([\w/]+\.py)`")


def missing_evidence(page: str) -> Iterator[str]:
    """The tests that a page names, with their folder or without, and nobody has."""
    tests = ["/" + path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("*.py")]
    for named in NAMED.findall(page):
        if not any(path.endswith("/" + named) for path in tests):
            yield named


def test_every_test_that_the_page_names_exists() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(NAMED.findall(page)) > 30
    assert list(missing_evidence(page)) == []


def test_evidence_that_is_gone_is_noticed() -> None:
    page = "| K16 | met | `integration/recognition/test_gone.py`, `test_pull.py` |"
    assert list(missing_evidence(page)) == ["integration/recognition/test_gone.py"]
