"""A cursor says where a list goes on, and only a cursor that we wrote."""

import base64
import contextlib
import datetime as dt
import hashlib
import string
import uuid

import pytest
from hypothesis import given, strategies as st

from shared.platform.paging import CHECK_BYTES, Cursor, PageQuery, page_query
from shared.platform.problems import Problem

texts = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)
values = st.lists(st.one_of(texts, st.integers(-(2**63) + 1, 2**63 - 1)), min_size=1, max_size=4)


@given(values)
def test_what_was_written_is_read(row: list[str | int]) -> None:
    assert Cursor.read(Cursor.write(*row), *(type(value) for value in row)) == tuple(row)


@given(values, st.data())
def test_one_changed_character_is_noticed(row: list[str | int], data: st.DataObject) -> None:
    cursor = Cursor.write(*row)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_"))
    changed = cursor[:place] + other + cursor[place + 1 :]
    with contextlib.suppress(Problem):
        # read at all only if it is the same character, or bits that base64 leaves unused
        assert Cursor.read(changed, *(type(value) for value in row)) == tuple(row)


@given(st.text(max_size=100))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    with pytest.raises(Problem):
        Cursor.read(text, str)


def test_days_and_ids_are_read_as_such() -> None:
    day, number = dt.date(2026, 11, 25), uuid.UUID(int=7)
    assert Cursor.read(Cursor.write(day, number), dt.date, uuid.UUID) == (day, number)


@pytest.mark.parametrize(("written", "kind"), [("2026-13-01", dt.date), ("no id", uuid.UUID), (7, uuid.UUID)])
def test_a_cursor_of_another_list_is_no_day_and_no_id(written: str | int, kind: type[dt.date | uuid.UUID]) -> None:
    with pytest.raises(Problem):
        Cursor.read(Cursor.write(written), kind)


def test_a_page_goes_on_after_its_last_row_if_there_is_one_more() -> None:
    rows = ["甲", "乙", "丙"]
    asked: PageQuery[str] = page_query(None, 2, str)
    page = asked.of(rows, str.upper, str)
    assert (asked.wanted, page.items, page_query(page.next, 2, str).after) == (3, ["甲", "乙"], "乙")
    assert PageQuery[tuple[str]](None, 3).of(rows, str.upper, lambda row: (row,)).next is None


def test_a_list_sorted_by_several_columns_goes_on_after_all_of_them() -> None:
    rows = [(dt.date(2026, 7, 1), 1), (dt.date(2026, 7, 1), 2)]
    page = PageQuery[tuple[dt.date, int]](None, 1).of(rows, str, lambda row: row)
    assert page_query(page.next, 1, dt.date, int).after == rows[0]


def test_no_cursor_is_the_first_page() -> None:
    assert Cursor.read(None, str, int) is None


@pytest.mark.parametrize("kinds", [(int, str), (str,), (str, int, int), (str, str)])
def test_a_cursor_of_another_list_is_refused(kinds: tuple[type[str | int], ...]) -> None:
    with pytest.raises(Problem) as refused:
        Cursor.read(Cursor.write("甲", 1), *kinds)
    assert refused.value.extra["errors"][0]["field"] == "query.cursor"


def test_a_cursor_made_to_exhaust_us_is_refused() -> None:
    text = b"[" * 1000 + b"]" * 1000
    cursor = base64.urlsafe_b64encode(hashlib.sha256(text).digest()[:6] + text).decode()
    with pytest.raises(Problem):
        Cursor.read(cursor, str)


def test_true_is_not_a_number_here() -> None:
    with pytest.raises(Problem):
        Cursor.read(Cursor.write(True), int)


@pytest.mark.parametrize("text", [b'["\\u0000"]', b'["\\ud800"]', b"[9223372036854775808]", b"[-1e400]"])
def test_values_that_no_column_can_hold_are_refused(text: bytes) -> None:
    """Anybody can compute the check: with such values the statement would fail, and the answer would be a 500."""
    cursor = base64.urlsafe_b64encode(hashlib.sha256(text).digest()[:CHECK_BYTES] + text).rstrip(b"=").decode()
    for kind in (str, int):
        with pytest.raises(Problem):
            Cursor.read(cursor, kind)


@pytest.mark.parametrize("text", [b"5", b"null", b'{"a":1}'])
def test_a_cursor_that_somebody_forged_is_refused(text: bytes) -> None:
    forged = base64.urlsafe_b64encode(hashlib.sha256(text).digest()[:CHECK_BYTES] + text).rstrip(b"=").decode()
    with pytest.raises(Problem):
        Cursor.read(forged, str)
