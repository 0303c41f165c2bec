"""The data directory of the one-machine platform: one folder, by default ``./.minglu``, for its user alone."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.errors import CommandError, WrongUsageError
from deploy.sealing_keys import PAIRS
from shared.platform.sealed_messages import new_sealing_keys

DEFAULT = Path(".minglu")


class DataDirectory:
    """One platform's folder. Making the object touches nothing; ``prepare`` makes the folders."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.postgres = self.root / "postgres"
        self.issuer = self.root / "issuer"
        self.secrets = self.root / "secrets"
        self.watched = self.root / "watched"
        self.audit = self.root / "audit"
        self.sample = self.root / "sample"
        self.logs = self.root / "logs"
        self.calendar = self.root / "calendar"
        """How many days the demonstration's calendar is ahead of the machine's"""
        self.typing_calendar = self.root / "typing-calendar"
        """The same of typing, which stands on the machine's day until the calendar is turned past it by hand"""

    def prepare(self) -> None:
        """Make the folders that are missing."""
        if self.root.exists() and not self.root.is_dir():
            raise WrongUsageError(f"数据目录 {self.root} 不是文件夹")
        try:
            for folder in (self.root, self.issuer, self.secrets, self.watched, self.audit, self.logs):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise CommandError(f"不能建立数据目录 {self.root}：{error.strerror}") from error

    def folder_of(self, service: str) -> Path:
        """Where a service keeps its files; made when first asked for."""
        folder = self.root / service
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one `up`; a second one is refused with the first one's process number."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                holder = lock.read().strip() or "未知"
                raise CommandError(
                    f"数据目录 {self.root} 正被另一个 minglu up 使用（进程 {holder}），请先停止它或换一个 --data"
                ) from None
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def secret(self, name: str, length: int = 32) -> str:
        """A random secret in hexadecimal, made on first use and kept in a file only this user can read."""
        path = self.secrets / name
        if not path.exists():
            write_private(path, secrets.token_hex(length))
        return path.read_text(encoding="ascii").strip()

    def sealing_keys(self) -> dict[str, str]:
        """The keys of what one service seals for another, by the names of their settings; made on first use."""
        keys: dict[str, str] = {}
        for name in PAIRS:
            path = self.secrets / f"{name.replace('_', '-')}s.json"
            if not path.exists():
                pair = new_sealing_keys()
                write_private(path, json.dumps({name: pair.public, f"{name}s": pair.private}))
            keys |= json.loads(path.read_text(encoding="ascii"))
        return keys

    def turn_calendar(self, days: float) -> None:
        """Move all services that stand on the demonstration's calendar, also while they run."""
        write_private(self.calendar, str(days))

    def turn_typing_calendar(self, days: float) -> None:
        """Move typing, also while it runs."""
        write_private(self.typing_calendar, str(days))

    def calendar_days(self) -> float:
        """How far the demonstration's calendar is ahead of the machine's."""
        return days_in(self.calendar)

    def typing_calendar_days(self) -> float:
        """How far typing's calendar is ahead of the machine's."""
        return days_in(self.typing_calendar)

    def read_state(self) -> dict[str, Any]:
        """What the first start noted; empty before it."""
        path = self.root / "state.json"
        if not path.exists():
            return {}
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return state

    def write_state(self, state: dict[str, Any]) -> None:
        """Replace the notes as a whole."""
        write_private(self.root / "state.json", json.dumps(state, ensure_ascii=False, indent=1))


def days_in(calendar: Path) -> float:
    """What a calendar's file says; 0 before there is one."""
    return float(calendar.read_text("ascii")) if calendar.exists() else 0.0


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 so that a crash leaves the old one or the new one, never half of it."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
