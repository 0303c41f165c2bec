"""Freezes the event schemas of a release: `python -m shared.contracts.freeze 0.1.0`.

They are kept in docs/contracts/released/0.1.0. Until the changelog has a section for the version, freezing again
replaces them; from then on it is refused. A test compares what is frozen with what the payloads say: within an event's
version only optional fields are added.
"""

import re
import shutil
import sys
from pathlib import Path

from shared.contracts.generate import FOLDER, documents

RELEASED = FOLDER / "released"
CHANGELOG = FOLDER.parents[1] / "CHANGELOG.md"


def released_versions(changelog: Path = CHANGELOG) -> list[str]:
    """The versions that have a section in the changelog."""
    return re.findall(r"^## v?(\d+\.\d+\.\d+)\b", changelog.read_text("utf-8"), re.MULTILINE)


def is_released(version: str, changelog: Path = CHANGELOG) -> bool:
    """Whether the changelog has a section of this version."""
    return version in released_versions(changelog)


def freeze(version: str, folder: Path = RELEASED) -> None:
    """Write the current schemas as those of the version."""
    shutil.rmtree(folder / version, ignore_errors=True)
    (folder / version).mkdir(parents=True)
    for name, content in documents().items():
        if name != "asyncapi.json":
            (folder / version / name).write_text(content, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Freeze the version named; exit code 2 for wrong usage, 3 for a released version."""
    if len(arguments) != 1 or not re.fullmatch(r"\d+\.\d+\.\d+", arguments[0]):
        sys.stderr.write("usage: python -m shared.contracts.freeze 0.1.0\n")
        return 2
    if is_released(arguments[0]):
        sys.stderr.write(f"{arguments[0]} is released: what it promised stays as it is\n")
        return 3
    freeze(arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
