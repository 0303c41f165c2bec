"""A file is whole or not there, whenever its writer dies; the naive way of writing is caught."""

from pathlib import Path

import pytest

from services.typing.engine.files import clear_leftovers, replacing


class Died(Exception):
    """The writer dies here."""


def write_in_two(path: Path) -> None:
    """A writer that dies half way."""
    with path.open("w") as file:
        file.write("first half")
        raise Died


def test_a_finished_file_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "results.parquet"
    target.write_text("old")
    with replacing(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "results.parquet"
    target.write_text("old")
    with pytest.raises(Died), replacing(target) as part:
        write_in_two(part)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_naive_writer_is_caught(tmp_path: Path) -> None:
    target = tmp_path / "results.parquet"
    target.write_text("old")
    with pytest.raises(Died):
        write_in_two(target)
    assert target.read_text() == "first half"


def test_leftovers_of_a_killed_writer_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".results.parquet.1-ab.part").write_text("half")
    (tmp_path / "results.parquet").write_text("whole")
    assert clear_leftovers(tmp_path) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["results.parquet"]
