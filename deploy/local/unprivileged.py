"""How PostgreSQL's programs are started, since none of them runs as root.

An ordinary user starts them directly. Root starts them in a user namespace of their own, where the same files
belong to an ordinary user: nothing on disk changes. Where the kernel refuses that, root starts them as another
user, with data (and, if that user cannot reach them, programs) under /var/lib/minglu instead of a home folder.

Run as a script this file is the small program in between: `unprivileged.py UID GID PARENT COMMAND…` enters the
namespace (UID "-" = stay), asks the kernel for SIGINT when process PARENT ends ("-" = do not), becomes COMMAND.
"""

import ctypes
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from typing import Any

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
SHARED_PLACE = Path("/var/lib/minglu")


@dataclass(frozen=True)
class Runner:
    """Starts programs for one data directory as somebody PostgreSQL accepts."""

    programs: Path
    home: Path
    """Folder for the data; belongs to whoever the programs run as."""
    account: pwd.struct_passwd | None = None
    in_namespace: bool = False

    def command(self, program: str, *arguments: str, die_with_us: bool = False) -> list[str]:
        """The argument list. With die_with_us the program gets SIGINT when we end, however we end: on Linux, from
        the main thread (the kernel watches the thread), and not as another user (who may not reach our Python).
        """
        path = str(self.programs / "bin" / program)
        if self.account and not self.in_namespace:
            return [path, *arguments]
        uid, gid = (str(self.account.pw_uid), str(self.account.pw_gid)) if self.account else ("-", "-")
        watched = die_with_us and sys.platform == "linux" and threading.current_thread() is threading.main_thread()
        parent = str(os.getpid()) if watched else "-"
        return [sys.executable, "-I", "-S", __file__, uid, gid, parent, path, *arguments]

    def options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess: who runs it, where."""
        if self.in_namespace or self.account is None:
            return {"cwd": self.home}
        return {
            "cwd": self.home,
            "user": self.account.pw_uid,
            "group": self.account.pw_gid,
            "extra_groups": [],
        }

    def own(self, path: Path) -> None:
        """Give a file or folder that we made to whoever the programs run as."""
        if self.account is not None and not self.in_namespace:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def works(self) -> bool:
        """Can `postgres --version` be run this way?"""
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                self.command("postgres", "--version"),
                capture_output=True,
                timeout=30,
                check=False,
                **self.options(),
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0


def choose_runner(directory: Path, programs: Path) -> Runner | None:
    """The first way that works here for data under `directory`; None when there is none."""
    if os.geteuid() != 0:
        return _if_works(Runner(programs, directory))
    accounts = [account for account in pwd.getpwall() if account.pw_uid != 0]
    if not accounts:
        return None
    return _if_works(Runner(programs, directory, accounts[0], in_namespace=True)) or _as_other_user(
        directory, programs, accounts
    )


def _if_works(runner: Runner) -> Runner | None:
    return runner if runner.works() else None


def _as_other_user(directory: Path, programs: Path, accounts: list[pwd.struct_passwd]) -> Runner | None:
    by_name = {account.pw_name: account for account in accounts}
    account = by_name.get("postgres") or by_name.get("nobody") or accounts[0]
    home = SHARED_PLACE / hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:16]
    home.mkdir(parents=True, exist_ok=True)
    runner = Runner(programs, home, account)
    runner.own(home)
    home.chmod(0o700)
    return _if_works(runner) or _if_works(Runner(_reachable_copy(programs), home, account))


def _reachable_copy(programs: Path) -> Path:
    """A copy of the programs that every user can run; made once per version."""
    stamp = hashlib.sha256((programs / "bin" / "postgres").read_bytes()).hexdigest()[:16]
    copy = SHARED_PLACE / f"programs-{stamp}"
    if not copy.exists():
        unfinished = SHARED_PLACE / f"programs-{stamp}.{os.getpid()}"
        shutil.copytree(programs, unfinished, symlinks=True)
        unfinished.rename(copy)
    return copy


def _enter_namespace(uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def _die_with(parent: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(SIGINT), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel knew of our wish
        sys.exit(1)


def _become(uid: str, gid: str, parent: str, *command: str) -> None:
    if uid != "-":
        _enter_namespace(int(uid), int(gid))
    if parent != "-":
        _die_with(int(parent))
    os.execv(command[0], command)  # noqa: S606 - becoming the program is what this script is for


if __name__ == "__main__":
    _become(*sys.argv[1:])
