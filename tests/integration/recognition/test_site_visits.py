"""A site visit needs photos: pictures that an officer handed in for it."""

import httpx
import pytest

from shared import clock
from tests.integration.recognition.recognition_client import RecognitionClient
from tests.integration.recognition.test_applications import PDF, add
from tests.integration.recognition.test_steps import visit_without
from tests.integration.recognition.walkthrough import PNG, VISITS, Walkthrough, start_walkthrough


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def selected(road: Walkthrough) -> str:
    """An application that waits for its visit."""
    (application,) = await road.apply(1)
    await road.review(application)
    await road.select()
    return application


async def visited(road: Walkthrough, application: str, *photos: str) -> httpx.Response:
    with clock.travel(VISITS):
        return await visit_without(road, application, list(photos))


async def test_a_visit_without_a_photo_is_not_recorded(road: Walkthrough):
    application = await selected(road)
    answer = await visited(road, application)
    assert (answer.status_code, answer.json()["title"]) == (422, "没有照片")


async def test_what_is_no_picture_or_was_handed_in_for_something_else_is_no_photo(road: Walkthrough):
    application = await selected(road)
    paper = await road.upload(application, body=PDF, kind="application/pdf")
    other = await road.upload(application, evidence="distinctive.3:证书")
    photo = await road.upload(application)
    for wrong in ([paper], [other], [photo, paper]):
        answer = await visited(road, application, *wrong)
        assert (answer.status_code, answer.json()["title"]) == (422, "没有这张照片")
    assert (await visited(road, application, photo)).json()["step"] == "consultation"


async def test_an_operator_hands_no_photo_of_a_visit_in(road: Walkthrough):
    application = await selected(road)
    answer = await add(road.bureau, application, "visit", PNG, "image/png")
    assert (answer.status_code, answer.json()["title"]) == (403, "须由经办人员上传")
