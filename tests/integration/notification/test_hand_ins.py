"""What is handed in at the national systems, over real HTTP: once for good, refused with a reason, handed on sealed."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from services.notification.publication.incoming import (
    service as incoming_service,
    task as incoming_task,
)
from services.notification.publication.incoming.domain import HandInKind
from services.notification.publication.incoming.service import Intake
from services.notification.publication.incoming.task import exchange_once
from services.notification.publication.peers.connections import FORMATS, peer_urls_of
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import HandInPage, HandInReport, Received, RefusedCall
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.systems import System
from shared import clock
from shared.contracts.notification import HandedIn, SealedApplication, SealedObjection
from shared.contracts.objection import ObjectionClosed, ObjectionHandInAnswered
from shared.contracts.payload import HandInAnswer
from shared.contracts.recognition import ApplicationHandInAnswered
from shared.messaging.events import new_event
from shared.platform.identity import Role
from shared.platform.sealed_messages import SealBrokenError, Sealer, SealOpener, new_sealing_keys
from shared.platform.service import WorkerContext
from tests.faults import hand_in_process
from tests.fixtures.forked import killed_at
from tests.fixtures.hand_in_system import HandInSystem, HttpHandsIn, serving
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import (
    COUNTY,
    PROVINCE,
    NotificationClient,
    open_client,
    settings_for,
    uscc,
)

TODAY = dt.date(2026, 7, 10)
APPLICATIONS, OBJECTIONS = new_sealing_keys(), new_sealing_keys()
KEYS = {"handed_in_applications_key": APPLICATIONS.public, "handed_in_objections_key": OBJECTIONS.public}
ID_NUMBER, PHONE = "11010119900307" + "7758", "1380013" + "8000"
NAME = "张小明"


@dataclass
class Bureau:
    """The notification service and one system at which something is handed in."""

    office: NotificationClient
    held: HandInSystem
    peer: HttpHandsIn

    @property
    def intake(self) -> Intake:
        """As the worker has it."""
        return Intake.of(self.office.resources)

    def hands_in(self, kind: str, number: int = 1, **changed: Any) -> str:
        """Somebody hands something in; its number there."""
        reference = f"PT-{len(self.held.items) + 1:04d}"
        known: dict[str, Any] = {"kind": kind, "reference": reference, "uscc": uscc(number), "year": 2026}
        if kind in ("application", "objection"):
            known |= {"filed_at": clock.now().isoformat(), "region": COUNTY}
        if kind == "application":
            known |= {"category": "distinctive", "category_reason": "特色产品", "criteria": ["distinctive.3"]}
        if kind == "objection":
            known |= {"statement": "参保人数登记少了", "name": NAME, "contact": PHONE}
        if kind == "annual-reports-closed":
            known |= {"region": "41", "year": 2025, "closed_on": "2026-06-30"}
        if kind == "annual-report-filed":
            known |= {"year": 2025, "filed_on": "2026-07-05"}
        self.held.items.append(known | changed)
        return str((known | changed)["reference"])

    async def rounds(self, number: int = 1) -> None:
        """So many rounds of the worker."""
        for _ in range(number):
            await exchange_once(self.intake, self.peer)

    async def rows(self, region: str = COUNTY, **query: Any) -> list[dict[str, Any]]:
        """What officers see, oldest first."""
        shown = await self.office.get("/v1/publications/hand-ins", Role.OFFICER, region, query=query)
        assert shown.status_code == 200, shown.text
        found: list[dict[str, Any]] = shown.json()["items"]
        return found[::-1]

    async def waiting(self, region: str = COUNTY, **query: Any) -> list[dict[str, Any]]:
        """What officers see waiting, oldest first."""
        shown = await self.office.get("/v1/publications/hand-ins/waiting", Role.OFFICER, region, query=query)
        assert shown.status_code == 200, shown.text
        found: list[dict[str, Any]] = shown.json()["items"]
        return found

    async def states(self) -> list[str]:
        """Of all, oldest first."""
        return [row["state"] for row in await self.rows(PROVINCE)]

    async def answered(self, answer: HandInAnswer) -> None:
        """A service answers."""
        event = new_event(answer, subject=answer.uscc, source="/test")
        async with self.office.resources.database.transaction() as session:
            await incoming_service.on_answer(session, event, self.office.resources)

    async def stored(self) -> str:
        """All that the database holds of hand-ins, events and audit, as text."""
        tables = ("publication_hand_in", "outbox", "audit_entry")
        rows = [await self.office.sql(f"select to_jsonb(t)::text as row from {table} t") for table in tables]
        values = await self.office.sql("select convert_from(value, 'UTF8') as row from outbox")
        return "\n".join(row["row"] for found in (*rows, values) for row in found)


@pytest.fixture
def keys() -> dict[str, str]:
    """Which public keys are set."""
    return KEYS


@pytest.fixture
def system() -> System:
    """The system of the test."""
    return System.CULTIVATION_PLATFORM


@pytest.fixture
async def bureau(
    database_url: str, tmp_path: Path, issuer: Issuer, keys: dict[str, str], system: System
) -> AsyncIterator[Bureau]:
    settings = settings_for(database_url, tmp_path / "notification", issuer, **keys)
    held = HandInSystem()
    with clock.travel(TODAY):
        async with open_client(settings, issuer) as office, serving(system, held) as peer:
            yield Bureau(office, held, peer)


async def test_an_application_is_handed_on_once_sealed_for_recognition_alone(bureau: Bureau) -> None:
    reference = bureau.hands_in("application")
    await bureau.rounds(3)
    (told,) = await bureau.office.events("HandedIn")
    said = HandedIn.model_validate(told["data"])
    assert (said.system, said.kind, said.reference, said.region) == (
        "cultivation-platform",
        "application",
        reference,
        COUNTY,
    )
    inside = SealOpener(APPLICATIONS.private).open(said.sealed, SealedApplication)
    assert (inside.hand_in, inside.uscc, inside.criteria) == (said.hand_in, uscc(1), ["distinctive.3"])
    with pytest.raises(SealBrokenError):
        SealOpener(OBJECTIONS.private).open(said.sealed, SealedApplication)
    (row,) = await bureau.rows()
    assert (row["state"], row["told_at"]) == ("handed-on", None)
    assert await bureau.office.sql("select 1 from publication_hand_in where content is not null") == []


async def test_the_answer_of_the_service_is_kept_and_told_to_the_system_once(bureau: Bureau) -> None:
    reference = bureau.hands_in("application")
    await bureau.rounds()
    (row,) = await bureau.rows()
    known = {"hand_in": row["id"], "system": row["system"], "reference": reference, "uscc": uscc(1), "region": COUNTY}
    await bureau.answered(ApplicationHandInAnswered(**known, outcome="taken", application=row["id"]))
    await bureau.answered(ApplicationHandInAnswered(**known, outcome="refused", reason="又一次"))
    bureau.held.moods.extend(["read", "lost"])
    await bureau.rounds()
    with clock.travel(TODAY + dt.timedelta(days=1)):
        await bureau.rounds(3)
    assert bureau.held.answers == {reference: {"outcome": "taken", "reason": None}}
    assert bureau.held.calls["answer"] == 2, "one whose confirmation was lost is told again, then never"
    (row,) = await bureau.rows()
    assert (row["state"], row["result"]) == ("taken", row["id"])
    assert row["told_at"] is not None


async def test_pages_that_come_twice_or_in_another_order_add_nothing(bureau: Bureau) -> None:
    for number in range(1, 8):
        bureau.hands_in("application", number)
    bureau.held.moods.extend(["", "repeat", "", "circle", "unavailable"])
    await bureau.rounds(6)
    bureau.held.items.reverse()
    bureau.held.moods.extend(["circle"])
    await bureau.rounds(4)
    assert len(await bureau.rows()) == 7
    assert len({one["data"]["reference"] for one in await bureau.office.events("HandedIn")}) == 7
    assert len(await bureau.office.events("HandedIn")) == 7


async def test_a_system_that_forgot_its_cursor_is_read_again_from_the_beginning(bureau: Bureau) -> None:
    for number in range(1, 6):
        bureau.hands_in("application", number)
    await bureau.rounds()
    bureau.hands_in("application", 6)
    bureau.held.moods.extend(["forget"])
    await bureau.rounds(2)
    assert len(await bureau.office.events("HandedIn")) == 6
    assert [row["repeated_otherwise"] for row in await bureau.rows()] == [0] * 6


async def test_a_number_that_comes_again_with_another_content_is_seen_and_not_taken(bureau: Bureau) -> None:
    reference = bureau.hands_in("application", 1)
    bureau.hands_in("application", 1, reference=reference, category_reason="另一种说法")
    await bureau.rounds(2)
    (row,) = await bureau.rows()
    assert row["repeated_otherwise"] == 1
    (told,) = await bureau.office.events("HandedIn")
    inside = SealOpener(APPLICATIONS.private).open(told["data"]["sealed"], SealedApplication)
    assert inside.category_reason == "特色产品", "what came first counts"


async def test_what_cannot_be_used_is_refused_with_one_reason_and_holds_up_nobody(bureau: Bureau) -> None:
    bureau.hands_in("application", filed_at="昨天")
    bureau.hands_in("application", uscc=NAME)
    bureau.hands_in("annual-reports-closed")
    bureau.hands_in("application", reference=ID_NUMBER)
    bureau.hands_in("wish")
    good = bureau.hands_in("application", 2)
    await bureau.rounds(2)
    assert await bureau.states() == ["refused"] * 5 + ["handed-on"]
    first, code, kind, number, _, _ = await bureau.rows(PROVINCE)
    assert first["reason"] == "这些栏目缺少或格式不对：filed_at"
    assert code["reason"] == "这些栏目缺少或格式不对：uscc"
    assert "培育平台转来的只能是" in kind["reason"]
    assert number["reference"].startswith("unreadable-")
    assert set(bureau.held.answers) == {"PT-0001", "PT-0002", "PT-0003", "PT-0005"}
    assert good not in bureau.held.answers, "it is under way"
    stored = await bureau.stored()
    assert NAME not in stored
    assert ID_NUMBER not in stored


@pytest.mark.parametrize("personal", [ID_NUMBER, PHONE])
async def test_an_application_whose_reason_holds_a_number_of_a_person_is_refused_with_a_hint(
    bureau: Bureau, personal: str
) -> None:
    reference = bureau.hands_in("application", category_reason=f"特色产品，联系 {personal}")
    await bureau.rounds()
    assert "请删去后另行提交" in bureau.held.answers[reference]["reason"]
    assert personal not in await bureau.stored()


async def test_an_objection_with_a_number_in_its_text_is_not_late_for_it_and_nothing_of_it_can_be_read(
    bureau: Bureau,
) -> None:
    bureau.hands_in("objection", statement=f"请致电 {PHONE}")
    await bureau.rounds()
    (told,) = await bureau.office.events("HandedIn")
    inside = SealOpener(OBJECTIONS.private).open(told["data"]["sealed"], SealedObjection)
    assert (inside.name, inside.contact, inside.statement) == (NAME, PHONE, f"请致电 {PHONE}")
    stored = await bureau.stored()
    assert PHONE not in stored
    assert NAME not in stored


@pytest.mark.parametrize("keys", [{"handed_in_objections_key": OBJECTIONS.public, "handed_in_applications_key": ""}])
async def test_without_a_key_hand_ins_of_that_kind_wait_where_officers_see_them(bureau: Bureau) -> None:
    bureau.hands_in("application")
    bureau.hands_in("objection")
    await bureau.rounds(2)
    assert await bureau.states() == ["waiting", "handed-on"]
    (row,) = await bureau.rows(state="waiting")
    assert row["reason"] == "没有配置认定服务的公钥，暂存"
    assert bureau.held.answers == {}
    assert PHONE not in await bureau.stored()
    intake = bureau.intake
    later = Intake(intake.database, intake.resources, {HandInKind.APPLICATION: Sealer(APPLICATIONS.public)})
    assert await incoming_service.hand_on(later) == 1
    assert await bureau.states() == ["handed-on", "handed-on"]


@pytest.mark.parametrize("keys", [{"handed_in_objections_key": OBJECTIONS.public, "handed_in_applications_key": ""}])
async def test_officers_read_why_and_since_when_an_application_or_objection_waits(bureau: Bureau) -> None:
    bureau.hands_in("application", 1)
    reference = bureau.hands_in("objection", 2)
    bureau.hands_in("application", 3, filed_at="昨天")  # refused: it waits for nothing
    await bureau.rounds()
    application, objection = await bureau.waiting()
    listed = {row["id"]: row for row in await bureau.rows()}
    assert (application["state"], application["reason"]) == ("waiting", "没有配置认定服务的公钥，暂存")
    assert application["waiting_since"] == listed[application["id"]]["received_at"]
    assert (objection["state"], objection["reason"]) == ("handed-on", "已转交异议服务，尚未答复")
    assert objection["waiting_since"] == listed[objection["id"]]["handed_on_at"]
    assert await bureau.waiting(kind="objection") == [objection]
    assert await bureau.waiting(system="national-directory") == []
    assert await bureau.waiting(region="34") == []
    known = {"hand_in": objection["id"], "system": objection["system"], "reference": reference, "region": COUNTY}
    await bureau.answered(ObjectionHandInAnswered(**known, uscc=uscc(2), outcome="taken", objection=uuid4()))
    assert await bureau.waiting() == [application]
    refused = await bureau.office.get("/v1/publications/hand-ins/waiting", Role.OPERATOR)
    assert refused.status_code == 403


@pytest.mark.parametrize("system", [System.CREDIT_PUBLICITY])
async def test_facts_of_annual_reports_are_announced_as_typing_expects_them_each_once(bureau: Bureau) -> None:
    bureau.hands_in("annual-reports-closed")
    bureau.hands_in("annual-reports-closed")
    bureau.hands_in("annual-reports-closed", closed_on="2026-07-01")
    bureau.hands_in("annual-report-filed", 1)
    bureau.hands_in("annual-report-filed", 1, filed_on="2026-07-06")
    bureau.hands_in("annual-report-filed", 2)
    bureau.hands_in("annual-report-filed", 3, filed_on="2026-08-01")
    await bureau.rounds(3)
    assert await bureau.states() == ["taken", "matched", "refused", "taken", "matched", "taken", "refused"]
    (closed,) = await bureau.office.events("AnnualReportClosed")
    assert closed["data"] == {"region": "41", "year": 2025, "closed_on": "2026-06-30"}
    assert closed["subject"] == "41"
    filed = await bureau.office.events("AnnualReportFiled")
    assert [one["subject"] for one in filed] == [uscc(1), uscc(2)]
    assert len(bureau.held.answers) == 7


@pytest.mark.parametrize("system", [System.PROVINCE_DIRECTORY])
async def test_the_provinces_directory_is_read_by_the_objection_service_alone(bureau: Bureau) -> None:
    bureau.hands_in("objection")
    await bureau.rounds()
    assert bureau.held.calls["read"] == 0


async def test_whatever_is_killed_between_taking_and_handing_on_is_handed_on_once(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        bureau.hands_in("application", number)
    points = ["publication.taken-in", "publication.page-taken", "publication.handed-on", "publication.answered"]

    class Killed(BaseException):
        """What a kill would be."""

    def dying(name: str) -> None:
        if points and name == points[0]:
            points.pop(0)
            raise Killed

    for module in (incoming_service, incoming_task):
        monkeypatch.setattr(module, "failpoint", dying)
    bureau.hands_in("application", uscc="unreadable")
    while points:
        with pytest.raises(Killed):
            await bureau.rounds()
    await bureau.rounds()
    assert await bureau.states() == ["handed-on"] * 3 + ["refused"]
    assert len(await bureau.office.events("HandedIn")) == 3
    assert bureau.held.calls["answer"] == 2, "told again: the kill hid the first confirmation"


@pytest.mark.faults
@pytest.mark.parametrize(
    ("point", "manner", "kept"),
    [("page-taken", "", 2), ("handed-on", "", 2), ("taken-in", "cursor-first", 0)],
    ids=["taken, not handed on", "announced, not committed", "the naive variant loses it"],
)
async def test_a_killed_round_loses_nothing_and_announces_nothing_twice(
    bureau: Bureau, point: str, manner: str, kept: int
) -> None:
    for number in (1, 2):
        bureau.hands_in("application", number)
    resources = bureau.office.resources
    url = resources.database.url.render_as_string(hide_password=False)
    arguments = [url, str(resources.settings.data_dir), str(resources.settings.jwks), bureau.peer.url]
    await killed_at(f"publication.{point}", hand_in_process.read, *arguments, APPLICATIONS.public, manner)
    await bureau.rounds(2)
    told = [one["data"]["reference"] for one in await bureau.office.events("HandedIn")]
    assert told == ["PT-0001", "PT-0002"][:kept]
    assert await bureau.states() == ["handed-on"] * kept


async def test_officers_see_their_own_region_and_filter(bureau: Bureau) -> None:
    bureau.hands_in("application")
    bureau.hands_in("objection", 2, region="410102")
    bureau.hands_in("wish", uscc="x", region="x")
    await bureau.rounds()
    assert [row["region"] for row in await bureau.rows(COUNTY)] == [COUNTY]
    assert [row["region"] for row in await bureau.rows(PROVINCE)] == [COUNTY, "410102", ""]
    assert [row["kind"] for row in await bureau.rows(PROVINCE, kind="objection")] == ["objection"]
    assert await bureau.rows(PROVINCE, system="credit-publicity") == []
    shown = await bureau.office.get("/v1/publications/hand-ins", Role.OPERATOR)
    assert shown.status_code == 403


async def test_a_system_that_forgot_our_answer_and_hands_in_again_is_told_again(bureau: Bureau) -> None:
    reference = bureau.hands_in("wish")
    await bureau.rounds(2)
    bureau.held.answers.clear()
    bureau.held.items.append(bureau.held.items[0])
    await bureau.rounds(2)
    assert bureau.held.answers[reference]["outcome"] == "refused"


async def test_the_worker_exchanges_by_itself_and_only_where_a_system_is_set(bureau: Bureau, tmp_path: Path) -> None:
    """With the sandbox's systems, as the publisher does it."""
    resources = bureau.office.resources
    context = WorkerContext(resources.settings, resources.database, None, resources)  # type: ignore[arg-type]  # no bus
    assert incoming_task.incoming_task(context) is None
    async with running_systems(tmp_path) as running:
        changed = {name: SecretStr(url) for name, url in running.settings().items()} | {"hand_in_seconds": 0.05}
        set_up = replace(context, settings=resources.settings.model_copy(update=changed))
        running.systems.store.hand_in("cultivation-platform", [WISH])
        task = incoming_task.incoming_task(set_up)
        assert task is not None
        working = asyncio.create_task(task)
        try:
            await until(lambda: told(running))
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
    (row,) = await bureau.rows(PROVINCE)
    assert (row["reference"], row["state"]) == ("PY-1", "refused")


WISH = {"kind": "wish", "reference": "PY-1", "uscc": uscc(1), "region": COUNTY}


async def told(running: RunningSystems) -> bool:
    """Whether the system was told."""
    return bool(running.systems.store.answers("cultivation-platform"))


async def test_an_objections_answer_names_it(bureau: Bureau) -> None:
    bureau.hands_in("objection")
    await bureau.rounds()
    (row,) = await bureau.rows()
    known = {"hand_in": row["id"], "system": row["system"], "reference": row["reference"], "region": COUNTY}
    await bureau.answered(ObjectionHandInAnswered(**known, uscc=uscc(1), outcome="matched", objection=row["id"]))
    (row,) = await bureau.rows()
    assert (row["state"], row["result"]) == ("matched", row["id"])


async def close(bureau: Bureau, objection: str, outcome: str = "upheld", revision: int = 3) -> None:
    """The objection service says that one is over, as the consumer hears it."""
    closed = ObjectionClosed.model_validate(
        {
            "objection": objection,
            "receipt": "4101052026000001",
            "uscc": uscc(1),
            "region": COUNTY,
            "against": "typing",
            "outcome": outcome,
            "changed": True,
            "answer": "参保人数已更正，分型改为成长型。",
            "revision": revision,
        }
    )
    event = new_event(closed, subject=closed.uscc, source="/objection")
    async with bureau.office.resources.database.transaction() as session:
        await incoming_task.ANSWERS[ObjectionClosed](session, event, bureau.office.resources)


@pytest.mark.parametrize("told_before", [True, False])
async def test_the_end_of_an_objection_is_told_to_every_system_at_which_it_was_handed_in(
    bureau: Bureau, told_before: bool
) -> None:
    objection = str(uuid4())
    references = [bureau.hands_in("objection"), bureau.hands_in("objection")]
    await bureau.rounds()
    for row, outcome in zip(await bureau.rows(), ("taken", "matched"), strict=True):
        known = {"hand_in": row["id"], "system": row["system"], "reference": row["reference"], "region": COUNTY}
        said = {**known, "uscc": uscc(1), "outcome": outcome, "objection": objection}
        await bureau.answered(ObjectionHandInAnswered.model_validate(said))
    if told_before:
        await bureau.rounds()
        assert {one["outcome"] for one in bureau.held.answers.values()} == {"taken", "matched"}
    bureau.held.moods.extend(["", "lost"])  # the page, then the first call that tells
    await close(bureau, objection)
    with clock.travel(clock.now() + dt.timedelta(hours=1)):
        await bureau.rounds()
    with clock.travel(clock.now() + dt.timedelta(hours=2)):
        await bureau.rounds()
    assert set(bureau.held.conclusions) == set(references)
    assert {one["reason"] for one in bureau.held.conclusions.values()} == {"异议成立。参保人数已更正，分型改为成长型。"}
    assert await bureau.states() == ["concluded", "concluded"]
    await close(bureau, objection, "dismissed", 4)
    assert all(row["told_at"] is not None for row in await bureau.rows()), "the first end counts"


async def test_an_end_that_comes_while_the_answer_is_told_is_told_too(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.hands_in("objection")
    await bureau.rounds()
    (row,) = await bureau.rows()
    objection = str(uuid4())
    known = {"hand_in": row["id"], "system": row["system"], "reference": row["reference"], "region": COUNTY}
    said = {**known, "uscc": uscc(1), "outcome": "taken", "objection": objection}
    await bureau.answered(ObjectionHandInAnswered.model_validate(said))
    answer, closed = bureau.peer.answer, list[str]()

    async def meanwhile(reference: str, report: HandInReport) -> Any:
        outcome = await answer(reference, report)
        if not closed:
            closed.append(objection)
            await close(bureau, objection)
        return outcome

    monkeypatch.setattr(bureau.peer, "answer", meanwhile)
    await bureau.rounds()
    assert [one["outcome"] for one in bureau.held.conclusions.values()] == ["concluded"]


@pytest.mark.parametrize("system", [System.CREDIT_PUBLICITY])
async def test_the_closing_of_a_part_of_a_region_that_is_closed_is_no_second_one(bureau: Bureau) -> None:
    bureau.hands_in("annual-reports-closed", region="41")
    await bureau.rounds()
    bureau.hands_in("annual-reports-closed", region="4101")
    bureau.hands_in("annual-reports-closed", region="4102", closed_on="2026-07-01")
    await bureau.rounds()
    assert await bureau.states() == ["taken", "matched", "refused"]
    assert len(await bureau.office.events("AnnualReportClosed")) == 1


async def test_what_is_handed_in_for_another_region_is_left_to_its_platform(
    database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    url = "http://minglu:secret@127.0.0.1:1/platform?region=4101"
    settings = settings_for(database_url, tmp_path / "notification", issuer, **KEYS, cultivation_platform=url)
    held = HandInSystem()
    with clock.travel(TODAY):
        async with open_client(settings, issuer) as office, serving(System.CULTIVATION_PLATFORM, held) as peer:
            bureau = Bureau(office, held, peer)
            own = bureau.hands_in("application")
            bureau.hands_in("application", 2, region="340102")
            bureau.hands_in("application", 3, region="410302")
            bureau.hands_in("application", 4, region="340102", category="")
            await bureau.rounds(2)
            assert [row["reference"] for row in await bureau.rows("")] == [own]
            assert set(held.answers) <= {own}, "nobody is told in our name"


@pytest.mark.parametrize("outcome", ["taken", "matched", "refused"])
async def test_an_answer_ends_one_that_a_restored_database_has_not_handed_on(bureau: Bureau, outcome: str) -> None:
    """The database was brought back from a copy: the answer is of before."""
    reference = bureau.hands_in("application")
    await incoming_task.read_system(bureau.intake, bureau.peer)
    (row,) = await bureau.office.sql("select id, state, system from publication_hand_in")
    assert row["state"] == "received"
    await bureau.answered(
        ApplicationHandInAnswered(
            hand_in=row["id"],
            system=row["system"],
            reference=reference,
            uscc=uscc(1),
            region=COUNTY,
            outcome=outcome,
            reason=None,
            application=None,
        )
    )
    await bureau.rounds(2)
    assert await bureau.states() == [outcome]
    assert await bureau.office.events("HandedIn") == []


async def test_an_item_that_its_system_has_withdrawn_is_told_once(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.hands_in("application", category="")
    told: list[str] = []

    async def withdrawn(reference: str, _report: HandInReport) -> RefusedCall:
        told.append(reference)
        return RefusedCall(FORMATS[bureau.peer.system].codes[Reason.UNKNOWN_ITEM], "")

    monkeypatch.setattr(bureau.peer, "answer", withdrawn)
    await bureau.rounds()
    with clock.travel(TODAY + dt.timedelta(days=1)):
        await bureau.rounds()
    assert len(told) == 1


async def test_a_system_that_always_says_more_keeps_nobody_from_what_came_before(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def more(cursor: str) -> HandInPage:
        return HandInPage([], str(int(cursor or 0) + 1), more=True)

    monkeypatch.setattr(bureau.peer, "handed_in", more)
    async with asyncio.timeout(20):
        await bureau.rounds(2)
    (row,) = await bureau.office.sql("select cursor from publication_hand_in_cursor")
    assert row["cursor"] == str(2 * incoming_task.MOST_PAGES)


async def test_the_platform_keeps_an_answer_and_the_end_that_follows_it_apart(
    database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    system = System.CULTIVATION_PLATFORM
    async with running_systems(tmp_path) as running:
        settings = settings_for(database_url, tmp_path / "notification", issuer, **running.settings())
        peer, store = HttpPeer(FORMATS[system], peer_urls_of(settings)[system]), running.systems.store
        store.hand_in(system, [WISH])
        end = HandInReport("concluded", "异议成立。")
        told = [await peer.answer("PY-1", one) for one in (HandInReport("taken"), end, HandInReport("taken"), end)]
        other = await peer.answer("PY-1", HandInReport("concluded", "异议不成立。"))
        await peer.close()
        kept = store.answers(system)["PY-1"], store.conclusions(system)["PY-1"]
    assert {type(one) for one in told} == {Received}
    assert isinstance(other, RefusedCall)
    assert ("ADOPTED" in kept[0], "CONCLUDED" in kept[1]) == (True, True)


async def test_how_long_an_answer_has_not_come_is_measured(bureau: Bureau) -> None:
    """Its event may be a dead letter of the service that heard it: nobody else would notice."""
    gauge = incoming_task.UNANSWERED.labels(bureau.peer.system)
    bureau.hands_in("application")
    await bureau.rounds()
    with clock.travel(clock.now() + dt.timedelta(hours=3)):
        await bureau.rounds()
        assert gauge._value.get() >= 3 * 3600
        (row,) = await bureau.rows()
        known = {"hand_in": row["id"], "system": row["system"], "reference": row["reference"], "region": COUNTY}
        await bureau.answered(ApplicationHandInAnswered(**known, uscc=uscc(1), outcome="taken"))
        await bureau.rounds()
    assert gauge._value.get() == 0
