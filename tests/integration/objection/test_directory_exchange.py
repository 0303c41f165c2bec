"""Exchange with the province's directory, over a real HTTP server that can be made to misbehave."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from deploy.sandbox.directory_peer import SandboxDirectory, sandbox_app
from services.objection.exchange import answering, importing, repository as exchange_repository
from services.objection.exchange.domain import pause_after
from services.objection.exchange.importing import import_objections
from services.objection.exchange.peer import HttpDirectory, PeerAnswer, RetryPolicy
from services.objection.exchange.task import directory_task, exchange_once
from services.objection.filing.service import take
from services.objection.objections.closing import close
from services.objection.objections.domain import ObjectionState, Outcome
from services.objection.objections.models import Objection
from shared import clock
from shared.platform.identity import Role
from shared.platform.service import WorkerContext
from shared.platform.system_callers import BUS
from tests.fixtures.served import served
from tests.fixtures.waiting import until
from tests.integration.objection.filing_steps import file, typing_body
from tests.integration.objection.objection_client import (
    COUNTY,
    PROVINCE,
    ObjectionClient,
    household_typed,
    run_published,
    uscc,
)

IMPATIENT = RetryPolicy(attempts=1, total=5, first_pause=0.01, answer=5)

WRONG_CREDENTIAL = "wrong-secret"
"""By name, so that a traceback's source lines do not hold it"""


@dataclass
class Province:
    """The directory, its address, and the office that exchanges with it."""

    directory: SandboxDirectory
    url: str
    office: ObjectionClient

    def files(self, number: int = 1, **changed: Any) -> str:
        """Somebody files at the directory; its number there."""
        receipt = f"HN-2026-{len(self.directory.filed) + 1:04d}"
        known = {"receipt": receipt, "uscc": uscc(number), "year": 2026, "statement": "参保人数登记少了"}
        known |= {"filed_at": clock.now().isoformat(), "name": "张小明", "contact": "13800138000"}
        self.directory.filed.append(known | changed)
        return receipt

    async def exchanges(self, patience: RetryPolicy = IMPATIENT, credential: str = "sandbox") -> None:
        """One round."""
        async with HttpDirectory(self.url, SecretStr(credential), patience) as peer:
            await exchange_once(self.office.resources, peer, self.url, PROVINCE)

    async def rows(self) -> list[dict[str, Any]]:
        """What officers of the province see."""
        shown = await self.office.get("/v1/directory-objections", Role.OFFICER, PROVINCE)
        found: list[dict[str, Any]] = shown.json()["items"]
        return found

    async def withdrawn(self, number: int = 1) -> None:
        """The operator withdraws what the directory filed."""
        (mine,) = (await self.office.get("/v1/objections/mine", Role.OPERATOR, number=number)).json()["items"]
        path = f"/v1/objections/{mine['id']}/withdrawal"
        answer = await self.office.post(path, {}, Role.OPERATOR, match=mine["etag"], number=number)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def province(office: ObjectionClient) -> AsyncIterator[Province]:
    await office.hear(run_published(), *(household_typed(number) for number in range(1, 6)))
    directory = SandboxDirectory()
    async with served(sandbox_app(directory)) as port:
        yield Province(directory, f"http://127.0.0.1:{port}", office)


async def test_what_is_filed_there_is_taken_once_and_answered_once_when_it_is_over(province: Province) -> None:
    receipt = province.files()
    for _ in range(3):
        await province.exchanges()
    (row,) = await province.rows()
    assert (row["peer_receipt"], row["intake"], row["answered_at"]) == (receipt, "taken", None)
    (stored,) = await province.office.sql("select filed_by, operator_ref from objection")
    assert stored["filed_by"] == "directory"
    assert province.directory.answers == {}, "nothing is answered before it is over"
    await province.withdrawn()
    for _ in range(3):
        await province.exchanges()
    assert province.directory.answers[receipt]["state"] == "withdrawn"
    assert province.directory.calls[f"POST /objections/{receipt}/answers"] == 1


async def test_one_that_the_operator_has_filed_here_too_is_joined(province: Province) -> None:
    first = (await file(province.office, typing_body())).json()
    province.files()
    await province.exchanges()
    (row,) = await province.rows()
    assert (row["intake"], row["objection"]) == ("joined", first["id"])


async def test_a_page_that_comes_again_or_is_read_again_from_the_beginning_is_taken_once(province: Province) -> None:
    for number in (1, 2):
        province.files(number)
    province.directory.misbehave("repeat")
    await province.exchanges()
    await province.exchanges()
    async with province.office.resources.database.transaction() as session:
        await exchange_repository.save_cursor(session, province.url, "0")
    await province.exchanges()
    assert len(await province.rows()) == 2
    assert len(await province.office.sql("select 1 from objection")) == 2


async def test_a_bad_row_is_reported_and_holds_up_nobody(province: Province) -> None:
    province.files(1, filed_at="昨天")
    province.files(2, receipt=None)
    province.files(3, uscc="张小明")
    good = province.files(4)
    await province.exchanges()
    await province.exchanges()
    rows = await province.rows()
    assert {row["peer_receipt"]: row["intake"] for row in rows}[good] == "taken"
    bad = [row for row in rows if row["intake"] == "unreadable"]
    assert len(bad) == 3
    assert any("filed_at" in row["reason"] for row in bad)
    assert "张小明" not in str(rows), "what a field holds is not shown"


async def test_one_that_cannot_be_taken_is_answered_with_the_reason(province: Province) -> None:
    receipt = province.files(1, year=2025)
    await province.exchanges()
    assert province.directory.answers[receipt]["state"] == "refused"
    assert "2025" in province.directory.answers[receipt]["text"]


async def test_a_text_with_somebodys_number_stays_there_and_the_objection_is_taken(province: Province) -> None:
    receipt = province.files(1, statement="请打 13912345678 找我")
    await province.exchanges()
    (row,) = await province.office.sql("select statement from objection")
    assert receipt in row["statement"]
    assert "139" not in row["statement"]


@pytest.mark.parametrize("mood", ["unavailable", "garbage"])
async def test_a_directory_that_fails_is_read_again_in_the_next_round(province: Province, mood: str) -> None:
    province.files()
    province.directory.misbehave(mood)
    await province.exchanges()
    assert await province.rows() == []
    await province.exchanges()
    assert len(await province.rows()) == 1


async def test_a_directory_that_is_down_for_a_moment_is_asked_again_at_once(province: Province) -> None:
    province.files()
    province.directory.misbehave("unavailable", "unavailable")
    await province.exchanges(RetryPolicy(attempts=4, total=10, first_pause=0.01, answer=5))
    assert len(await province.rows()) == 1


async def lose_a_confirmation(province: Province) -> str:
    """The directory has taken the answer; that it has is lost on the way."""
    receipt = province.files()
    await province.exchanges()
    await province.withdrawn()
    province.directory.moods.clear()
    async with HttpDirectory(province.url, SecretStr("sandbox"), IMPATIENT) as peer:
        province.directory.misbehave("lost")
        await answering.send_answers(province.office.resources, peer)
        assert (await province.rows())[0]["failures"] == 1
        with clock.travel(clock.now() + pause_after(1)):
            await answering.send_answers(province.office.resources, peer)
    return receipt


async def test_an_answer_whose_confirmation_is_lost_is_sent_again_and_counted_once(province: Province) -> None:
    receipt = await lose_a_confirmation(province)
    assert province.directory.calls[f"POST /objections/{receipt}/answers"] == 2
    assert len(province.directory.answers) == 1
    (row,) = await province.rows()
    assert row["answered_at"] is not None


async def test_a_new_key_for_each_try_would_be_refused_for_good(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: each try has a key of its own."""
    send = HttpDirectory.answer
    tries = iter("abcdef")

    async def answer(self: HttpDirectory, receipt: str, said: PeerAnswer, _key: str) -> None:
        await send(self, receipt, said, next(tries))

    monkeypatch.setattr(HttpDirectory, "answer", answer)
    await lose_a_confirmation(province)
    (row,) = await province.rows()
    assert (row["answered_at"], row["failures"]) == (None, 2)


async def test_a_wrong_credential_reads_nothing_and_is_in_no_log(
    province: Province, capsys: pytest.CaptureFixture[str]
) -> None:
    province.files()
    await province.exchanges(credential=WRONG_CREDENTIAL)
    assert await province.rows() == []
    assert WRONG_CREDENTIAL not in "".join(capsys.readouterr())


async def test_the_worker_exchanges_by_itself_and_only_where_it_is_set(province: Province) -> None:
    office = province.office
    settings = office.resources.settings
    context = WorkerContext(settings, office.resources.database, None, office.resources)  # type: ignore[arg-type]
    assert directory_task(context) is None
    with_directory = settings.model_copy(
        update={
            "directory_url": province.url,
            "directory_credential": SecretStr("sandbox"),
            "directory_seconds": 0.05,
        }
    )
    province.files()
    task = directory_task(WorkerContext(with_directory, context.database, context.bus, context.resources))
    assert task is not None
    running = asyncio.create_task(task)
    try:
        await until(lambda: _taken(province))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _taken(province: Province) -> bool:
    return len(await province.rows()) == 1


async def test_officers_of_another_province_see_nothing_of_it(province: Province) -> None:
    province.files()
    await province.exchanges()
    shown = await province.office.get("/v1/directory-objections", Role.OFFICER, "12")
    assert shown.json()["items"] == []
    assert len((await province.office.get("/v1/directory-objections", Role.OFFICER, COUNTY)).json()["items"]) == 1


async def test_a_household_that_has_not_been_heard_of_waits_and_holds_up_nobody(province: Province) -> None:
    """The row names no county: it is taken, with the instant of filing, as soon as the household is known."""
    early = province.files(8)
    other = province.files(2)
    await province.exchanges()
    await province.exchanges()
    assert {row["peer_receipt"]: row["intake"] for row in await province.rows()} == {early: "waiting", other: "taken"}
    assert province.directory.answers == {}
    await province.office.hear(household_typed(8))
    await province.exchanges()
    assert {row["intake"] for row in await province.rows()} == {"taken"}
    (stored,) = await province.office.sql("select filed_at from objection where uscc = $1", uscc(8))
    assert stored["filed_at"] == dt.datetime.fromisoformat(province.directory.filed[0]["filed_at"])


async def test_an_error_in_one_row_stops_neither_the_others_nor_the_answers(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good, late = province.files(1), province.files(2), province.files(3, year=2025)

    async def failing(session: Any, resources: Any, order: Any, *rest: Any) -> Any:
        if order.target.uscc == uscc(1):
            raise RuntimeError("a mistake of ours")
        return await take(session, resources, order, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(importing, "take", failing)
        await province.exchanges()
    shown = {row["peer_receipt"]: row["intake"] for row in await province.rows()}
    assert shown == {bad: "waiting", good: "taken", late: "refused"}
    assert list(province.directory.answers) == [late]
    await province.exchanges()
    assert {row["peer_receipt"]: row["intake"] for row in await province.rows()}[bad] == "taken"


async def test_the_directory_is_told_the_public_answer_without_what_departments_wrote(province: Province) -> None:
    receipt = province.files()
    await province.exchanges()
    async with province.office.resources.database.transaction() as session:
        objection = (await session.execute(select(Objection).with_for_update())).scalar_one()
        objection.state = ObjectionState.DISMISSED
        full, public = "税务部门答复：全年应税 812345 元。维持不变。", "维持不变。"
        await close(session, objection, Outcome.DISMISSED, changed=False, answer=full, public=public, caller=BUS)
    await province.exchanges()
    assert province.directory.answers[receipt]["text"] == public


async def test_while_the_directory_is_not_there_one_answer_is_tried_and_no_more(province: Province) -> None:
    for number in (1, 2, 3):
        province.files(number, year=2025)
    async with HttpDirectory(province.url, SecretStr("sandbox"), IMPATIENT) as peer:
        await import_objections(province.office.resources, peer, province.url, PROVINCE)
        province.directory.misbehave("unavailable")
        assert await answering.send_answers(province.office.resources, peer) == 0
    assert province.directory.answers == {}
    await province.exchanges()
    assert len(province.directory.answers) == 2
