"""A person's own data as a file: every query of every service runs, and names whose rows it wants."""

import re
from importlib import import_module

import pytest

from shared.database.connections import Database
from shared.platform.own_data import ALWAYS, OwnDataKind

PACKAGES = [f"services.{name}" for name in ("typing", "recognition", "objection", "notification", "support", "portal")]
OF_OTHERS = re.compile(
    r"(?<!respond|.issued)_by\b(?! IS NOT NULL)|objector|reviewed|entered(?!_at)|claimed"
    r"|(?<!:)\bsubject\b(?! = :subject)|sha256|\*"
)
"""Columns that name members of staff or other people, or everything; whether there is somebody names nobody."""


@pytest.fixture(params=PACKAGES, scope="module")
def service_package(request: pytest.FixtureRequest) -> str:
    """Each service, for `database_url`."""
    return str(request.param)


async def test_each_kind_says_what_for_and_how_long_and_is_found(database: Database, service_package: str) -> None:
    kinds: list[OwnDataKind] = import_module(f"{service_package}.own_data").KINDS
    async with database.reading() as session:
        for kind in kinds:
            assert await kind.rows(session, "v1:nobody", ["924101020000000000"]) == []
            assert "个人信息保护法" in kind.purpose, kind.title
            assert "term:" not in kind.kept_as_said(service_package.partition(".")[2])
            assert OF_OTHERS.search(kind.query) is None, kind.title


def test_a_query_for_nobody_in_particular_is_no_kind() -> None:
    with pytest.raises(ValueError, match="does not name the operator"):
        OwnDataKind("申报", "", ALWAYS, "SELECT name FROM application")
