"""All advisory locks are named in one module, and no two names have one key."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.database import advisory_locks
from shared.database.advisory_locks import AdvisoryLock
from tests.fixtures.postgres import fetch

ROOT = Path(__file__).parents[2]
HOME = Path(advisory_locks.__file__)
ADVISORY_CALL = re.compile(r"pg_(try_)?advisory_\w+|hashtext", re.IGNORECASE)


def strays(root: Path) -> list[str]:
    """Places outside the module that take an advisory lock by themselves."""
    return [
        f"{path.relative_to(root)}:{number}"
        for folder in ("services", "shared", "deploy")
        for path in sorted((root / folder).rglob("*.py"))
        if path != HOME
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if ADVISORY_CALL.search(line)
    ]


def test_no_other_module_takes_an_advisory_lock_by_itself() -> None:
    assert strays(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        'await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": 0x6D696E67})',
        "select(func.pg_try_advisory_lock(7, 8))",
    ],
)
def test_a_planted_one_is_noticed(tmp_path: Path, line: str) -> None:
    planted = tmp_path / "services" / "other.py"
    planted.parent.mkdir()
    planted.write_text(f"x = 1\n{line}\n")
    assert strays(tmp_path) == ["services/other.py:2"]


def test_no_two_names_have_one_key(make_database: Callable[[], str]) -> None:
    """PostgreSQL says what the keys are: names of one hash would be one lock."""
    names = ", ".join(f"hashtext('{lock.value}')" for lock in AdvisoryLock)
    keys = fetch(make_database(), f"SELECT ARRAY[{names}]")
    assert isinstance(keys, list)
    assert len(set(keys)) == len(AdvisoryLock)
    assert all(lock.value.startswith("minglu.") for lock in AdvisoryLock)
