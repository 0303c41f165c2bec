"""Which shipped policy a region goes by: the one of the smallest region around it that is in force."""

from dataclasses import replace
from datetime import date

import pytest

from shared.law.reader import loading
from shared.law.reader.loading import recognition_policy_at, shipped_policies


@pytest.mark.parametrize(
    ("region", "policy"),
    [
        ("410105", "zhengzhou-2025"),
        ("4101", "zhengzhou-2025"),
        ("41", None),
        ("410302", None),
        ("120103", "tianjin-2024"),
        ("12", "tianjin-2024"),
        ("232761", "daxinganling-2024"),
        ("500102", None),
        ("", None),
    ],
)
def test_a_region_goes_by_the_policy_around_it(region: str, policy: str | None):
    found = recognition_policy_at(region, date(2026, 8, 11))
    assert (found.id if found else None) == policy


def test_before_its_first_day_a_policy_is_nobodys():
    assert recognition_policy_at("410105", date(2025, 2, 17)) is None
    assert recognition_policy_at("410105", date(2025, 2, 18)) is not None


def test_of_two_around_a_region_the_smaller_one_counts(monkeypatch: pytest.MonkeyPatch):
    wide, narrow = (
        next(one for one in shipped_policies() if one.id == name) for name in ("tianjin-2024", "zhengzhou-2025")
    )
    wide = replace(wide, regions=("41",))
    monkeypatch.setattr(loading, "shipped_policies", lambda: (wide, narrow))
    assert recognition_policy_at("410105", date(2026, 8, 11)) is narrow
    assert recognition_policy_at("410302", date(2026, 8, 11)) is wide
