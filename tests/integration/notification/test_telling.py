"""Whoever a rule names is told of an event: once, whatever comes again, later where something is not known yet."""

import dataclasses
import datetime as dt
from uuid import UUID, uuid4

import pytest

from services.notification.contacts.lookups import Reach
from services.notification.handlers import HANDLERS, limits_of, tell_what_waited
from services.notification.messages.service import NotificationDraft
from services.notification.registers import repository as register_repository
from services.notification.rules.rendering import WordsError
from services.notification.telling import later, occasions, service as telling_service
from services.notification.telling.later import tell_page
from services.notification.telling.service import Telling, draft_of
from shared import clock
from shared.contracts.objection import ObjectionClosed, VerificationAsked
from shared.contracts.payload import Payload
from shared.contracts.recognition import SeasonOpened
from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.messaging.events import Event, bulk_event_id, new_event
from tests.integration.notification.notification_client import (
    COUNTY,
    RUN,
    NotificationClient,
    household_typed,
    operator,
    subject_of,
    uscc,
)

pytestmark = pytest.mark.usefixtures("example_rules")

OBJECTION = UUID("7f1c2d3e-52a1-4f0b-8a53-6d1f3a2b4c5d")
TOLD = "select recipient, rule, title, body, cause, uscc from notification where uscc = $1 order by number"


def closed(number: int, *, revision: int = 5, outcome: str = "upheld") -> ObjectionClosed:
    return ObjectionClosed(
        objection=OBJECTION,
        receipt="4101052026000001",
        uscc=uscc(number),
        region=COUNTY,
        against="typing",
        revision=revision,
        outcome=outcome,
        changed=True,
        answer="经核实，已按更正后的数据重新分型。",
    )


def asked() -> VerificationAsked:
    return VerificationAsked(
        verification=uuid4(),
        objection=OBJECTION,
        receipt="4101052026000001",
        uscc=uscc(1),
        region=COUNTY,
        department="tax",
        feed="tax",
        due_on=dt.date(2026, 9, 1),
    )


def changed(number: int, *, ref: str | None, revision: int = 9, status: str = "registered") -> HouseholdChanged:
    return HouseholdChanged(
        uscc=uscc(number), name="测试商户", region=COUNTY, status=status, operator_ref=ref, revision=revision
    )


def envelope(said: Payload, *, event_id: str | None = None, age: dt.timedelta = dt.timedelta()) -> Event:
    event = new_event(said, subject=subject_of(said), source="/test")
    return dataclasses.replace(event, id=event_id or event.id, time=event.time - age)


def streamed(said: HouseholdTyped, *, age: dt.timedelta = dt.timedelta()) -> Event:
    """As typing's bulk stream sends it: the id follows from run and household."""
    event = envelope(said, event_id=bulk_event_id(said.run, said.uscc), age=age)
    return dataclasses.replace(event, correlation=str(said.run))


async def count(office: NotificationClient, table: str) -> int:
    return int((await office.sql(f"select count(*) from {table}"))[0][0])


async def test_the_operator_is_told_what_came_of_the_objection(office: NotificationClient) -> None:
    await office.hear(household_typed(1), closed(1))
    typed, told = await office.sql(TOLD, uscc(1))
    assert typed["title"] == "您的个体工商户2026年度分型结果：生存型"
    assert (told["recipient"], told["rule"]) == (f"operator:{operator(1)}", "objection-closed")
    assert told["title"] == "您对分型结果的异议已办结：异议成立"
    assert "4101052026000001" in told["body"]
    messages = await office.sql("select channel, state, suppression from message order by channel")
    assert tuple(messages[0]) == ("email", "suppressed", "no-contact")


async def test_a_condition_that_is_not_met_tells_nobody(office: NotificationClient) -> None:
    await office.hear(household_typed(1, kind="gap"), closed(1, outcome="withdrawn"))
    assert await office.sql(TOLD, uscc(1)) == []


async def test_a_departments_mailbox_is_asked(office: NotificationClient) -> None:
    await office.hear(asked())
    (told,) = await office.sql("select recipient, title, due_on, matter, category from notification")
    assert (told["recipient"], told["title"]) == (f"mailbox:tax:{COUNTY}", "请核实纳税信息（异议 4101052026000001）")
    assert (told["due_on"], told["category"]) == (dt.date(2026, 9, 1), "work")


async def test_a_whole_topic_that_comes_again_changes_nothing(office: NotificationClient) -> None:
    week = dt.timedelta(days=7)
    topic = [
        *(streamed(household_typed(n), age=week) for n in range(3)),
        envelope(closed(1), age=week),
        envelope(asked(), age=week),
        envelope(closed(2), age=dt.timedelta(days=30)),
    ]
    await office.hear_events(*topic)
    before = {table: await office.sql(f"select * from {table} order by 1, 2") for table in TABLES}
    assert len(before["notification"]) == 5
    assert len(before["too_old"]) == 1
    later = [dataclasses.replace(one, time=one.time + dt.timedelta(seconds=5)) for one in topic]
    for consumer in ("test", "another"):
        await office.hear_events(*later, consumer=consumer)
        await office.hear_events(*reversed(topic), consumer=consumer)
    after = {table: await office.sql(f"select * from {table} order by 1, 2") for table in TABLES}
    assert after == before


TABLES = ("notification", "message", "too_old", "waiting_event", "fan_out")


async def test_a_state_that_is_said_again_under_another_id_is_told_once(office: NotificationClient) -> None:
    await office.hear(household_typed(1))
    for _ in range(3):
        await office.hear_events(envelope(closed(1), age=dt.timedelta(hours=2)))
    assert len(await office.sql("select 1 from notification where rule = 'objection-closed'")) == 1
    await office.hear_events(envelope(closed(1, revision=6)))
    assert len(await office.sql("select 1 from notification where rule = 'objection-closed'")) == 2


async def test_a_key_with_the_envelopes_time_would_tell_again(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def naive(occasion: occasions.Occasion, _facts: object) -> str:
        return f"{occasion.event.data.event_name}/{occasion.event.subject}/{occasion.event.time.isoformat()}"

    monkeypatch.setattr(occasions.Occasion, "cause", naive)
    await office.hear(household_typed(1))
    await office.hear_events(envelope(closed(1)), envelope(closed(1), age=dt.timedelta(seconds=1)))
    told = await office.sql("select 1 from notification where rule = 'objection-closed'")
    assert len(told) == 2, "the planted variant has its fault"


async def test_another_operator_is_not_told_anew_what_the_household_was_told(office: NotificationClient) -> None:
    event = envelope(closed(1))
    await office.hear(household_typed(1))
    await office.hear_events(event)
    await office.hear(changed(1, ref=operator(77)))
    await office.hear_events(event)
    assert len(await office.sql("select 1 from notification where rule = 'objection-closed'")) == 1


async def test_the_operator_at_the_time_of_telling_is_told(office: NotificationClient) -> None:
    await office.hear(household_typed(1), changed(1, ref=operator(77)), closed(1))
    (told,) = await office.sql("select recipient from notification where rule = 'objection-closed'")
    assert told["recipient"] == f"operator:{operator(77)}"


async def test_without_an_operator_the_household_is_told(office: NotificationClient) -> None:
    await office.hear(changed(1, ref=None), closed(1))
    (told,) = await office.sql(TOLD, uscc(1))
    assert told["recipient"] == f"household:{uscc(1)}"


async def test_an_event_waits_until_the_copy_knows_its_household(office: NotificationClient) -> None:
    await office.hear(closed(1), asked())
    assert await office.sql("select 1 from notification where rule = 'objection-closed'") == []
    assert await count(office, "notification") == 1, "nothing waits behind it"
    await office.hear(changed(1, ref=operator(1)))
    (told,) = await office.sql("select recipient from notification where rule = 'objection-closed'")
    assert told["recipient"] == f"operator:{operator(1)}"
    assert await count(office, "waiting_event") == 0


async def test_a_household_that_becomes_known_at_that_moment_is_told_within_a_minute(
    office: NotificationClient,
) -> None:
    await office.hear(asked())  # so that the rules are stored
    async with office.resources.database.transaction() as session:
        await HANDLERS[ObjectionClosed](session, [envelope(closed(1))], office.resources)
        await office.hear(changed(1, ref=operator(1)))  # before it begins to wait
    assert await count(office, "waiting_event") == 1
    await tell_what_waited(office.resources)
    assert len(await office.sql("select 1 from notification where rule = 'objection-closed'")) == 1


async def test_a_household_that_stays_unknown_is_told_by_its_code(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.hear(closed(1))
    await tell_what_waited(office.resources)
    assert await count(office, "notification") == 0
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(hours=25))
    await tell_what_waited(office.resources)
    (told,) = await office.sql(TOLD, uscc(1))
    assert told["recipient"] == f"household:{uscc(1)}"
    await office.hear(changed(1, ref=operator(1)))
    await office.hear_events(envelope(closed(1)))
    assert len(await office.sql(TOLD, uscc(1))) == 1


async def test_nobody_is_told_of_old_events_and_a_run_leaves_one_row(office: NotificationClient) -> None:
    age = dt.timedelta(days=20)
    await office.hear_events(*(streamed(household_typed(n), age=age) for n in range(50)), envelope(closed(1), age=age))
    assert await count(office, "notification") == await count(office, "message") == 0
    rows = await office.sql("select rule, event, chain from too_old order by rule")
    assert [row["rule"] for row in rows] == ["household-typed", "objection-closed"]
    assert rows[0]["chain"] == str(RUN)


async def test_what_was_told_in_time_is_not_too_old_when_it_comes_again(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = [streamed(household_typed(1)), envelope(closed(1))]
    await office.hear_events(*topic)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=60))
    await office.hear_events(*topic, consumer="after a wipe")
    assert await count(office, "too_old") == 0
    assert await count(office, "notification") == 2


async def test_an_event_whose_words_cannot_be_made_waits_for_a_better_rule_and_nothing_behind_it(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(telling: Telling, reached: Reach, now: dt.datetime) -> NotificationDraft:
        if telling.occasion.rule.rule.name == "objection-closed":
            raise WordsError("要写的内容是空的")
        return draft_of(telling, reached, now)

    monkeypatch.setattr(telling_service, "draft_of", broken)
    await office.hear(household_typed(1), closed(1), asked())
    rules = "select rule from notification order by rule"
    assert [row["rule"] for row in await office.sql(rules)] == ["household-typed", "verification-asked"]
    monkeypatch.setattr(telling_service, "draft_of", draft_of)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=61))
    await tell_what_waited(office.resources)
    told = [row["rule"] for row in await office.sql(rules)]
    assert told == ["household-typed", "objection-closed", "verification-asked"]
    assert await count(office, "waiting_event") == 0


async def test_a_type_that_was_overtaken_is_not_told(office: NotificationClient) -> None:
    await office.hear(household_typed(1, kind="growth", revision=5))
    await office.hear(household_typed(1, kind="survival", revision=4))
    assert [row["title"] for row in await office.sql(TOLD, uscc(1))] == ["您的个体工商户2026年度分型结果：成长型"]


async def next_page(office: NotificationClient) -> int | None:
    async with office.resources.database.transaction() as session:
        return await tell_page(session, limits_of(office.resources))


async def test_all_households_of_a_county_are_told_page_by_page_once(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "PAGE", 3)
    await office.hear(*(household_typed(n, kind="growth") for n in range(7)), household_typed(8))
    await office.hear(household_typed(9, county="410106", kind="growth"))
    season = SeasonOpened(
        season=uuid4(),
        region=COUNTY,
        year=2026,
        policy="national-2024",
        applications_until=dt.date(2026, 9, 30),
        places=4,
    )
    opened = envelope(season)
    await office.hear_events(opened)
    pages = [await next_page(office) for _ in range(4)]
    assert pages == [3, 3, 1, None]
    await office.hear_events(opened, consumer="another")
    assert await next_page(office) is None
    told = await office.sql("select uscc, recipient from notification where rule = 'season-opened' order by number")
    assert [tuple(one) for one in told] == [(uscc(n), f"operator:{operator(n)}") for n in range(7)]


def season_opened() -> SeasonOpened:
    return SeasonOpened(
        season=uuid4(),
        region=COUNTY,
        year=2026,
        policy="national-2024",
        applications_until=dt.date(2026, 9, 30),
        places=4,
    )


async def test_a_page_of_which_words_fail_comes_again_and_holds_up_no_other(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(telling: Telling, reached: Reach, now: dt.datetime) -> NotificationDraft:
        if telling.uscc == uscc(0):
            raise WordsError("要写的内容是空的")
        return draft_of(telling, reached, now)

    monkeypatch.setattr(later, "PAGE", 2)
    monkeypatch.setattr(telling_service, "draft_of", broken)
    await office.hear(*(household_typed(n, kind="growth") for n in range(3)))
    await office.hear(season_opened())
    assert [await next_page(office) for _ in range(3)] == [1, 1, None]
    await office.hear(season_opened())
    assert [await next_page(office) for _ in range(3)] == [1, 1, None], "another one is told meanwhile"
    monkeypatch.setattr(telling_service, "draft_of", draft_of)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(hours=2))
    assert [await next_page(office) for _ in range(5)] == [1, 0, 1, 0, None]
    assert len(await office.sql("select 1 from notification where rule = 'season-opened'")) == 6


async def test_a_page_whose_words_are_never_mended_ends_as_too_old(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.hear(household_typed(1, kind="growth"))
    await office.hear(season_opened())
    monkeypatch.setattr(telling_service, "draft_of", no_words)
    assert await next_page(office) == 0
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=15))
    assert [await next_page(office), await next_page(office)] == [0, None]
    assert [row["rule"] for row in await office.sql("select rule from too_old")] == ["season-opened"]


def no_words(*_: object) -> NotificationDraft:
    raise WordsError("要写的内容是空的")


async def test_a_change_of_type_is_told_where_a_later_event_of_the_batch_changes_nothing(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def retyped(number: int) -> tuple[HouseholdTyped, HouseholdTyped]:
        grown = household_typed(number, kind="growth", revision=2).model_copy(update={"previous_type": "survival"})
        return grown, grown.model_copy(update={"previous_type": "growth", "revision": 3})

    await office.hear(household_typed(1), household_typed(2))
    await office.hear(*retyped(1))
    assert len(await office.sql(TOLD, uscc(1))) == 2
    monkeypatch.setattr(register_repository, "_typed_since", lambda _first, last: last)
    await office.hear(*retyped(2))
    assert len(await office.sql(TOLD, uscc(2))) == 1, "the planted variant loses the change"


async def test_an_event_that_waited_too_long_for_its_words_is_told_to_nobody(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_service, "draft_of", no_words)
    await office.hear(changed(1, ref=operator(1)))
    await office.hear_events(envelope(closed(1), age=dt.timedelta(days=13)))
    began = clock.now()
    (waiting,) = await office.sql("select since from waiting_event")
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(hours=2))
    await tell_what_waited(office.resources)
    assert [row["since"] for row in await office.sql("select since from waiting_event")] == [waiting["since"]]
    monkeypatch.setattr(telling_service, "draft_of", draft_of)
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(days=60))
    await tell_what_waited(office.resources)
    assert await office.sql(TOLD, uscc(1)) == []
    assert [row["rule"] for row in await office.sql("select rule from too_old")] == ["objection-closed"]
    assert await count(office, "waiting_event") == 0


async def test_an_event_that_cannot_be_told_holds_up_none_that_waits(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(telling: Telling, reached: Reach, now: dt.datetime) -> NotificationDraft:
        if telling.uscc == uscc(1):
            raise LookupError("a fault of the code")
        return draft_of(telling, reached, now)

    monkeypatch.setattr(telling_service, "draft_of", no_words)
    await office.hear(changed(1, ref=operator(1)), changed(2, ref=operator(2)))
    await office.hear(closed(1), closed(2))
    began = clock.now()
    monkeypatch.setattr(telling_service, "draft_of", faulty)
    monkeypatch.setattr(clock, "now", lambda: began + dt.timedelta(hours=2))
    await tell_what_waited(office.resources)
    assert len(await office.sql(TOLD, uscc(2))) == 1
    assert await office.sql(TOLD, uscc(1)) == []
    assert await count(office, "waiting_event") == 1


async def test_samples_of_each_kind_are_kept_few(office: NotificationClient) -> None:
    for revision in range(1, 9):
        await office.hear(household_typed(1, revision=revision), asked())
    rows = await office.sql("select event, province from recent_event")
    assert {tuple(row) for row in rows} == {("HouseholdTyped", "41"), ("VerificationAsked", "41")}
    assert len(rows) <= 6
