"""The engine's files: written atomically, in a folder per run and trial.

`replacing` writes under another name, syncs and renames, so a file is either complete or absent. A process killed
while writing leaves a hidden `.part` file and the old file untouched; `clear_leftovers` removes such files from a
directory that only the caller writes to.

In a `Workspace`, each file is written by exactly one attempt at a step. An attempt works in a folder of its own; its
files get their final names when the run moves on, under the lock of the run's row. A worker that has lost the run
in the meantime (its lease ended with the connection) therefore replaces nothing.
"""

import os
import secrets
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PART_SUFFIX = ".part"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; it becomes `path` when the block ends well and is removed when it does not."""
    part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{PART_SUFFIX}")
    try:
        yield part
        sync(part)
        part.replace(path)
        sync(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Sync a file's content, or a directory's entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_leftovers(directory: Path) -> int:
    """Remove what killed writers left in a directory that only the caller writes to; returns how many files."""
    leftovers = list(directory.glob(f".*{PART_SUFFIX}"))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    return len(leftovers)


SNAPSHOT_FILE = "snapshot.parquet"
RESULTS_FILE = "results.parquet"
ANNOUNCEMENT_FILE = "announcement.parquet"
ATTEMPTS_FOLDER = "attempts"
TRIALS_FOLDER = "trials"
TRIAL_HOUSEHOLDS_FILE = "households.parquet"


@dataclass(frozen=True)
class Workspace:
    """The folder of the service's runs."""

    root: Path

    def folder(self, run: uuid.UUID) -> Path:
        """The run's folder, created if needed."""
        path = self.root / "runs" / str(run)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def snapshot(self, run: uuid.UUID) -> Path:
        """The frozen evidence: one wide row per household, by region and code."""
        return self.folder(run) / SNAPSHOT_FILE

    def results(self, run: uuid.UUID) -> Path:
        """Type and masks, in the snapshot's order."""
        return self.folder(run) / RESULTS_FILE

    def announcement(self, run: uuid.UUID) -> Path:
        """What HouseholdTyped says of each household, in the snapshot's order."""
        return self.folder(run) / ANNOUNCEMENT_FILE

    def trial(self, run: uuid.UUID, trial: uuid.UUID) -> Path:
        """Every household of the run's snapshot under the run's policy and a draft's; gone with the run."""
        return self.trial_folder(run, trial) / TRIAL_HOUSEHOLDS_FILE

    def trial_folder(self, run: uuid.UUID, trial: uuid.UUID) -> Path:
        """The trial's folder; not created here, so that reading a trial of a discarded run leaves nothing behind."""
        return self.root / "runs" / str(run) / TRIALS_FOLDER / str(trial)

    def begin_trial(self, run: uuid.UUID, trial: uuid.UUID) -> Path:
        """The path of the trial's file; leftovers of a killed worker are removed first."""
        folder = self.trial_folder(run, trial)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder / TRIAL_HOUSEHOLDS_FILE

    def national_directory(self, run: uuid.UUID, revision: int) -> Path:
        """The file for the national directory, with corrections up to a revision."""
        return self.folder(run) / f"national-directory-{revision}.csv"

    def attempt(self, run: uuid.UUID) -> Path:
        """An empty folder for one attempt at a step; what earlier attempts left is removed."""
        self.clear_attempts(run)
        path = self.folder(run) / ATTEMPTS_FOLDER / secrets.token_hex(8)
        path.mkdir(parents=True)
        return path

    def attempted(self) -> list[uuid.UUID]:
        """Runs with the folder of an attempt: somebody works on them, or was killed."""
        return [uuid.UUID(attempt.parent.parent.name) for attempt in self.root.glob(f"runs/*/{ATTEMPTS_FOLDER}/*")]

    def clear_attempts(self, run: uuid.UUID) -> None:
        """Remove what killed workers left in the run's folder; only for who holds the run's lease."""
        shutil.rmtree(self.root / "runs" / str(run) / ATTEMPTS_FOLDER, ignore_errors=True)

    def keep(self, run: uuid.UUID, attempt: Path, names: Iterable[str]) -> None:
        """Give an attempt's finished files (synced by who wrote them) their final names, durably."""
        for name in names:
            (attempt / name).replace(self.folder(run) / name)
        sync(self.folder(run))

    def exists(self, run: uuid.UUID) -> bool:
        """Whether the run has files."""
        return (self.root / "runs" / str(run)).exists()
