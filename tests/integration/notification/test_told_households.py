"""What a household was told: shown to the officers of its region and to its operator, and sent again for a reason."""

import asyncio
import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.notification.contacts.models import OwnContact
from services.notification.inbox import repository as inbox_repository
from services.notification.messages.domain import Channel, MessageState, Recipient, RecipientKind, Suppression
from services.notification.messages.models import Message, Notification
from services.notification.messages.transitions import move
from shared.platform.identity import Role
from shared.platform.sealed_fields.values import SealedText
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    NotificationClient,
    uscc,
)
from tests.integration.notification.told import HOUSEHOLD, known, message, tell, to_mailbox, to_operator, told

OPERATOR, OFFICER, APPROVER, AUDITOR, BUREAU = Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU
REASON = {"reason": "经营者来电说没有收到短信"}
ADDRESS = "13800138000"


async def reachable(office: NotificationClient, *recipients: Recipient) -> None:
    """They have set a phone themselves."""
    async with office.resources.database.transaction() as session:
        phone = SealedText(ADDRESS.encode())
        session.add_all(OwnContact(recipient=one.key, phone=phone, mobile=True) for one in recipients)


async def end(office: NotificationClient, *states: MessageState) -> None:
    """All open messages end in this state, by way of the others."""
    async with office.resources.database.transaction() as session:
        found = await session.execute(select(Message).where(Message.ended_at.is_(None)))
        for one in found.scalars().all():
            for state in states:
                await move(session, one, state)


DELIVERED = (MessageState.SENDING, MessageState.HANDED_OVER, MessageState.DELIVERED)
FAILED = (MessageState.SENDING, MessageState.FAILED)


async def listed(office: NotificationClient, role: Role, region: str = COUNTY, **who: Any) -> list[dict[str, Any]]:
    """What household 1 was told, as somebody sees it."""
    answer = await office.get("/v1/notifications", role, region, query={"uscc": uscc(1)}, **who)
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def again(office: NotificationClient, one: uuid.UUID, role: Role = OFFICER, **who: Any) -> httpx.Response:
    """Have it sent again."""
    return await office.post(f"/v1/notifications/{one}/repetition", REASON, role, **who)


async def test_officers_see_what_a_household_was_told_how_it_ended_and_in_which_words(
    office: NotificationClient,
) -> None:
    await known(office, 1)
    await tell(office, told(to_operator(1), "", message(), message(Channel.EMAIL, Suppression.NO_CONTACT)))
    await end(office, *DELIVERED)
    for role, region in ((OFFICER, COUNTY), (APPROVER, CITY), (AUDITOR, "41"), (OFFICER, "")):
        [one] = await listed(office, role, region)
        assert (one["recipient"], one["title"], one["template"]) == ("operator", "分型结果", "typed@1")
        assert one["body"] == "您的店为成长型。"
        email, sms = one["messages"]
        assert (email["channel"], email["state"], email["suppression_label"]) == ("email", "suppressed", "没有联系方式")
        assert (sms["channel_label"], sms["state_label"], sms["attempt"]) == ("短信", "已送达", 0)
        assert sms["text"] == "【名录】您户的分型结果已公布，详见名录平台。"
        assert sms["ended_at"] is not None
    assert await listed(office, OPERATOR, number=1) == [one]


async def test_no_address_and_no_pseudonym_is_shown(office: NotificationClient) -> None:
    await known(office, 1)
    await reachable(office, to_operator(1))
    await tell(office, told(to_operator(1), "", message()))
    answer = await office.get("/v1/notifications", OFFICER, query={"uscc": uscc(1)})
    assert ADDRESS not in answer.text
    assert to_operator(1).name not in answer.text


async def test_it_is_not_shown_to_others(office: NotificationClient) -> None:
    await known(office, 1)
    await tell(
        office,
        told(to_operator(1), title="本户"),
        told(to_operator(2), title="另一人对本户提出的异议"),
        told(to_mailbox(), title="县市监"),
    )
    assert [one["title"] for one in await listed(office, OFFICER)] == ["另一人对本户提出的异议", "本户"]
    assert [one["title"] for one in await listed(office, OPERATOR, number=1)] == ["本户"]
    assert await listed(office, OPERATOR, number=3) == []
    assert await listed(office, OFFICER, "410103") == []
    assert (await office.get("/v1/notifications", BUREAU, query={"uscc": uscc(1)})).status_code == 403


async def test_a_household_that_moved_is_seen_from_both_regions(office: NotificationClient) -> None:
    await tell(office, told(to_operator(1), region="410103", title="搬来之前"))
    await known(office, 1)
    assert [one["title"] for one in await listed(office, OFFICER)] == ["搬来之前"]
    assert [one["title"] for one in await listed(office, OFFICER, "410103")] == ["搬来之前"]


async def test_it_is_sent_again_for_a_reason(office: NotificationClient) -> None:
    await reachable(office, to_operator(1))
    # as telling keys what an operator is told: by the household
    [first] = await tell(office, told(to_operator(1), "event", message(), keyed_by=Recipient(HOUSEHOLD, uscc(1))))
    await end(office, *FAILED)
    sent = (await again(office, first, subject="li")).raise_for_status().json()
    assert (sent["repeat"], sent["title"], sent["template"], sent["cause"]) == (1, "分型结果", "typed@1", "event")
    assert [(one["channel"], one["state"]) for one in sent["messages"]] == [("sms", "queued")]
    [entry] = await office.sql("select actor, action, subject, details from audit_entry")
    assert (entry["actor"], entry["action"], entry["subject"]) == ("li", "notification:sent-again", str(first))
    assert REASON["reason"] in entry["details"]
    await end(office, *DELIVERED)
    # what was sent again is sent again as the first one is
    assert (await again(office, uuid.UUID(sent["id"]))).json()["repeat"] == 2
    assert [one["repeat"] for one in await listed(office, OFFICER)] == [2, 1, 0]


async def test_it_is_refused_in_one_clear_sentence(office: NotificationClient) -> None:
    await reachable(office, to_operator(1))
    inbox_only, open_one, unreached = await tell(
        office,
        told(to_operator(1)),
        told(to_operator(1), "", message()),
        told(to_operator(2), "", message(suppression=Suppression.NO_CONTACT)),
    )
    refusals = {one: (await again(office, one)).json() for one in (inbox_only, open_one, unreached)}
    assert [refusals[one]["type"] for one in (inbox_only, open_one, unreached)] == [
        "/problems/nothing-to-send-again",
        "/problems/still-under-way",
        "/problems/nobody-reached",
    ]
    assert all(one["status"] == 409 and one["detail"] for one in refusals.values())
    await end(office, *FAILED)
    for _ in range(office.resources.settings.most_repeats):
        (await again(office, open_one)).raise_for_status()
        await end(office, *FAILED)
    assert (await again(office, open_one)).json()["type"] == "/problems/sent-again-too-often"


async def test_only_officers_of_the_region_may(office: NotificationClient) -> None:
    await reachable(office, to_operator(1))
    [first, mailbox] = await tell(
        office, told(to_operator(1), "", message()), told(to_mailbox(), "", message(Channel.EMAIL))
    )
    await end(office, *FAILED)
    assert {(await again(office, first, role)).status_code for role in (OPERATOR, AUDITOR, BUREAU)} == {403}
    assert (await again(office, first, region="410103")).status_code == 404
    assert (await again(office, mailbox)).status_code == 404
    without = await office.post(f"/v1/notifications/{first}/repetition", {"reason": "打 13800138000"}, OFFICER)
    assert without.status_code == 422


async def sent_by_four_at_once(office: NotificationClient) -> list[int]:
    """How four officers who press the button at once are answered; the first one's message stays open."""
    recipient = Recipient(HOUSEHOLD, uscc(1))
    await reachable(office, recipient)
    [first] = await tell(office, told(recipient, "", message()))
    await end(office, *FAILED)
    answers = await asyncio.gather(*(again(office, first, subject=f"officer-{n}") for n in range(4)))
    return sorted(answer.status_code for answer in answers)


async def test_of_two_officers_at_once_one_sends(office: NotificationClient) -> None:
    assert await sent_by_four_at_once(office) == [201, 409, 409, 409]
    assert len(await office.sql("select 1 from message")) == 2


async def test_without_the_lock_several_say_that_they_have_sent(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive variant: looks, and sends what it has found."""

    async def unlocked(session: Any, ids: Any) -> Any:
        query = select(Notification)
        query = query.where(Notification.id.in_(ids))
        found = (await session.execute(query)).scalars().all()
        await asyncio.sleep(0.3)  # the others look meanwhile
        return found

    async def messages_unlocked(session: Any, ids: Any, *, lock: bool = False) -> Any:
        return await messages_of(session, ids)

    messages_of = inbox_repository.messages_of
    monkeypatch.setattr(inbox_repository, "lock_family", unlocked)
    monkeypatch.setattr(inbox_repository, "messages_of", messages_unlocked)
    assert (await sent_by_four_at_once(office)).count(201) > 1


def test_recipients_that_are_households_are_named_alike_in_statement_and_code() -> None:
    kinds = {kind.value for kind in (RecipientKind.OPERATOR, RecipientKind.HOUSEHOLD)}
    assert all(f"like '{kind}:%'" in inbox_repository.TO_THE_HOUSEHOLD for kind in kinds)
