"""The unified social credit code (统一社会信用代码, GB 32100-2015) of a household: verified one at a time or millions
at once with the same result, and generated for samples.

18 characters: 92 for a household, six digits of the registering region, nine of the organisation code (GB 11714)
with its own check character, one check character over all. Arrays of codes are bytes of shape (n, 18).
"""

from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from shared.reference.uscc_form import ALPHABET, HOUSEHOLD_PREFIX, LENGTH

ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714
WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_ORGANISATION_VALUE: Final = {character: value for value, character in enumerate(ORGANISATION_ALPHABET)}

UsccProblem = Literal["uscc-format", "uscc-checksum"]


def uscc_problem(code: str) -> UsccProblem | None:
    """What is wrong with a household's code, or None: form first, then the two check characters."""
    if len(code) != LENGTH or not code.startswith(HOUSEHOLD_PREFIX) or any(c not in _VALUE for c in code):
        return "uscc-format"
    if code[16] != organisation_check_digit(code[8:16]) or code[17] != uscc_check_character(code[:17]):
        return "uscc-checksum"
    return None


def uscc_check_character(first17: str) -> str:
    """The 18th character (GB 32100 4.6). ValueError when a character is outside the alphabet."""
    return ALPHABET[-_weighted_sum(first17, WEIGHTS, _VALUE) % 31]


def organisation_check_digit(first8: str) -> str:
    """The organisation code's 9th character (GB 11714 3.2): a digit or X."""
    digit = -_weighted_sum(first8, ORGANISATION_WEIGHTS, _ORGANISATION_VALUE) % 11
    return "X" if digit == 10 else str(digit)


def _weighted_sum(text: str, weights: tuple[int, ...], values: dict[str, int]) -> int:
    if len(text) != len(weights):
        raise ValueError(f"expected {len(weights)} characters, got {len(text)}")
    try:
        return sum(weight * values[character] for weight, character in zip(weights, text, strict=True))
    except KeyError as unknown:
        raise ValueError("character outside the alphabet of the code") from unknown


_BLOCK: Final = 1 << 16  # codes per block: the sums fit into the processor's cache
_ORGANISATION: Final = slice(8, 17)  # position of the organisation code
_SERIALS: Final = 31**6  # number of serials that six characters can hold
_BAD: Final = -1


def checksum_ok(codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For ASCII codes of shape (n, 18): whether every character is in the alphabet and both check characters are right.
    The household prefix is not checked.
    """
    if codes.ndim != 2 or codes.shape[1] != LENGTH:
        raise ValueError(f"expected codes of shape (n, {LENGTH}), got {codes.shape}")
    pairs = np.ascontiguousarray(codes, dtype=np.uint8).view("<u2")
    tables, verdict = _pair_tables(), _verdict_table()
    ok = np.empty(len(pairs), dtype=np.bool_)
    for start in range(0, len(pairs), _BLOCK):
        block = pairs[start : start + _BLOCK]
        total = tables[0][block[:, 0]]
        for place in range(1, LENGTH // 2):
            total += tables[place][block[:, place]]
        ok[start : start + _BLOCK] = verdict[total]
    return ok


def make_usccs(regions: NDArray[np.int32], serials: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Valid household codes: 92, six digits of `regions`, MA and `serials` in base 31, both checks."""
    if serials.size and not (serials.min() >= 0 and serials.max() < _SERIALS):
        raise ValueError(f"serials must lie in 0 to {_SERIALS - 1}")
    if regions.size and not (regions.min() >= 0 and regions.max() <= 999_999):
        raise ValueError("regions are six digits")
    alphabet = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
    codes = np.empty((len(serials), LENGTH), dtype=np.uint8)
    codes[:, 0:2] = np.frombuffer(b"92", dtype=np.uint8)
    codes[:, 8:10] = np.frombuffer(b"MA", dtype=np.uint8)
    _write_number(codes[:, 2:8], regions.astype(np.int64), alphabet[:10])
    _write_number(codes[:, 10:16], serials, alphabet)
    inner = _weighted_sums(codes[:, 8:16], ORGANISATION_WEIGHTS, ORGANISATION_ALPHABET)
    codes[:, 16] = np.frombuffer(b"0123456789X", dtype=np.uint8)[-inner % 11]
    outer = _weighted_sums(codes[:, :17], WEIGHTS, ALPHABET)
    codes[:, 17] = alphabet[-outer % 31]
    return codes.view(f"S{LENGTH}").ravel()


def _write_number(target: NDArray[np.uint8], numbers: NDArray[np.int64], digits: NDArray[np.uint8]) -> None:
    rest = numbers
    for place in range(target.shape[1] - 1, -1, -1):
        rest, digit = np.divmod(rest, len(digits))
        target[:, place] = digits[digit]


def _weighted_sums(codes: NDArray[np.uint8], weights: tuple[int, ...], alphabet: str) -> NDArray[np.int64]:
    values = _values_by_byte(alphabet)
    total = np.zeros(len(codes), dtype=np.int64)
    for place, weight in enumerate(weights):
        total += weight * values[codes[:, place]]
    return total


def _values_by_byte(alphabet: str) -> NDArray[np.int64]:
    """Byte -> value in the alphabet, or _BAD."""
    table = np.full(256, _BAD, dtype=np.int64)
    table[np.frombuffer(alphabet.encode(), dtype=np.uint8)] = np.arange(len(alphabet))
    return table


@cache
def _pair_tables() -> tuple[NDArray[np.uint32], ...]:
    single = [_place_table(place) for place in range(LENGTH)]
    return tuple(
        # little-endian: the first character is the low byte
        (single[place][None, :] + single[place + 1][:, None]).reshape(-1)
        for place in range(0, LENGTH, 2)
    )


def _place_table(place: int) -> NDArray[np.uint32]:
    """The contribution of each of the 256 bytes at `place`, packed."""
    outer = _values_by_byte(ALPHABET)
    weight = 1 if place == LENGTH - 1 else WEIGHTS[place]
    bad = outer == _BAD
    packed = np.where(bad, 0, weight * outer % 31)
    if _ORGANISATION.start <= place < _ORGANISATION.stop - 1:
        inner = _values_by_byte(ORGANISATION_ALPHABET)
        packed |= (ORGANISATION_WEIGHTS[place - _ORGANISATION.start] * inner % 11) << 10
    elif place == _ORGANISATION.stop - 1:
        inner = _values_by_byte("0123456789X")
        bad |= inner == _BAD
        packed |= np.where(bad, 0, inner) << 10
    table: NDArray[np.uint32] = (packed | (bad.astype(np.int64) << 17)).astype(np.uint32)
    return table


@cache
def _verdict_table() -> NDArray[np.bool_]:
    """Packed total -> whether both sums are multiples of their modulus and no character is impossible."""
    good = np.arange(1 << 17)  # totals without an impossible character
    verdicts = np.zeros(1 << 22, dtype=np.bool_)
    verdicts[: len(good)] = (good % 1024 % 31 == 0) & ((good >> 10) % 11 == 0)
    return verdicts
