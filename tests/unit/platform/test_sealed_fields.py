"""What is sealed opens only under its key and in its place, and shows itself nowhere."""

import copy
import json
import logging
import pickle
import uuid
from typing import Annotated

import httpx
import orjson
import pytest
import structlog
from fastapi import Body, FastAPI
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database.columns import Id
from shared.platform.problems import install_problem_handlers, problem_of
from shared.platform.sealed_fields import vault as vault_module
from shared.platform.sealed_fields.keys import VaultKeys, parse_keys
from shared.platform.sealed_fields.values import (
    PersonalText,
    SealedBytesDamaged,
    SealedColumn,
    SealedFieldUnreadable,
    SealedText,
)
from shared.platform.sealed_fields.vault import (
    NOT_READABLE,
    Place,
    SealBroken,
    Vault,
    VaultKeyUnknown,
    place_of,
)
from shared.reference.personal_data import mask_contact, mask_name

OLD, NEW = "aa" * 32, "bb" * 32
PHONE = "13800138000"
TEXT = PersonalText(PHONE)
HERE = Place("objector", "contact", "1")
OTHER_PLACES = [Place("objector", "contact", "2"), Place("objector", "name", "1"), Place("witness", "contact", "1")]


class Base(DeclarativeBase):
    """The models of these tests."""


class Objector(Base):
    """Somebody who objects."""

    __tablename__ = "objector"
    id: Mapped[Id]
    contact: Mapped[SealedText | None] = mapped_column("contact_sealed", SealedColumn)


class Filing(BaseModel):
    """A body with a personal text."""

    contact: PersonalText


def vault(keys: str = f"k1:{OLD}") -> Vault:
    return Vault.of(SecretStr(keys))


def test_what_is_sealed_opens_in_its_place() -> None:
    sealed = vault().seal(HERE, TEXT)
    assert sealed.key_id == "k1"
    assert vault().open(HERE, sealed).reveal() == PHONE
    assert PHONE.encode() not in sealed.stored


def test_the_same_text_is_never_sealed_alike() -> None:
    assert vault().seal(HERE, TEXT).stored != vault().seal(HERE, TEXT).stored


@pytest.mark.parametrize("there", OTHER_PLACES)
def test_a_ciphertext_that_was_moved_does_not_open(there: Place) -> None:
    with pytest.raises(SealBroken):
        vault().open(there, vault().seal(HERE, TEXT))


def test_without_the_place_in_the_seal_a_moved_ciphertext_would_show_somebody_elses_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planted fault: the seal covers the text alone."""
    monkeypatch.setattr(vault_module, "additional_data", lambda *_: b"")
    moved = vault().open(OTHER_PLACES[0], vault().seal(HERE, TEXT))
    assert moved.reveal() == PHONE, "nothing notices"


def test_an_older_key_opens_and_the_newest_seals() -> None:
    sealed = vault().seal(HERE, TEXT)
    both = vault(f"k2:{NEW},k1:{OLD}")
    assert both.open(HERE, sealed) == TEXT
    assert both.seal(HERE, TEXT).key_id == "k2"


def test_a_missing_key_is_named_as_missing() -> None:
    with pytest.raises(VaultKeyUnknown):
        vault(f"k2:{NEW}").open(HERE, vault().seal(HERE, TEXT))


def test_another_key_of_the_same_name_does_not_open() -> None:
    with pytest.raises(SealBroken):
        vault(f"k1:{NEW}").open(HERE, vault().seal(HERE, TEXT))


def test_every_cut_and_every_changed_byte_is_noticed() -> None:
    stored = vault().seal(HERE, TEXT).stored
    for length in range(len(stored)):
        with pytest.raises(SealedFieldUnreadable):
            vault().open(HERE, SealedText(stored[:length]))
    for at in range(len(stored)):
        changed = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
        with pytest.raises(SealedFieldUnreadable):
            vault().open(HERE, SealedText(changed))


@pytest.mark.parametrize(
    "stored", [b"", b"\x01", b"\x01\x02k", b"\x02\x02k1" + b"0" * 40, b"\x01\x02\xff\xff" + b"0" * 40]
)
def test_bytes_that_are_no_sealed_text_are_named_as_damaged(stored: bytes) -> None:
    with pytest.raises(SealedBytesDamaged):
        vault().open(HERE, SealedText(stored))


def test_a_list_shows_masked_forms_and_survives_what_cannot_be_read() -> None:
    sealed = vault().seal(HERE, TEXT)
    assert vault().masked(HERE, sealed, mask_contact) == "138****8000"
    assert vault().masked(HERE, None, mask_name) is None
    assert vault().masked(OTHER_PLACES[0], sealed, mask_contact) == NOT_READABLE


@pytest.mark.parametrize("value", [TEXT, vault().seal(HERE, TEXT)])
def test_neither_form_shows_itself(value: object, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("%s %r", value, value)
    shown = (
        f"{value} {value!r} {[value]} {caplog.text} {structlog.dev.ConsoleRenderer()(None, 'info', {'event': value})}"
    )
    assert PHONE not in shown
    for write in (json.dumps, orjson.dumps, pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(value)


def test_a_body_takes_a_personal_text_and_never_gives_it_away() -> None:
    filing = Filing.model_validate({"contact": f"  {PHONE} "})
    assert filing.contact == TEXT
    assert PHONE not in f"{filing} {filing!r}"
    with pytest.raises(PydanticSerializationError):
        filing.model_dump_json()
    with pytest.raises(PydanticSerializationError):
        filing.model_dump()
    assert Filing.model_json_schema()["properties"]["contact"]["writeOnly"] is True


@pytest.mark.parametrize("said", ["", "  ", "一" * 201, "a\nb", 13800138000, None])
async def test_a_text_that_cannot_be_one_is_refused_in_one_chinese_sentence(said: object) -> None:
    app = FastAPI()
    install_problem_handlers(app)

    @app.post("/")
    async def take(filing: Annotated[Filing, Body()]) -> None: ...

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.post("/", json={"contact": said})
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "body.contact"
    assert "。" in fault["message"]


def test_a_column_takes_only_what_is_sealed() -> None:
    column = SealedColumn()
    for plain in (PHONE, TEXT, PHONE.encode()):
        with pytest.raises(TypeError, match="takes a SealedText"):
            column.process_bind_param(plain, None)  # type: ignore[arg-type]  # that is the fault


def test_a_place_is_the_rows_own() -> None:
    row = Objector(id=uuid.UUID(int=7))
    assert str(place_of(row, Objector.contact)) == f"objector|contact_sealed|{uuid.UUID(int=7)}"
    with pytest.raises(ValueError, match="its id before"):
        place_of(Objector(), Objector.contact)


def test_the_errors_say_nothing_of_the_text_and_are_the_platforms_fault() -> None:
    problem = problem_of(SealBroken())
    assert (problem.status, problem.type) == (500, "sealed-field-unreadable")
    assert PHONE not in problem.detail


class Told(BaseModel):
    """A setting of keys."""

    vault_keys: VaultKeys


@pytest.mark.parametrize("said", [f"k2:{NEW},k1:{OLD}", f" k2:{NEW} , k1:{OLD} ", json.dumps({"k2": NEW, "k1": OLD})])
def test_keys_are_read_newest_first(said: str) -> None:
    assert list(parse_keys(said)) == ["k2", "k1"]
    assert Vault.of(Told.model_validate({"vault_keys": said}).vault_keys).newest == "k2"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{}",
        OLD,
        f"k1:{OLD[:-2]}",
        f"k1:{OLD},k1:{NEW}",
        f"a key:{OLD}",
        "k1:zz",
        "[1]",
        '{"k1": 5}',
        f'{{"k1": "{OLD}"',
    ],
)
def test_keys_that_cannot_be_are_refused_without_showing_any(said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Told.model_validate({"vault_keys": said})
    (fault,) = refused.value.errors(include_input=False)
    assert OLD[:8] not in str(fault)


@pytest.mark.parametrize(
    ("contact", "masked"),
    [
        ("13800138000", "138****8000"),
        ("138 0013 8000", "138 **** 8000"),
        ("+86 13800138000", "+86 138****8000"),
        ("０３７１－６７１７０００１", "037*-****0001"),
        ("6717001", "*****01"),
        ("zhangsan@example.cn", "z***@example.cn"),
        ("z@example.cn", "***@example.cn"),
        ("郑州市金水区1号", "郑*******"),
        ("", ""),
    ],
)
def test_a_masked_contact_can_be_recognised_and_not_used(contact: str, masked: str) -> None:
    assert mask_contact(contact) == masked
