"""A delivery that is broken off, at any point and in any way, leaves nothing behind, and can be sent again."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.typing.deliveries import repository as deliveries_repository
from shared import file_store
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.platform.identity import Role
from tests.fixtures.forked import killed_at
from tests.fixtures.served import served
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import until
from tests.integration.typing.deliveries.bureau_client import (
    CITY,
    CODES,
    ID_NUMBER,
    PSEUDONYM,
    Bureau,
    content_digest,
    count,
    delivery_routes,
    read_by,
    registration,
    stored_files,
)
from tests.integration.typing.deliveries.delivery_process import deliver_once

CONTENT = registration(*CODES)


def workspaces(intake: IntakeContext) -> list[Path]:
    return list(intake.store.incoming.iterdir())


@asynccontextmanager
async def deliveries_served(database_url: str, issuer: Issuer, intake: IntakeContext) -> AsyncIterator[int]:
    """The routes of deliveries behind a real server; its port."""
    async with delivery_routes(database_url, issuer, intake) as app, served(app, lifespan=True) as port:
        yield port


def request_head(issuer: Issuer, body: bytes) -> bytes:
    lines = [
        f"POST /v1/feeds/registration/deliveries?region={CITY}&mode=full&bureau=b HTTP/1.1",
        "Host: service",
        "Content-Type: text/csv",
        f"Content-Length: {len(body)}",
        f"Content-Digest: {content_digest(body)}",
        f"Minglu-Rows: {len(CODES)}",
        f"Authorization: {issuer.headers(Role.BUREAU, region=CITY, department='market')['Authorization']}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_a_caller_that_goes_away_leaves_nothing(
    database_url: str, issuer: Issuer, intake: IntakeContext, database: Database
):
    body = CONTENT.encode()
    async with deliveries_served(database_url, issuer, intake) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_head(issuer, body) + body[: len(body) // 2])
        await writer.drain()
        await until(lambda: workspaces(intake))
        writer.transport.abort()
        await until(lambda: not workspaces(intake))
    assert stored_files(intake) == []
    assert await count(database, "delivery") == 0


async def test_a_full_disk_while_receiving_is_said_so(
    bureau: Bureau, intake: IntakeContext, database: Database, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(file_store, "memoryview", full, raising=False)
    await assert_storage_full(bureau, intake, database)


async def test_a_full_disk_while_checking_is_said_so(
    bureau: Bureau, intake: IntakeContext, database: Database, monkeypatch: pytest.MonkeyPatch
):
    read_by("find_no_room", monkeypatch)
    await assert_storage_full(bureau, intake, database)


async def assert_storage_full(bureau: Bureau, intake: IntakeContext, database: Database) -> None:
    answer = await bureau.delivers(CONTENT)
    assert (answer.status_code, answer.json()["type"]) == (507, "/problems/storage-full")
    assert "存储空间不足" in answer.json()["detail"]
    assert stored_files(intake) == []
    assert workspaces(intake) == []
    assert await count(database, "delivery") == 0


async def test_a_failed_commit_is_no_acceptance(bureau: Bureau, database: Database, monkeypatch: pytest.MonkeyPatch):
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("shared.platform.audit.record", broken)
    assert (await bureau.delivers(CONTENT)).status_code == 500
    monkeypatch.undo()
    assert await count(database, "delivery") == 0
    assert (await bureau.delivers(CONTENT)).status_code == 201


async def deliver_until(point: str, database_url: str, intake: IntakeContext, file: Path) -> None:
    """A process that delivers and is killed at a point."""
    await killed_at(point, deliver_once, database_url, str(intake.store.data), str(file), "registration")


@pytest.mark.parametrize("point", ["delivery.spooled", "delivery.stored"])
async def test_killed_anywhere_it_is_not_there_and_can_be_delivered_again(
    point: str, database_url: str, intake: IntakeContext, bureau: Bureau, database: Database, tmp_path: Path
):
    file = tmp_path / "registration.csv"
    file.write_text(CONTENT)
    await deliver_until(point, database_url, intake, file)
    assert await count(database, "delivery") == 0
    assert any(ID_NUMBER in path.read_text("latin-1") for path in stored_files(intake) if path.suffix == ".csv")
    for workspace in workspaces(intake):
        os.utime(workspace, (time.time() - 60, time.time() - 60))
    IntakeContext.open(intake.store.data, PSEUDONYM)
    assert not [path for path in stored_files(intake) if path.suffix == ".csv"]
    assert (await bureau.delivers(CONTENT)).status_code == 201


async def test_files_that_no_row_names_are_swept_and_others_stay(bureau: Bureau, database: Database):
    await bureau.delivers(CONTENT)
    stray = bureau.intake.store.objects / "ab" / f"{'ab' * 32}.parquet"
    stray.parent.mkdir(exist_ok=True)
    stray.touch()
    async with database.session() as session:
        named = await deliveries_repository.referenced_files(session)
    assert bureau.intake.store.sweep(named) == 0
    assert bureau.intake.store.sweep(named, older_than=-1) == 1
    assert {path.stem for path in stored_files(bureau.intake)} == named


async def test_a_file_whose_process_died_before_it_had_its_name_is_removed(intake: IntakeContext):
    (intake.store.incoming / "0f").write_bytes(b"%PDF-")
    assert intake.store.clear_abandoned() == 0, "it may just be coming in"
    os.utime(intake.store.incoming / "0f", (0, 0))
    assert intake.store.clear_abandoned() == 1
    assert not list(intake.store.incoming.iterdir())


async def test_a_workspace_in_use_is_not_taken_for_abandoned(intake: IntakeContext):
    with intake.store.workspace() as workspace:
        (workspace / "raw.csv").touch()
        os.utime(workspace, (0, 0))
        assert intake.store.clear_abandoned() == 0
        assert workspace.exists()
    assert not workspace.exists()
