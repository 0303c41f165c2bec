"""What is due for a step of an objection is over when that step is done, and no other step with it."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from services.notification.digests import reminders
from shared import clock
from shared.contracts.objection import (
    ObjectionAccepted,
    ObjectionDueSoon,
    ObjectionExtended,
    ObjectionWithdrawn,
    VerificationAnswered,
)
from shared.contracts.recognition import SupplementDemanded, SupplementReceived
from shared.platform.identity import Role
from tests.integration.notification.notification_client import COUNTY, NotificationClient, household_typed, uscc
from tests.integration.notification.test_digests import digests, made

OBJECTION, FIRST, SECOND = (UUID(f"7f1c2d3e-52a1-4f0b-8a53-6d1f3a2b4c{number:02x}") for number in (1, 2, 3))
STATE: dict[str, Any] = {
    "objection": OBJECTION,
    "receipt": "YY410105202600017",
    "uscc": uscc(1),
    "region": COUNTY,
    "against": "typing",
    "handled_at": COUNTY,
}
MONDAY = dt.datetime(2026, 8, 3, 9, tzinfo=clock.CHINA)
DUE = dt.date(2026, 8, 5)


def due_soon(what: str, revision: int, verification: UUID | None = None) -> ObjectionDueSoon:
    """A step of the objection is due on Wednesday."""
    return ObjectionDueSoon(**STATE, revision=revision, what=what, due_on=DUE, verification=verification)


def answered(verification: UUID) -> VerificationAnswered:
    """A department has answered a question."""
    names = ("objection", "uscc", "region")
    return VerificationAnswered(verification=verification, department="tax", **{name: STATE[name] for name in names})


async def begun(office: NotificationClient) -> None:
    """Everything is due on Wednesday: to accept, to have two questions answered, to decide."""
    with clock.travel(MONDAY):
        await office.hear(household_typed(1), source="/typing")
        await office.hear(
            due_soon("accept", 1),
            due_soon("verify", 2, FIRST),
            due_soon("verify", 3, SECOND),
            due_soon("decide", 4),
            source="/objection",
        )


async def still_due(office: NotificationClient) -> list[str]:
    """The steps of which the bureau's inbox says that they are not over, in the order in which they were told."""
    items = (await office.get("/v1/inbox", Role.OFFICER)).json()["items"]
    steps = {"accept": "受理", "verify": "核实", "decide": "决定"}
    found = [one["body"] for one in reversed(items) if one["rule"].startswith("n06-") and not one["matter_over"]]
    return [step for body in found for step, label in steps.items() if label in body.split("“")[1].split("”")[0]]


async def test_a_step_that_is_done_ends_itself_alone(office: NotificationClient) -> None:
    await begun(office)
    assert await still_due(office) == ["accept", "verify", "verify", "decide"]
    for said, left in (
        (ObjectionAccepted(**STATE, revision=5, decide_by=DUE, unverified=False), ["verify", "verify", "decide"]),
        (answered(FIRST), ["verify", "decide"]),
        (ObjectionExtended(**STATE, revision=6, decide_by=dt.date(2026, 9, 1), reason="案情复杂"), ["verify"]),
    ):
        with clock.travel(MONDAY + dt.timedelta(hours=1)):
            await office.hear(said, source="/objection")
        assert await still_due(office) == left


async def test_what_ends_the_objection_ends_every_step(office: NotificationClient) -> None:
    await begun(office)
    with clock.travel(MONDAY + dt.timedelta(hours=1)):
        await office.hear(ObjectionWithdrawn(**STATE, revision=5), source="/objection")
    assert await still_due(office) == []


async def test_a_digest_names_no_step_that_is_done(office: NotificationClient) -> None:
    await begun(office)
    with clock.travel(MONDAY + dt.timedelta(hours=1)):
        await office.hear(ObjectionAccepted(**STATE, revision=5, decide_by=DUE, unverified=False), source="/objection")
    assert await made(office, dt.date(2026, 8, 6)) == 1
    (digest,) = await digests(office)
    assert "已经超期3项" in digest["title"]


async def test_ended_by_the_objection_alone_an_answer_would_end_every_step(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "matters_ended", lambda _, data: [str(data.objection)])
    await begun(office)
    with clock.travel(MONDAY + dt.timedelta(hours=1)):
        await office.hear(answered(FIRST), source="/objection")
    assert await still_due(office) == [], "the planted variant has its fault"


async def test_material_that_came_in_is_not_asked_for_any_more(office: NotificationClient) -> None:
    application: dict[str, Any] = {
        "application": OBJECTION,
        "uscc": uscc(1),
        "region": COUNTY,
        "category": "renowned",
        "operator_ref": None,
        "reason": None,
    }
    demanded = SupplementDemanded(**application, revision=1, due_on=DUE)
    with clock.travel(MONDAY):
        await office.hear(household_typed(1), source="/typing")
        await office.hear(demanded, source="/recognition")
    with clock.travel(MONDAY + dt.timedelta(hours=1)):
        await office.hear(SupplementReceived(**application, revision=2, outcome="passed"), source="/recognition")
    (item,) = [
        one
        for one in (await office.get("/v1/inbox", Role.OFFICER)).json()["items"]
        if one["rule"] == "n14-supplement-demanded-county"
    ]
    assert item["matter_over"] is True
    assert await made(office, dt.date(2026, 8, 6)) == 0
