"""What a photo says beside its picture is removed: place, time, camera, owner, thumbnails, comments.

A phone writes the place where a photo was made into it. JPEG segments and PNG chunks that hold such data are left out
as the file is copied, and nothing is decoded: the picture stays as it was handed in, which evidence must, and a crafted
picture meets no decoder. The orientation is kept, since photos would lie on their side without it. A file that is no
sequence of segments or chunks is kept as it is: it was taken for what it says.
"""

import struct
from collections.abc import Iterator
from typing import Final

PHOTOS: Final = frozenset({"image/jpeg", "image/png"})
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
PNG_DROPPED: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
EXIF: Final = b"Exif\x00\x00"
ICC: Final = b"ICC_PROFILE\x00"
START_OF_SCAN, END, COMMENT, APP0, APP2, APP14, APP15 = 0xDA, 0xD9, 0xFE, 0xE0, 0xE2, 0xEE, 0xEF
ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length: restarts, start of image"""
ORIENTATION: Final = 0x0112


class _MalformedError(Exception):
    """No sequence of segments or chunks."""


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same picture without what is said about it; other files, and malformed ones, as they are."""
    parts = {"image/jpeg": _jpeg, "image/png": _png}.get(media_type)
    if parts is None:
        return content
    try:
        return b"".join(parts(content))
    except (_MalformedError, struct.error, IndexError):
        return content


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Segments up to the end of the image; what follows it (further images of the camera, videos) is left out."""
    yield content[:2]
    place = 2
    while True:
        if content[place] != 0xFF:
            raise _MalformedError
        marker = content[place + 1]
        if marker == 0xFF:  # fill
            place += 1
            continue
        if marker == END:
            yield content[place : place + 2]
            return
        if marker in ALONE:
            yield content[place : place + 2]
            place += 2
            continue
        end = place + 2 + _length(content, place + 2)
        segment = content[place:end]
        if marker == START_OF_SCAN:
            end = _end_of_scan(content, end)
            yield content[place:end]
        else:
            yield _kept(marker, segment)
        place = end


def _length(content: bytes, place: int) -> int:
    (length,) = struct.unpack_from(">H", content, place)
    if length < 2 or place + length > len(content):
        raise _MalformedError
    return int(length)


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the next marker is after entropy-coded data, in which FF is followed by 00 or a restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise _MalformedError
        following = content[place + 1]
        if following != 0x00 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return place
        place += 1 if following == 0xFF else 2


def _kept(marker: int, segment: bytes) -> bytes:
    """The segment, nothing, or of Exif data the orientation alone."""
    if marker == COMMENT:
        return b""
    if APP0 < marker <= APP15 and marker != APP14:
        data = segment[4:]
        if marker == APP2 and data.startswith(ICC):
            return segment
        turned = _orientation(data[len(EXIF) :]) if data.startswith(EXIF) else None
        return b"" if turned is None else _orientation_segment(turned)
    return segment


def _orientation(tiff: bytes) -> int | None:
    """How a viewer must turn the picture (2 to 8), if the Exif data say so."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(entries):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if (tag, kind, count) == (ORIENTATION, 3, 1):
                return value if 2 <= value <= 8 else None
    except struct.error:
        return None
    return None


def _orientation_segment(orientation: int) -> bytes:
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
    data = EXIF + tiff
    return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data


def _png(content: bytes) -> Iterator[bytes]:
    """Chunks up to the end of the image."""
    yield PNG_SIGNATURE
    place = len(PNG_SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise _MalformedError
        if kind not in PNG_DROPPED:
            yield content[place:end]
        if kind == b"IEND":
            return
        place = end
