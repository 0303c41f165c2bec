"""``python scripts/check_files.py FILE…``: what pre-commit asks of every file that is committed.

A text ends with exactly one line break, has no conflict marks, and nothing is larger than half a megabyte: data of that
size is generated, or fetched. Texts of laws are kept as they were published.
"""

import sys
from pathlib import Path

LARGEST = 512 * 1024
GENERATED = {"uv.lock"}
AS_PUBLISHED = Path("policies/texts")
CONFLICT = (b"<<<<<<< ", b">>>>>>> ")


def faults(path: Path) -> list[str]:
    """What is wrong with one file, relative to the root of the repository."""
    content = path.read_bytes()
    problems = []
    if len(content) > LARGEST and path.name not in GENERATED:
        problems.append(f"{len(content):,} bytes, more than {LARGEST:,}")
    if b"\0" in content or not content or AS_PUBLISHED in path.parents:
        return problems
    if not content.endswith(b"\n") or content.endswith(b"\n\n"):
        problems.append("does not end with exactly one line break")
    if any(line.startswith(CONFLICT) for line in content.splitlines()):
        problems.append("has conflict marks")
    return problems


def main(names: list[str]) -> int:
    """Prints the faults; 1 if there are any."""
    reports = [f"{name}: {fault}\n" for name in names for fault in faults(Path(name))]
    sys.stdout.writelines(reports)
    return 1 if reports else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
