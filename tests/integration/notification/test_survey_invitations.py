"""Surveys: each household is asked once and reminded once, and nobody once it is of no use any more."""

import dataclasses
import datetime as dt
import uuid

import yaml

from services.notification.rules.shipped import LIBRARY
from shared.contracts.support import SurveyAnswered, SurveyInvited, SurveyPayload, SurveyWithdrawn
from shared.messaging.events import Event, new_event
from tests.integration.notification.notification_client import COUNTY, NotificationClient, uscc
from tests.integration.notification.test_reminders import at, hear, put_in_force, reminded, written
from tests.integration.notification.told import known

SURVEY = uuid.UUID("3b8d2c64-5f1e-4a7b-8c29-7d5e1f0a9b36")
MONDAY, LAST = dt.date(2026, 8, 3), dt.date(2026, 8, 17)
REMINDED_ON = dt.date(2026, 8, 12)


def about(kind: type[SurveyPayload], number: int, when: dt.datetime, **more: object) -> Event:
    """What support says of household number so-and-so, in an envelope of its own."""
    same = {"survey": SURVEY, "invitation": uuid.uuid5(SURVEY, uscc(number)), "uscc": uscc(number), "region": COUNTY}
    return written(when, new_event(kind.model_validate(same | more), subject=uscc(number), source="/support"))


def invited(number: int, hour: int = 9, until: dt.date = LAST) -> Event:
    return about(SurveyInvited, number, at(MONDAY, hour), what="政策知晓情况", until=until)


async def with_rules(office: NotificationClient) -> None:
    for name in ("n34-survey-invited", "n34-survey-closing"):
        await put_in_force(office, yaml.safe_load((LIBRARY / f"{name}.yaml").read_text("utf-8")))
    await known(office, 1, 2, 3)


async def asked_now(office: NotificationClient) -> list[str]:
    """Whom the inbox of which household asks to answer."""
    rows = await office.sql("select uscc from notification where rule = 'n34-survey-invited' order by uscc")
    return [row["uscc"] for row in rows]


async def test_each_household_is_asked_once_with_link_and_last_day_and_reminded_unless_it_has_answered(
    office: NotificationClient,
) -> None:
    await with_rules(office)
    await hear(office, at(MONDAY, 9), invited(1), invited(2), invited(1), dataclasses.replace(invited(2), id="again"))
    assert await asked_now(office) == [uscc(1), uscc(2)]
    [told, _] = await office.sql("select title, body, link, due_on from notification order by uscc")
    assert (told["link"], told["due_on"]) == (f"/desk/surveys/{SURVEY}/{uscc(1)}", LAST)
    assert "政策知晓情况" in told["body"]
    assert "8月17日" in told["body"]
    await hear(office, at(MONDAY, 15), about(SurveyAnswered, 1, at(MONDAY, 15)))
    assert await reminded(office, at(REMINDED_ON, 1)) == 1
    [reminder] = await office.sql("select uscc, link from notification where rule = 'n34-survey-closing'")
    assert tuple(reminder) == (uscc(2), f"/desk/surveys/{SURVEY}/{uscc(2)}")
    await hear(office, at(REMINDED_ON, 9), invited(1, 10), invited(2, 10))
    assert await reminded(office, at(LAST, 23)) == 1
    assert await asked_now(office) == [uscc(1), uscc(2)], "once, however often it is said"


async def test_nobody_is_asked_after_the_last_day_or_the_withdrawal_in_whatever_order_they_are_heard(
    office: NotificationClient,
) -> None:
    await with_rules(office)
    withdrawn = about(SurveyWithdrawn, 1, at(MONDAY, 15))
    await hear(office, at(MONDAY, 16), withdrawn, invited(1))
    friday = MONDAY + dt.timedelta(days=4)
    await hear(office, at(friday + dt.timedelta(days=1), 0), invited(2, until=friday))
    assert await asked_now(office) == []
    await hear(office, at(friday, 23), invited(3, until=friday))
    assert await asked_now(office) == [uscc(3)], "on the last day"
    await hear(office, at(MONDAY, 17), invited(2), about(SurveyWithdrawn, 2, at(MONDAY, 17)))
    assert await reminded(office, at(REMINDED_ON, 1)) == 0
