"""The fast paths say the same as the slow and simple ones."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings, strategies as st

from shared.feeds.validation.registered_households import HashIndex
from shared.feeds.validation.uscc_faults import uscc_faults
from shared.reference.uscc import uscc_problem
from shared.reference.uscc_form import ALPHABET
from tests.unit.feeds.feed_folders import codes

few = st.integers(0, 30).map(lambda number: number * (1 << 58) % (1 << 64))
hashes = st.lists(st.one_of(few, st.integers(0, 2**64 - 1)), max_size=200)


@given(hashes, hashes)
def test_an_index_finds_what_a_dictionary_finds(rows: list[int], wanted: list[int]) -> None:
    index = HashIndex(np.array(rows, np.uint64))

    found = index.find(np.array(wanted, np.uint64))

    assert [-1 if place < 0 else rows[place] for place in found] == [one if one in rows else -1 for one in wanted]


@given(hashes)
def test_an_index_knows_every_row_whose_hash_repeats(rows: list[int]) -> None:
    index = HashIndex(np.array(rows, np.uint64))

    assert index.repeats.tolist() == [place for place, one in enumerate(rows) if rows.count(one) > 1]


def test_an_index_of_many_rows_finds_each() -> None:
    rows = np.random.default_rng(1).integers(0, 2**63, 300_000, dtype=np.uint64)
    rows[1000:1010] = rows[:10]
    index = HashIndex(rows)
    assert (rows[index.find(rows)] == rows).all()
    assert (index.find(rows + np.uint64(1 << 63)) == -1).all()
    assert index.repeats.tolist() == [*range(10), *range(1000, 1010)]


VALID = codes(40)
spoilt = st.builds(
    lambda code, place, character: code[:place] + character + code[place + 1 :],
    st.sampled_from(VALID),
    st.integers(0, 17),
    st.sampled_from(ALPHABET + "IOSVZaz 九-"),
)
some_code = st.one_of(st.none(), st.sampled_from(VALID), spoilt, st.text(max_size=20), st.text("0129MA", min_size=18))


@settings(max_examples=300)
@given(st.lists(some_code, max_size=30), st.integers(0, 5))
def test_codes_in_bulk_have_the_faults_that_they_have_one_by_one(cells: list[str | None], skipped: int) -> None:
    array = pa.array(cells, pa.string())[skipped:]
    expected = [(place, uscc_problem(code)) for place, code in enumerate(cells[skipped:]) if code is not None]

    faults = uscc_faults(array)

    assert faults.malformed.tolist() == [place for place, problem in expected if problem == "uscc-format"]
    assert faults.checksum.tolist() == [place for place, problem in expected if problem == "uscc-checksum"]
