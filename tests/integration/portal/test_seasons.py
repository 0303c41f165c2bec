"""Seasons, standards and public notices through the portal."""

import json

import httpx
import pytest

from services.portal.seasons.steps import OF_STATES, SEASON_STEPS
from shared.platform.identity import Role
from tests.integration.portal.answers import POLICY
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import ID, sample, schemas
from tests.integration.portal.staff_answers import WHOLE_SEASON, listed
from tests.integration.portal.test_handling import fields_of
from tests.integration.portal.visitor import Visitor

COUNTY = "410105"
PAGE = f"/work/seasons/{ID}"


def test_every_state_has_its_steps() -> None:
    assert set(OF_STATES) == set(schemas("recognition")["SeasonState"]["enum"])
    assert {name for several in OF_STATES.values() for name in several} == set(SEASON_STEPS)


async def test_a_season_shows_its_places_with_their_arithmetic_and_who_waits_for_a_notice(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    text = (await visitor.open(PAGE)).text
    assert "30 个，已认定占用 12 个，已择优或推荐已审核、还没有决定的占用 3 个，还有 15 个" in text
    assert "等待公示的有 1 户：金水区测试打印店" in text
    assert f'action="{PAGE}/notice"' in text
    assert f'action="{PAGE}/opening"' not in text


async def test_a_notice_names_the_season_that_was_read_and_says_whom_it_left_out(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    visitor.recognition.refuses["/v1/public-notices"] = httpx.Response(201, json={"id": ID, "barred": [{}, {}]})
    sent = await visitor.post(f"{PAGE}/notice", await fields_of(visitor, PAGE))
    assert sent.headers["location"] == f"{PAGE}?done=notice&left=2"
    (asked,) = visitor.recognition.changes
    assert (json.loads(asked.content), asked.headers["if-match"]) == ({"season": ID}, '"7"')


async def test_an_extension_that_the_service_refuses_stays_filled_in(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    said = {"title": "不能", "detail": "这个日期由政策规定，须由上级市场监管部门发文延长"}
    visitor.recognition.refuses[f"/v1/seasons/{ID}/extension"] = httpx.Response(403, json=said)
    filled = {"extension-decisions_until": "2026-12-31", "extension-document": "文一", "extension-reason": "来不及"}
    answer = await visitor.post(f"{PAGE}/extension", {**await fields_of(visitor, PAGE), **filled})
    assert answer.status_code == 403
    assert f'<p class="fault">{said["detail"]}</p>' in answer.text
    assert 'value="2026-12-31"' in answer.text
    assert faults_of(answer.text, "<测试>") == []


async def test_both_versions_of_a_season_are_shown(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    carried = await fields_of(visitor, PAGE)
    monkeypatch.setitem(WHOLE_SEASON, "applications_until", "2026-12-15")
    problem = {"title": "版本不符", "detail": "版本不符"}
    visitor.recognition.refuses[f"/v1/seasons/{ID}/extension"] = httpx.Response(412, json=problem)
    filled = {"extension-document": "文一", "extension-reason": "来不及"}
    answer = await visitor.post(f"{PAGE}/extension", {**carried, **filled})
    assert answer.status_code == 412
    assert '<td data-label="您打开时">2026-11-30</td><td data-label="现在">2026-12-15</td>' in answer.text


async def test_a_season_is_prepared_with_the_numbers_that_the_policy_leaves_open(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    filled = {
        "prepare-county": COUNTY,
        "prepare-year": "2027",
        "prepare-policy": POLICY["id"],
        "prepare-settings": "quota_percent=5\nnotice_days = 7",
        "prepare-operator_kinds": "job_seeker = 就业困难人员",
    }
    sent = await visitor.post("/work/seasons/prepare", {**await fields_of(visitor, "/work/seasons"), **filled})
    assert sent.headers["location"] == "/work/seasons?done=prepare"
    body = json.loads(visitor.recognition.changes[0].content)
    assert body["settings"] == {"quota_percent": "5", "notice_days": "7"}
    assert body["operator_kinds"] == [{"id": "job_seeker", "title": "就业困难人员"}]
    assert (body["county"], body["year"]) == (COUNTY, 2027)


async def test_seasons_are_listed_while_typing_is_away(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    visitor.typing.away = True
    answer = await visitor.open("/work/seasons")
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert "认定季" in answer.text
    assert "分型服务暂时查不到" in answer.text


async def test_nobody_is_said_to_wait_only_where_all_were_counted(visitor: Visitor) -> None:
    """Naive: the first tasks of a whole city are looked through, and there is none of the county among them."""
    await visitor.sign_in(Role.OFFICER, region="4101")
    elsewhere = sample("recognition", "TaskView", county="410102", name="中原区测试店")
    for further, said in ((None, "等待公示的一户也没有"), ("more", "还数不清")):
        visitor.recognition.says["/v1/tasks"] = {**listed(elsewhere), "next": further}
        assert said in (await visitor.open(PAGE)).text


async def test_standards_are_published_by_an_approver(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    assert "公布这份标准" not in (await visitor.open(f"/work/criteria/{ID}")).text
    await visitor.sign_in(Role.APPROVER, region=COUNTY)
    carried = await fields_of(visitor, f"/work/criteria/{ID}")
    sent = await visitor.post(f"/work/criteria/{ID}/publication", carried)
    assert sent.headers["location"] == f"/work/criteria/{ID}?done=publication"
    (asked,) = visitor.recognition.changes
    assert (asked.url.path, asked.headers["if-match"]) == (f"/v1/criteria/{ID}/publication", '"7"')
