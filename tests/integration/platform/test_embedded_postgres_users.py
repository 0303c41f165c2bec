"""Who the local PostgreSQL server runs as: never root, whatever the system allows."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local import unprivileged
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.postgres_files import PostgresError
from tests.fixtures.postgres import fetch

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")


@root_only
def test_root_runs_it_in_a_user_namespace_and_changes_no_folder(server: EmbeddedPostgres) -> None:
    before = Path.home().stat()
    server.start()
    assert server.files.runner.in_namespace
    assert (server.files.data / "PG_VERSION").stat().st_uid == 0
    after = Path.home().stat()
    assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)


@root_only
def test_where_namespaces_are_refused_root_runs_it_as_another_user(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = Path(os.environ.get("TMPDIR", "/tmp")) / f"minglu-shared-{os.getpid()}"  # noqa: S108 - all can reach it
    place.mkdir(mode=0o755)
    monkeypatch.setattr(unprivileged, "SHARED_PLACE", place)
    monkeypatch.setattr(unprivileged.Runner, "works", lambda self: not self.in_namespace and runs(self))
    try:
        server.start()
        assert not server.files.runner.in_namespace
        assert (server.files.data / "PG_VERSION").stat().st_uid != 0
        assert server.files.data.is_relative_to(place)
        url = server.create_database("minglu_typing")
        assert fetch(url, "SELECT 1") == 1
        server.kill()
        server.start()
        assert fetch(url, "SELECT 1") == 1
    finally:
        server.destroy()
        shutil.rmtree(place)


def runs(runner: unprivileged.Runner) -> bool:
    return subprocess.run(runner.command("postgres", "--version"), check=False, **runner.options()).returncode == 0


def test_where_nothing_works_it_says_so(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(unprivileged.Runner, "works", lambda _: False)
        with pytest.raises(PostgresError, match="请改用普通用户运行"):
            server.start()
