"""The local PostgreSQL server: it starts wherever we are, survives every kind of death, and tells what is wrong."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.postgres_files import PostgresError
from tests.fixtures.postgres import fetch


def test_it_starts_stops_and_starts_again_with_its_data_and_port(server: EmbeddedPostgres) -> None:
    first = server.start()
    url = server.create_database("minglu_typing")
    fetch(url, "CREATE TABLE fact AS SELECT 7 AS n")
    server.stop()
    assert not server.running
    assert server.start() == first
    assert server.create_database("minglu_typing") == url
    assert fetch(url, "SELECT n FROM fact") == 7


def test_nobody_gets_in_without_the_password(server: EmbeddedPostgres) -> None:
    address = server.start()
    with pytest.raises(asyncpg.InvalidPasswordError):
        fetch(address.url(password="wrong"), "SELECT 1")
    other = server.create_database("minglu_bus")
    server.create_database("minglu_typing")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        fetch(f"{other.rpartition('/')[0]}/minglu_typing", "SELECT 1")


def test_it_listens_on_loopback_only(server: EmbeddedPostgres) -> None:
    server.start()
    assert server._process is not None
    listening = {
        one.laddr.ip for one in psutil.Process(server._process.pid).net_connections() if one.status == "LISTEN"
    }
    assert listening == {"127.0.0.1"}


def test_its_secrets_are_readable_by_its_user_alone(server: EmbeddedPostgres) -> None:
    server.start()
    assert (server.files.directory / "server.json").stat().st_mode & 0o777 == 0o600
    assert server.files.directory.stat().st_mode & 0o077 == 0
    assert not (server.files.runner.home / "password").exists()


def test_it_is_durable_unless_told_otherwise(server: EmbeddedPostgres, tmp_path: Path) -> None:
    server.start()
    assert server.sql("SHOW fsync") == server.sql("SHOW synchronous_commit") == server.sql("SHOW full_page_writes")
    assert server.sql("SHOW fsync") == "on"
    assert EmbeddedPostgres(tmp_path, unsafe_fast=True).settings["fsync"] == "off"


def test_what_was_committed_survives_kill_9(server: EmbeddedPostgres) -> None:
    server.start()
    url = server.create_database("minglu_typing")
    fetch(url, "CREATE TABLE fact AS SELECT 7 AS n")
    server.kill()
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        fetch(url, "SELECT 1")
    server.start()
    assert fetch(url, "SELECT n FROM fact") == 7


def test_it_starts_after_the_postmaster_alone_was_killed(server: EmbeddedPostgres) -> None:
    server.start()
    assert server._process is not None
    server._process.kill()
    server._process.wait()
    server.start()
    assert server.sql("SELECT 1") == "1"


def test_a_pid_file_that_names_another_process_is_no_obstacle(server: EmbeddedPostgres) -> None:
    server.start()
    server.kill()
    pid_file = server.files.data / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))  # as after a restart of a container
    server.start()
    assert server.sql("SELECT 1") == "1"


LAUNCHER = """
import sys, threading, time
from pathlib import Path
from deploy.local.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
if sys.argv[2] == "thread":
    thread = threading.Thread(target=server.start); thread.start(); thread.join()
else:
    server.start()
print(server._process.pid, flush=True)
time.sleep(600)
"""


def launch_and_kill_the_launcher(directory: Path, where: str) -> int:
    command = [sys.executable, "-c", LAUNCHER, str(directory), where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        pid = int(launcher.stdout.readline())
        launcher.kill()
    return pid


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_it_ends_with_its_launcher(server: EmbeddedPostgres) -> None:
    pid = launch_and_kill_the_launcher(server.files.directory, "main")
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=30)
    assert not psutil.pid_exists(pid)


def test_a_server_left_behind_is_stopped_first(server: EmbeddedPostgres) -> None:
    pid = launch_and_kill_the_launcher(server.files.directory, "thread")
    assert psutil.pid_exists(pid)
    server.start()
    assert not psutil.pid_exists(pid)
    assert server.sql("SELECT 1") == "1"


def test_a_second_launcher_is_refused(server: EmbeddedPostgres) -> None:
    server.start()
    with pytest.raises(PostgresError, match="正被另一个 minglu 使用"):
        EmbeddedPostgres(server.files.directory).start()
    assert server.sql("SELECT 1") == "1"


def test_ctrl_c_in_the_terminal_does_not_reach_it(server: EmbeddedPostgres) -> None:
    server.start()
    assert server._process is not None
    assert os.getpgid(server._process.pid) != os.getpgid(0)


def test_a_port_taken_meanwhile_is_replaced(server: EmbeddedPostgres, tmp_path: Path) -> None:
    port = server.start().port
    server.stop()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert server.start().port != port


def test_data_of_another_version_is_refused_in_chinese(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.files.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresError, match="由 PostgreSQL 15 建立，现在的程序是 18"):
        server.start()


def test_lost_passwords_are_told_in_chinese(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.files.directory / "server.json").rename(server.files.directory / "away")
    with pytest.raises(PostgresError, match=r"server\.json"):
        server.start()
    (server.files.directory / "away").rename(server.files.directory / "server.json")


def test_damaged_data_is_told_with_the_servers_own_words(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.files.data / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(PostgresError, match=r"本机数据库启动失败：.*pg_control"):
        server.start()
    assert not server.running
    other = EmbeddedPostgres(server.files.directory).files
    other.take_lock()
    other.release_lock()


def test_an_interrupted_initdb_leaves_nothing_that_looks_complete(server: EmbeddedPostgres) -> None:
    unfinished = server.files.runner.home / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server.start()
    assert not unfinished.exists()


def test_names_cannot_smuggle_sql(server: EmbeddedPostgres) -> None:
    server.start()
    with pytest.raises(PostgresError, match="不能作为数据库或角色的名称"):
        server.create_database("x; DROP TABLE y")


def test_the_lock_is_free_after_a_clean_stop(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    other = EmbeddedPostgres(server.files.directory)
    other.start()
    other.stop()


def test_it_can_be_started_from_any_thread(server: EmbeddedPostgres) -> None:
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    assert server.sql("SELECT 1") == "1"
