"""Writes the contracts of the feeds: `python -m shared.feeds.documents.generate` fills docs/feeds and
docs/contracts/feeds.

A Frictionless Table Schema and a page per feed; JSON Schemas of the watched folder's manifest and of a page of a pull.
A test fails when the folders differ from what this would write.
"""

import json
from pathlib import Path

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.table_schema import table_schema
from shared.feeds.documents.pages import feed_page
from shared.feeds.intake.manifest import manifest_schema
from shared.feeds.pulling.paged_api import page_schema

DOCS = Path(__file__).parents[3] / "docs"


def documents() -> dict[Path, str]:
    """Every generated document by its path below docs."""
    schemas = {name: table_schema(contract) for name, contract in FEEDS.items()}
    schemas |= {"manifest": manifest_schema(), "pull-page": page_schema()}
    written = {
        Path("contracts") / "feeds" / f"{name}.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas.items()
    }
    return written | {Path("feeds") / f"{name}.md": feed_page(contract) for name, contract in FEEDS.items()}


def main() -> None:
    """Write both folders; schemas that are no longer generated are removed."""
    contents = documents()
    for stale in set((DOCS / "contracts" / "feeds").glob("*.json")) - {DOCS / path for path in contents}:
        stale.unlink()
    for path, content in contents.items():
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
