"""What was kept for its term: words and recipients go, in small batches; proofs of delivery and served letters stay."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from services.notification.messages.domain import NotificationCategory
from services.notification.retention import service as retention_service
from services.notification.retention.service import empty_what_is_old
from shared import clock
from shared.platform.identity import Role
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    operator,
    uscc,
)
from tests.integration.notification.told import known, message, tell, to_mailbox, to_operator, told

TOLD = dt.datetime(2026, 3, 2, 9, tzinfo=clock.CHINA)
YEARS = dt.timedelta(days=731)
DUTY, TYPING = NotificationCategory.DUTY, NotificationCategory.TYPING


async def told_in_march(office: NotificationClient) -> None:
    """Household 1's operator has a type and a duty, and the bureau a question; both were sent by SMS."""
    await known(office, 1)
    with clock.travel(TOLD):
        await tell(
            office,
            told(to_operator(1), "type", message(), category=TYPING),
            told(to_operator(1), "duty", message(), category=DUTY),
            told(to_mailbox(), "question", category=NotificationCategory.WORK, uscc=None),
        )
    ended = "update message set state = 'delivered', ended_at = :at, provider = 'aliyun', provider_reference = 'r-1'"
    await write(office, ended, at=TOLD + dt.timedelta(minutes=1))


async def write(office: NotificationClient, statement: str, **values: object) -> None:
    """A change of rows that no use case makes."""
    async with office.resources.database.transaction() as session:
        await session.execute(text(statement), values)


async def tidied(office: NotificationClient, after: dt.timedelta) -> None:
    """The worker's housekeeping, so long after it was told."""
    with clock.travel(TOLD + after):
        await empty_what_is_old(office.resources)


async def rows(office: NotificationClient) -> dict[str, Any]:
    """Cause → the notification with its message."""
    query = """select n.*, m.text, m.parameters, m.template_codes, m.state, m.provider_reference
        from notification n left join message m on m.notification_id = n.id"""
    return {row["cause"]: row for row in await office.sql(query)}


async def test_after_the_term_of_its_category_words_and_recipient_go_and_the_proof_stays(
    office: NotificationClient,
) -> None:
    await told_in_march(office)
    await tidied(office, YEARS)
    found = await rows(office)
    gone, kept = found["type"], found["duty"]
    assert (gone["title"], gone["body"], gone["link"]) == ("（已过保存期，内容不再保存）", "", None)
    assert (gone["recipient"], gone["text"], gone["parameters"], gone["template_codes"]) == (
        "operator:",
        "",
        "{}",
        "{}",
    )
    assert (gone["state"], gone["provider_reference"], gone["uscc"]) == ("delivered", "r-1", uscc(1))
    assert (kept["title"], kept["recipient"]) == ("分型结果", f"operator:{operator(1)}")
    assert kept["text"] != ""
    assert found["question"]["recipient"] == f"mailbox:market:{COUNTY}", "an office is nobody"
    assert found["question"]["body"] == ""


async def test_before_it_nothing_goes(office: NotificationClient) -> None:
    await told_in_march(office)
    await tidied(office, dt.timedelta(days=364))
    assert {row["emptied_at"] for row in (await rows(office)).values()} == {None}


async def test_whose_words_are_gone_is_told_nothing_anew_and_sent_nothing_again(office: NotificationClient) -> None:
    await told_in_march(office)
    await tidied(office, YEARS)
    assert await tell(office, told(to_operator(1), "type", message(), category=TYPING)) == []
    found = (await rows(office))["type"]
    body = {"reason": "经营者称没有收到"}
    again = await office.post(f"/v1/notifications/{found['id']}/repetition", body, Role.OFFICER)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/nothing-to-send-again")
    inbox = (await office.get("/v1/inbox", Role.OPERATOR, query={"archived": True})).json()["items"]
    assert inbox == []
    seen = (await office.get("/v1/notifications", Role.OFFICER, query={"uscc": uscc(1)})).json()["items"]
    assert sorted(one["title"] for one in seen) == ["分型结果", "（已过保存期，内容不再保存）"]


async def test_what_was_served_in_person_stays_whole(office: NotificationClient) -> None:
    await known(office, 1)
    with clock.travel(TOLD):
        (served,) = await tell(office, told(to_operator(1), "duty", category=DUTY))
    with clock.travel(TOLD + dt.timedelta(days=20)):
        body = {"served_on": "2026-03-15", "manner": "direct"}
        answer = await office.post(f"/v1/household-letters/{served}/service", body, Role.OFFICER)
    assert answer.status_code == 201, answer.text
    await tidied(office, dt.timedelta(days=3000))
    assert (await rows(office))["duty"]["body"] == "您的店为成长型。"


async def test_many_go_batch_by_batch_and_a_round_that_was_cut_short_goes_on(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_service, "BATCH", 3)
    monkeypatch.setattr(retention_service, "BATCHES", 2)
    with clock.travel(TOLD):
        await tell(office, *(told(to_operator(number), category=TYPING, uscc=None) for number in range(10)))
    left = []
    for _ in range(6):
        await tidied(office, dt.timedelta(days=730, hours=2))
        left.append(sum(row["emptied_at"] is None for row in (await rows(office)).values()))
    assert left == [4, 0, 0, 0, 0, 0]


async def test_what_ended_badly_long_ago_leaves_the_list(office: NotificationClient) -> None:
    await told_in_march(office)
    await write(office, "update message set state = 'failed'")
    for days, listed in ((100, 2), (200, 0)):
        await tidied(office, dt.timedelta(days=days))
        answer = await office.get("/v1/messages", Role.OFFICER, query={"state": "failed"})
        assert len(answer.json()["items"]) == listed, answer.text
    (row, _) = await office.sql("select id, text from message")
    assert row["text"] == ""
    again = await office.post(f"/v1/messages/{row['id']}/replay", {"reason": "请再发一次"}, Role.OFFICER)
    assert again.status_code in (404, 409)


async def test_traces_of_events_go(office: NotificationClient) -> None:
    old, new = TOLD, TOLD + dt.timedelta(days=80)
    for at, name in ((old, "old"), (new, "new")):
        fan_out = "insert into fan_out values (:name, 'r', '{}', '', null, :at, :at, :at)"
        too_old = "insert into too_old values ('r', 'E', :name, '2026-03-02', :at)"
        waiting = "insert into waiting_event values (gen_random_uuid(), null, '{}', 'words', :at, :at)"
        await write(office, fan_out, name=name, at=at)
        await write(office, too_old, name=name, at=at)
        await write(office, waiting, at=at)
    await write(office, "insert into fan_out values ('open', 'r', '{}', '', null, :at, :at, null)", at=old)
    await tidied(office, dt.timedelta(days=91))
    assert [row["cause"] for row in await office.sql("select cause from fan_out order by cause")] == ["new", "open"]
    assert [row["chain"] for row in await office.sql("select chain from too_old")] == ["new"]
    assert len(await office.sql("select 1 from waiting_event")) == 1


def test_a_trace_outlasts_its_event_and_every_category_has_a_term(office: NotificationClient) -> None:
    settings = office.resources.settings
    assert set(settings.kept_days) == {one.value for one in NotificationCategory}
    changed = settings.model_validate({**settings.model_dump(), "kept_days": {"typing": 60}})
    assert (changed.kept_days["typing"], changed.kept_days["duty"]) == (60, settings.kept_days["duty"])
    with pytest.raises(ValidationError, match="no category"):
        settings.model_validate({**settings.model_dump(), "kept_days": {"typo": 60}})
    with pytest.raises(ValidationError, match="traces_kept_days"):
        settings.model_validate({**settings.model_dump(), "traces_kept_days": 40, "oldest_event_days": 40})
