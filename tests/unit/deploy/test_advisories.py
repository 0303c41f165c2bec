"""No locked package has a weakness that is known to the committed list; and how the list is refreshed."""

import datetime as dt
import json
from typing import Any

import httpx
import pytest

from scripts.advisories import LIST, affected, affects, locked, refreshed

KNOWN: dict[str, Any] = json.loads(LIST.read_text(encoding="utf-8"))


def test_no_locked_version_is_within_an_advisorys_range() -> None:
    assert list(affected(KNOWN, locked())) == []


def test_the_list_is_about_packages_that_we_lock() -> None:
    assert {one["package"] for one in KNOWN["advisories"]} <= {name for name, _ in locked()}
    assert len(KNOWN["advisories"]) > 50


@pytest.mark.parametrize(
    ("version", "found"), [("0.13.4", False), ("0.13.5", True), ("0.26.1", True), ("0.27.0", False), ("1.0.0", False)]
)
def test_a_version_that_is_known_to_be_weak_would_be_found(version: str, found: bool) -> None:
    """The planted fault: Starlette as it was, in the lock."""
    lines = [line for line in affected(KNOWN, [*locked(), ("starlette", version)]) if "PYSEC-2023-83" in line]
    assert len(lines) == found
    assert all("mended in 0.27.0" in line for line in lines)


def test_of_a_package_that_is_locked_twice_both_versions_are_checked() -> None:
    twice = [("starlette", "0.26.1"), ("starlette", "1.0.0")]
    assert any("starlette 0.26.1" in line for line in affected(KNOWN, twice))
    assert sum(name == "numpy" for name, _ in locked()) > 1


def test_what_is_accepted_with_a_reason_is_not_found() -> None:
    advisory = next(one for one in KNOWN["advisories"] if one["id"] == "PYSEC-2023-83")
    accepted = {"advisories": [advisory | {"accepted": "StaticFiles is not used"}]}
    assert list(affected(accepted, [("starlette", "0.26.1")])) == []


def test_a_refresh_adds_what_the_registry_says_and_keeps_what_was_accepted() -> None:
    answers = {
        "starlette": [{"id": "PYSEC-9999-1", "aliases": ["CVE-9999-1"], "fixed_in": ["1.4", "0.9"], "withdrawn": None}],
        "h11": [{"id": "PYSEC-9999-2", "aliases": [], "fixed_in": [], "withdrawn": "9999-01-01T00:00:00Z"}],
    }

    def answer(request: httpx.Request) -> httpx.Response:
        _, _, name, version, _ = request.url.path.split("/")
        assert version == {"starlette": "1.2", "h11": "0.9"}[name]
        return httpx.Response(200, json={"vulnerabilities": answers[name]})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        once = refreshed(KNOWN, [("starlette", "1.2"), ("h11", "0.9")], client, dt.date(2026, 12, 1))
        (new,) = [one for one in once["advisories"] if one not in KNOWN["advisories"]]
        assert (new["package"], new["ranges"]) == ("starlette", [{"introduced": "0", "fixed": "1.4"}])
        assert affects(new, "1.3")
        new["accepted"] = "not reached"
        assert (
            refreshed(once, [("starlette", "1.2"), ("h11", "0.9")], client, dt.date(2026, 12, 2))["advisories"]
            == (once["advisories"])
        )
