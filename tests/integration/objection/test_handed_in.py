"""Objections that were handed in at a national system: filed with the instant of handing in, joined, answered once."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.objection.exchange import hand_ins, importing
from services.objection.exchange.domain import Intake
from services.objection.exchange.hand_ins import hear_hand_in, take_what_waited
from services.objection.exchange.models import HandedInObjection
from services.objection.filing.problems import DecidedAlready
from services.objection.filing.service import take
from shared import clock
from shared.contracts.notification import HandedIn, SealedObjection
from shared.messaging.events import new_event
from shared.platform.identity import Role
from shared.platform.sealed_messages import Sealer, SealOpener, UnknownSealingKeyError, new_sealing_keys
from tests.fixtures.service_client import Issuer
from tests.integration.objection.filing_steps import file, typing_body
from tests.integration.objection.objection_client import (
    COUNTY,
    ObjectionClient,
    household_typed,
    open_client,
    run_published,
    settings_for,
    uscc,
)

KEYS = new_sealing_keys()
PHONE = "1380013" + "8000"


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[ObjectionClient]:
    settings = settings_for(database_url, tmp_path / "objection", issuer, handed_in_objections_keys=KEYS.private)
    async with open_client(settings, issuer) as office:
        await office.hear(run_published(), household_typed(1))
        yield office


def handed_in(number: int = 1, *, hand_in: UUID | None = None, **changed: Any) -> HandedIn:
    """What notification tells."""
    own = hand_in or uuid4()
    told = {"statement": "参保人数登记少了", "name": "张小明", "contact": PHONE} | changed
    inside = SealedObjection.model_validate({"hand_in": own, "uscc": uscc(number)} | told)
    return HandedIn(
        hand_in=own,
        system="national-directory",
        kind="objection",
        reference=told.get("reference", f"QG-{number}"),
        uscc=uscc(number),
        region=COUNTY,
        year=told.get("year", 2026),
        filed_at=told.get("filed_at", clock.now() - dt.timedelta(hours=3)),
        sealed=Sealer(KEYS.public).seal(inside),
    )


async def hear(office: ObjectionClient, said: HandedIn) -> None:
    """As the consumer does."""
    async with office.resources.database.transaction() as session:
        event = new_event(said, subject=said.uscc, source="/notification")
        await hear_hand_in(session, event, office.resources)


async def answers(office: ObjectionClient) -> list[dict[str, Any]]:
    """What the service answered, in order."""
    return [one["data"] for one in await office.events("ObjectionHandInAnswered")]


async def test_it_is_filed_with_the_instant_of_handing_in_and_answered_with_its_receipt(
    office: ObjectionClient,
) -> None:
    said = handed_in()
    await hear(office, said)
    (answer,) = await answers(office)
    (stored,) = await office.sql("select id, receipt, filed_by, filed_at, operator_ref from objection")
    assert (answer["outcome"], answer["objection"], answer["receipt"]) == (
        "taken",
        str(stored["id"]),
        stored["receipt"],
    )
    assert (stored["filed_by"], stored["filed_at"]) == ("national", said.filed_at)
    (mine,) = (await office.get("/v1/objections/mine", Role.OPERATOR)).json()["items"]
    assert mine["id"] == answer["objection"]
    (kept,) = await office.sql("select reference, sealed, intake from handed_in_objection")
    assert (kept["reference"], kept["sealed"], kept["intake"]) == ("QG-1", None, "taken")
    history = (await office.get(f"/v1/objections/{stored['id']}/history", Role.OFFICER)).json()
    told = {(one["text"], one["by_label"]) for one in history}
    assert told == {("提交异议", "国家级系统"), ("国家级系统转来", "国家级系统")}


async def test_one_that_the_operator_has_filed_here_too_is_joined(office: ObjectionClient) -> None:
    first = (await file(office, typing_body())).json()
    await hear(office, handed_in())
    (answer,) = await answers(office)
    assert (answer["outcome"], answer["objection"]) == ("matched", first["id"])
    assert len(await office.sql("select 1 from objection")) == 1


async def test_one_that_cannot_be_taken_is_answered_with_the_reason(office: ObjectionClient) -> None:
    await hear(office, handed_in(year=2025))
    (answer,) = await answers(office)
    assert (answer["outcome"], answer["objection"]) == ("refused", None)
    assert "2025" in answer["reason"]
    assert await office.sql("select 1 from objection") == []


async def test_a_text_with_a_number_of_a_person_stays_where_it_was_written(office: ObjectionClient) -> None:
    await hear(office, handed_in(statement=f"请致电 {PHONE}"))
    (stored,) = await office.sql("select statement from objection")
    assert stored["statement"].startswith("异议内容见全国“个体工商户名录”，回执号 QG-1")


async def test_a_household_that_has_not_been_heard_of_is_taken_all_the_same(office: ObjectionClient) -> None:
    await hear(office, handed_in(8))
    assert [one["outcome"] for one in await answers(office)] == ["taken"]


async def test_what_cannot_be_taken_yet_waits_sealed_and_is_answered_once(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = handed_in()

    async def closing(*_: Any) -> Any:
        raise DecidedAlready

    with monkeypatch.context() as patch:
        patch.setattr(importing, "take", closing)
        await hear(office, said)
        assert await take_what_waited(office.resources) == 0
    (kept,) = await office.sql("select intake, sealed from handed_in_objection")
    assert (kept["intake"], kept["sealed"]) == ("waiting", said.sealed)
    assert await answers(office) == []
    for expected in (1, 0):
        assert await take_what_waited(office.resources) == expected
    assert [one["outcome"] for one in await answers(office)] == ["taken"]
    (stored,) = await office.sql("select filed_at from objection")
    assert stored["filed_at"] == said.filed_at


async def test_one_that_was_sealed_for_another_household_is_refused(office: ObjectionClient) -> None:
    await hear(office, handed_in(1).model_copy(update={"uscc": uscc(2)}))
    (answer,) = await answers(office)
    assert "另一户" in answer["reason"]


async def test_without_the_key_nothing_is_refused_it_waits_as_a_dead_letter(office: ObjectionClient) -> None:
    office.resources.hand_ins = SealOpener.of(None)
    with pytest.raises(UnknownSealingKeyError):
        await hear(office, handed_in())
    assert await office.sql("select 1 from handed_in_objection") == []


@pytest.mark.parametrize("reference", ["QG.2026:1", "QG_1"])
async def test_an_objection_is_not_refused_for_the_number_that_the_system_gave_it(
    office: ObjectionClient, reference: str
) -> None:
    await hear(office, handed_in(reference=reference))
    assert [(one["outcome"], one["reference"]) for one in await answers(office)] == [("taken", reference)]


async def waiting_with_a_retired_key(office: ObjectionClient, number: int) -> HandedIn:
    """One that waits, whose key was taken away since; told before all others."""
    said = handed_in(number)
    retired = Sealer(new_sealing_keys().public).seal(
        SealedObjection(hand_in=said.hand_in, uscc=said.uscc, statement="参保人数登记少了")
    )
    row = HandedInObjection(
        **said.model_dump(include={"hand_in", "system", "reference", "uscc", "region", "year", "filed_at"}),
        sealed=retired,
        intake=Intake.WAITING,
        told_at=said.filed_at,
    )
    async with office.resources.database.transaction() as session:
        session.add(row)
    return said


async def test_one_that_waits_without_its_key_stops_none_behind_it(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_ins, "AT_ONCE", 2)
    stuck = {(await waiting_with_a_retired_key(office, number)).hand_in for number in (2, 3, 4)}

    async def closing(*_: Any) -> Any:
        raise DecidedAlready

    with monkeypatch.context() as patch:
        patch.setattr(importing, "take", closing)
        await hear(office, handed_in())
    assert await take_what_waited(office.resources) == 1
    assert [one["outcome"] for one in await answers(office)] == ["taken"]
    rows = await office.sql("select hand_in, reason from handed_in_objection where intake = 'waiting'")
    assert {row["hand_in"] for row in rows} == stuck
    assert {row["reason"] for row in rows} == {"没有解开内容的密钥"}


async def test_one_that_fails_by_an_error_of_ours_stops_none_behind_it(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def closing(*_: Any) -> Any:
        raise DecidedAlready

    with monkeypatch.context() as patch:
        patch.setattr(importing, "take", closing)
        for number in (1, 8):
            await hear(office, handed_in(number))
    failed: list[object] = []

    async def fails_once(*said: Any) -> Any:
        if not failed:
            failed.append(said)
            raise RuntimeError("an error of ours")
        return await take(*said)

    monkeypatch.setattr(importing, "take", fails_once)
    assert [await take_what_waited(office.resources) for _ in range(3)] == [1, 1, 0]
    assert [one["outcome"] for one in await answers(office)] == ["taken", "taken"]


async def test_one_that_is_told_again_is_answered_again_and_filed_once(office: ObjectionClient) -> None:
    for said in (handed_in(1), handed_in(1, year=2025)):
        for _ in range(2):
            await hear(office, said)
    taken, again, refused, too = await answers(office)
    assert (taken["outcome"], taken["receipt"] is not None, refused["outcome"]) == ("taken", True, "refused")
    assert (again, too) == (taken, refused)
    assert len(await office.sql("select 1 from objection")) == 1
