"""From numpy to Arrow columns without a Python object per cell; `missing` marks the empty ones."""

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MONEY: Final = pa.decimal128(18, 2)
Mask: TypeAlias = NDArray[np.bool_]
if TYPE_CHECKING:  # generic in the stubs only
    Cells: TypeAlias = pa.Array[Any]
else:
    Cells = pa.Array


def ascii_texts(values: NDArray[np.bytes_], missing: Mask | None = None) -> Cells:
    """Texts of one width, ASCII."""
    width = values.dtype.itemsize
    offsets = np.arange(len(values) + 1, dtype=np.int32) * np.int32(width)
    data = np.ascontiguousarray(values)
    texts = pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets.data), pa.py_buffer(data.view(np.uint8).data))
    return with_blanks(texts, missing)


def pick_labels(labels: list[str], index: NDArray[np.integer], missing: Mask | None = None) -> Cells:
    """One of a few labels per row."""
    return pa.array(labels, pa.string()).take(pa.array(index, mask=missing))


def concatenate(*parts: Cells | str) -> Cells:
    """The parts joined row by row."""
    whole: Cells = pc.binary_join_element_wise(*parts, "")  # type: ignore[call-overload]  # mixture unknown to stubs
    return whole


def money(fen: NDArray[np.int64], missing: Mask | None = None) -> Cells:
    """Yuan with two decimals from whole fen: the two halves of a 128-bit integer, written directly."""
    halves = np.empty((len(fen), 2), dtype="<i8")
    halves[:, 0] = fen
    halves[:, 1] = fen >> 63
    valid = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little").data)
    return pa.Array.from_buffers(MONEY, len(fen), [valid, pa.py_buffer(halves.data)])


def dates(days: NDArray[np.integer], missing: Mask | None = None) -> Cells:
    """Dates from days since 1970."""
    return pa.array(days.astype(np.int32), mask=missing).view(pa.date32())


def counts(values: NDArray[np.integer], missing: Mask | None = None) -> Cells:
    return pa.array(values.astype(np.int64), mask=missing)


def years(values: NDArray[np.integer]) -> Cells:
    return pa.array(values.astype(np.int32))


def flags(values: Mask, missing: Mask | None = None) -> Cells:
    return pa.array(values, mask=missing)


def with_blanks(column: Cells, missing: Mask | None) -> Cells:
    if missing is None or not missing.any():
        return column
    rest: Cells = pc.if_else(pa.array(missing), pa.scalar(None, column.type), column)
    return rest


def digits(target: NDArray[np.uint8], numbers: NDArray[np.integer]) -> None:
    """Writes numbers in decimal, zero-padded, into the columns of a byte matrix."""
    rest = numbers
    for place in range(target.shape[1] - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        target[:, place] = digit + ord("0")


def random_bits_of(numbers: NDArray[np.int64], salt: int) -> NDArray[np.uint64]:
    """64 random bits derived from a number (splitmix64): the same operator has the same name in every household."""
    with np.errstate(over="ignore"):
        bits = numbers.astype(np.uint64) + np.uint64(salt % 2**64)
        bits = (bits + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return bits ^ (bits >> np.uint64(31))


def choice_from_bits(bits: NDArray[np.uint64], shift: int, size: int) -> NDArray[np.int64]:
    """A choice among `size` taken from the bits at `shift`."""
    return ((bits >> np.uint64(shift)) % np.uint64(size)).astype(np.int64)
