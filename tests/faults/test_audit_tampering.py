"""A1, A2 on a real database: the entry stands or falls with the deed, and no tampering goes unnoticed."""

import asyncio
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from deploy.local.postgres import EmbeddedPostgres
from shared.database.connections import Database
from shared.platform import audit
from shared.platform.audit_chain import ChainFault, verify
from shared.platform.audit_checkpoints import FILE, Checkpointer, public_key_of, read_checkpoints
from tests.fixtures.waiting import PATIENCE, Meeting

pytestmark = pytest.mark.faults

KEY = "11" * 32
COUNTIES = ("410102", "410103", "410104")


@pytest.fixture(scope="session")
def service_package() -> str:
    return "tests.fixtures.ledger"


@pytest.fixture
def checkpointer(database: Database, tmp_path: Path) -> Checkpointer:
    return Checkpointer(database, KEY, tmp_path)


async def record(session: AsyncSession, region: str, number: int) -> None:
    await audit.record(
        session,
        audit.about(f"甲{number}", region),
        "officer-7",
        "entry:write",
        {"number": number, "counted": True, "lists": [1, None, {"a": "乙"}]},
    )


async def fill(database: Database, each: int = 5) -> None:
    for number in range(each):
        async with database.transaction() as session:
            for region in COUNTIES:
                await record(session, region, number)


async def findings(database: Database, folder: Path) -> list[ChainFault]:
    """What an auditor with the export, the file and the public key finds."""
    entries = [entry async for entry in audit.export(await database.pool())]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_of(KEY)))
    path = folder / FILE
    signed, wrong = read_checkpoints(path.read_bytes().splitlines() if path.exists() else [], key)
    return wrong + verify(entries, signed)


def tamper(server: EmbeddedPostgres, database: Database, sql: str) -> None:
    """As somebody who may do everything: the triggers are switched off first."""
    server.sql(f"SET session_replication_role = replica; {sql}", database.url.database or "")


async def test_many_deeds_at_once_make_unbroken_chains(
    database: Database, checkpointer: Checkpointer, tmp_path: Path
) -> None:
    async def deed(number: int) -> None:
        async with database.transaction() as session:
            await record(session, COUNTIES[number % 3], number)

    await asyncio.gather(*(deed(number) for number in range(60)))
    assert await checkpointer.write() == 3
    assert await findings(database, tmp_path) == []
    assert await (await database.pool()).fetchval("SELECT sum(seq) FROM audit_chain") == 60


async def test_a_deed_that_fails_leaves_no_entry(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await record(session, "410102", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    pool = await database.pool()
    assert await pool.fetchval("SELECT count(*) FROM audit_entry") == 0
    assert await pool.fetchval("SELECT count(*) FROM audit_chain") == 0


async def test_recording_in_a_transaction_of_its_own_would_tell_of_deeds_that_never_were(database: Database) -> None:
    """The planted naive variant of A1."""

    async def naive() -> None:
        async with database.transaction() as session:
            async with database.transaction() as another:
                await record(another, "410102", 1)
            await session.execute(text("SELECT 1 / 0"))

    with pytest.raises(Exception, match="division by zero"):
        await naive()
    assert await (await database.pool()).fetchval("SELECT count(*) FROM audit_entry") == 1


async def test_reading_the_tip_without_a_lock_would_fork_the_chain(database: Database) -> None:
    """The planted naive variant of the chain's lock: two deeds read the same tip, one of them cannot be kept."""
    await fill(database, each=1)
    all_have_looked = Meeting(4, PATIENCE)
    tip = "SELECT seq, hash FROM audit_entry WHERE chain = '410102' ORDER BY seq DESC LIMIT 1"

    async def naive() -> int:
        async with database.transaction() as session:
            seen = (await session.execute(text(tip))).one()
            await all_have_looked.come()
            copied = "INSERT INTO audit_entry SELECT chain, seq + 1, at, actor, action, subject, details, hash, hash "
            await session.execute(text(f"{copied} FROM audit_entry WHERE chain = '410102' AND seq = {seen.seq}"))
            return int(seen.seq)

    results = await asyncio.gather(*(naive() for _ in range(4)), return_exceptions=True)
    assert [result for result in results if isinstance(result, Exception)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET actor = 'nobody'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_chain",
        "UPDATE audit_entry SET actor = 'nobody' WHERE false",
    ],
)
async def test_the_database_refuses_changes(database: Database, sql: str) -> None:
    await fill(database, each=1)
    async with database.session() as session:
        with pytest.raises(Exception, match="the audit only grows"):
            await session.execute(text(sql))


TAMPERINGS = {
    "edit": "UPDATE audit_entry SET actor = 'nobody' WHERE chain = '410103' AND seq = 3",
    "edit the particulars": "UPDATE audit_entry SET details = '{}' WHERE chain = '410103' AND seq = 3",
    "edit the time": "UPDATE audit_entry SET at = at - interval '1 day' WHERE chain = '410103' AND seq = 3",
    "delete": "DELETE FROM audit_entry WHERE chain = '410103' AND seq = 3",
    "delete and renumber": "DELETE FROM audit_entry WHERE chain = '410103' AND seq = 3;"
    "UPDATE audit_entry SET seq = seq - 1 WHERE chain = '410103' AND seq > 3",
    "insert": "UPDATE audit_entry SET seq = seq + 1 WHERE chain = '410103' AND seq = 5;"
    "INSERT INTO audit_entry SELECT chain, 5, at, actor, action, 'forged', details, prev, hash "
    "FROM audit_entry WHERE chain = '410103' AND seq = 4",
    "reorder": "UPDATE audit_entry SET seq = 100 WHERE chain = '410103' AND seq = 3;"
    "UPDATE audit_entry SET seq = 3 WHERE chain = '410103' AND seq = 4;"
    "UPDATE audit_entry SET seq = 4 WHERE chain = '410103' AND seq = 100",
    "move to another county": "UPDATE audit_entry SET chain = '410109' WHERE chain = '410103'",
    "truncate": "DELETE FROM audit_entry WHERE chain = '410103' AND seq > 3",
    "truncate, also the tip": "DELETE FROM audit_entry WHERE chain = '410103' AND seq > 3; UPDATE audit_chain SET "
    "seq = 3, tip = (SELECT hash FROM audit_entry WHERE chain = '410103' AND seq = 3) WHERE chain = '410103'",
    "a county disappears": "DELETE FROM audit_entry WHERE chain = '410103'; "
    "DELETE FROM audit_chain WHERE chain = '410103'",
}


@pytest.mark.parametrize("sql", TAMPERINGS.values(), ids=TAMPERINGS.keys())
async def test_tampering_is_found(
    postgres_server: EmbeddedPostgres, database: Database, checkpointer: Checkpointer, tmp_path: Path, sql: str
) -> None:
    await fill(database)
    await checkpointer.write()
    assert await findings(database, tmp_path) == []
    tamper(postgres_server, database, sql)
    assert await findings(database, tmp_path)


async def test_truncation_is_found_up_to_the_last_checkpoint_and_no_further(
    postgres_server: EmbeddedPostgres, database: Database, checkpointer: Checkpointer, tmp_path: Path
) -> None:
    await fill(database)
    await checkpointer.write()
    await fill(database)
    tamper(postgres_server, database, "DELETE FROM audit_entry WHERE seq > 5")
    assert await findings(database, tmp_path) == []
    tamper(postgres_server, database, "DELETE FROM audit_entry WHERE seq > 4")
    assert {finding.chain for finding in await findings(database, tmp_path)} == set(COUNTIES)


async def test_a_checkpoint_is_signed_over_what_has_grown(database: Database, checkpointer: Checkpointer) -> None:
    await fill(database, each=1)
    assert await checkpointer.write() == 3
    assert await checkpointer.write() == 0
    async with database.transaction() as session:
        await record(session, "410102", 9)
    assert await checkpointer.write() == 1


async def test_a_restarted_writer_goes_on_after_a_line_cut_off_by_a_crash(database: Database, tmp_path: Path) -> None:
    for _ in range(3):
        await fill(database, each=1)
        assert await Checkpointer(database, KEY, tmp_path).write() == 3
        with (tmp_path / FILE).open("ab") as file:
            file.write(b'{"at": "cut off')
    with (tmp_path / FILE).open("rb") as file:
        lines = [line for line in file if line.endswith(b"\n")]
    (tmp_path / FILE).write_bytes(b"".join(lines))
    assert len(lines) == 3
    assert await findings(database, tmp_path) == []


async def test_a_checkpoint_file_that_was_touched_is_found(
    database: Database, checkpointer: Checkpointer, tmp_path: Path
) -> None:
    for _ in range(3):
        await fill(database, each=1)
        await checkpointer.write()
    path = tmp_path / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    assert "缺失" in (await findings(database, tmp_path))[0].message
    path.write_bytes(lines[0].replace(b'"410102":[1', b'"410102":[0') + lines[1] + lines[2])
    assert "签名无效" in (await findings(database, tmp_path))[0].message
    forged = Checkpointer(database, "22" * 32, tmp_path / "forged")
    await forged.write()
    path.write_bytes((tmp_path / "forged" / FILE).read_bytes())
    assert "签名无效" in (await findings(database, tmp_path))[0].message


async def test_a_chain_that_went_back_is_told_at_once_and_never_signed_over(
    postgres_server: EmbeddedPostgres,
    database: Database,
    checkpointer: Checkpointer,
    tmp_path: Path,
) -> None:
    await fill(database)
    await checkpointer.write()
    tamper(postgres_server, database, TAMPERINGS["truncate, also the tip"])
    with capture_logs() as logged:
        assert await checkpointer.write() == 0
    assert "audit_chain_went_back" in [entry["event"] for entry in logged]
    async with database.transaction() as session:
        await record(session, "410103", 9)
    assert await checkpointer.write() == 0
    assert await findings(database, tmp_path)


async def test_the_pool_for_reads_is_enough_for_an_export(database: Database) -> None:
    await fill(database, each=500)
    entries = [entry async for entry in audit.export(await database.pool(), "41010")]
    assert len(entries) == 1500
    one = [entry async for entry in audit.export(await database.pool(), "410103")]
    assert {entry.chain for entry in one} == {"410103"}
