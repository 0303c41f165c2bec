"""Documents of people, sealed on the disk: AES-256-GCM under the service's vault keys (docs/adr/0017).

A file keeps the name that the store gives it, the SHA-256 of its plain content, and holds

    MGD1 | length of the key's id | the id | salt (16 bytes) | chunks of at most 1 MiB, each with its tag (16 bytes)

Each file has a key of its own, made from the vault's key and the salt. A chunk's seal covers the header, the name of
the file, its number and whether it is the last: a file that is cut off, put together anew or put in another's place
does not open. Files are written and read chunk by chunk. Those of before are in clear: they are read if they are
what their name says, and `minglu vault rotate` seals them, like all that is under an older key. Without keys a store
keeps files in clear.
"""

import hashlib
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.file_store import BLOCK, Store
from shared.platform.sealed_fields.vault import SealBroken, VaultKeyUnknown

MAGIC: Final = b"MGD1"
"""No document that is taken begins so"""
SALT_BYTES: Final = 16
TAG_BYTES: Final = 16
CLEAR: Final = ""
"""Stands for the key of a file in clear"""


class SealedStore(Store):
    """A store whose files are sealed under the newest of `keys`, by their ids; without keys they are in clear."""

    def __init__(self, data: Path, kind: str, keys: Mapping[str, bytes]) -> None:
        super().__init__(data, kind, suffix="")
        self.keys = keys
        self.newest = next(iter(keys), CLEAR)

    def keep(self, file: Path) -> str:
        """Stores a finished file, which stays, and returns the digest of its content; durable on return."""
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            self._seal(content, sha256)
        return sha256

    def keep_bytes(self, content: bytes) -> str:
        """Stores content that fits in memory."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._seal(BytesIO(content), sha256)
        return sha256

    def content(self, sha256: str) -> Iterator[bytes]:
        """The plain content, in chunks. VaultKeyUnknown, or SealBroken for a file that was changed."""
        with self.path(sha256).open("rb") as file:
            key_id = key_of(file)
            if key_id == CLEAR:
                yield from _checked(file, sha256)
            elif key_id not in self.keys:
                raise VaultKeyUnknown
            else:
                yield from self._opened(file, key_id, sha256)

    def keys_in_use(self) -> Counter[str]:
        """How many files are under each key; those in clear are under CLEAR."""
        counts = Counter[str]()
        for path in self.objects.glob("??/*"):
            with suppress(FileNotFoundError), path.open("rb") as file:  # deleted meanwhile, as its term was over
                counts[key_of(file)] += 1
        return counts

    def reseal(self) -> tuple[int, int]:
        """Seals what is in clear or under an older key anew, under the newest: how many files, and how many could not
        be read. Interrupted, it is begun again and finds what is left.
        """
        sealed = unreadable = 0
        for path in sorted(self.objects.glob("??/*")):
            try:
                with path.open("rb") as file:
                    if key_of(file) == self.newest:
                        continue
                self._seal(_Chunks(self.content(path.name)), path.name)
                sealed += 1
            except FileNotFoundError:  # deleted meanwhile, as its term was over
                continue
            except (VaultKeyUnknown, SealBroken):
                unreadable += 1
        return sealed, unreadable

    def _seal(self, content: "BinaryIO | _Chunks", sha256: str) -> None:
        with self.workspace() as workspace:
            target = workspace / "sealed"
            with target.open("xb") as out:
                out.writelines(self._sealed(content, sha256) if self.keys else iter(lambda: content.read(BLOCK), b""))
                out.flush()
                os.fsync(out.fileno())
            target.chmod(0o400)
            self._name(target, sha256)

    def _sealed(self, content: "BinaryIO | _Chunks", sha256: str) -> Iterator[bytes]:
        salt = secrets.token_bytes(SALT_BYTES)
        header = MAGIC + bytes([len(self.newest)]) + self.newest.encode() + salt
        cipher, number, chunk = _cipher(self.keys[self.newest], salt), 0, content.read(BLOCK)
        yield header
        while True:
            following = content.read(BLOCK)
            yield cipher.encrypt(_nonce(number), chunk, _covered(header, sha256, last=not following))
            if not following:
                return
            number, chunk = number + 1, following

    def _opened(self, file: BinaryIO, key_id: str, sha256: str) -> Iterator[bytes]:
        salt = file.read(SALT_BYTES)
        header = MAGIC + bytes([len(key_id)]) + key_id.encode() + salt
        cipher, number, chunk = _cipher(self.keys[key_id], salt), 0, file.read(BLOCK + TAG_BYTES)
        while True:
            following = file.read(BLOCK + TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(number), chunk, _covered(header, sha256, last=not following))
            except InvalidTag:
                raise SealBroken from None
            if not following:
                return
            number, chunk = number + 1, following


class _Chunks:
    """Chunks of at most a block, read like a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def read(self, _size: int) -> bytes:
        return next(self._chunks, b"")


def key_of(file: BinaryIO) -> str:
    """The id of the key that an open file is sealed under, CLEAR for one in clear; it is read up to there."""
    if file.read(len(MAGIC)) != MAGIC:
        file.seek(0)
        return CLEAR
    length = file.read(1)
    return file.read(length[0] if length else 0).decode("ascii", "replace") or "?"


def _checked(file: BinaryIO, sha256: str) -> Iterator[bytes]:
    """The content of a file in clear. SealBroken instead of its last chunk where it is not what the name says: whoever
    can write to the disk could else put a file in clear in the place of a sealed one.
    """
    digest, chunk = hashlib.sha256(), file.read(BLOCK)
    while chunk:
        digest.update(chunk)
        following = file.read(BLOCK)
        if not following and digest.hexdigest() != sha256:
            raise SealBroken
        yield chunk
        chunk = following


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"minglu document").derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _covered(header: bytes, sha256: str, *, last: bool) -> bytes:
    return header + sha256.encode() + bytes([last])
