"""Criteria: set by the levels that the policy names, drafts read inside the region, filed with the level above."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import CITY, COUNTY, RecognitionClient, post_as, post_decision
from tests.integration.recognition.season_setup import CRITERIA, OPENS, prepare_season, set_quota

AREA = "232761"
"""A county of Daxing'anling, whose policy wants criteria filed with the prefecture."""
FILING = {"document_no": "加市监〔2026〕8号", "filed_on": "2026-08-05"}


async def drafted(office: RecognitionClient, region: str, policy: str) -> httpx.Response:
    order = CRITERIA | {"region": region, "policy": policy}
    return await post_as(office, "/v1/criteria", order, Role.OFFICER, region, subject="maker")


async def published(office: RecognitionClient, region: str, policy: str) -> httpx.Response:
    """Read and published by a second person of the region."""
    path = f"/v1/criteria/{(await drafted(office, region, policy)).json()['id']}"
    checker = office.as_(Role.APPROVER, region, subject="checker")
    read = await office.client.get(path, headers=checker)
    assert read.status_code == 200, read.text
    return await office.client.post(f"{path}/publication", headers=checker | {"If-Match": read.headers["ETag"]})


@pytest.mark.parametrize(
    ("region", "policy", "status"),
    [
        (COUNTY, "zhengzhou-2025", 201),
        (CITY, "zhengzhou-2025", 201),
        ("12", "tianjin-2024", 201),
        ("120103", "tianjin-2024", 422),
    ],
)
async def test_criteria_are_set_by_the_levels_that_the_policy_names(
    office: RecognitionClient, region: str, policy: str, status: int
):
    answer = await drafted(office, region, policy)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert "分类标准由省（自治区、直辖市）级制定" in answer.json()["detail"]


async def test_nobody_replaces_a_colleagues_draft_without_having_seen_it(office: RecognitionClient):
    first = await post_as(office, "/v1/criteria", CRITERIA, Role.OFFICER, subject="maker")
    over = await post_as(office, "/v1/criteria", CRITERIA, Role.OFFICER, subject="another")
    assert (over.status_code, over.json()["type"]) == (409, "/problems/criteria-exist")
    assert first.json()["id"] in over.json()["detail"]
    seen = CRITERIA | {"replaces": first.json()["id"]}
    assert (await post_as(office, "/v1/criteria", seen, Role.OFFICER, subject="another")).status_code == 201
    gone = await office.get(f"/v1/criteria/{first.json()['id']}")
    assert gone.status_code == 404
    own = await post_as(office, "/v1/criteria", CRITERIA, Role.OFFICER, subject="another")
    assert own.status_code == 201, "one's own is replaced as before"


async def test_a_countys_season_rests_on_the_criteria_set_above_it(office: RecognitionClient):
    await set_quota(office)
    criteria = (await published(office, CITY, "zhengzhou-2025")).json()
    (told,) = await office.events("CriteriaPublished")
    assert (told["subject"], told["data"]["policy"]) == (CITY, "zhengzhou-2025")
    season = (await prepare_season(office)).json()
    with clock.travel(OPENS):
        answer = await post_decision(office, f"/v1/seasons/{season['id']}/opening", "*", Role.OFFICER)
    assert answer.status_code == 200, answer.text
    (row,) = await office.sql("select criteria_id from season")
    assert str(row["criteria_id"]) == criteria["id"]


async def test_a_draft_is_read_inside_its_region_alone(office: RecognitionClient):
    draft = (await drafted(office, COUNTY, "zhengzhou-2025")).json()
    path, query = f"/v1/criteria/{draft['id']}", {"region": COUNTY, "drafts": "true"}
    inside = [office.as_(role, region) for role in (Role.OFFICER, Role.APPROVER) for region in (COUNTY, CITY)]
    outside = [{}, office.as_(Role.APPROVER, "12"), office.as_(Role.BUREAU), office.as_(Role.OPERATOR)]
    for headers in inside:
        read = await office.client.get(path, headers=headers)
        listed = await office.client.get("/v1/criteria", params=query, headers=headers)
        assert (read.json(), listed.json()["items"], read.headers["ETag"]) == (draft, [draft], '"1"')
    for headers in outside:
        assert (await office.client.get(path, headers=headers)).status_code == 404
        assert (await office.client.get("/v1/criteria", params=query, headers=headers)).status_code == 403
    assert (await office.client.get("/v1/criteria", params={"region": COUNTY})).json()["items"] == []


async def test_what_is_published_anybody_reads(office: RecognitionClient):
    criteria = (await published(office, COUNTY, "zhengzhou-2025")).json()
    assert (await office.client.get(f"/v1/criteria/{criteria['id']}")).json() == criteria
    assert (criteria["policy"], criteria["filed_with"]) == ("zhengzhou-2025", None)


async def file(
    office: RecognitionClient, criteria: dict[str, Any], region: str = AREA, **changed: object
) -> httpx.Response:
    headers = office.as_(Role.OFFICER, region) | {"If-Match": "*"}
    with clock.travel(dt.date(2026, 8, 6)):
        return await office.client.post(f"/v1/criteria/{criteria['id']}/filing", json=FILING | changed, headers=headers)


async def test_criteria_are_filed_with_the_level_above_where_the_policy_says_so(office: RecognitionClient):
    criteria = (await published(office, AREA, "daxinganling-2024")).json()
    assert (criteria["filed_with"], criteria["filed_on"]) == ("市（地）级", None)
    assert (await file(office, criteria, "12")).status_code == 404
    assert (await file(office, criteria, filed_on="2026-08-07")).status_code == 422
    filed = await file(office, criteria)
    assert filed.status_code == 200, filed.text
    seen = (await office.client.get(f"/v1/criteria/{criteria['id']}")).json()
    assert (seen["filed_document"], seen["filed_on"]) == (FILING["document_no"], FILING["filed_on"])
    assert (await file(office, criteria)).json()["title"] == "已经备案"


async def test_what_need_not_be_filed_or_is_not_published_is_not_filed(office: RecognitionClient):
    of_prefecture = (await published(office, "2327", "daxinganling-2024")).json()
    of_city = (await published(office, CITY, "zhengzhou-2025")).json()
    draft = (await drafted(office, AREA, "daxinganling-2024")).json()
    answers = [
        await file(office, criteria, region)
        for criteria, region in ((of_prefecture, "2327"), (of_city, CITY), (draft, AREA))
    ]
    assert [(one.status_code, one.json()["title"]) for one in answers] == [
        (409, "不须备案"),
        (409, "不须备案"),
        (409, "尚未公布"),
    ]
