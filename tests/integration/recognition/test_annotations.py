"""The state of annotation of a recognition, as the publication tells of it."""

import datetime as dt
import uuid
from typing import Any

from services.recognition.service import SERVICE
from shared.contracts.notification import PublicationAcknowledged
from shared.messaging.events import new_event
from tests.integration.recognition.lifecycle_steps import end_recognition
from tests.integration.recognition.recognition_client import COUNTY, uscc
from tests.integration.recognition.walkthrough import Walkthrough

(SUBSCRIPTION,) = [one for one in SERVICE.subscriptions if one.name == "annotations"]


async def confirm(walkthrough: Walkthrough, recognition: str, revision: int, statement: str | None) -> None:
    """The publicity system confirms what it was told about the household's recognition."""
    payload = PublicationAcknowledged(
        system="credit-publicity",
        batch=uuid.uuid4(),
        region=COUNTY,
        kind="recognition",
        rows=1,
        revision=revision,
        removed=statement is None,
        statement=statement,
        households=[uscc(1)],
        records=[recognition],
    )
    event = new_event(payload, subject=COUNTY, source="/notification")
    resources = walkthrough.office.resources
    async with resources.database.transaction() as session:
        await SUBSCRIPTION.batch_handlers[PublicationAcknowledged](session, [event], resources)


async def says(walkthrough: Walkthrough, recognition: str) -> list[tuple[Any, Any]]:
    """State and whether it is up to date, by system."""
    answer = await walkthrough.office.client.get(f"/v1/recognitions/{recognition}/annotations")
    return [(one["state_label"], one["up_to_date"]) for one in answer.json()["items"]]


async def test_a_recognition_is_shown_as_annotated_and_after_its_end_as_taken_down(
    walkthrough: Walkthrough, recognition: str
) -> None:
    assert await says(walkthrough, recognition) == [("尚未确认", False), ("尚未确认", False)]
    await confirm(walkthrough, recognition, 10, "特色 2029-11-25")
    assert await says(walkthrough, recognition) == [("已标注", True), ("尚未确认", False)]
    await end_recognition(walkthrough, recognition, "revocation", dt.date(2026, 12, 1))
    assert await says(walkthrough, recognition) == [("已标注", False), ("不上报", True)]
    await confirm(walkthrough, recognition, 11, None)
    assert await says(walkthrough, recognition) == [("已撤下", True), ("不上报", True)]


async def test_words_about_an_earlier_recognition_of_the_household_are_not_the_later_ones(
    walkthrough: Walkthrough,
    recognition: str,
) -> None:
    await confirm(walkthrough, str(uuid.uuid4()), 10, "特色 2029-11-25")
    assert await says(walkthrough, recognition) == [("尚未确认", False), ("尚未确认", False)]
