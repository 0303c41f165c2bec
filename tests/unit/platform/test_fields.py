"""Codes: the stored form is strict, a code that somebody looks for may be written as people write it."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.platform.fields import Region, Uscc, UsccLookup

STORED = "92410103MA0000015K"


@pytest.mark.parametrize(
    "written", [STORED, STORED.lower(), " 9241 0103 MA00 0001 5K", "９２４１０１０３ＭＡ０００００１５Ｋ"]
)
def test_a_code_is_found_however_it_is_written(written: str) -> None:
    assert TypeAdapter(UsccLookup).validate_python(written) == STORED


@pytest.mark.parametrize("written", [STORED[:-1], f"{STORED}0", "92410103MA00000１５*", 92, None])
def test_what_is_no_code_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(UsccLookup).validate_python(written)


@pytest.mark.parametrize("written", [STORED.lower(), "91410103MA0000015K", "92410103MA000001OK"])
def test_a_stored_code_is_a_household_in_its_one_form(written: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Uscc).validate_python(written)


@pytest.mark.parametrize(
    ("written", "right"), [("41", True), ("410105", True), ("4", False), ("041", False), ("01", False), ("４１", False)]
)
def test_a_region_is_two_four_or_six_digits(written: str, right: bool) -> None:
    if right:
        assert TypeAdapter(Region).validate_python(written) == written
    else:
        with pytest.raises(ValidationError):
            TypeAdapter(Region).validate_python(written)
