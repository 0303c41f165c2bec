"""Digests: made once a round for each who works here, of what is due, new and overdue, however often it is begun."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.digests import (
    repository as digest_repository,
    service as digest_service,
    task as digest_task_module,
)
from services.notification.digests.domain import Digest, Round, round_of
from services.notification.digests.repository import mark_listed
from services.notification.digests.service import make_round
from services.notification.messages.domain import Recipient
from services.notification.messages.service import NotificationDraft, queue
from shared import clock
from shared.messaging.transports import open_bus
from shared.platform.identity import Role
from shared.platform.service import WorkerContext
from shared.reference.calendar import is_working_day
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import COUNTY, NotificationClient
from tests.integration.notification.told import PERSON, tell, to_mailbox, to_operator, told

MONDAY, TUESDAY = dt.date(2026, 8, 3), dt.date(2026, 8, 4)
EIGHT_THIRTY = dt.time(8, 30)
LI = Recipient(PERSON, "li")


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """An instant in China."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.CHINA)


async def tell_at(office: NotificationClient, when: dt.datetime, *drafts: NotificationDraft) -> list[uuid.UUID]:
    """Put something into inboxes at an instant."""
    with clock.travel(when):
        return await tell(office, *drafts)


async def made(office: NotificationClient, day: dt.date, kind: Digest = Digest.DAILY) -> int:
    """How many digests the clock makes at nine o'clock of a day."""
    with clock.travel(at(day, 9)):
        a_round = round_of(kind, clock.now(), office.resources.settings.digest_at)
        return await make_round(office.resources.database, office.resources.settings, a_round) if a_round else 0


async def digests(office: NotificationClient) -> list[Any]:
    """All digests, with their messages."""
    return await office.sql(
        """select n.*, m.channel, m.state, m.suppression from notification n join message m on m.notification_id = n.id
        where rule like 'digest-%' order by number"""
    )


async def test_an_officers_day_lists_what_is_overdue_due_and_new(office: NotificationClient) -> None:
    await tell_at(
        office,
        at(MONDAY, 15),
        told(LI, title="分派给您的异议", digest="daily"),
        told(LI, title="三天后要答复", due_on=dt.date(2026, 8, 7), matter="objection/1"),
        told(LI, title="早该答复", due_on=dt.date(2026, 7, 31), matter="objection/2"),
        told(LI, title="下月才到期", due_on=dt.date(2026, 9, 7), matter="objection/3"),
        told(LI, title="已自行发出"),
    )
    assert await made(office, TUESDAY) == 1
    [digest] = await digests(office)
    assert digest["recipient"] == "person:li"
    assert digest["title"] == "工作日报（8月4日）：已经超期1项，即将到期1项，新的通知1项"
    assert digest["body"].splitlines() == [
        "已经超期（1项）",
        "· 7月31日到期：早该答复",
        "",
        "即将到期（1项）",
        "· 8月7日到期：三天后要答复",
        "",
        "新的通知（1项）",
        "· 8月3日：分派给您的异议",
        "",
        "请登录名录平台，在“通知”里查看和办理。办完的事项归档后不再列入。",
    ]
    assert (digest["channel"], digest["state"], digest["suppression"]) == ("email", "suppressed", "no-contact")
    assert (await office.get("/v1/inbox", Role.OFFICER, subject="li")).json()["items"][0]["link"] == "/inbox"


async def test_what_was_listed_is_not_new_again_and_nothing_makes_no_digest(office: NotificationClient) -> None:
    await tell_at(office, at(MONDAY, 15), told(LI, digest="daily"), told(to_mailbox(), digest="weekly"))
    assert await made(office, TUESDAY) == 1
    assert await made(office, dt.date(2026, 8, 5)) == 0
    await tell_at(office, at(dt.date(2026, 8, 5), 10), told(LI, digest="daily"))
    assert await made(office, dt.date(2026, 8, 6)) == 1


async def test_what_was_read_archived_or_has_ended_is_not_listed(office: NotificationClient) -> None:
    due: dict[str, Any] = {"due_on": dt.date(2026, 8, 5), "matter": "objection/1", "occurred_at": at(MONDAY, 14)}
    read, archived, _ = await tell_at(
        office, at(MONDAY, 15), told(LI, digest="daily"), told(LI, **due), told(LI, **due | {"matter": "objection/2"})
    )
    await office.post(f"/v1/inbox/{read}/reading", None, Role.OFFICER, subject="li")
    await office.post(f"/v1/inbox/{archived}/archiving", None, Role.OFFICER, subject="li")
    async with office.resources.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "insert into ended_matter values ('typed', 'objection/2', $1)", (at(TUESDAY, 8),)
        )
    assert await made(office, TUESDAY) == 0
    assert await digests(office) == []
    items = (await office.get("/v1/inbox", Role.OFFICER, subject="li")).json()["items"]
    assert [one["matter_over"] for one in items] == [True, False]
    # the same matter, begun again after it had ended, is open
    await tell_at(office, at(TUESDAY, 10), told(LI, **due | {"matter": "objection/2", "occurred_at": at(TUESDAY, 9)}))
    assert await made(office, dt.date(2026, 8, 5)) == 1


async def test_operators_get_no_digest(office: NotificationClient) -> None:
    await tell_at(office, at(MONDAY, 15), told(to_operator(1), due_on=TUESDAY, matter="objection/1"))
    assert await made(office, TUESDAY) == 0


async def test_a_departments_week_is_told_on_its_first_working_day(office: NotificationClient) -> None:
    friday = dt.date(2026, 7, 31)
    await tell_at(office, at(friday, 10), told(to_mailbox(), title="本周新规则", digest="weekly"))
    await tell_at(office, at(friday, 11), told(LI, title="只属于个人", due_on=TUESDAY, matter="m"))
    assert await made(office, TUESDAY, Digest.WEEKLY) == 0
    assert await made(office, MONDAY, Digest.WEEKLY) == 1
    [digest] = await digests(office)
    assert (digest["recipient"], digest["region"]) == (f"mailbox:market:{COUNTY}", COUNTY)
    assert digest["title"] == "一周工作（8月3日）：新的通知1项"


def test_rounds_are_of_working_days_by_the_announced_calendar() -> None:
    def days(kind: Digest, first: dt.date, last: dt.date) -> list[str]:
        span = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        rounds = [round_of(kind, at(day, 9), EIGHT_THIRTY) for day in span]
        return [one.day.isoformat() for one in rounds if one is not None]

    # National Day 2025: off from 1 to 8 October; 28 September (Sunday) and 11 October (Saturday) were worked
    first, last = dt.date(2025, 9, 26), dt.date(2025, 10, 13)
    worked = ["2025-09-26", "2025-09-28", "2025-09-29", "2025-09-30", "2025-10-09", "2025-10-10", "2025-10-11"]
    assert days(Digest.DAILY, first, last) == [*worked, "2025-10-13"]
    assert days(Digest.WEEKLY, first, last) == ["2025-09-29", "2025-10-09", "2025-10-13"]
    assert is_working_day(MONDAY)
    assert round_of(Digest.DAILY, at(MONDAY, 8, 29), EIGHT_THIRTY) is None


async def test_what_comes_after_the_round_is_the_next_ones(office: NotificationClient) -> None:
    await tell_at(office, at(TUESDAY, 8, 31), told(LI, title="刚刚来的", digest="daily"))
    assert await made(office, TUESDAY) == 0
    assert await made(office, dt.date(2026, 8, 5)) == 1


async def test_a_day_on_which_nothing_ran_is_made_up_for_by_the_next(office: NotificationClient) -> None:
    await tell_at(office, at(MONDAY, 10), told(LI, title="周一", digest="daily"))
    await tell_at(office, at(TUESDAY, 10), told(LI, title="周二", digest="daily"))
    assert await made(office, dt.date(2026, 8, 5)) == 1
    [digest] = await digests(office)
    assert "新的通知2项" in digest["title"]


async def test_long_parts_say_how_much_more_there_is(office: NotificationClient) -> None:
    await tell_at(office, at(MONDAY, 10), *(told(LI, title=f"第{n}项", digest="daily") for n in range(33)))
    assert await made(office, TUESDAY) == 1
    [digest] = await digests(office)
    assert "新的通知（33项）" in digest["body"]
    assert digest["body"].count("· 8月3日") == 30
    assert "· 另有3项" in digest["body"]


async def by_four_workers(office: NotificationClient, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many digests there are of 30 recipients after four workers made the same round in small transactions."""
    monkeypatch.setattr(digest_service, "AT_ONCE", 7)
    everybody = [Recipient(PERSON, f"officer-{n:02}") for n in range(30)]
    await tell_at(office, at(MONDAY, 10), *(told(one, digest="daily") for one in everybody))
    await asyncio.gather(*(made(office, TUESDAY) for _ in range(4)))
    return len(await digests(office))


async def test_several_workers_make_one_each(office: NotificationClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await by_four_workers(office, monkeypatch) == 30


async def test_without_the_permanent_key_there_would_be_more(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive variant: what is not listed yet is looked for, and told."""

    async def tell_anew(session: Any, drafts: list[NotificationDraft]) -> list[uuid.UUID]:
        await asyncio.sleep(0.1)  # the others look meanwhile
        anew = [told(one.recipient, rule=one.rule, messages=one.messages) for one in drafts]
        await queue(session, anew)
        return [one.id for one in drafts]

    monkeypatch.setattr(digest_service, "queue", tell_anew)
    assert await by_four_workers(office, monkeypatch) > 30


class PowerCut(BaseException):
    """The process ends."""


@pytest.mark.parametrize("point", ["digest.made", "digest.committed"])
async def test_a_round_that_is_cut_off_is_finished_later(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setattr(digest_service, "AT_ONCE", 2)
    await tell_at(office, at(MONDAY, 10), *(told(Recipient(PERSON, f"{n}"), digest="daily") for n in range(5)))

    def cut(name: str) -> None:
        if name == point:
            raise PowerCut

    monkeypatch.setattr(digest_service, "failpoint", cut)
    with pytest.raises(PowerCut):
        await made(office, TUESDAY)
    monkeypatch.undo()
    done = {"digest.made": 0, "digest.committed": 2}[point]
    assert len(await digests(office)) == done
    assert await made(office, TUESDAY) == 5 - done
    rows = await office.sql("select 1 from notification where digest is not null and digested_on is null")
    assert (len(await digests(office)), len(rows)) == (5, 0)


async def test_the_workers_task_makes_them_when_their_time_has_come(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_task_module, "EVERY_SECONDS", 0.02)
    await tell_at(office, at(MONDAY, 10), told(LI, digest="daily"))
    resources = office.resources
    bus = open_bus(resources.settings.bus_url.get_secret_value())
    context = WorkerContext(resources.settings, resources.database, bus, resources)
    fails = iter([RuntimeError("a fault in the words")])

    async def first_fails(*given: Any) -> int:
        for error in fails:
            raise error
        return await make_round(*given)

    monkeypatch.setattr(digest_task_module, "make_round", first_fails)
    with clock.travel(at(TUESDAY, 9)):
        task = asyncio.create_task(digest_task_module.digest_task(context))
        await until(lambda: _some(office))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await bus.close()
    assert len(await digests(office)) == 1


async def _some(office: NotificationClient) -> bool:
    return bool(await digests(office))


async def test_what_comes_between_two_beginnings_of_a_round_is_not_lost(office: NotificationClient) -> None:
    """A transaction that began before the round may commit after it."""
    await tell_at(office, at(MONDAY, 10), told(LI, title="一", digest="daily"))
    assert await made(office, TUESDAY) == 1
    await tell_at(office, at(TUESDAY, 8), told(LI, title="二", digest="daily"))
    assert await made(office, TUESDAY) == 0
    assert await made(office, dt.date(2026, 8, 5)) == 1
    assert [Round(Digest.DAILY, day, at(day, 8, 30)).cause for day in (TUESDAY, dt.date(2026, 8, 5))] == [
        row["cause"] for row in await digests(office)
    ]


async def test_what_is_committed_while_a_digest_is_written_is_the_next_ones(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    a_round = Round(Digest.DAILY, clock.today(), now + dt.timedelta(seconds=30))
    await tell(office, told(to_mailbox(), "one", digest="daily"))

    async def late(session: AsyncSession, drafts: Sequence[NotificationDraft]) -> list[uuid.UUID]:
        monkeypatch.setattr(digest_service, "queue", queue)
        await tell(office, told(to_mailbox(), "two", digest="daily"))
        return await queue(session, drafts)

    monkeypatch.setattr(digest_service, "queue", late)
    await make_round(office.resources.database, office.resources.settings, a_round)
    rows = await office.sql("select cause, digested_on from notification where cause in ('one', 'two') order by cause")
    assert [row["digested_on"] is None for row in rows] == [False, True]


async def test_marking_whatever_is_there_by_then_would_lose_it(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def naive(session: AsyncSession, a_round: Round, _ids: Sequence[uuid.UUID]) -> None:
        recipients = [to_mailbox().key]
        found = await digest_repository.to_mark(session, a_round, recipients)
        await mark_listed(session, a_round, list(found))

    monkeypatch.setattr(digest_repository, "mark_listed", naive)
    with pytest.raises(AssertionError):
        await test_what_is_committed_while_a_digest_is_written_is_the_next_ones(office, monkeypatch)
