"""The operator's desk: pages as they must be, nothing asked for that a department proves, one effect of a form."""

import json
import re

import httpx
import pytest

from shared.platform.identity import Role, route_access
from tests.integration.portal.answers import ANSWERS, CODE, MEASURE, NAME, NOTICE, RECOGNITION, USCC, WITHDRAWN
from tests.integration.portal.own_answers import (
    APPLICATION,
    CHECKED,
    CONSENT,
    ENTRY,
    OBJECTION,
    PROBLEM,
    RECOMMENDATION,
    SURVEY,
)
from tests.integration.portal.page_checks import faults_of, read
from tests.integration.portal.visitor import BROWSER, Visitor

OPERATOR = {"sub": "somebody", "operator_ref": "v1:" + "1" * 32}
DRAFT = f"/desk/applications/{APPLICATION}"
UNDER_WAY = f"/desk/applications/{CHECKED}"
OBJECTING, OWN = f"/desk/objections/new?uscc={USCC}", f"/desk/objections/{OBJECTION}"
REPORT = f"/desk/reports/{RECOGNITION['id']}/2026"
BADGE = "/desk/certificates/{recognition_id}/badge"
ADDRESSES = {
    "/desk": ("/desk",),
    "/desk/households/{uscc}": (f"/desk/households/{USCC}",),
    "/desk/applications/new": tuple(f"/desk/applications/new?uscc={USCC}{more}" for more in ("", "&category=renowned")),
    "/desk/applications/{application_id}": (DRAFT, UNDER_WAY),
    "/desk/applications/{application_id}/claim": (f"{DRAFT}/claim", f"{DRAFT}/claim?category=none"),
    "/desk/recommendations/{recommendation_id}": (f"/desk/recommendations/{RECOMMENDATION}",),
    "/desk/certificates/{recognition_id}": (f"/desk/certificates/{RECOGNITION['id']}",),
    "/desk/reports/{recognition_id}/{year}": (REPORT,),
    "/desk/measures/{uscc}": (f"/desk/measures/{USCC}",),
    "/desk/measures/{uscc}/{measure_id}": (f"/desk/measures/{USCC}/{MEASURE['id']}",),
    "/desk/problems": ("/desk/problems",),
    "/desk/problems/new": ("/desk/problems/new", f"/desk/problems/new?uscc={USCC}"),
    "/desk/problems/{problem_id}": (f"/desk/problems/{PROBLEM}", f"/desk/problems/{PROBLEM}?done=raised"),
    "/desk/visits": ("/desk/visits",),
    "/desk/surveys/{survey_id}/{uscc}": (f"/desk/surveys/{SURVEY['survey']}/{USCC}",),
    "/desk/objections": ("/desk/objections",),
    "/desk/objections/new": (OBJECTING, f"{OBJECTING}&ground=clause:growth.age"),
    "/desk/objections/{objection_id}": (OWN, f"{OWN}?done=filed"),
    "/notices/{notice_id}/objections/{uscc}": (f"/notices/{NOTICE}/objections/{USCC}",),
    "/inbox": ("/inbox", "/inbox?archived=true"),
    "/settings": ("/settings", "/settings?done=contact"),
    "/settings/sessions": ("/settings/sessions", "/settings/sessions?done=ended"),
}
"""An operator's pages, by route"""
FILES = ("/desk/objections/documents/{document_id}", BADGE)
"""What is no page"""
STALE = httpx.Response(412, json={"title": "版本", "detail": "已被他人更改"})
WISH = {
    "uscc": USCC,
    "category": "renowned",
    "criteria": ["renowned.1"],
    "category_reason": "三代人的手艺",
    "_key": "one-key",
    "_version": '"1"',
}


async def test_every_page_of_an_operator_is_what_a_page_must_be(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    routes = [one for one in route_access(visitor.app) if Role.OPERATOR in one.access.roles and one.method == "GET"]
    assert {one.path for one in routes} == {*ADDRESSES, *FILES, "/v1/own-data"}
    for address in (one for several in ADDRESSES.values() for one in several):
        answer = await visitor.open(address)
        assert answer.status_code == 200, (address, answer.text[-900:])
        assert faults_of(answer.text, NAME) == [], address
        assert answer.headers["cache-control"] == "no-store"
        assert "script" not in answer.headers["content-security-policy"]
    services = (visitor.recognition, visitor.notification, visitor.objection)
    asked = [one for service in services for one in service.asked]
    assert all(one.headers["authorization"].startswith("Bearer ") for one in asked)


async def test_the_desk_says_what_to_do_next_and_stands_while_a_service_is_away(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    text = (await visitor.open("/desk")).text
    for said in ("申报还没有提交", "文化和旅游部门推荐您", "报送2026年信息", "您有 3 条没有读的通知"):
        assert said in text
    visitor.notification.away = True
    page = await visitor.open("/desk")
    assert (page.status_code, NAME.replace("<", "&lt;").replace(">", "&gt;") in page.text) == (200, True)
    assert "通知服务暂时查不到" in page.text
    visitor.recognition.away = True
    both = await visitor.open("/desk")
    assert (both.status_code, faults_of(both.text)) == (200, [])
    assert (await visitor.open("/settings")).status_code == 200


async def test_a_household_without_a_type_or_while_typing_is_away_still_has_its_page(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: the page of every household that is not typed yet is an error of ours."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    monkeypatch.delitem(ANSWERS, f"/v1/households/{USCC}/explanation")
    for away, said in ((False, "还没有分型结果。"), (True, "分型服务暂时查不到")):
        visitor.typing.away = away
        answer = await visitor.open(f"/desk/households/{USCC}")
        assert (answer.status_code, faults_of(answer.text, NAME)) == (200, [])
        assert said in answer.text
        assert f'href="/desk/measures/{USCC}"' in answer.text


async def test_nothing_is_asked_for_that_a_department_proves(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    text = (await visitor.open(DRAFT)).text
    assert "还差 3 份材料：荣誉证书、门头照片、退役军人优待证或退出现役证" in text
    assert "完税证明" not in text
    assert "不用交证明，由税务部门核实" in text
    assert '<input type="hidden" name="evidence" value="renowned.2:减免税证明">' in text, "what the office cannot know"


async def test_a_form_that_is_sent_twice_has_one_key_and_names_the_version_that_was_seen(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {**WISH, "_form": await visitor.form_token()}
    for _ in range(2):
        answer = await visitor.post("/desk/applications", form)
        assert answer.headers["location"] == DRAFT
    await visitor.post(f"{DRAFT}/submission", form)
    first, second, submitted = visitor.recognition.changes
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "one-key"
    assert first.content == second.content
    assert submitted.headers["if-match"] == '"1"'


async def test_what_the_service_refuses_is_said_at_its_field_and_what_was_filled_in_stays(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    token = await visitor.form_token()
    empty = await visitor.post("/desk/applications", {**WISH, "_form": token, "criteria": [], "category_reason": ""})
    assert (empty.status_code, faults_of(empty.text, NAME)) == (422, [])
    assert "<title>有问题：" in empty.text
    fields = [{"field": "body.category_reason", "message": "太长。", "code": "long"}]
    visitor.recognition.refuses["/v1/applications"] = httpx.Response(422, json={"detail": "不行", "errors": fields})
    refused = await visitor.post("/desk/applications", {**WISH, "_form": token})
    assert '<a href="#category_reason">太长。</a>' in refused.text
    assert "三代人的手艺" in refused.text
    path = f"/v1/applications/{APPLICATION}/submission"
    visitor.recognition.refuses[path] = httpx.Response(409, json={"title": "缺", "detail": "还缺荣誉证书。"})
    lacking = await visitor.post(f"{DRAFT}/submission", {"_form": token, "_key": "k", "_version": '"1"'})
    assert (lacking.status_code, "还缺荣誉证书。" in lacking.text) == (422, True)


async def test_a_claim_changed_meanwhile_is_shown_beside_what_was_filled_in(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    visitor.recognition.refuses[f"/v1/applications/{APPLICATION}"] = STALE
    page = await visitor.post(f"{DRAFT}/claim", {**WISH, "_form": await visitor.form_token()})
    assert (page.status_code, faults_of(page.text, NAME)) == (412, [])
    for said in ("内容有了变化", "老字号", "三代人的手艺"):
        assert said in page.text


async def test_a_photo_is_handed_in_for_the_material_that_asks_for_it(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    token = await visitor.form_token()
    fields = {"_form": token, "_key": "photo", "evidence": "renowned.1:荣誉证书"}
    nothing = {"file": ("", b"")}
    none = await visitor.client.post(f"{DRAFT}/documents", data=fields, files=nothing, headers=BROWSER)
    assert (none.status_code, "还没有选文件" in none.text) == (422, True)
    file = {"file": ("证书.jpg", b"\xff\xd8\xff rest", "image/jpeg")}
    done = await visitor.client.post(f"{DRAFT}/documents", data=fields, files=file, headers=BROWSER)
    assert done.headers["location"] == DRAFT
    (sent,) = visitor.recognition.changes
    assert (sent.content, sent.url.params["evidence"], sent.url.params["name"]) == (
        b"\xff\xd8\xff rest",
        "renowned.1:荣誉证书",
        "证书.jpg",
    )
    assert sent.headers["content-digest"].startswith("sha-256=:")


async def test_what_a_spot_check_asks_for_is_handed_in_where_the_desk_leads(visitor: Visitor) -> None:
    """Naive: the application is under way, so its page takes nothing more, and the demand has no way to be met."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    assert f'href="{UNDER_WAY}"' in (await visitor.open("/desk")).text
    page = await visitor.open(UNDER_WAY)
    assert faults_of(page.text, NAME) == []
    assert "请补门头照片" in page.text
    assert page.text.count('type="file"') == 1
    fields = {"_form": await visitor.form_token(), "_key": "k", "evidence": "spot-check"}
    file = {"file": ("门头.png", b"\x89PNG", "image/png")}
    done = await visitor.client.post(f"{UNDER_WAY}/documents", data=fields, files=file, headers=BROWSER)
    assert done.headers["location"] == UNDER_WAY
    assert visitor.recognition.changes[-1].url.params["evidence"] == "spot-check"


async def test_recommendations_notifications_and_settings_reach_their_services(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"1"'}
    for address, to in (
        (f"/desk/recommendations/{RECOMMENDATION}/consent", f"/desk/recommendations/{RECOMMENDATION}"),
        (f"/inbox/{ENTRY}/reading", "/inbox"),
        (f"/inbox/{ENTRY}/archiving", "/inbox"),
        (f"/inbox/{ENTRY}/restoration", "/inbox?archived=true"),
        (f"/settings/credit-consents/{CONSENT}/withdrawal", "/settings?done=withdrawn"),
        ("/settings/contact/removal", "/settings?done=removed"),
    ):
        assert (await visitor.post(address, form)).headers["location"] == to, address
    unread = await visitor.post("/settings/contact", {**form, "phone": "13800000000"})
    assert (unread.status_code, '<a href="#agreed">' in unread.text) == (422, True)
    saved = await visitor.post("/settings/contact", {**form, "phone": "13800000000", "agreed": "consent"})
    assert saved.headers["location"] == "/settings?done=contact"
    assert '"consent"' in visitor.notification.changes[-1].content.decode()
    assert visitor.recognition.changes[0].url.path.endswith("/consent")


async def test_an_information_report_reads_numbers_as_people_write_them(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {"_form": await visitor.form_token(), "_key": "k"}
    wrong = await visitor.post(REPORT, {**form, "employees": "三个", "revenue_yuan": "很多"})
    assert (wrong.status_code, faults_of(wrong.text)) == (422, [])
    assert '<a href="#employees">' in wrong.text
    assert 'value="三个"' in wrong.text
    assert (await visitor.post(REPORT, form)).status_code == 422
    filled = {"employees": " 3 ", "revenue_yuan": "120，000", "honours": "老字号\n\n示范店"}
    assert (await visitor.post(REPORT, {**form, **filled})).headers["location"] == REPORT
    (sent,) = visitor.recognition.changes
    content = {"employees": 3, "revenue_yuan": "120000", "honours": ["老字号", "示范店"]}
    assert json.loads(sent.content) == {"recognition": RECOGNITION["id"], "year": 2026, "content": content}
    assert (await visitor.open(f"/desk/reports/{APPLICATION}/2026")).status_code == 404


async def test_a_report_is_corrected_from_what_was_reported(visitor: Visitor) -> None:
    """Naive: an empty form, so that filing it again deletes what was reported before."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    text = (await visitor.open(REPORT)).text
    for said in ('value="4"', 'value="120000.50"', "老字号\n示范店</textarea>", "请写明营业额的口径"):
        assert said in text
    form = {"_form": await visitor.form_token(), "_key": "k"}
    honours = [f"荣誉{number}" for number in range(51)]
    many = await visitor.post(REPORT, {**form, "honours": "\n".join(honours)})
    assert (many.status_code, '<a href="#honours">最多写 50 个' in many.text) == (422, True)
    assert "荣誉50" in many.text, "what was filled in stays"
    assert visitor.recognition.changes == []


async def test_every_link_of_an_operators_pages_leads_somewhere(visitor: Visitor) -> None:
    """Naive: a button of the desk that leads to a page that nobody has built."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    links: set[str] = set()
    for address in (one for several in ADDRESSES.values() for one in several):
        links |= {one for one in read((await visitor.open(address)).text).links if one.startswith("/")}
    posted = {one.path for one in route_access(visitor.app) if one.method == "POST"}
    for link in sorted(one for one in links if not matches_any(one, posted)):
        answer = await visitor.client.get(link, headers=BROWSER, follow_redirects=True)
        assert answer.status_code == 200, link


def matches_any(address: str, routes: set[str]) -> bool:
    """Whether an address is one that forms are posted to."""
    path = address.partition("?")[0]
    return any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", route), path) for route in routes)


async def test_a_certificate_says_who_recognised_and_how_it_is_checked(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    text = (await visitor.open(f"/desk/certificates/{RECOGNITION['id']}")).text
    assert f"/certificates?code={CODE}" in text
    assert "金水区市场监督管理局" in text
    badge = BADGE.format(recognition_id=RECOGNITION["id"])
    assert ("现在有效" in text, f'<img class="badge" src="{badge}"' in text) == (True, True)
    picture = await visitor.open(badge)
    assert (picture.headers["content-type"], "default-src 'none'" in picture.headers["content-security-policy"]) == (
        "image/svg+xml",
        True,
    )
    assert visitor.recognition.asked[-1].url.path == f"/v1/badges/{USCC}.svg"
    assert (await visitor.open(BADGE.format(recognition_id=APPLICATION))).status_code == 404, "somebody else's"


async def test_a_certificate_that_is_no_longer_good_says_so_to_everybody_and_shows_no_badge(visitor: Visitor) -> None:
    visitor.recognition.says[f"/v1/certificates/{CODE}"] = WITHDRAWN
    said = "已失效（认定已撤销，2026年12月1日（星期二）起）"
    assert said in (await visitor.open(f"/certificates?code={CODE}")).text
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    text = (await visitor.open(f"/desk/certificates/{RECOGNITION['id']}")).text
    assert (said in text, "<img" in text) == (True, False)
