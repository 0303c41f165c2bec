"""Base images: what their names say. Digests are demanded where MINGLU_IMAGES_BY_DIGEST=1 is set, by whoever builds
with a registry at hand; a digest that nobody has learnt from one is never written down.
"""

import os
import re
from pathlib import Path

import pytest

from scripts.base_images import NAMED, base_images, is_pinned

DIGEST = "sha256:" + "0" * 64


def test_every_image_names_its_version_and_a_digest_is_whole() -> None:
    named = list(base_images())
    assert {file for file, _ in named} == set(NAMED)
    for _, image in named:
        assert re.fullmatch(r"[a-z0-9./_-]+:[0-9][A-Za-z0-9._-]*(@.*)?", image), image
        assert "@" not in image or is_pinned(image), image
        if os.environ.get("MINGLU_IMAGES_BY_DIGEST") == "1":
            assert is_pinned(image), image


@pytest.mark.parametrize(
    ("image", "pinned"),
    [
        ("postgres:18", False),
        (f"postgres:18@{DIGEST}", True),
        (f"postgres@{DIGEST}", False),
        (f"postgres:18@{DIGEST[:-1]}", False),
        ("postgres:18@sha256:latest", False),
    ],
)
def test_only_tag_and_whole_digest_together_pin_an_image(image: str, pinned: bool) -> None:
    assert is_pinned(image) is pinned


def test_an_image_by_tag_alone_is_named_with_its_file(tmp_path: Path) -> None:
    for file in NAMED:
        (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / "deploy" / "Dockerfile").write_text(f"FROM python:3.13@{DIGEST} AS build\nFROM python:3.13\n")
    (tmp_path / "docker-compose.yml").write_text("  image: minglu:local\n    image: postgres:18\n")
    (tmp_path / "deploy" / "proxy" / "compose.yml").write_text("    image: nginx:1\n")
    loose = [one for one in base_images(tmp_path) if not is_pinned(one[1])]
    assert loose == [
        ("deploy/Dockerfile", "python:3.13"),
        ("docker-compose.yml", "postgres:18"),
        ("deploy/proxy/compose.yml", "nginx:1"),
    ]
