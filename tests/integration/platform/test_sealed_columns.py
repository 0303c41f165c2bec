"""Sealed columns in a database: what is stored, who unmasks it, and sealing again under a new key."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.responses import Response
from typer.testing import CliRunner

from shared.database.columns import Id
from shared.database.connections import Database, new_metadata
from shared.platform import audit
from shared.platform.audit_chain import Entry
from shared.platform.idempotency import IdempotentCall, hold_key, keep_answer
from shared.platform.identity import Caller, Role
from shared.platform.sealed_fields import cli, rotation
from shared.platform.sealed_fields.rotation import RotationCount, count_by_key, rotate
from shared.platform.sealed_fields.unmasking import unmask
from shared.platform.sealed_fields.values import PersonalText, SealedColumn, SealedText
from shared.platform.sealed_fields.vault import SealBroken, Vault, place_of

OLD, NEW = f"k1:{'aa' * 32}", f"k2:{'bb' * 32}"
PHONE, NAME = "13800138000", "王小明"
OFFICER = Caller("li", frozenset({Role.OFFICER}), "4101")
ABOUT = audit.about("objection 7", "410102")


class Base(DeclarativeBase):
    """The models of these tests."""

    metadata = new_metadata()


class Objector(Base):
    """Somebody who objects."""

    __tablename__ = "objector"
    id: Mapped[Id]
    name: Mapped[SealedText | None] = mapped_column(SealedColumn)
    contact: Mapped[SealedText | None] = mapped_column(SealedColumn)


def vault(*keys: str) -> Vault:
    return Vault.of(SecretStr(",".join(keys)))


@pytest.fixture
async def database(database_url: str, database: Database) -> Database:
    """The ledger's database with a table of objectors."""
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return database


async def file(database: Database, keys: Vault, count: int = 1) -> Sequence[uuid.UUID]:
    """Objectors whose names and contacts are sealed."""
    async with database.transaction() as session:
        rows = [Objector(id=uuid.uuid4()) for _ in range(count)]
        for row in rows:
            row.name = keys.seal(place_of(row, Objector.name), PersonalText(NAME))
            row.contact = keys.seal(place_of(row, Objector.contact), PersonalText(PHONE))
        session.add_all(rows)
    return sorted(row.id for row in rows)


async def shown(database: Database, keys: Vault, row_id: uuid.UUID) -> dict[str, str]:
    async with database.transaction() as session:
        row = await session.get_one(Objector, row_id)
        fields = [Objector.contact, Objector.name]
        return await unmask(session, OFFICER, ABOUT, "约谈经营者", vault=keys, row=row, fields=fields)


async def entries(database: Database) -> list[Entry]:
    return [entry async for entry in audit.export(await database.pool())]


async def dump(database: Database) -> str:
    """All that the database holds of the table, the audit and the answers kept, as text."""
    tables = ("objector", "audit_entry", "idempotent_answer")
    async with database.transaction() as session:
        rows = [str((await session.execute(text(f"SELECT t::text FROM {name} t"))).all()) for name in tables]
    return "\n".join(rows)


async def test_unmasking_shows_the_fields_and_says_who_what_and_why(database: Database) -> None:
    (row_id,) = await file(database, vault(OLD))
    assert await shown(database, vault(OLD), row_id) == {"name": NAME, "contact": PHONE}
    (entry,) = await entries(database)
    assert (entry.chain, entry.actor, entry.action, entry.subject) == (
        "410102",
        "li",
        "personal-data:unmask",
        "objection 7",
    )
    assert entry.details == {"fields": ["contact", "name"], "reason": "约谈经营者"}
    stored = await dump(database)
    for plain in (PHONE, NAME, PHONE.encode().hex(), NAME.encode().hex()):
        assert plain not in stored


async def test_unmasking_that_is_not_audited_is_refused(database: Database) -> None:
    """A session that only reads commits nothing: the planted variant without the check shows the phone, unaudited."""
    (row_id,) = await file(database, vault(OLD))
    async with database.reading() as session:
        row = await session.get_one(Objector, row_id)
        with pytest.raises(RuntimeError, match="needs a transaction"):
            await unmask(session, OFFICER, ABOUT, "…", vault=vault(OLD), row=row, fields=[Objector.contact])
        unaudited = vault(OLD).open(place_of(row, Objector.contact), row.contact or SealedText(b""))
        assert unaudited.reveal() == PHONE
    assert await entries(database) == []


@pytest.mark.parametrize("unmasking", [True, False])
async def test_an_answer_that_shows_personal_data_is_not_kept_under_its_key(
    database: Database, unmasking: bool
) -> None:
    (row_id,) = await file(database, vault(OLD))
    claim = IdempotentCall("li", "POST /v1/objectors", "key", b"same")
    async with database.session() as session:
        hold_key(session, claim)
        row = await session.get_one(Objector, row_id)
        if unmasking:
            await unmask(session, OFFICER, ABOUT, "…", vault=vault(OLD), row=row, fields=[Objector.contact])
        await keep_answer(session, claim, Response(PHONE))
        await session.commit()
    assert (PHONE.encode().hex() in await dump(database)) is not unmasking


async def test_a_ciphertext_exchanged_in_the_database_is_caught(database: Database) -> None:
    here, there = await file(database, vault(OLD), 2)
    async with database.transaction() as session:
        of_another = select(Objector.contact).where(Objector.id == there).scalar_subquery()
        await session.execute(update(Objector).where(Objector.id == here).values(contact=of_another))
    with pytest.raises(SealBroken):
        await shown(database, vault(OLD), here)
    async with database.transaction() as session:
        await session.execute(update(Objector).where(Objector.id == there).values(contact=Objector.name))
    with pytest.raises(SealBroken):
        await shown(database, vault(OLD), there)
    assert await entries(database) == [], "nothing was shown"


async def test_erasing_a_field_leaves_nothing_of_it(database: Database) -> None:
    (row_id,) = await file(database, vault(OLD))
    async with database.transaction() as session:
        (await session.get_one(Objector, row_id)).contact = None
    assert await shown(database, vault(OLD), row_id) == {"name": NAME}


async def by_key(database: Database) -> dict[str, int]:
    async with database.transaction() as session:
        return await count_by_key(session, Base.metadata)


async def test_after_a_rotation_the_old_key_is_not_needed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    rows = await file(database, vault(OLD), 7)
    told: list[int] = []
    done = await rotate(database, Base.metadata, vault(NEW, OLD), lambda count: told.append(count.resealed))
    assert done == [RotationCount("objector.contact", 7), RotationCount("objector.name", 7)]
    assert told == [3, 6, 7, 3, 6, 7]
    assert await by_key(database) == {"k2": 14}
    assert await shown(database, vault(NEW), rows[3]) == {"name": NAME, "contact": PHONE}
    assert [one.resealed for one in await rotate(database, Base.metadata, vault(NEW, OLD))] == [0, 0]


async def test_an_interrupted_rotation_goes_on_where_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    rows = await file(database, vault(OLD), 7)

    def interrupt(count: RotationCount) -> None:
        if count.column == "objector.contact" and count.resealed == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate(database, Base.metadata, vault(NEW, OLD), interrupt)
    assert await by_key(database) == {"k1": 8, "k2": 6}
    assert [one.resealed for one in await rotate(database, Base.metadata, vault(NEW, OLD))] == [1, 7]
    for row_id in rows:
        assert await shown(database, vault(NEW), row_id) == {"name": NAME, "contact": PHONE}


async def test_what_cannot_be_opened_is_counted_and_left(database: Database) -> None:
    first, second = await file(database, vault(OLD), 2)
    async with database.transaction() as session:
        damaged = text("UPDATE objector SET contact = substring(contact FROM 1 FOR :kept) WHERE id = :id")
        await session.execute(damaged, {"kept": 20, "id": first})
        await session.execute(damaged, {"kept": 1, "id": second})
    before = await dump(database)
    done = await rotate(database, Base.metadata, vault(NEW), None)
    assert done == [RotationCount("objector.contact", unreadable=2), RotationCount("objector.name", unreadable=2)]
    assert await dump(database) == before
    assert await by_key(database) == {"": 1, "k1": 3}


async def changing_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch, erased: uuid.UUID, corrected: uuid.UUID
) -> RotationCount:
    """A rotation during which one text is erased and another one is written, after it has read both."""
    keys, reseal = vault(NEW, OLD), rotation._reseal
    met = False

    async def meets_changes(session: AsyncSession, column: Any, row: Any, *rest: Any) -> None:
        nonlocal met
        if not met:
            met = True
            async with database.transaction() as other:
                await other.execute(delete(Objector).where(Objector.id == erased))
                changed = await other.get_one(Objector, corrected)
                changed.contact = keys.seal(place_of(changed, Objector.contact), PersonalText("037167170000"))
        await reseal(session, column, row, *rest)

    monkeypatch.setattr(rotation, "_reseal", meets_changes)
    return (await rotate(database, Base.metadata, keys))[0]


async def test_who_writes_during_a_rotation_is_not_overwritten(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased, corrected, _ = await file(database, vault(OLD), 3)
    count = await changing_meanwhile(database, monkeypatch, erased, corrected)
    assert (count.resealed, count.changed_meanwhile) == (1, 2)
    assert (await shown(database, vault(NEW), corrected))["contact"] == "037167170000"
    async with database.transaction() as session:
        assert await session.get(Objector, erased) is None


async def test_a_rotation_that_only_looks_for_the_row_would_undo_a_correction(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the text is written back whatever stands there now."""
    erased, corrected, _ = await file(database, vault(OLD), 3)

    monkeypatch.setattr(rotation, "is_unchanged", lambda *_: true())
    await changing_meanwhile(database, monkeypatch, erased, corrected)
    assert (await shown(database, vault(NEW), corrected))["contact"] == PHONE, "the correction is lost"


def test_the_command_counts_rotates_and_says_what_is_missing(
    make_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_database("tests.fixtures.ledger")

    async def fill() -> None:
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await file(database, vault(OLD), 2)
        await database.close()

    asyncio.run(fill())
    monkeypatch.setattr(cli, "import_module", lambda _: SimpleNamespace(metadata=Base.metadata))

    def said(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.vault_app, [*arguments, "--service", "objection"])
        assert not any(key.partition(":")[2] in done.output for key in (OLD, NEW))
        return done.exit_code, done.output

    assert said("status") == (2, "错误：没有设置环境变量 MINGLU_OBJECTION_VAULT_KEYS。\n")
    monkeypatch.setenv("MINGLU_OBJECTION_DATABASE_URL", url)
    monkeypatch.setenv("MINGLU_OBJECTION_VAULT_KEYS", "k1")
    assert said("rotate")[0] == 2
    monkeypatch.setenv("MINGLU_OBJECTION_VAULT_KEYS", json.dumps(dict(one.split(":") for one in (NEW, OLD))))
    assert said("status") == (1, "k1\t4\n")
    code, output = said("rotate")
    assert code == 0
    assert "objector.name\t重新密封 2 项，无法解封 0 项" in output
    assert said("status") == (0, "k2\t4\t最新\n")
    monkeypatch.setenv("MINGLU_OBJECTION_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert said("status")[0] == 3
