"""Reminders before a date: on the working day that the calendar says, once, and not when the matter has ended."""

import asyncio
import dataclasses
import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.notification.deadlines import DEADLINES
from services.notification.digests import reminders as reminder_module
from services.notification.digests.domain import Digest, Round
from services.notification.digests.reminders import forget_past
from services.notification.digests.service import make_round
from services.notification.handlers import limits_of
from services.notification.rules.checking import read_rule
from services.notification.rules.domain import VersionState
from services.notification.rules.models import RuleVersion
from services.notification.rules.shipped import LIBRARY
from services.notification.telling.later import tell_page
from shared import clock
from shared.contracts.objection import ObjectionClosed, VerificationAsked
from shared.contracts.recognition import SeasonOpened
from shared.messaging.events import Event, new_event
from shared.platform.announced_calendar import move_by_calendar, record_schedule
from shared.reference.calendar import announce, packaged_schedule
from shared.reference.holiday_schedule import HolidaySchedule
from shared.worker.deadlines import Deadlines
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

MONDAY = dt.date(2026, 8, 3)
DUE_ON = dt.date(2026, 8, 17)
"""A Monday; three working days before it is Wednesday, 12 August."""
REMINDED_ON = dt.date(2026, 8, 12)
OBJECTION = uuid.UUID("7f1c2d3e-52a1-4f0b-8a53-6d1f3a2b4c5d")
RULE = Path(__file__).parents[2] / "fixtures" / "rule_with_a_date.yaml"


def at(day: dt.date, hour: int) -> dt.datetime:
    """An instant in China."""
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=clock.CHINA)


@pytest.fixture
async def bureau(office: NotificationClient) -> NotificationClient:
    """The service, with one rule in force, which reminds."""
    await in_force(office)
    return office


async def in_force(office: NotificationClient, **changed: Any) -> None:
    """The rule is in force, and nothing else."""
    await put_in_force(office, yaml.safe_load(RULE.read_text("utf-8")) | changed)


async def put_in_force(office: NotificationClient, content: dict[str, Any]) -> None:
    """A rule as its YAML says it."""
    rule = read_rule(content).rule
    async with office.resources.database.transaction() as session:
        session.add(
            RuleVersion(
                id=uuid.uuid4(),
                name=rule.name,
                version=rule.version,
                scope="",
                event=rule.event,
                content=rule.content,
                content_hash=rule.content_hash,
                state=VersionState.PUBLISHED,
                drafted_by="library",
                drafted_at=clock.now(),
                revision=1,
            )
        )


def asked(due_on: dt.date | None = DUE_ON) -> Event:
    """A department is asked, now."""
    said = VerificationAsked(
        verification=uuid.uuid4(),
        objection=OBJECTION,
        receipt="4101052026000001",
        uscc=uscc(1),
        region=COUNTY,
        department="tax",
        feed="tax",
        due_on=due_on,
    )
    return new_event(said, subject=uscc(1), source="/objection")


def closed() -> Event:
    """The objection is over, now."""
    said = ObjectionClosed(
        objection=OBJECTION,
        receipt="4101052026000001",
        uscc=uscc(1),
        region=COUNTY,
        against="typing",
        revision=5,
        outcome="upheld",
        changed=True,
        answer="已更正。",
    )
    return new_event(said, subject=uscc(1), source="/objection")


async def hear(office: NotificationClient, when: dt.datetime, *events: Event) -> None:
    """Hear events at an instant; as written then, unless they were written before."""
    with clock.travel(when):
        for event in events:
            await office.hear_events(event)


def written(when: dt.datetime, event: Event) -> Event:
    """The event as written at an instant."""
    return dataclasses.replace(event, time=when)


async def reminded(office: NotificationClient, when: dt.datetime) -> int:
    """How many were reminded, after what is due at an instant has fired."""
    with clock.travel(when):
        await office.fire_deadlines()
    return len(await office.sql("select 1 from notification where cause like 'remind/%'"))


async def test_the_bureau_is_reminded_on_the_third_working_day_before(bureau: NotificationClient) -> None:
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), asked()))
    assert await bureau.sql("select 1 from notification") == []  # nothing is told at once
    assert await reminded(bureau, at(REMINDED_ON - dt.timedelta(days=1), 23)) == 0
    assert await reminded(bureau, at(REMINDED_ON, 1)) == 1
    [told] = await bureau.sql("select recipient, template, due_on, matter from notification")
    assert tuple(told) == (f"mailbox:tax:{COUNTY}", "verification-reminder@1", DUE_ON, str(OBJECTION))


async def test_calendar_days_are_counted_where_the_rule_says_so(office: NotificationClient) -> None:
    await in_force(office, remind={"days_before": [2, 7], "working": False, "parameter": "reminder_days"})
    await hear(office, at(MONDAY, 9), written(at(MONDAY, 9), asked()))
    assert await reminded(office, at(DUE_ON - dt.timedelta(days=7), 1)) == 1
    assert await reminded(office, at(DUE_ON - dt.timedelta(days=3), 23)) == 1
    assert await reminded(office, at(DUE_ON - dt.timedelta(days=2), 1)) == 2


async def test_nobody_is_reminded_of_what_has_ended(bureau: NotificationClient) -> None:
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), asked()))
    await hear(bureau, at(MONDAY, 15), written(at(MONDAY, 15), closed()))
    assert await reminded(bureau, at(REMINDED_ON, 1)) == 0


async def test_without_the_ends_somebody_is(bureau: NotificationClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The naive variant: what was scheduled is told."""
    monkeypatch.setattr(reminder_module, "ended_by", lambda *_: {})
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), asked()))
    await hear(bureau, at(MONDAY, 15), written(at(MONDAY, 15), closed()))
    assert await reminded(bureau, at(REMINDED_ON, 1)) == 1


async def test_an_end_that_is_heard_first_counts_too(bureau: NotificationClient) -> None:
    await hear(bureau, at(MONDAY, 15), written(at(MONDAY, 15), closed()), written(at(MONDAY, 9), asked()))
    assert await reminded(bureau, at(REMINDED_ON, 1)) == 0


async def test_what_began_again_after_its_end_is_open(bureau: NotificationClient) -> None:
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), closed()), written(at(MONDAY, 10), asked()))
    assert await reminded(bureau, at(REMINDED_ON, 1)) == 1


async def test_a_wiped_bus_reminds_nobody_again(bureau: NotificationClient) -> None:
    topic = [written(at(MONDAY, 9), asked()), written(at(MONDAY, 10), asked(dt.date(2026, 8, 14)))]
    await hear(bureau, at(MONDAY, 11), *topic)
    assert await reminded(bureau, at(REMINDED_ON, 1)) == 2
    for day in (REMINDED_ON, DUE_ON, DUE_ON + dt.timedelta(days=3), DUE_ON + dt.timedelta(days=300)):
        with clock.travel(at(day, 12)):
            for consumer in ("another", f"another-{day}"):
                await bureau.hear_events(*topic, consumer=consumer)
            async with bureau.resources.database.transaction() as session:
                await forget_past(session)
        assert await reminded(bureau, at(day, 23)) == 2
    assert await bureau.sql("select 1 from reminder") == []


async def test_a_reminder_that_would_come_with_its_event_is_left_out(bureau: NotificationClient) -> None:
    tuesday = dt.date(2026, 8, 4)
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), asked(tuesday)), written(at(MONDAY, 9), asked(None)))
    assert await reminded(bureau, at(tuesday, 9)) == 0


async def test_after_a_standstill_what_is_still_of_use_is_told_an_hour_later(bureau: NotificationClient) -> None:
    friday = dt.date(2026, 8, 14)
    ended = written(at(MONDAY, 15), closed())
    await hear(bureau, at(friday, 9), written(at(MONDAY, 9), asked()))
    assert await reminded(bureau, at(friday, 9)) == 0  # what ended it may follow in the same topic
    assert await reminded(bureau, at(friday, 11)) == 1
    await hear(bureau, at(friday, 9), written(at(MONDAY, 9), asked()), ended)
    assert await reminded(bureau, at(friday, 11)) == 1


async def test_a_worker_that_comes_too_late_reminds_nobody(bureau: NotificationClient) -> None:
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), asked()))
    assert await reminded(bureau, at(DUE_ON + dt.timedelta(days=1), 9)) == 0


async def test_announced_holidays_move_a_reminder(bureau: NotificationClient) -> None:
    """The days from 10 to 14 August become holidays: the third working day before is Wednesday, 5 August."""
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), asked()))
    off = {dt.date(2026, 8, day): "off" for day in range(10, 15)}
    schedule = HolidaySchedule(
        year=2026,
        document="测试通知",
        source="https://www.gov.cn/test",
        issued_on=MONDAY,
        days={**packaged_schedule(2026), **off},
    )
    try:
        async with bureau.resources.database.transaction() as session:
            await record_schedule(session, schedule, "试验")
        await move_by_calendar(bureau.resources.database)
        [deadline] = await bureau.sql("select due_at, unverified, parameter from deadline where kind = 'reminder'")
        assert deadline["due_at"].astimezone(clock.CHINA).date() == dt.date(2026, 8, 5)
        assert (deadline["unverified"], deadline["parameter"]) == (True, "verify_reminder_days")
    finally:
        announce({})


async def test_two_schedulers_remind_once(bureau: NotificationClient) -> None:
    events = [written(at(MONDAY, 9), asked()) for _ in range(40)]
    with clock.travel(at(MONDAY, 9)):
        await bureau.hear_events(*events)
    with clock.travel(at(REMINDED_ON, 1)):
        schedulers = [Deadlines(bureau.resources.database, DEADLINES, batch=7) for _ in range(3)]
        await asyncio.gather(*(one.fire_due() for one in schedulers))
    assert await reminded(bureau, at(REMINDED_ON, 2)) == 40


async def test_a_rule_that_is_not_in_force_any_more_reminds_nobody(bureau: NotificationClient) -> None:
    await hear(bureau, at(MONDAY, 9), written(at(MONDAY, 9), asked()))
    async with bureau.resources.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("update rule_version set state = 'superseded'")
    await in_force(bureau, name="another-rule")
    assert await reminded(bureau, at(REMINDED_ON, 1)) == 0


async def test_all_households_of_a_region_are_reminded_once(office: NotificationClient) -> None:
    await put_in_force(office, yaml.safe_load((LIBRARY / "n07-season-closing.yaml").read_text("utf-8")))
    said = SeasonOpened(
        season=uuid.uuid4(),
        region=COUNTY,
        year=2026,
        policy="zhengzhou-2025",
        applications_until=DUE_ON,
        places=10,
    )
    opened = new_event(said, subject=COUNTY, source="/recognition")
    with clock.travel(at(MONDAY, 9)):
        await office.hear(*(household_typed(n, kind="growth") for n in (1, 2, 3)), household_typed(4))
    await hear(office, at(MONDAY, 9), written(at(MONDAY, 9), opened))
    for hour in (1, 5):
        with clock.travel(at(dt.date(2026, 8, 10), hour)):
            await office.fire_deadlines()
            while await _page(office) is not None:
                pass
    rows = await office.sql("select recipient from notification where cause like 'remind/%' order by recipient")
    assert [row["recipient"] for row in rows] == [f"operator:{operator(n)}" for n in (1, 2, 3)]


async def _page(office: NotificationClient) -> int | None:
    async with office.resources.database.transaction() as session:
        return await tell_page(session, limits_of(office.resources))


async def test_what_a_rule_leaves_to_the_digest_is_in_the_inbox_at_once_and_listed_next_morning(
    office: NotificationClient,
) -> None:
    await in_force(office, remind=None, digest="daily", until=["ObjectionClosed"])
    first, second = written(at(MONDAY, 9), asked()), written(at(MONDAY, 10), asked(dt.date(2026, 8, 5)))
    await hear(office, at(MONDAY, 11), first, second)
    assert len(await office.sql("select 1 from notification")) == 2
    assert await office.sql("select 1 from message") == []
    tuesday = MONDAY + dt.timedelta(days=1)
    a_round = Round(Digest.DAILY, tuesday, at(tuesday, 8))
    with clock.travel(at(tuesday, 9)):
        assert await make_round(office.resources.database, office.resources.settings, a_round) == 1
    [digest] = await office.sql("select recipient, title from notification where rule = 'digest-daily'")
    assert tuple(digest) == (f"mailbox:tax:{COUNTY}", "工作日报（8月4日）：即将到期1项，新的通知2项")
    await hear(office, at(tuesday, 10), written(at(tuesday, 10), closed()))
    wednesday = Round(Digest.DAILY, dt.date(2026, 8, 5), at(dt.date(2026, 8, 5), 8))
    with clock.travel(at(dt.date(2026, 8, 5), 9)):
        assert await make_round(office.resources.database, office.resources.settings, wednesday) == 0
