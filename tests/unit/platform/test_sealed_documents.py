"""Documents on the disk: sealed, opened chunk by chunk, rotated; what was changed on the disk does not open."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.file_store import BLOCK, Store
from shared.platform.sealed_documents import CLEAR, SealedStore
from shared.platform.sealed_fields.vault import SealBroken, VaultKeyUnknown

OLD, NEW = {"k1": b"1" * 32}, {"k2": b"2" * 32, "k1": b"1" * 32}
SECRET = b"%PDF-1.7 veteran certificate of a made-up person"
SIZES = [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 7]


def content_of(store: SealedStore, digest: str) -> bytes:
    return b"".join(store.content(digest))


@pytest.mark.parametrize("size", SIZES)
def test_a_document_is_read_as_it_was_given_and_lies_there_under_its_own_digest(tmp_path: Path, size: int) -> None:
    store, given = SealedStore(tmp_path, "documents", OLD), (SECRET * (size // len(SECRET) + 1))[:size]
    digest = store.keep_bytes(given)
    assert digest == hashlib.sha256(given).hexdigest()
    assert SECRET not in store.path(digest).read_bytes()
    assert max(len(chunk) for chunk in store.content(digest)) <= BLOCK
    assert content_of(store, digest) == given
    file = tmp_path / "given"
    file.write_bytes(given)
    assert store.keep(file) == digest
    assert content_of(store, digest) == given
    assert list(store.incoming.iterdir()) == []


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte is another": lambda sealed: sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:],
    "the last chunk is gone": lambda sealed: sealed[: 23 + BLOCK + 16],
    "it is cut off inside a chunk": lambda sealed: sealed[:-1],
    "nothing but its header is left": lambda sealed: sealed[:23],
    "chunks have changed places": lambda sealed: (
        sealed[:23] + sealed[23 + BLOCK + 16 : 23 + 2 * (BLOCK + 16)] + sealed[23 : 23 + BLOCK + 16] + sealed[-39:]
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_on_the_disk_does_not_open(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    store = SealedStore(tmp_path, "documents", OLD)
    digest = store.keep_bytes(bytes(2 * BLOCK + 23))
    path = store.path(digest)
    sealed = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(change(sealed))
    with pytest.raises(SealBroken):
        content_of(store, digest)


def test_a_document_in_anothers_place_does_not_open(tmp_path: Path) -> None:
    store = SealedStore(tmp_path, "documents", OLD)
    mine, theirs = store.keep_bytes(SECRET), store.keep_bytes(SECRET + b"!")
    store.path(theirs).replace(store.path(mine))
    with pytest.raises(SealBroken):
        content_of(store, mine)


def test_without_its_key_a_document_does_not_open(tmp_path: Path) -> None:
    digest = SealedStore(tmp_path, "documents", OLD).keep_bytes(SECRET)
    with pytest.raises(VaultKeyUnknown):
        content_of(SealedStore(tmp_path, "documents", {"k9": b"9" * 32}), digest)


def test_rotation_seals_what_is_in_clear_or_under_an_older_key_and_leaves_what_it_cannot_read(tmp_path: Path) -> None:
    clear = Store(tmp_path, "documents", suffix="").keep_bytes(SECRET)
    large = SealedStore(tmp_path, "documents", OLD).keep_bytes(bytes(BLOCK + 1))
    lost = SealedStore(tmp_path, "documents", {"k0": b"0" * 32}).keep_bytes(b"%PDF-lost")
    store = SealedStore(tmp_path, "documents", NEW)
    assert content_of(store, clear) == SECRET
    assert store.keys_in_use() == {CLEAR: 1, "k1": 1, "k0": 1}
    assert store.reseal() == (2, 1)
    assert store.reseal() == (0, 1)
    assert store.keys_in_use() == {"k2": 2, "k0": 1}
    assert SECRET not in store.path(clear).read_bytes()
    assert (content_of(store, clear), content_of(store, large)) == (SECRET, bytes(BLOCK + 1))
    assert store.path(lost).exists()


def test_a_store_that_was_given_no_key_keeps_files_as_they_are(tmp_path: Path) -> None:
    """What the tests above would miss if nothing were sealed: this is how a file in clear looks."""
    store = SealedStore(tmp_path, "documents", {})
    digest = store.keep_bytes(SECRET)
    assert store.path(digest).read_bytes() == content_of(store, digest) == SECRET
