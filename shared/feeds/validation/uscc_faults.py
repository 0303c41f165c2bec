"""Faults of many codes at once, with the same verdict as `shared.reference.uscc.uscc_problem` for each."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.reference.uscc import checksum_ok
from shared.reference.uscc_form import ALPHABET, HOUSEHOLD_PREFIX, LENGTH

Number = TypeVar("Number", np.int32, np.uint8)

_IN_ALPHABET = np.zeros(256, np.bool_)
_IN_ALPHABET[np.frombuffer(ALPHABET.encode(), np.uint8)] = True
_PREFIX = np.frombuffer(HOUSEHOLD_PREFIX.encode(), np.uint8)


@dataclass(frozen=True)
class UsccFaults:
    """Positions of codes with a fault, by fault; empty cells are not codes and have none."""

    malformed: NDArray[np.int64]
    checksum: NDArray[np.int64]


NO_FAULTS = UsccFaults(np.empty(0, np.int64), np.empty(0, np.int64))


def has_the_form_of_a_code(column: str) -> str:
    """SQL: whether a text is well-formed, whatever its check character."""
    return f"regexp_full_match({column}, '{HOUSEHOLD_PREFIX}[{ALPHABET}]{{{LENGTH - len(HOUSEHOLD_PREFIX)}}}')"


def uscc_faults(codes: pa.StringArray) -> UsccFaults:
    """The faults of an Arrow array of strings (NULL: no code)."""
    if codes.null_count:
        present = np.flatnonzero(codes.is_valid().to_numpy(zero_copy_only=False))
        faults = uscc_faults(codes.drop_null())
        return UsccFaults(present[faults.malformed], present[faults.checksum])
    if not len(codes):
        return NO_FAULTS
    offsets = _content(codes, 1, np.int32)[codes.offset : codes.offset + len(codes) + 1]
    right_length = np.diff(offsets) == LENGTH
    faults = _matrix_faults(_matrix(codes, offsets, right_length))
    if right_length.all():
        return faults
    places = np.flatnonzero(right_length)
    malformed = np.concatenate([np.flatnonzero(~right_length), places[faults.malformed]])
    return UsccFaults(np.sort(malformed), places[faults.checksum])


def _content(codes: pa.StringArray, number: int, dtype: type[Number]) -> NDArray[Number]:
    """One of the array's buffers (1: offsets, 2: text), without copying."""
    buffer = codes.buffers()[number]
    return np.empty(0, dtype) if buffer is None else np.frombuffer(memoryview(buffer), dtype)


def _matrix(codes: pa.StringArray, offsets: NDArray[np.int32], right_length: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The bytes of all codes of the right length, one a row."""
    text = _content(codes, 2, np.uint8)
    if right_length.all():
        return text[offsets[0] : offsets[-1]].reshape(-1, LENGTH)
    starts = offsets[:-1][right_length]
    matrix: NDArray[np.uint8] = text[starts[:, None] + np.arange(LENGTH)]
    return matrix


def _matrix_faults(matrix: NDArray[np.uint8]) -> UsccFaults:
    suspicious = np.flatnonzero(~(checksum_ok(matrix) & (matrix[:, :2] == _PREFIX).all(axis=1)))
    codes = matrix[suspicious]
    formed = _IN_ALPHABET[codes].all(axis=1) & (codes[:, :2] == _PREFIX).all(axis=1)
    return UsccFaults(suspicious[~formed], suspicious[formed])
