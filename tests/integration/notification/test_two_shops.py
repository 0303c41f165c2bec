"""What all operators of a region are told says nothing of a shop: whoever has two shops is told once."""

import datetime as dt
from uuid import uuid4

import pytest

from services.notification.handlers import limits_of
from services.notification.telling import later
from services.notification.telling.later import tell_page
from shared.contracts.recognition import SeasonOpened
from tests.integration.notification.contact_steps import WORDS, set_own
from tests.integration.notification.notification_client import COUNTY, NotificationClient, household_typed, operator

RULE = "n07-season-opened"


async def told_of_season(office: NotificationClient) -> tuple[list[str], int]:
    """Operator 1 has the shops 1 and 3, operator 2 has one: who was told, and how many SMS wait."""
    second = household_typed(3, kind="growth").model_copy(update={"operator_ref": operator(1)})
    await office.hear(household_typed(1, kind="growth"), household_typed(2, kind="growth"), second)
    for number in (1, 2):
        phone = f"1398765432{number}"
        assert (await set_own(office, number, phone=phone, consent=WORDS)).status_code == 200
    opened = SeasonOpened(
        season=uuid4(),
        region=COUNTY,
        year=2026,
        policy="national-2024",
        applications_until=dt.date(2026, 9, 30),
        places=4,
    )
    await office.hear(opened, source="/recognition")
    pages: int | None = 0
    while pages is not None:
        async with office.resources.database.transaction() as session:
            pages = await tell_page(session, limits_of(office.resources))
    rows = await office.sql("select recipient from notification where rule = $1 order by recipient", RULE)
    sms = "select 1 from message m join notification n on n.id = notification_id where channel = 'sms' and rule = $1"
    return [row["recipient"] for row in rows], len(await office.sql(sms + " and state = 'queued'", RULE))


@pytest.mark.parametrize("page", [1, 2000], ids=["on-two-pages", "on-one-page"])
async def test_an_operator_with_two_shops_gets_one_sms(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(later, "PAGE", page)
    assert await told_of_season(office) == ([f"operator:{operator(1)}", f"operator:{operator(2)}"], 2)
