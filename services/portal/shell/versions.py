"""What a page showed, and what is there now: both, where somebody else was faster."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

FIELD = "_seen"
MOST_SEEN = 8000


@dataclass(frozen=True)
class Changed:
    """A line of the page as it was opened, and as it is."""

    label: str
    before: str
    now: str


def seen_field(facts: Mapping[str, str]) -> str:
    """What a form carries of the page that it stands on."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def changes_since(seen: str, now: Mapping[str, str]) -> list[Changed]:
    """What differs from `seen_field`; nothing where that does not say what was seen."""
    try:
        before = json.loads(seen)
        pairs = [(label, str(before[label]), text) for label, text in now.items() if label in before]
    except (ValueError, TypeError):
        return []
    return [Changed(*one) for one in pairs if one[1] != one[2]]
