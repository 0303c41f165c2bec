"""The portal before services that are no stand-ins: what it sends them is what they take, files among it."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from services.portal.upstream.calls import Upstream
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.postgres import MakeDatabase
from tests.fixtures.service_client import Issuer
from tests.integration.objection import objection_client
from tests.integration.objection.handled_objections import filed
from tests.integration.objection.objection_client import ObjectionClient
from tests.integration.objection.verification_steps import tax_row
from tests.integration.portal.page_checks import read
from tests.integration.portal.visitor import BROWSER, Visitor
from tests.integration.recognition import recognition_client
from tests.integration.recognition.recognition_client import RecognitionClient, household_typed, operator, uscc
from tests.integration.recognition.season_setup import open_season
from tests.integration.recognition.walkthrough import APPLIES
from tests.integration.support import support_client
from tests.integration.support.support_client import SupportClient

OPERATOR = {"sub": "operator-12", "operator_ref": operator(12)}
USCC = uscc(12)
File = tuple[str, bytes, str]
PNG: File = ("门头.png", b"\x89PNG\r\n\x1a\n made up", "image/png")


@pytest.fixture
def databases(make_database: MakeDatabase) -> dict[str, str]:
    """Of the services, by name."""
    return {name: make_database(f"services.{name}") for name in ("recognition", "objection")}


@pytest.fixture
async def recognition(
    visitor: Visitor, databases: dict[str, str], tmp_path: Path, issuer: Issuer
) -> AsyncIterator[RecognitionClient]:
    """A recognition service behind the portal, which has heard of the household."""
    settings = recognition_client.settings_for(databases["recognition"], tmp_path / "recognition", issuer)
    async with recognition_client.open_client(settings, issuer) as office:
        resources = visitor.app.state.resources
        visitor.app.state.resources = replace(resources, recognition=Upstream("认定", office.client))
        await office.hear(household_typed(12))
        yield office


@pytest.fixture
async def objection(
    visitor: Visitor, databases: dict[str, str], tmp_path: Path, issuer: Issuer
) -> AsyncIterator[ObjectionClient]:
    """An objection service behind the portal, which has heard of no household yet."""
    settings = objection_client.settings_for(databases["objection"], tmp_path / "objection", issuer)
    async with objection_client.open_client(settings, issuer) as office:
        resources = visitor.app.state.resources
        visitor.app.state.resources = replace(resources, objection=Upstream("异议", office.client))
        yield office


@pytest.fixture
async def support(
    visitor: Visitor, make_database: MakeDatabase, tmp_path: Path, issuer: Issuer
) -> AsyncIterator[SupportClient]:
    """A support service behind the portal, which has heard of no household yet."""
    settings = support_client.settings_for(make_database("services.support"), tmp_path / "support", issuer)
    async with support_client.open_client(settings, issuer) as office:
        resources = visitor.app.state.resources
        visitor.app.state.resources = replace(resources, support=Upstream("帮扶", office.client))
        yield office


async def send_form(
    visitor: Visitor, address: str, ending: str, filled: Mapping[str, object], file: File | None = None
) -> str:
    """Open a page, send its form whose action ends so, with what is hidden in it; where that leads."""
    text = (await visitor.open(address)).text
    form = next(one for one in text.split("<form ")[1:] if f'{ending}" method="post"' in one).partition("</form>")[0]
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    fields: dict[str, object] = {name: unescape(value) for name, value in hidden}
    fields |= filled
    action = unescape(form.partition('action="')[2].partition('"')[0])
    answer = await visitor.client.post(action, data=fields, files={"file": file} if file else None, headers=BROWSER)
    assert answer.status_code == 303, read(answer.text).text
    return answer.headers["location"]


async def test_an_application_with_its_files_is_handed_in(visitor: Visitor, recognition: RecognitionClient) -> None:
    await open_season(recognition)
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    with clock.travel(APPLIES):
        new = f"/desk/applications/new?uscc={USCC}&category=distinctive"
        wish = {"criteria": ["distinctive.3"], "category_reason": "祖传手艺"}
        draft = await send_form(visitor, new, "/desk/applications", wish)
        for _ in range(10):
            if not re.search(r"还差 \d 份材料", text := (await visitor.open(draft)).text):
                break
            lacking = text.partition("还没有交")[2].partition('name="evidence" value="')[2].partition('"')[0]
            assert await send_form(visitor, draft, f"{draft}/documents", {"evidence": lacking}, PNG) == draft
        await send_form(visitor, draft, "/submission", {})
        assert "您于" in (await visitor.open(draft)).text
    (stored,) = await recognition.sql("select state, (select count(*) from document) as files from application")
    assert stored["state"] == "in-progress"
    assert stored["files"] > 0


async def test_an_objection_is_filed_proven_explained_and_insisted_on(
    visitor: Visitor, recognition: RecognitionClient, objection: ObjectionClient
) -> None:
    assert recognition.client
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    new = f"/desk/objections/new?uscc={USCC}"
    offered = re.findall(r'name="grounds" value="([^"]+)"', (await visitor.open(new)).text)
    assert {"other:other"} < set(offered)
    wish = {"grounds": [offered[0]], "statement": "经营已满三年，数据不对"}
    receipt = await send_form(visitor, new, "/desk/objections", wish)
    page = receipt.partition("?")[0]
    await objection.hear(objection_client.run_published(), objection_client.household_typed(12))
    assert (await send_form(visitor, page, f"{page}/documents", {}, PNG)).endswith("done=uploaded")
    shown = (await visitor.open(page)).text
    paper = await visitor.open(re.findall(r'href="(/desk/objections/documents/[^"]+)"', shown)[0])
    assert (paper.content, paper.headers["content-type"]) == (PNG[1], "image/png")
    one = page.rpartition("/")[2]

    async def officer_does(path: str, body: object, region: str) -> None:
        etag = (await objection.get(f"/v1/objections/{one}")).headers["etag"]
        answer = await objection.post(path, body, Role.OFFICER, region, match=etag, subject="officer")
        assert answer.status_code in (200, 201), answer.text

    await officer_does(f"/v1/objections/{one}/acceptance", None, "41")
    await officer_does("/v1/explanations", {"objection": one, "text": "按登记的日期，没有满两年。"}, "410105")
    assert "按登记的日期，没有满两年。" in (await visitor.open(page)).text
    await send_form(visitor, page, f"{page}/respond", {"respond-response": "insists"})
    assert "已受理" in (await visitor.open(page)).text
    await send_form(visitor, page, f"{page}/withdraw", {})
    assert "已撤回" in (await visitor.open("/desk/objections")).text


async def test_an_objection_is_accepted_verified_proposed_and_decided_by_those_who_may(
    visitor: Visitor, objection: ObjectionClient
) -> None:
    """Officer, tax office, officer again, another person; nobody is offered what the service would refuse."""
    handled = await filed(objection)
    page = f"/work/objections/{handled.id}"

    async def as_(role: Role, region: str, subject: str, department: str | None = None) -> None:
        await visitor.sign_in(role, region=region, sub=subject, department=department, name="示例")

    await as_(Role.OFFICER, handled.receiver, "receiver")
    assert await send_form(visitor, page, f"{page}/accept", {}) == f"{page}?done=accept"
    await as_(Role.OFFICER, handled.decider, "decider")
    question = {"verify-feed": "tax", "verify-year": "2025", "verify-question": "请核实缴税数额"}
    await send_form(visitor, page, f"{page}/verify", question)
    await as_(Role.BUREAU, objection_client.COUNTY, "tax-officer", "tax")
    (asked,) = re.findall(
        r'href="(/work/verifications/[0-9a-f-]{36})"', (await visitor.open("/work/verifications")).text
    )
    row = {f"answer-{name}": value for name, value in tax_row(handled.number).items()}
    await send_form(
        visitor, asked, f"{asked}/answer", {**row, "answer-finding": "corrected", "answer-note": "漏报一笔"}
    )
    await as_(Role.OFFICER, handled.decider, "decider")
    proposal = {"propose-outcome": "upheld", "propose-reason": "税务部门已更正"}
    adopted = {"propose-verifications": asked.rpartition("/")[2]}
    await send_form(visitor, page, f"{page}/propose", {**proposal, **adopted})
    assert f'action="{page}/decide"' not in (await visitor.open(page)).text
    await as_(Role.APPROVER, handled.decider, "approver")
    await send_form(visitor, page, f"{page}/decide", {})
    shown = read((await visitor.open(page)).text).text
    assert "异议成立" in shown
    for step in ("请部门核实", "部门答复：数据有误，已更正", "作出决定"):
        assert step in shown
    (stored,) = await objection.sql("select state from objection")
    assert stored["state"] == "upheld"


async def test_a_season_is_read_with_its_places_and_extended_by_a_superior(
    visitor: Visitor, recognition: RecognitionClient
) -> None:
    season = await open_season(recognition)
    with clock.travel(APPLIES):
        await visitor.sign_in(Role.OFFICER, region="41", name="示例")
        page = f"/work/seasons/{season['id']}"
        assert f'href="{page}"' in (await visitor.open("/work/seasons")).text
        shown = read((await visitor.open(page)).text).text
        assert "进行中" in shown
        assert "还没有核定名额" not in shown
        until = {"extension-decisions_until": "2026-12-20", "extension-document": "豫市监〔2026〕9号"}
        await send_form(visitor, page, f"{page}/extension", {**until, "extension-reason": "材料多，审核不完"})
        assert "豫市监〔2026〕9号：材料多，审核不完" in read((await visitor.open(page)).text).text


async def test_a_visit_finds_a_problem_that_the_tax_office_answers(visitor: Visitor, support: SupportClient) -> None:
    """An officer assigns the visit and records it, forwards what it found; the department accepts and answers."""
    county = support_client.COUNTY
    missed = support_client.household_typed(1, type="ineligible", defects=["base.not-reported"])
    await support.hear(missed)
    officer = {"region": county, "sub": "li", "department": "market", "name": "示例甲"}
    await visitor.sign_in(Role.OFFICER, **officer)
    (visit,) = re.findall(r'href="(/work/visits/[0-9a-f-]{36})"', (await visitor.open("/work/visits")).text)
    await send_form(visitor, visit, f"{visit}/assign", {"assign-to": "li"})
    assert f'action="{visit}/waive"' not in (await visitor.open(visit)).text
    told = {"visit-visited_on": clock.today().isoformat(), "visit-finding": "已补报年报"}
    found = {"visit-kind": "tax", "visit-statement": "不知道怎样申报"}
    await send_form(visitor, visit, f"{visit}/visit", {**told, **found})
    assert "已补报年报" in (await visitor.open(visit)).text
    (problem,) = re.findall(r'href="(/work/problems/[0-9a-f-]{36})"', (await visitor.open("/work/problems")).text)
    await send_form(visitor, problem, f"{problem}/forwarding", {"forwarding-department": "tax"})
    await visitor.sign_in(Role.BUREAU, region=county, department="tax", sub="zhao", name="示例乙")
    await send_form(visitor, problem, f"{problem}/acceptance", {})
    await send_form(visitor, problem, f"{problem}/answer", {"answer-answer": "已上门辅导", "answer-outcome": "solved"})
    shown = read((await visitor.open(problem)).text).text
    for step in ("收集", "转办", "开始处理", "税务部门：已上门辅导"):
        assert step in shown
