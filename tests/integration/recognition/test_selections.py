"""The selection: the best of all who applied, after the window and the reviews, for places that nobody has in sight."""

import datetime as dt

import httpx
import pytest
from sqlalchemy import text

from services.recognition.applications import repository as application_repository
from services.recognition.decisions import service
from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient
from tests.integration.recognition.test_competence import decided, recommended, review
from tests.integration.recognition.test_seasons import post, prepared, with_criteria, with_quota
from tests.integration.recognition.walkthrough import APPLIES, SELECTS, VISITS, Walkthrough, start_walkthrough


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def selected(road: Walkthrough, on: dt.date = SELECTS) -> httpx.Response:
    with clock.travel(on):
        return await road.do("/v1/selections", {"season": road.season["id"]})


async def places(road: Walkthrough, number: int) -> None:
    """The county has so many places, whatever was reckoned."""
    async with road.bureau.resources.database.transaction() as session:
        await session.execute(text(f"update county_quota set places = {number} where county = '{COUNTY}'"))


async def test_nobody_is_selected_while_applications_are_taken(road: Walkthrough):
    (application,) = await road.apply(1)
    await road.review(application)
    early = await selected(road, dt.date(2026, 9, 30))
    assert (early.status_code, early.json()["detail"]) == (409, "申报期到 2026-09-30，还没有结束")
    assert len((await selected(road, dt.date(2026, 10, 1))).json()["chosen"]) == 1


async def test_nobody_is_selected_while_somebody_waits_for_a_review_or_completes(road: Walkthrough):
    passed, waiting, returned = await road.apply(1, 2, 3)
    await road.review(passed)
    with clock.travel(APPLIES):
        await road.review(returned, outcome="return", missing=["照片"])
    answer = await selected(road)
    assert answer.status_code == 409
    assert answer.json()["reasons"] == ["还有 1 份申报或推荐没有审核完", "还有 1 份退回补正，没有补齐"]
    await road.review(waiting)
    with clock.travel(SELECTS):
        await road.bureau.fire_deadlines()
    assert len((await selected(road)).json()["chosen"]) == 2


async def test_a_season_that_is_not_open_has_no_selection(bureau: RecognitionClient):
    await with_quota(bureau)
    await with_criteria(bureau)
    season = (await prepared(bureau)).json()["id"]
    answer = await post(bureau, "/v1/selections", {"season": season}, Role.OFFICER)
    assert (answer.status_code, answer.json()["title"]) == (409, "认定季没有开放")


async def a_recommendation_has_its_place(road: Walkthrough) -> None:
    """One place; a recommendation has passed its review: an applicant waits, and both end as they were told."""
    recommendation = await recommended(road, COUNTY)
    (application,) = await road.apply(2)
    await places(road, 1)
    await review(road, recommendation, COUNTY, "quality")
    await road.review(application)
    found = (await selected(road)).json()
    assert [one["application"] for one in found["reserve"]] == [application]
    assert (await decided(road, recommendation, COUNTY)).status_code == 201


async def test_a_recommendation_past_its_review_has_a_place(road: Walkthrough):
    await a_recommendation_has_its_place(road)


async def test_places_that_forget_whoever_is_on_the_way_would_be_caught(
    road: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""

    async def nobody(*_: object) -> int:
        return 0

    monkeypatch.setattr(application_repository, "count_pending_places", nobody)
    with pytest.raises(AssertionError):
        await a_recommendation_has_its_place(road)


async def a_late_recommendation_waits(road: Walkthrough) -> None:
    """One place, for which an applicant was selected; a recommendation that comes afterwards is decided first."""
    (application,) = await road.to_decision(2)
    await places(road, 1)
    recommendation = await recommended(road, COUNTY)
    await review(road, recommendation, COUNTY, "quality")
    answer = await decided(road, recommendation, COUNTY)
    assert answer.status_code == 409
    assert "已择优确定、尚未认定的有 1 户" in answer.json()["detail"]
    assert (await decided(road, application, COUNTY)).status_code == 201


async def test_a_recommendation_that_comes_after_the_selection_takes_no_selected_place(road: Walkthrough):
    await a_late_recommendation_waits(road)


async def test_a_decision_that_forgets_the_selected_would_be_caught(road: Walkthrough, monkeypatch: pytest.MonkeyPatch):
    """The planted fault."""
    monkeypatch.setattr(service, "within_quota", lambda worthy, places, _: worthy[: places.free])
    with pytest.raises(AssertionError):
        await a_late_recommendation_waits(road)


async def test_a_refused_selected_one_makes_room_at_whatever_step(road: Walkthrough):
    first, second = await road.apply(1, 2)
    await road.review(first)
    await road.review(second)
    await places(road, 1)
    found = await road.select()
    chosen, reserve = found["chosen"][0]["application"], found["reserve"][0]["application"]
    with clock.travel(VISITS):
        headers = road.bureau.as_(Role.OFFICER, subject="officer") | {"If-Match": "*"}
        path = f"/v1/applications/{chosen}/refusal"
        answer = await road.bureau.client.post(path, json={"reason": "材料不实"}, headers=headers)
    assert answer.json()["state"] == "refused"
    called = (await road.look(reserve)).json()
    assert (called["state"], called["step"]) == ("in-progress", "site-visit")


async def test_a_stale_version_of_the_season_selects_nobody(road: Walkthrough):
    await road.apply(1)
    with clock.travel(SELECTS):
        answer = await post(road.bureau, "/v1/selections", {"season": road.season["id"]}, Role.OFFICER, match='"99"')
    assert answer.status_code == 412
