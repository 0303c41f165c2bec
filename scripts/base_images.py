"""The images that ours are made from and run beside, and whether a digest says which bytes they are.

    python scripts/base_images.py           # 1 and a line for each that is named by a tag alone

A tag can be given to other bytes tomorrow; `name:tag@sha256:…` cannot. The digest is learnt from the registry by
whoever builds (docs/howto/run-with-containers.md), and committed.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
IN_COMPOSE = re.compile(r"image:\s*(\S+)")
NAMED = {
    "deploy/Dockerfile": re.compile(r"^FROM\s+(\S+)", re.M),
    "docker-compose.yml": IN_COMPOSE,
    "deploy/proxy/compose.yml": IN_COMPOSE,
}
PINNED = re.compile(r"[a-z0-9./_-]+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}")
OURS = "minglu:local"


def base_images(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """File and image, as they are named; not the one that is built here."""
    for file, pattern in NAMED.items():
        for image in pattern.findall((root / file).read_text(encoding="utf-8")):
            if image != OURS:
                yield file, image


def is_pinned(image: str) -> bool:
    """Whether tag and digest are both there."""
    return PINNED.fullmatch(image) is not None


def main() -> int:
    """The exit code: 1 where an image is not named by its digest."""
    loose = [f"{file}: {image} has no digest" for file, image in base_images() if not is_pinned(image)]
    sys.stdout.writelines(line + "\n" for line in loose)
    return 1 if loose else 0


if __name__ == "__main__":
    raise SystemExit(main())
