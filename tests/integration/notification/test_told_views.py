"""Who sees what a household was told, by every pair of roles; whatever the reason why a message stays in the inbox."""

import datetime as dt
from itertools import combinations

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from services.notification.delivery.task import end_out_of_time
from services.notification.inbox import endpoints
from services.notification.messages import transitions
from services.notification.messages.domain import SUPPRESSION_LABELS, Recipient, RecipientKind, Suppression
from shared import clock
from shared.platform.identity import ADMINISTRATORS, OF_MARKET_SUPERVISION, POWERS, Role
from tests.integration.notification.notification_client import COUNTY, NotificationClient, operator, uscc
from tests.integration.notification.told import known, message, tell, to_operator, told

pytestmark = pytest.mark.usefixtures("example_rules")

SEES_THE_REGION = {Role.OFFICER, Role.APPROVER, Role.AUDITOR}
PAIRS = [*combinations(Role, 1), *combinations(Role, 2)]


async def seen_by(office: NotificationClient, *roles: Role) -> int | None:
    """How much such a person, who has another shop, is shown of the household; None where they are refused."""
    department = "market" if OF_MARKET_SUPERVISION & set(roles) else "tax"
    headers = office.issuer.headers(*roles, region=COUNTY, operator_ref=operator(7), department=department)
    answer = await office.client.get("/v1/notifications", params={"uscc": uscc(1)}, headers=headers)
    return len(answer.json()["items"]) if answer.status_code == 200 else None


async def test_only_who_may_see_the_region_sees_what_others_were_told(office: NotificationClient) -> None:
    await known(office, 1)
    await tell(office, told(to_operator(1), "c"))
    for roles in PAIRS:
        expected = 1 if SEES_THE_REGION & set(roles) else 0 if Role.OPERATOR in roles else None
        expected = None if POWERS & set(roles) and len(roles) > 1 else expected
        expected = None if ADMINISTRATORS & set(roles) else expected
        assert await seen_by(office, *roles) == expected, roles


async def test_a_view_for_whoever_is_not_only_an_operator_is_caught(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive variant: any further role opens the region."""
    monkeypatch.setattr(endpoints, "SEES_REGION", frozenset(Role) - {Role.OPERATOR})
    await known(office, 1)
    await tell(office, told(to_operator(1), "c"))
    assert await seen_by(office, Role.BUREAU, Role.OPERATOR) == 1


@pytest.mark.parametrize("why", Suppression)
async def test_every_reason_for_staying_in_the_inbox_is_shown_in_words(
    office: NotificationClient, why: Suppression
) -> None:
    await known(office, 1)
    await tell(office, told(to_operator(1), "c", message(suppression=why)))
    (shown,) = (await office.get("/v1/notifications", Role.OFFICER, query={"uscc": uscc(1)})).json()["items"]
    assert shown["messages"][0]["suppression_label"] == SUPPRESSION_LABELS[why]


async def test_a_hand_over_that_nobody_follows_up_any_more_ends_in_doubt(office: NotificationClient) -> None:
    """The worker was killed, and the channel has no provider since."""
    await known(office, 1)
    await tell(office, told(to_operator(1), "c", message()))
    begun = "update message set state = 'sending', provider = 'gone', tries = 1, leased_until = now()"
    async with office.resources.database.transaction() as session:
        await session.execute(text(f"{begun}, expires_at = now() + interval '72 hours'"))
    for hours, state in ((71, "sending"), (73, "uncertain")):
        with clock.travel(clock.now() + dt.timedelta(hours=hours)):
            await end_out_of_time(office.resources.database)
        assert (await office.sql("select state from message"))[0]["state"] == state
    assert len(await office.events("NotificationFailed")) == 1


@pytest.mark.parametrize(("region", "cause"), [("", "c"), (COUNTY, "test/1")], ids=["of no region", "a trial"])
async def test_a_message_that_no_event_can_tell_of_ends_like_any_other(
    office: NotificationClient, region: str, cause: str
) -> None:
    """A national officer tries a rule: the end of that message must not end the delivery of all others."""
    await known(office, 1)
    person = Recipient(RecipientKind.PERSON, "national")
    await tell(office, told(person, cause, message(), uscc=None, region=region), told(to_operator(1), "d", message()))
    with clock.travel(clock.now() + dt.timedelta(days=30)):
        await end_out_of_time(office.resources.database)
    assert [row["state"] for row in await office.sql("select state from message")] == ["expired", "expired"]
    assert [one["subject"] for one in await office.events("NotificationFailed")] == [uscc(1)]


async def test_an_event_for_every_end_stops_delivery_and_is_caught(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive variant."""
    monkeypatch.setattr(transitions, "is_announced", lambda _notification: True)
    person = Recipient(RecipientKind.PERSON, "national")
    await tell(office, told(person, "c", message(), uscc=None, region=""))
    with clock.travel(clock.now() + dt.timedelta(days=30)), pytest.raises(ValidationError):
        await end_out_of_time(office.resources.database)
