"""The pages that newcomers read name files that exist: a module that moves takes its line in the documents along."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "policies/README.md")),
        ROOT / "docs" / "architecture.md",
        *(ROOT / "docs" / "howto").glob("*.md"),
        *(ROOT / "docs" / "adr").glob("*.md"),
        *(ROOT / "docs" / "feeds").glob("*.md"),
    ]
)
FOLDERS = ("services", "shared", "deploy", "docs", "tests", "policies", "scripts", "benchmarks")
CODE = re.compile(r"`([^`\n]+)`|```.*?```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
PATH = re.compile(rf"(?:^|(?<=[\s\"']))(?:{'|'.join(FOLDERS)})(?:/[\w.*-]+)+/?")
MODULE = re.compile(r"(?<![\w./<>*-])[a-z_][a-z0-9_]*\.py(?![\w/])")
PLACEHOLDER = re.compile(r"[<>{}…]")
MADE_LATER = {"deploy/secrets.env", "tests/releases"}
"""Filled in on a server; written by the first release."""


def named_paths(text: str) -> Iterator[str]:
    """Paths from the root that a page names in its code spans; those with a placeholder are examples."""
    for span in CODE.finditer(text):
        for word in span.group(0).strip("`").split():
            if not PLACEHOLDER.search(word):
                yield from (match.group(0).rstrip("./") for match in PATH.finditer(word.strip(".,;:()")))


def named_modules(text: str) -> Iterator[str]:
    """File names without a folder that a page names in its code spans."""
    for span in CODE.finditer(text):
        yield from MODULE.findall(span.group(0))


def missing(page: Path) -> list[str]:
    """What a page names and the tree does not hold."""
    text = page.read_text("utf-8")
    paths = {name for name in named_paths(text) if name not in MADE_LATER and not list(ROOT.glob(name))}
    links = {link for link in LINK.findall(text) if not (page.parent / link).exists()}
    modules = {name for name in named_modules(text) if not any(list((ROOT / top).rglob(name)) for top in FOLDERS)}
    return sorted(paths | links | modules)


ROADS = {
    "a delivery to an explanation": 51,
    "closing to HouseholdTyped": 28,
    "application to RecognitionGranted": 39,
    "an objection to its answer": 42,
    "until the shopkeeper's phone has it": 36,
    "until a national system has confirmed it": 24,
    "until a household is entitled and visited": 22,
    "an operator signs in and sends a form": 18,
}
"""The main roads, and how many files each may take to read."""


@pytest.mark.parametrize("road", ROADS)
def test_a_road_is_short_and_its_heading_says_how_short(road: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    heading, _, section = next(part for part in text.split("\n## ") if road in part.partition("\n")[0]).partition("\n")
    files = set(re.findall(r"`((?:services|shared)/[\w/]+\.py)`", section))
    assert f"({len(files)} files)" in heading
    assert len(files) <= ROADS[road]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    assert missing(page) == []


def test_a_page_that_names_a_file_which_is_gone_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`shared/clock.py`, `shared/gone.py` and [a page](gone.md); `vanished.py`, `services/<name>/service.py`",
        encoding="utf-8",
    )
    assert missing(page) == ["gone.md", "shared/gone.py", "vanished.py"]
