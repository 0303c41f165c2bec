"""The selection: the best of all who applied, after the window and the reviews, for places that nobody has in sight."""

import datetime as dt

import httpx
import pytest

from services.recognition.decisions import service
from services.recognition.season import repository as season_repository
from services.recognition.season.quotas import Places
from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.examination_steps import decide_at, limit_places, recommend_from, review_at
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, post_as
from tests.integration.recognition.register_deliveries import deliver, penalties, penalty
from tests.integration.recognition.season_setup import prepare_season, publish_criteria, set_quota
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import APPLIES, SELECTS, VISITS, Walkthrough


async def selected(walkthrough: Walkthrough, on: dt.date = SELECTS) -> httpx.Response:
    with clock.travel(on):
        return await walkthrough.do("/v1/selections", {"season": walkthrough.season["id"]})


async def test_nobody_is_selected_while_applications_are_taken(walkthrough: Walkthrough, application: str):
    await walkthrough.review(application)
    early = await selected(walkthrough, dt.date(2026, 9, 30))
    assert (early.status_code, early.json()["detail"]) == (409, "申报期到 2026-09-30，还没有结束")
    assert len((await selected(walkthrough, dt.date(2026, 10, 1))).json()["chosen"]) == 1


async def test_nobody_is_selected_while_somebody_waits_for_a_review_or_completes(walkthrough: Walkthrough):
    passed, waiting, returned = await walkthrough.apply(1, 2, 3)
    await walkthrough.review(passed)
    with clock.travel(APPLIES):
        await walkthrough.review(returned, outcome="return", missing=["照片"])
    answer = await selected(walkthrough)
    assert answer.status_code == 409
    assert answer.json()["reasons"] == ["还有 1 份申报或推荐没有审核完", "还有 1 份退回补正，没有补齐"]
    await walkthrough.review(waiting)
    with clock.travel(SELECTS):
        await walkthrough.office.fire_deadlines()
    assert len((await selected(walkthrough)).json()["chosen"]) == 2


async def three_for_one_place(walkthrough: Walkthrough) -> tuple[str, str, str]:
    """The first two were fined after they had applied."""
    ids = await walkthrough.apply(1, 2, 3)
    for application in ids:
        await walkthrough.review(application)
    await limit_places(walkthrough, 1)
    with clock.travel(dt.date(2026, 10, 5)):
        fined = [penalty(number, decided="2026-10-01") for number in (1, 2)]
        assert (await deliver(walkthrough.office, penalties(*fined))).status_code == 201
    one, two, three = ids
    return one, two, three


async def test_whoever_may_not_be_recognised_takes_no_place_from_others(walkthrough: Walkthrough):
    fined, other, clean = await three_for_one_place(walkthrough)
    found = (await selected(walkthrough)).json()
    assert ([one["application"] for one in found["chosen"]], found["reserve"]) == ([clean], [])
    assert {one["application"] for one in found["barred"]} == {fined, other}
    assert all("行政处罚" in one["against"][0] for one in found["barred"])
    assert (await walkthrough.look(fined)).json()["state"] == "in-progress", "it is cured, or decided on by an officer"


async def test_nobody_who_may_not_be_recognised_moves_up_from_the_reserve(walkthrough: Walkthrough):
    ids = await walkthrough.apply(1, 2, 3)
    for application in ids:
        await walkthrough.review(application)
    await limit_places(walkthrough, 1)
    found = (await selected(walkthrough)).json()
    chosen, (first, second) = found["chosen"][0], found["reserve"]
    with clock.travel(VISITS):
        row = penalty(int(first["uscc"][-8:]), decided="2026-10-01")
        assert (await deliver(walkthrough.office, penalties(row))).status_code == 201
        assert (await walkthrough.visit(chosen["application"], confirmed=False)).status_code == 200
    assert (await walkthrough.look(first["application"])).json()["state"] == "reserve"
    assert (await walkthrough.look(second["application"])).json()["step"] == "site-visit"


async def test_a_selection_that_does_not_look_again_is_planted(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    async def nobody(*_: object) -> dict[object, object]:
        return {}

    monkeypatch.setattr("services.recognition.selection.service.judge_again", nobody)
    _, _, clean = await three_for_one_place(walkthrough)
    found = (await selected(walkthrough)).json()
    assert clean not in [one["application"] for one in found["chosen"]], "a fined household has the place"


async def test_a_preview_says_what_a_selection_does_and_changes_nothing(walkthrough: Walkthrough):
    ids = await walkthrough.apply(1, 2, 3)
    for application in ids:
        await walkthrough.review(application)
    await limit_places(walkthrough, 2)
    body = {"season": walkthrough.season["id"]}
    with clock.travel(SELECTS):
        seen = await post_as(walkthrough.office, "/v1/selections/preview", body, Role.OFFICER)
        assert seen.status_code == 200, seen.text
        assert {(await walkthrough.look(one)).json()["step"] for one in ids} == {"selection"}
    assert {one["percent"] for one in seen.json()["chosen"]} == {25.0}, "one of the four criteria of 特色"
    assert await walkthrough.select() == seen.json()
    county = post_as(walkthrough.office, "/v1/selections/preview", body, Role.OFFICER, "410102")
    assert (await county).status_code == 404


async def test_a_second_selection_continues_the_ranks_and_names_another_version(walkthrough: Walkthrough):
    ids = await walkthrough.apply(1, 2, 3)
    for application in ids:
        await walkthrough.review(application)
    await limit_places(walkthrough, 1)
    path, body = f"/v1/seasons/{walkthrough.season['id']}", {"season": walkthrough.season["id"]}
    tag = (await walkthrough.office.client.get(path)).headers["ETag"]
    with clock.travel(SELECTS):
        first = await post_as(walkthrough.office, "/v1/selections", body, Role.OFFICER, match=tag)
        stale = await post_as(walkthrough.office, "/v1/selections", body, Role.OFFICER, match=tag)
        again = await post_as(walkthrough.office, "/v1/selections", body, Role.OFFICER)
    assert ([one["rank"] for one in first.json()["chosen"]], stale.status_code) == ([1], 412)
    assert [one["rank"] for one in first.json()["reserve"]] == [2, 3]
    assert (again.json()["chosen"], [one["rank"] for one in again.json()["reserve"]]) == ([], [2, 3])
    assert again.json()["reserve"] == first.json()["reserve"], "nobody on the reserve is number one beside the chosen"


async def test_a_preview_writes_nothing_of_what_it_finds_against_anybody(walkthrough: Walkthrough):
    await three_for_one_place(walkthrough)
    body = {"season": walkthrough.season["id"]}
    rows = "select id, xmin::text, xmax::text from application union all select id, xmin::text, xmax::text from season"
    before = sorted(map(tuple, await walkthrough.office.sql(rows)))
    with clock.travel(SELECTS):
        seen = (await post_as(walkthrough.office, "/v1/selections/preview", body, Role.OFFICER)).json()
    assert len(seen["barred"]) == 2
    assert all("行政处罚" in one["against"][0] for one in seen["barred"])
    assert sorted(map(tuple, await walkthrough.office.sql(rows))) == before, "no row is changed, none locked"


async def test_a_season_that_is_not_open_has_no_selection(office: RecognitionClient):
    await set_quota(office)
    await publish_criteria(office)
    season = (await prepare_season(office)).json()["id"]
    answer = await post_as(office, "/v1/selections", {"season": season}, Role.OFFICER)
    assert (answer.status_code, answer.json()["title"]) == (409, "认定季没有开放")


async def a_recommendation_has_its_place(walkthrough: Walkthrough) -> None:
    """One place; a recommendation has passed its review: an applicant waits, and both end as they were told."""
    recommendation = await recommend_from(walkthrough, COUNTY)
    (application,) = await walkthrough.apply(2)
    await limit_places(walkthrough, 1)
    await review_at(walkthrough, recommendation, COUNTY, "quality")
    await walkthrough.review(application)
    found = (await selected(walkthrough)).json()
    assert [one["application"] for one in found["reserve"]] == [application]
    await walkthrough.show()
    assert (await decide_at(walkthrough, recommendation, COUNTY)).status_code == 201


async def test_what_is_free_is_what_can_still_be_given(walkthrough: Walkthrough):
    """A selected application and a reviewed recommendation hold two of three places, for everybody to see."""
    await free_places_are_seen(walkthrough)


async def free_places_are_seen(walkthrough: Walkthrough) -> None:
    recommendation = await recommend_from(walkthrough, COUNTY)
    (application,) = await walkthrough.apply(2)
    await limit_places(walkthrough, 3)
    await review_at(walkthrough, recommendation, COUNTY, "quality")
    await walkthrough.review(application)
    await walkthrough.select()
    seen = (await walkthrough.office.client.get(f"/v1/seasons/{walkthrough.season['id']}")).json()
    assert seen["quota"] == {"scope": COUNTY, "places": 3, "taken": 0, "held": 2, "free": 1}


async def test_free_places_that_forget_the_held_ones_would_be_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""
    monkeypatch.setattr(Places, "free", property(lambda places: places.ungranted))
    with pytest.raises(AssertionError):
        await free_places_are_seen(walkthrough)


async def another_person_selects(walkthrough: Walkthrough, application: str) -> None:
    """Who reviewed sees whom a selection would choose; an approver, who reviewed nobody, makes it."""
    await walkthrough.review(application)
    body = {"season": walkthrough.season["id"]}
    with clock.travel(SELECTS):
        seen = await walkthrough.do("/v1/selections/preview", body, subject="reviewer")
        own = await walkthrough.do("/v1/selections", body, subject="reviewer")
        assert own.status_code == 403, own.text
        assert (own.json()["title"], "其中 1 份申报由您审核" in own.json()["detail"]) == ("须由另一人择优", True)
        made = await walkthrough.do("/v1/selections", body, Role.APPROVER, subject="another")
    assert made.json() == seen.json()
    assert [one["application"] for one in made.json()["chosen"]] == [application]


async def test_who_reviewed_does_not_select_by_the_points_of_the_review(walkthrough: Walkthrough, application: str):
    await another_person_selects(walkthrough, application)


async def test_a_selection_by_its_reviewer_would_be_caught(
    walkthrough: Walkthrough, application: str, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""
    monkeypatch.setattr("services.recognition.selection.service.check_another_reviewed", lambda *_: None)
    with pytest.raises(AssertionError):
        await another_person_selects(walkthrough, application)


async def test_a_recommendation_past_its_review_has_a_place(walkthrough: Walkthrough):
    await a_recommendation_has_its_place(walkthrough)


async def test_places_that_forget_whoever_is_on_the_way_would_be_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""

    async def nobody(*_: object) -> int:
        return 0

    monkeypatch.setattr(season_repository, "count_held_places", nobody)
    with pytest.raises(AssertionError):
        await a_recommendation_has_its_place(walkthrough)


async def a_late_recommendation_waits(walkthrough: Walkthrough) -> None:
    """One place, for which an applicant was selected; a recommendation that comes afterwards is decided first."""
    (application,) = await walkthrough.to_decision(2)
    await limit_places(walkthrough, 1)
    recommendation = await recommend_from(walkthrough, COUNTY)
    await review_at(walkthrough, recommendation, COUNTY, "quality")
    await walkthrough.show()
    answer = await decide_at(walkthrough, recommendation, COUNTY)
    assert answer.status_code == 409
    assert "已择优确定、尚未认定的有 1 户" in answer.json()["detail"]
    assert (await decide_at(walkthrough, application, COUNTY)).status_code == 201


async def test_a_recommendation_that_comes_after_the_selection_takes_no_selected_place(walkthrough: Walkthrough):
    await a_late_recommendation_waits(walkthrough)


async def test_a_decision_that_forgets_the_selected_would_be_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""
    monkeypatch.setattr(service, "within_quota", lambda worthy, places, _: worthy[: places.ungranted])
    with pytest.raises(AssertionError):
        await a_late_recommendation_waits(walkthrough)


@at_stage("two handed in")
async def test_a_refused_selected_one_makes_room_at_whatever_step(walkthrough: Walkthrough, applications: list[str]):
    first, second = applications
    await walkthrough.review(first)
    await walkthrough.review(second)
    await limit_places(walkthrough, 1)
    found = await walkthrough.select()
    chosen, reserve = found["chosen"][0]["application"], found["reserve"][0]["application"]
    with clock.travel(VISITS):
        headers = walkthrough.office.as_(Role.OFFICER, subject="officer") | {"If-Match": "*"}
        path = f"/v1/applications/{chosen}/refusal"
        answer = await walkthrough.office.client.post(path, json={"reason": "材料不实"}, headers=headers)
    assert answer.json()["state"] == "refused"
    called = (await walkthrough.look(reserve)).json()
    assert (called["state"], called["step"]) == ("in-progress", "site-visit")


async def test_a_stale_version_of_the_season_selects_nobody(walkthrough: Walkthrough):
    await walkthrough.apply(1)
    with clock.travel(SELECTS):
        answer = await post_as(
            walkthrough.office, "/v1/selections", {"season": walkthrough.season["id"]}, Role.OFFICER, match='"99"'
        )
    assert answer.status_code == 412
