"""Both are told that a recognised household has another operator: who runs it now, and urgently who did before."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.notification.delivery.preparing import addresses_of
from services.notification.handlers import tell_what_waited
from services.notification.messages.models import Message, Notification
from services.notification.telling.occasions import Occasion
from shared import clock
from shared.contracts.recognition import RecognitionOperatorChanged
from shared.contracts.typing import HouseholdChanged
from shared.platform.identity import Role
from tests.integration.notification.contact_steps import WORDS, accepted, row, set_own
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

TOLD = dt.datetime(2026, 3, 2, 9, tzinfo=clock.CHINA)
OF_SHOP = """select rule, state, lane from message join notification on notification.id = notification_id
    where channel = 'sms' and rule like 'n18-%'"""
NEW, FORMER = "n18-operator-changed", "n18-operator-changed-former"


def changed(former: str | None = operator(1)) -> RecognitionOperatorChanged:
    """The shop of operator 1 is operator 2's."""
    return RecognitionOperatorChanged(
        recognition=UUID("0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5e"),
        uscc=uscc(1),
        region=COUNTY,
        category="renowned",
        operator_ref=operator(2),
        former_operator_ref=former,
        valid_until=dt.date(2027, 12, 31),
        conflict=False,
        revision=7,
    )


def in_register() -> HouseholdChanged:
    """The same as typing says it."""
    return HouseholdChanged(
        uscc=uscc(1), name="测试商户1号", region=COUNTY, status="registered", operator_ref=operator(2), revision=9
    )


async def told(office: NotificationClient) -> dict[str, str]:
    """Rule → who was told."""
    rows = await office.sql("select rule, recipient from notification where rule like 'n18-%'")
    return {row["rule"]: row["recipient"] for row in rows}


async def test_who_ran_the_shop_is_told_urgently_and_who_runs_it_now_as_soon_as_the_copy_knows_them(
    office: NotificationClient,
) -> None:
    await office.hear(household_typed(1), source="/typing")
    assert (await set_own(office, 1, phone="13987654321", consent=WORDS)).status_code == 200
    await office.hear(changed(), source="/recognition")
    assert await told(office) == {FORMER: f"operator:{operator(1)}"}
    (message,) = await office.sql(OF_SHOP + " and state = 'queued'")
    assert (message["rule"], message["lane"]) == (FORMER, "urgent")
    await office.hear(in_register(), source="/typing")
    assert await told(office) == {FORMER: f"operator:{operator(1)}", NEW: f"operator:{operator(2)}"}
    (row,) = await office.sql("select uscc from notification where rule = $1", NEW)
    assert row["uscc"] == uscc(1)
    former = (await office.get("/v1/inbox", Role.OPERATOR, number=1)).json()["items"][0]
    assert "没有变更的，请马上联系市场监管部门" in former["body"]


async def test_without_waiting_for_the_copy_the_new_operator_would_be_told_as_a_stranger_to_the_shop(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Occasion, "is_ahead_of", lambda *_: False)
    await office.hear(household_typed(1), source="/typing")
    await office.hear(changed(), source="/recognition")
    (row,) = await office.sql("select uscc from notification where rule = $1", NEW)
    assert row["uscc"] is None, "the planted variant has its fault"


async def test_the_former_operator_stays_told_when_the_shop_has_another_operator(office: NotificationClient) -> None:
    """What is queued for them is not taken for a message about a shop that is not theirs any more."""
    await office.hear(household_typed(1), in_register(), source="/typing")
    assert (await set_own(office, 1, phone="13987654321", consent=WORDS)).status_code == 200
    await office.hear(changed(), source="/recognition")
    rows = await office.sql(OF_SHOP)
    assert {row["rule"]: row["state"] for row in rows} == {FORMER: "queued", NEW: "suppressed"}
    (row,) = await office.sql("select uscc, known_as from notification where rule = $1", FORMER)
    assert tuple(row) == (None, uscc(1))


@pytest.mark.parametrize("known", [True, False], ids=["the-copy-knows", "the-copy-is-behind"])
async def test_who_ran_the_shop_is_reached_by_the_phone_that_they_gave_for_it(
    office: NotificationClient, known: bool
) -> None:
    await office.hear(household_typed(1), source="/typing")
    await accepted(office, row(1, "13987654321", ""))
    if known:
        await office.hear(in_register(), source="/typing")
    await office.hear(changed(), source="/recognition")
    if not known:
        await office.hear(in_register(), source="/typing")
    (message,) = await office.sql(OF_SHOP + " and rule = $1", FORMER)
    assert message["state"] == "queued"
    async with office.resources.database.transaction() as session:
        both = select(Message, Notification).join(Notification, Notification.id == Message.notification_id)
        due = (await session.execute(both)).all()
        of = [(one, notification) for one, notification in due if notification.rule == FORMER and one.channel == "sms"]
        found = await addresses_of(session, office.resources.vault, [(one, told) for one, told in of])
    assert list(found.values()) == ["13987654321"]
    (new,) = await office.sql(OF_SHOP + " and rule = $1", NEW)
    assert new["state"] == "suppressed", "the phone is not the new operator's"


async def test_a_copy_that_never_knows_the_new_operator_keeps_nobody_from_being_told(
    office: NotificationClient,
) -> None:
    with clock.travel(TOLD):
        await office.hear(household_typed(1), source="/typing")
        await office.hear(changed(None), source="/recognition")
    for hours, expected in ((2, {}), (25, {NEW: f"operator:{operator(2)}"})):
        with clock.travel(TOLD + dt.timedelta(hours=hours)):
            await tell_what_waited(office.resources)
        assert await told(office) == expected


async def test_a_former_operator_who_is_not_reached_is_on_the_list_as_such(office: NotificationClient) -> None:
    with clock.travel(TOLD):
        await office.hear(household_typed(1), in_register(), source="/typing")
        await office.hear(changed(), source="/recognition")
    with clock.travel(dt.date(2026, 3, 20)):
        lines: list[dict[str, Any]] = (await office.get("/v1/household-letters", Role.OFFICER)).json()["items"]
    named = {one["rule"]: (one["recipient"], one["uscc"], one["receipt"], one["former_operator"]) for one in lines}
    assert named[FORMER] == ("household", uscc(1), None, True)
    assert named[NEW] == ("household", uscc(1), None, False)
