"""``python scripts/unused.py``: code that nothing in the platform uses (``make unused``, part of ``make check``).

Vulture reads the source. What is reached another way is left out here: routes and commands by their decorator, fields
of classes (their use is a JSON key or a column), migrations. What tests alone use is unused. ``unused_allowed.txt``
names the rest that stays, each with its reason; a line there that is no longer needed is an error, too.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture
from vulture.core import Item

ROOT = Path(__file__).parents[1]
SOURCES = ("services", "shared", "deploy", "scripts", "benchmarks")
ALLOWED = Path(__file__).with_name("unused_allowed.txt")
CALLED_BY_FRAMEWORKS = (
    "@*router.*",
    "@app.*",
    "@*.command",
    "@*.callback",
    "@*_validator",
    "@*_serializer",
    "@compiles",
    "@declared_attr*",
    "@*listens_for",
)


def unused() -> Iterator[Item]:
    """Functions, classes, methods, imports and names of modules that are defined and never read."""
    vulture = Vulture(ignore_decorators=list(CALLED_BY_FRAMEWORKS))
    vulture.scavenge([str(ROOT / folder) for folder in SOURCES])
    for item in vulture.get_unused_code(min_confidence=60):
        field = item.typ in ("variable", "attribute") and is_indented(item)
        if not field and "migrations" not in Path(item.filename).parts:
            yield item


def is_indented(item: Item) -> bool:
    """Whether it is defined inside a class or function: a field, a member, an attribute."""
    line: str = Path(item.filename).read_text("utf-8").splitlines()[item.first_lineno - 1]
    return line.startswith(" ")


def allowed() -> dict[str, str]:
    """Name → reason."""
    lines = [line for line in ALLOWED.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, _, reason in (line.partition(":") for line in lines)}


def main() -> int:
    """Prints what is unused and what is allowed needlessly; 1 if there is either."""
    reasons = allowed()
    items = list(unused())
    reports = [
        f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno}: unused {item.typ} {item.name}"
        for item in items
        if not reasons.get(item.name)
    ]
    needless = reasons.keys() - {item.name for item in items}
    reports += [f"{ALLOWED.relative_to(ROOT)}: {name} is used, or gone: take it off the list" for name in needless]
    sys.stdout.writelines(f"{report}\n" for report in sorted(reports))
    return 1 if reports else 0


if __name__ == "__main__":
    sys.exit(main())
