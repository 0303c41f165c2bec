"""Files that browsers load, under names that hold their content's digest: they may be kept for good."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file, read when the process first needs it."""

    name: str
    """For example `minglu.1f2e3d4c5b6a.css`"""
    media_type: str
    content: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """The files of the folder `static`, by the names that they have there."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        found[path.name] = Asset(f"{path.stem}.{digest}{path.suffix}", MEDIA_TYPES[path.suffix], content)
    return MappingProxyType(found)


def asset_address(name: str) -> str:
    """Where browsers find a file; KeyError for one that is not there."""
    return f"/static/{assets()[name].name}"
