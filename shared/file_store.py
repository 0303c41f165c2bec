"""Immutable files under the SHA-256 of their content, and workspaces for files that are being received.

`<data>/deliveries/ab/abcd….parquet` (another kind: its own folder and suffix) is written once: flushed to disk under a
temporary name, then renamed, then the directory is flushed. A row in the database may name it afterwards: the file is
complete even if the process is killed at any point.

`<data>/incoming/<random>/` holds one delivery while it is checked, including its raw bytes. These contain id numbers: a
workspace is readable by the service's user only, is removed when its work ends or fails, and is swept after a kill. A
lock on the directory distinguishes a live one from an abandoned one. Content that fits in memory needs no workspace:
its temporary file is in the same folder. What must never lie on a disk in clear, such as phones, is received in a
`memory_file`, which is gone with its process. A body of any length is written to a file and hashed at the same time,
without holding it in memory.
"""

import fcntl
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread


class FileTooLargeError(Exception):
    """More bytes came than the service takes."""


class Store:
    """The files of a kind below one data directory. All methods block; none needs the database."""

    def __init__(self, data: Path, kind: str = "deliveries", suffix: str = ".parquet") -> None:
        self.data, self.objects, self.incoming, self.suffix = data, data / kind, data / "incoming", suffix
        for directory in (self.objects, self.incoming):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, sha256: str) -> Path:
        """The path of the content with this digest."""
        return self.objects / sha256[:2] / (sha256 + self.suffix)

    def keep(self, file: Path) -> str:
        """Moves a finished file of a workspace into the store and returns its digest, durable on return."""
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            os.fsync(content.fileno())
        file.chmod(0o400)
        self._name(file, sha256)
        return sha256

    def keep_bytes(self, content: bytes) -> str:
        """Stores content that fits in memory, without a workspace, and returns its digest, durable on return."""
        sha256 = hashlib.sha256(content).hexdigest()
        file = self.incoming / uuid.uuid4().hex
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with os.fdopen(handle, "wb", closefd=False) as out:
                out.write(content)
            os.fsync(handle)
            self._name(file, sha256)
        finally:
            file.unlink(missing_ok=True)
            os.close(handle)
        return sha256

    def _name(self, file: Path, sha256: str) -> None:
        """Moves a finished file to the path of its digest."""
        target = self.path(sha256)
        if not target.parent.exists():
            target.parent.mkdir(exist_ok=True, mode=0o700)
            sync_directory(self.objects)
        with self._locked(fcntl.LOCK_SH):
            file.replace(target)
        sync_directory(target.parent)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A private directory on the store's file system, removed with its contents at the end."""
        directory = self.incoming / uuid.uuid4().hex
        directory.mkdir(mode=0o700)
        handle = os.open(directory, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)
            os.close(handle)

    def clear_abandoned(self) -> int:
        """Removes workspaces whose process died, and returns their number. Call it when a process starts."""
        return sum(remove_if_abandoned(path) for path in self.incoming.iterdir())

    def sweep(self, named: Collection[str], *, older_than: float = 86_400.0) -> int:
        """Removes files that no row names and that are older than `older_than` seconds; returns their number.

        They remain after a crash or a refusal between storing a file and committing the row that names it.
        """
        limit, removed = time.time() - older_than, 0
        for file in [file for file in self.objects.glob(f"??/*{self.suffix}") if file.stem not in named]:
            with self._locked(fcntl.LOCK_EX):  # the same content may be arriving again at this moment
                if file.exists() and file.stat().st_mtime < limit:
                    file.unlink()
                    removed += 1
        return removed

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        """Keeps a file's removal and its arrival from overlapping."""
        handle = os.open(self.objects / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)


def remove_if_abandoned(incoming: Path) -> bool:
    """Removes a workspace or a file if no process holds it; whether it did. One being created counts as held."""
    try:
        handle = os.open(incoming, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        if time.time() - os.fstat(handle).st_mtime < 1.0:
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        if incoming.is_dir():
            shutil.rmtree(incoming, ignore_errors=True)
        else:
            incoming.unlink(missing_ok=True)
        return True
    finally:
        os.close(handle)


def sync_directory(directory: Path) -> None:
    """Makes renames and new entries of a directory durable."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


BLOCK = 1 << 20


@dataclass(frozen=True)
class Spooled:
    """A received body: its digest in hexadecimal and its length in bytes."""

    sha256: str
    size: int


@contextmanager
def memory_file(path: Path) -> Iterator[None]:
    """A new file that is in memory alone: `path` is only a link to it, and leads nowhere once the block has ended.

    Whoever opens files by their paths reads it like any other (Linux).
    """
    handle = os.memfd_create(path.name)
    try:
        path.symlink_to(f"/proc/{os.getpid()}/fd/{handle}")
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


async def spool(chunks: AsyncIterator[bytes], target: Path, limit: int) -> Spooled:
    """Writes the chunks to a file. FileTooLargeError as soon as there are more than ``limit`` bytes."""
    digest, size, block = hashlib.sha256(), 0, bytearray()
    with target.open("wb", buffering=0) as file:

        def write(data: bytes) -> None:
            digest.update(data)
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]

        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise FileTooLargeError
            block += chunk
            if len(block) >= BLOCK:
                await anyio.to_thread.run_sync(write, bytes(block))
                block.clear()
        await anyio.to_thread.run_sync(write, bytes(block))
    return Spooled(digest.hexdigest(), size)
