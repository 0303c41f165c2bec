"""M6: a photo told where it was made; what is removed, and what stays as it was handed in."""

import struct
import zlib

import pytest

from shared.platform.image_metadata import PNG_SIGNATURE, without_metadata

PLACE = b"GPS 34.7466N 113.6253E"


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def exif(orientation: int, order: str = "<") -> bytes:
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(f"{order}IH", 8, 2)
    entries = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0) + struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return segment(0xE1, b"Exif\x00\x00" + head + entries + struct.pack(f"{order}I", 0) + PLACE)


TABLES = segment(0xDB, b"\x00" * 65) + segment(0xC2, b"\x08" * 15)
SCANS = (
    segment(0xDA, b"scan")
    + b"\x12\xff\x00\x34\xff\xd0\x56"
    + segment(0xC4, b"\xff\xd9")
    + segment(0xDA, b"two")
    + b"\x78"
)
PICTURE = TABLES + SCANS + b"\xff\xd9"
JFIF, COLOURS = segment(0xE0, b"JFIF\x00"), segment(0xE2, b"ICC_PROFILE\x00rgb")


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_jpeg_keeps_its_picture_and_says_nothing_else() -> None:
    extra = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE) + segment(0xED, PLACE) + segment(0xFE, PLACE)
    photo = b"\xff\xd8" + JFIF + exif(1) + COLOURS + extra + PICTURE + b"\xff\xd8" + exif(1) + PLACE
    assert without_metadata(photo, "image/jpeg") == b"\xff\xd8" + JFIF + COLOURS + PICTURE


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_is_still_turned_the_right_way(order: str) -> None:
    kept = without_metadata(b"\xff\xd8" + exif(6, order) + PICTURE, "image/jpeg")
    assert PLACE not in kept
    assert kept.endswith(PICTURE)
    assert kept[2:12] == b"\xff\xe1\x00\x22Exif\x00\x00"
    assert without_metadata(kept, "image/jpeg") == kept, "what was cleaned stays as it is"


def test_a_png_keeps_its_picture_and_says_nothing_else() -> None:
    picture = [chunk(b"IHDR", b"x" * 13), chunk(b"IDAT", b"pixels"), chunk(b"IEND")]
    said = [chunk(kind, PLACE) for kind in (b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME")]
    photo = PNG_SIGNATURE + picture[0] + b"".join(said) + picture[1] + picture[2] + PLACE
    assert without_metadata(photo, "image/png") == PNG_SIGNATURE + b"".join(picture)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        (b"\xff\xd8" + exif(1)[:20], "image/jpeg"),
        (b"\xff\xd8\xff\xda\x00\x02\xff", "image/jpeg"),
        (PNG_SIGNATURE + b"...", "image/png"),
        (PNG_SIGNATURE + struct.pack(">I4s", 2**31, b"IDAT"), "image/png"),
        (b"%PDF-1.4 Exif", "application/pdf"),
    ],
)
def test_what_is_no_photo_is_kept_as_it_came(content: bytes, kind: str) -> None:
    assert without_metadata(content, kind) == content
