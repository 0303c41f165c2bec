"""A site visit needs photos: pictures that an officer handed in for it."""

import datetime as dt

import httpx

from shared import clock
from tests.integration.recognition.application_setup import PDF, add_document
from tests.integration.recognition.examination_steps import visit_with_photos
from tests.integration.recognition.walkthrough import PNG, VISITS, Walkthrough


async def selected(walkthrough: Walkthrough) -> str:
    """An application that waits for its visit."""
    (application,) = await walkthrough.apply(1)
    await walkthrough.review(application)
    await walkthrough.select()
    return application


async def visited(walkthrough: Walkthrough, application: str, *photos: str) -> httpx.Response:
    with clock.travel(VISITS):
        return await visit_with_photos(walkthrough, application, list(photos))


async def test_a_visit_without_a_photo_is_not_recorded(walkthrough: Walkthrough):
    application = await selected(walkthrough)
    answer = await visited(walkthrough, application)
    assert (answer.status_code, answer.json()["title"]) == (422, "没有照片")


async def test_what_is_no_picture_or_was_handed_in_for_something_else_is_no_photo(walkthrough: Walkthrough):
    application = await selected(walkthrough)
    paper = await walkthrough.upload(application, body=PDF, kind="application/pdf")
    other = await walkthrough.upload(application, evidence="distinctive.3:证书")
    photo = await walkthrough.upload(application)
    for wrong in ([paper], [other], [photo, paper]):
        answer = await visited(walkthrough, application, *wrong)
        assert (answer.status_code, answer.json()["title"]) == (422, "没有这张照片")
    assert (await visited(walkthrough, application, photo)).json()["step"] == "consultation"


async def test_a_visit_is_made_by_two_persons_after_the_application(walkthrough: Walkthrough):
    application = await selected(walkthrough)
    with clock.travel(VISITS):
        photos = [await walkthrough.upload(application)]
        visit = {"application": application, "photos": photos, "finding": "与申报一致", "confirmed": True}
        seen = visit | {"visited_on": VISITS.isoformat()}
        alone = await walkthrough.do("/v1/site-visits", seen | {"visitors": ["李明", "李 明"]}, subject="visitor")
        before = visit | {"visited_on": "2026-08-31", "visitors": ["李明", "王芳"]}
        early = await walkthrough.do("/v1/site-visits", before, subject="visitor")
        both = await walkthrough.do("/v1/site-visits", seen | {"visitors": ["李明", "王芳"]}, subject="visitor")
    assert (alone.status_code, alone.json()["type"]) == (422, "/problems/visitor-twice")
    assert (early.status_code, early.json()["type"]) == (422, "/problems/visit-before-application")
    assert "早于申报之日 2026-09-01" in early.json()["detail"]
    assert both.status_code == 200, both.text


async def test_an_operator_hands_no_photo_of_a_visit_in(walkthrough: Walkthrough):
    application = await selected(walkthrough)
    answer = await add_document(walkthrough.office, application, "visit", PNG, "image/png")
    assert (answer.status_code, answer.json()["title"]) == (403, "须由经办人员上传")


async def test_the_operator_is_told_the_day_of_a_visit_and_of_another_day(walkthrough: Walkthrough):
    application = await selected(walkthrough)
    path = "/v1/site-visits/arrangements"
    with clock.travel(VISITS):
        for days, status in ((-1, 422), (3, 200), (5, 200)):
            day = (VISITS + dt.timedelta(days=days)).isoformat()
            answer = await walkthrough.do(path, {"application": application, "visit_on": day}, subject="visitor")
            assert answer.status_code == status, answer.text
    told = [envelope["data"]["visit_on"] for envelope in await walkthrough.office.events("SiteVisitArranged")]
    assert told == [(VISITS + dt.timedelta(days=days)).isoformat() for days in (3, 5)]
    assert (await walkthrough.look(application)).json()["step"] == "site-visit"


async def test_no_visit_is_arranged_before_the_selection(walkthrough: Walkthrough, application: str):
    body = {"application": application, "visit_on": VISITS.isoformat()}
    with clock.travel(VISITS):
        refused = await walkthrough.do("/v1/site-visits/arrangements", body, subject="visitor")
    assert refused.status_code == 409
    assert await walkthrough.office.events("SiteVisitArranged") == []
