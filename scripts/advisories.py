"""Known weaknesses of the packages in uv.lock: `deploy/advisories.json`, which `make check` holds against the lock.

    python scripts/advisories.py            # 1 and a line for each locked version that an advisory affects
    python scripts/advisories.py refresh    # `make advisories`: asks PyPI about every locked version first

The list is committed, so that the check needs no network and says the same to everybody; `as_of` is the day of what it
rests on. An advisory's ranges are versions from `introduced` on, before `fixed` (null: none is fixed). One that does
not concern us may be `accepted`, with the reason.
"""

import datetime as dt
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LIST = ROOT / "deploy" / "advisories.json"
PYPI = "https://pypi.org/pypi/{name}/{version}/json"


def locked(root: Path = ROOT) -> Sequence[tuple[str, str]]:
    """Name and version of every package from a registry that uv.lock names; some have a version per interpreter."""
    packages = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))["package"]
    return [(one["name"], one["version"]) for one in packages if "registry" in one["source"]]


def affects(advisory: Mapping[str, Any], version: str) -> bool:
    """Whether a version is within one of an advisory's ranges."""
    asked = Version(version)
    return any(
        Version(one["introduced"]) <= asked and (one["fixed"] is None or asked < Version(one["fixed"]))
        for one in advisory["ranges"]
    )


def affected(known: Mapping[str, Any], versions: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A line for each locked version that an advisory affects and nobody has accepted."""
    for one in known["advisories"]:
        mended = ", ".join(sorted({found["fixed"] for found in one["ranges"] if found["fixed"]})) or "no version yet"
        for name, version in versions:
            if name == one["package"] and "accepted" not in one and affects(one, version):
                yield f"{name} {version}: {one['id']} ({', '.join(one['aliases'])}); mended in {mended}"


def advisories_of(name: str, version: str, answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What PyPI's answer about a version says: in which versions it is mended, and not since when it was wrong."""
    for one in answer.get("vulnerabilities") or []:
        if one.get("withdrawn"):
            continue
        later = sorted(Version(fixed) for fixed in one["fixed_in"] if Version(fixed) > Version(version))
        ranges = [{"introduced": "0", "fixed": str(later[0]) if later else None}]
        yield {"package": name, "id": one["id"], "aliases": sorted(one["aliases"]), "ranges": ranges}


def refreshed(
    known: Mapping[str, Any], versions: Sequence[tuple[str, str]], client: httpx.Client, today: dt.date
) -> dict[str, Any]:
    """The list with what PyPI says of the locked versions; what is known and what was accepted stays."""
    advisories = {(one["package"], one["id"]): one for one in known["advisories"]}
    for name, version in versions:
        answer = client.get(PYPI.format(name=name, version=version)).raise_for_status().json()
        for found in advisories_of(name, version, answer):
            earlier = advisories.get((name, found["id"]), {})
            if not (earlier and affects(earlier, version)):
                advisories[name, found["id"]] = earlier | found
    return {**known, "as_of": today.isoformat(), "advisories": [advisories[key] for key in sorted(advisories)]}


def main(arguments: Sequence[str]) -> int:
    """The exit code: 1 where a locked version is affected."""
    known = json.loads(LIST.read_text(encoding="utf-8"))
    if list(arguments) == ["refresh"]:
        with httpx.Client(timeout=30, follow_redirects=False) as client:
            known = refreshed(known, locked(), client, dt.datetime.now(dt.UTC).date())
        LIST.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    found = list(affected(known, locked()))
    for line in found:
        sys.stdout.write(line + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
