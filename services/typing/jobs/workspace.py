"""Where a run's files lie: whole or not there, and each written by exactly one attempt at a step.

An attempt works in a folder of its own; what it made gets its final name when the run moves on, under the lock of
the run's row. So whoever lost the run meanwhile (its lease went with a connection) replaces nothing.
"""

import secrets
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from services.typing.engine.files import sync

SNAPSHOT = "snapshot.parquet"
RESULTS = "results.parquet"
ANNOUNCEMENT = "announcement.parquet"
ATTEMPTS = "attempts"
TRIALS = "trials"
HOUSEHOLDS = "households.parquet"


@dataclass(frozen=True)
class Workspace:
    """The typing service's folder for runs."""

    root: Path

    def folder(self, run: uuid.UUID) -> Path:
        """The run's own folder, made if it is not there."""
        path = self.root / "runs" / str(run)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def snapshot(self, run: uuid.UUID) -> Path:
        """The frozen evidence: one wide row per household, by region and code."""
        return self.folder(run) / SNAPSHOT

    def results(self, run: uuid.UUID) -> Path:
        """Type and masks, in the snapshot's order."""
        return self.folder(run) / RESULTS

    def announcement(self, run: uuid.UUID) -> Path:
        """What HouseholdTyped says of each household, in the snapshot's order."""
        return self.folder(run) / ANNOUNCEMENT

    def trial(self, run: uuid.UUID, trial: uuid.UUID) -> Path:
        """Every household of the run's snapshot under the run's policy and a draft's; gone with the run."""
        return self.trial_folder(run, trial) / HOUSEHOLDS

    def trial_folder(self, run: uuid.UUID, trial: uuid.UUID) -> Path:
        """The trial's own folder; not made here, since whoever reads of a discarded run must leave nothing."""
        return self.root / "runs" / str(run) / TRIALS / str(trial)

    def begin_trial(self, run: uuid.UUID, trial: uuid.UUID) -> Path:
        """The trial's file to be written; what a killed worker left beside it is removed."""
        folder = self.trial_folder(run, trial)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder / HOUSEHOLDS

    def national_directory(self, run: uuid.UUID, revision: int) -> Path:
        """The file for the national directory, with corrections up to a revision."""
        return self.folder(run) / f"national-directory-{revision}.csv"

    def attempt(self, run: uuid.UUID) -> Path:
        """An empty folder for one attempt at a step; what earlier attempts left is removed."""
        attempts = self.folder(run) / ATTEMPTS
        shutil.rmtree(attempts, ignore_errors=True)
        path = attempts / secrets.token_hex(8)
        path.mkdir(parents=True)
        return path

    def keep(self, run: uuid.UUID, attempt: Path, names: Iterable[str]) -> None:
        """Give an attempt's finished files (synced by who wrote them) their final names, durably."""
        for name in names:
            (attempt / name).replace(self.folder(run) / name)
        sync(self.folder(run))

    def exists(self, run: uuid.UUID) -> bool:
        """Whether the run has files."""
        return (self.root / "runs" / str(run)).exists()
