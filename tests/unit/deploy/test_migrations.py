"""Migrations run in a process of their own, which says in a log what went wrong."""

from pathlib import Path

import pytest

from deploy.local.errors import CommandError
from deploy.local.migrations import migrate
from deploy.local.ports import free_port


async def test_what_went_wrong_is_in_the_log_and_named(tmp_path: Path) -> None:
    url = f"postgresql+asyncpg://nobody:nothing@127.0.0.1:{free_port()}/none"
    with pytest.raises(CommandError, match=f"数据库结构未能升级，原因见日志 {tmp_path}/migrations.log"):
        await migrate({"services.typing": (url, "nobody")}, tmp_path / "migrations.log")
    assert "ConnectionRefusedError" in (tmp_path / "migrations.log").read_text()
