"""Codes of households: what passes, what is flagged, and one opinion among all who check."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray
from stdnum.cn import uscc as stdnum_uscc

from shared.reference.uscc import (
    ORGANISATION_ALPHABET,
    checksum_ok,
    make_usccs,
    organisation_check_digit,
    uscc_check_character,
    uscc_problem,
)
from shared.reference.uscc_form import ALPHABET

GOOD = [
    "92410103MA0000015K",
    "92120101MA0000023H",
    "92232701MA0000031Y",
    "92620702MA000004X3",
    "92500102MA00000585",
]
bodies = st.text(ALPHABET, min_size=8, max_size=8)
regions = st.integers(0, 999_999).map("{:06d}".format)
codes_of_any_kind = st.text(ALPHABET, min_size=18, max_size=18)


def as_bytes(codes: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("".join(codes).encode("latin-1"), dtype=np.uint8).reshape(-1, 18)


def complete(region: str, body: str) -> str:
    first17 = "92" + region + body + organisation_check_digit(body)
    return first17 + uscc_check_character(first17)


@pytest.mark.parametrize("code", GOOD)
def test_invented_codes_that_pass_both_checks_have_no_problem(code: str):
    assert uscc_problem(code) is None
    assert checksum_ok(as_bytes([code])).all()


@pytest.mark.parametrize("body", ["60003734", "77604965"])
def test_the_organisation_check_digit_agrees_with_published_codes(body: str):
    assert organisation_check_digit(body) == {"60003734": "1", "77604965": "3"}[body]


def test_a_code_of_an_enterprise_is_not_a_household():
    assert uscc_problem("91350203M0001QAY9B") == "uscc-format"


def test_a_real_code_that_fails_its_check_is_flagged_once_it_is_a_household():
    """91350203M0001QAY9B is in the national register although its check character is wrong."""
    assert not checksum_ok(as_bytes(["91350203M0001QAY9B"])).any()
    assert uscc_problem("92350203M0001QAY9B") == "uscc-checksum"


@pytest.mark.parametrize(
    "code", ["", "92410103MA0000015", GOOD[0] + "0", "92410103MA000001IK", "92410103ma0000015k", "９" * 18]
)
def test_a_code_of_another_form_is_a_format_problem(code: str):
    assert uscc_problem(code) == "uscc-format"


@settings(deadline=None)
@given(regions, bodies)
def test_a_completed_code_is_right_for_scalar_bulk_and_stdnum(region: str, body: str):
    code = complete(region, body)
    assert uscc_problem(code) is None
    assert checksum_ok(as_bytes([code])).all()
    assert stdnum_uscc.is_valid(code)


@settings(deadline=None)
@given(regions, bodies, st.integers(2, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found_by_scalar_and_bulk(region: str, body: str, place: int, character: str):
    code = complete(region, body)
    wrong = code[:place] + character + code[place + 1 :]
    found = uscc_problem(wrong) is not None
    assert found == (wrong != code)
    assert checksum_ok(as_bytes([wrong])).all() != found


@settings(deadline=None)
@given(st.lists(codes_of_any_kind, min_size=1, max_size=50))
def test_bulk_and_scalar_agree_on_codes_of_any_kind(codes: list[str]):
    households = ["92" + code[2:] for code in codes]
    assert checksum_ok(as_bytes(households)).tolist() == [uscc_problem(c) is None for c in households]


@settings(deadline=None)
@given(st.lists(st.binary(min_size=18, max_size=18), min_size=1, max_size=50))
def test_bulk_takes_any_bytes(rows: list[bytes]):
    codes = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(-1, 18)
    texts = ["92" + row.decode("latin-1")[2:] for row in rows]
    ok = checksum_ok(as_bytes(texts)).tolist()
    assert ok == [uscc_problem(text) is None for text in texts]
    assert checksum_ok(codes).shape == (len(rows),)


def test_stdnum_alone_would_let_a_foreign_organisation_code_pass():
    """The planted naive check: only the last character. A wrong inner digit with a right end gets by."""
    first17 = GOOD[0][:16] + "7"
    code = first17 + uscc_check_character(first17)
    assert stdnum_uscc.is_valid(code)
    assert uscc_problem(code) == "uscc-checksum"
    assert not checksum_ok(as_bytes([code])).any()


def test_made_codes_are_valid_and_different():
    serials = np.arange(0, 31**6, 31**6 // 20_000, dtype=np.int64)
    codes = make_usccs(np.full(len(serials), 410103, dtype=np.int32), serials)
    assert len(set(codes.tolist())) == len(serials)
    assert checksum_ok(codes.view(np.uint8).reshape(-1, 18)).all()
    assert all(uscc_problem(code.decode()) is None for code in codes[::97])


@pytest.mark.parametrize(("region", "serial"), [(410103, 31**6), (410103, -1), (1_000_000, 0), (-1, 0)])
def test_a_code_that_cannot_be_written_is_refused(region: int, serial: int):
    with pytest.raises(ValueError, match=r"serials|regions"):
        make_usccs(np.array([region], dtype=np.int32), np.array([serial], dtype=np.int64))


@pytest.mark.parametrize("first17", ["92", "92410103MA000001I"])
def test_no_check_character_for_what_is_no_code(first17: str):
    with pytest.raises(ValueError, match="character"):
        uscc_check_character(first17)


def test_the_organisation_alphabet_is_wider_than_the_code_s():
    assert set(ALPHABET) < set(ORGANISATION_ALPHABET)


def test_codes_of_another_width_are_refused():
    with pytest.raises(ValueError, match="shape"):
        checksum_ok(np.zeros((2, 15), dtype=np.uint8))
