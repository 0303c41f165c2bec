"""A1, A2 without a database: whatever is done to an export, the verifier finds it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from shared.platform.audit_chain import GENESIS, Entry, canonical, read_export, verify


def chain(name: str, length: int) -> list[Entry]:
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        prev = entries[-1].hash if entries else GENESIS
        at = f"2025-07-01T00:00:{seq:02}.000000+00:00"
        entry = Entry(name, seq, at, "li", "run:publish", str(seq), {"counties": seq}, prev)
        entries.append(replace(entry, hash=entry.digest()))
    return entries


BOOK = chain("410102", 6) + chain("410103", 3)
SIGNED = {"410102": {2: BOOK[1].hash, 4: BOOK[3].hash}, "410103": {3: BOOK[8].hash}}


def rebuilt(entries: Sequence[Entry]) -> list[Entry]:
    """What somebody who knows the scheme would do: number and hash everything anew."""
    done: dict[str, list[Entry]] = {}
    for entry in entries:
        before = done.setdefault(entry.chain, [])
        anew = replace(entry, seq=len(before) + 1, prev=before[-1].hash if before else GENESIS)
        before.append(replace(anew, hash=anew.digest()))
    return [entry for entries in done.values() for entry in entries]


def edit(book: list[Entry], at: int) -> list[Entry]:
    return [*book[:at], replace(book[at], actor="wang"), *book[at + 1 :]]


def edit_details(book: list[Entry], at: int) -> list[Entry]:
    return [*book[:at], replace(book[at], details={"counties": 99}), *book[at + 1 :]]


def delete(book: list[Entry], at: int) -> list[Entry]:
    return book[:at] + book[at + 1 :]


def insert(book: list[Entry], at: int) -> list[Entry]:
    return [*book[:at], replace(book[at], subject="forged"), *book[at:]]


def exchange(book: list[Entry], at: int) -> list[Entry]:
    return [*book[:at], book[at + 1], book[at], *book[at + 2 :]]


TAMPERINGS = [edit, edit_details, delete, insert, exchange]


def test_an_untouched_book_is_in_order() -> None:
    assert verify(BOOK, SIGNED) == []
    assert verify(BOOK, {}) == []


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_even_without_checkpoints(
    tamper: Callable[[list[Entry], int], list[Entry]], at: int
) -> None:
    assert verify(tamper(BOOK, at), {})


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_tampering_with_all_hashes_made_anew_is_found_by_the_checkpoints(
    tamper: Callable[[list[Entry], int], list[Entry]], at: int
) -> None:
    forged = rebuilt(tamper(BOOK, at))
    assert verify(forged, {}) == [], "consistent in itself"
    assert verify(forged, SIGNED)


def test_truncation_before_a_checkpoint_is_found() -> None:
    cut = [entry for entry in BOOK if entry.chain != "410102" or entry.seq <= 3]
    assert verify(cut, {}) == []
    [finding] = verify(cut, SIGNED)
    assert (finding.chain, finding.seq) == ("410102", 4)
    assert "末尾的记录被删除" in finding.message


def test_truncation_after_the_last_checkpoint_leaves_no_trace() -> None:
    """The limit of the scheme, told in the verifier's documentation: a checkpoint a minute bounds it."""
    cut = [entry for entry in BOOK if entry.chain != "410102" or entry.seq <= 4]
    assert verify(cut, SIGNED) == []


def test_a_whole_chain_that_is_missing_is_found() -> None:
    assert verify(chain("410102", 6), SIGNED)


def test_an_export_of_one_region_is_not_asked_for_others() -> None:
    assert verify(BOOK[6:], SIGNED, prefix="410103") == []


def test_comparing_hashes_alone_would_miss_a_deletion_at_the_end() -> None:
    """The planted naive variant: every entry's own hash is right, so what is cut off is not missed."""

    def naive(entries: Sequence[Entry], _signed: Mapping[str, Mapping[int, str]]) -> bool:
        return all(entry.hash == entry.digest() for entry in entries)

    assert naive(BOOK[:3], SIGNED)
    assert naive(delete(BOOK, 2), SIGNED)
    assert verify(delete(BOOK, 2), SIGNED)


def test_an_export_is_read_as_it_was_written() -> None:
    assert list(read_export(entry.line() for entry in BOOK)) == BOOK


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"nonsense", b'{"chain": 1, "more": 2}'])
def test_a_line_that_is_no_entry_is_named(line: bytes) -> None:
    with pytest.raises(ValueError, match="第 2 行"):
        list(read_export([BOOK[0].line(), line]))


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_one_value_is_written_one_way(details: dict[str, object]) -> None:
    backwards = dict(reversed(list(details.items())))
    assert canonical(details) == canonical(backwards)


@pytest.mark.parametrize("value", [1.5, {"a": [2.0]}, b"x", object()])
def test_what_has_several_ways_to_be_written_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"details": value})
