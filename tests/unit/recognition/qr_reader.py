"""Reads QR codes of level M as a camera would, once it has found the modules: ISO/IEC 18004, versions 1 to 10.

Written from the standard alone, so that it agrees with what draws them only if both are right. It corrects no errors:
what it reads has none.
"""

import re
from collections.abc import Iterator, Sequence

Matrix = Sequence[Sequence[bool]]

LEVEL_M = 0b00
BYTES = 0b0100
FORMAT_MASK = 0b101010000010010
ALIGNED: dict[int, Sequence[int]] = {
    1: (),
    2: (6, 18),
    3: (6, 22),
    4: (6, 26),
    5: (6, 30),
    6: (6, 34),
    7: (6, 22, 38),
    8: (6, 24, 42),
    9: (6, 26, 46),
    10: (6, 28, 50),
}
BLOCKS: dict[int, Sequence[int]] = {
    1: (16,),
    2: (28,),
    3: (44,),
    4: (32, 32),
    5: (43, 43),
    6: (27,) * 4,
    7: (31,) * 4,
    8: (38, 38, 39, 39),
    9: (36, 36, 36, 37, 37),
    10: (43, 43, 43, 43, 44),
}
"""Bytes of data in each block, by version, at level M"""
MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, _: y % 2 == 0,
    lambda _, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: (y * x) % 2 + (y * x) % 3 == 0,
    lambda y, x: ((y * x) % 2 + (y * x) % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + (y * x) % 3) % 2 == 0,
)
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def modules_of(path: str, size: int, quiet: int = 4) -> Matrix:
    """The modules that a path of runs draws on a square of that size, without the empty ones around; an error where
    something stands in those.
    """
    drawn = [[False] * size for _ in range(size)]
    for x, y, width, back in (tuple(map(int, one)) for one in RUN.findall(path)):
        assert width == back
        for at in range(x, x + width):
            drawn[y][at] = True
    inside = [row[quiet:-quiet] for row in drawn[quiet:-quiet]]
    assert sum(map(sum, inside)) == sum(map(sum, drawn)), "the quiet zone is not empty"
    return inside


def read_code(matrix: Matrix) -> str:
    """What a code says."""
    version = (len(matrix) - 17) // 4
    mask = MASKS[_mask_number(matrix)]
    free = _free(len(matrix), version)
    bits = [matrix[y][x] is not mask(y, x) for y, x in _in_order(len(matrix)) if (y, x) in free]
    words = [_number(bits[start : start + 8]) for start in range(0, len(bits) - 7, 8)]
    said = [bool(word >> place & 1) for word in _joined(words, BLOCKS[version]) for place in range(7, -1, -1)]
    assert _number(said[:4]) == BYTES
    counted = 8 if version < 10 else 16
    length, begins = _number(said[4 : 4 + counted]), 4 + counted
    return bytes(_number(said[begins + 8 * n : begins + 8 * n + 8]) for n in range(length)).decode()


def _mask_number(matrix: Matrix) -> int:
    """From the fifteen bits at the finder above and left, whose level must be M."""
    places = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    said = _number([matrix[y][x] for y, x in places]) ^ FORMAT_MASK
    assert said >> 13 == LEVEL_M
    return said >> 10 & 0b111


def _free(size: int, version: int) -> set[tuple[int, int]]:
    """The modules that hold data: neither finders, timing, alignment nor what the code says about itself."""
    taken = {(y, x) for y in range(9) for x in (*range(9), *range(size - 8, size))}
    taken |= {(y, x) for y in range(size - 8, size) for x in range(9)}
    taken |= {one for at in range(size) for one in ((6, at), (at, 6))}
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for middle in ((y, x) for y in ALIGNED[version] for x in ALIGNED[version]):
        if middle not in corners:
            taken |= {(middle[0] + y, middle[1] + x) for y in range(-2, 3) for x in range(-2, 3)}
    if version >= 7:
        beside = [(y, x) for y in range(6) for x in range(size - 11, size - 8)]
        taken |= {*beside, *((x, y) for y, x in beside)}
    return {(y, x) for y in range(size) for x in range(size)} - taken


def _in_order(size: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn; the timing column is none of them."""
    upwards = True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for y in range(size - 1, -1, -1) if upwards else range(size):
            yield from ((y, right), (y, right - 1))
        upwards = not upwards


def _joined(words: Sequence[int], lengths: Sequence[int]) -> Iterator[int]:
    """The data of the blocks one after another: in the code the first of each come first, then the second of each."""
    blocks: list[list[int]] = [[] for _ in lengths]
    following = iter(words)
    for place in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if place < length:
                block.append(next(following))
    for block in blocks:
        yield from block


def _number(bits: Sequence[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
