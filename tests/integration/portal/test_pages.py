"""Every page of the portal, walked: none is left out, and each is what a page must be."""

import gzip

import pytest

from services.portal.shell.assets import asset_address, assets
from services.portal.shell.local import is_local
from shared.platform.identity import Role, route_access
from tests.fixtures.http_fuzz import exercise
from tests.integration.portal.answers import CODE, NAME, NOTICE, USCC
from tests.integration.portal.page_checks import faults_of, read
from tests.integration.portal.visitor import Visitor

ADDRESSES = {
    "/": ("/",),
    "/directory": (
        "/directory",
        "/directory?q=打印&type=growth",
        "/directory?q=92410105MA",
        "/directory?cursor=further",
    ),
    "/households/{uscc}": (f"/households/{USCC}",),
    "/areas/{region}": ("/areas/41", "/areas/410105"),
    "/recognised": ("/recognised", "/recognised?region=410105&category=renowned"),
    "/certificates": ("/certificates", f"/certificates?code={CODE.lower()}", "/certificates?code=12"),
    "/notices": ("/notices",),
    "/notices/{notice_id}": (f"/notices/{NOTICE}",),
    "/measures": ("/measures", "/measures?region=410105&field=financing"),
    "/measures/{measure_id}": ("/measures/zhengzhou.loan",),
    "/statistics": ("/statistics", "/statistics?region=4101&year=2026"),
    "/help": ("/help",),
    "/accessibility": ("/accessibility",),
    "/privacy": ("/privacy",),
    "/developers": ("/developers",),
    "/signed-out": ("/signed-out",),
}
"""Addresses to be walked by anybody, by route"""
ELSEWHERE = {"/sign-in", "/sign-in/answer", "/signed-out/everywhere"}
"""Routes that lead to the identity provider, or come from it"""
NO_PAGES = {"/areas", "/view", "/static/{name}", "/sign-out", "/kept-forms/{form_id}", *ELSEWHERE}
LARGEST_STYLE = 12_000


async def test_every_page_is_what_a_page_must_be(visitor: Visitor) -> None:
    assert {one.path for one in route_access(visitor.app) if one.access.public} == {*ADDRESSES, *NO_PAGES}
    for address in (one for several in ADDRESSES.values() for one in several):
        answer = await visitor.open(address)
        assert answer.status_code == 200, address
        assert faults_of(answer.text, NAME) == [], address
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_every_link_of_every_page_leads_somewhere(visitor: Visitor) -> None:
    """Also the styles and the icon; redirects are followed, but for those to the sign-in page."""
    links: set[str] = set()
    for address in (one for several in ADDRESSES.values() for one in several):
        links |= {one for one in read((await visitor.open(address)).text).links if one.startswith("/")}
    for link in sorted(links - ELSEWHERE):
        if (await visitor.open(link)).headers.get("location", "").startswith("/sign-in?back="):
            continue
        answer = await visitor.client.get(link, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, link


@pytest.mark.parametrize("fault", ["<p style='x'>", "<input id='q'>", "<a href='https://elsewhere.example'>去</a>"])
async def test_the_walk_finds_a_fault(visitor: Visitor, fault: str) -> None:
    text = (await visitor.open("/")).text
    assert faults_of(text.replace("</main>", f"{fault}</main>")) != []


async def test_an_area_says_how_those_who_apply_are_compared(visitor: Visitor) -> None:
    text = (await visitor.open("/areas/410105")).text
    assert all(said in text for said in ("名特优新怎样评分", "权重 示例", "一票否决", "得分相同的，依次看：示例"))


async def test_names_are_escaped(visitor: Visitor) -> None:
    answer = await visitor.open(f"/households/{USCC}")
    assert "金水区&lt;测试&gt;打印店" in answer.text
    assert "<测试>" not in answer.text


async def test_a_code_with_slips_leads_to_its_household(visitor: Visitor) -> None:
    """Lower case, a blank, full width, O for 0, and the copy number behind it."""
    for typed in (USCC.lower(), f"{USCC[:8]} {USCC[8:]}", USCC.replace("0", "O"), f"{USCC}1-1", f"９{USCC[1:]}"):
        answer = await visitor.client.get("/directory", params={"q": typed})
        assert answer.headers["location"] == f"/households/{USCC}"


async def test_what_a_service_says_of_a_search_is_said_on_the_page(visitor: Visitor) -> None:
    answer = await visitor.open("/directory?q=老")
    assert "请至少输入两个字。" in answer.text
    assert 'value="老"' in answer.text


async def test_browsers_get_errors_as_pages_and_programs_as_problems(visitor: Visitor) -> None:
    for address in ("/households/1", "/areas/99", "/nowhere"):
        answer = await visitor.open(address)
        assert answer.status_code == 404
        assert faults_of(answer.text) == []
        problem = await visitor.client.get(address)
        assert problem.headers["content-type"] == "application/problem+json"


async def test_a_service_that_is_away_is_said_in_a_page(visitor: Visitor) -> None:
    visitor.typing.away = True
    answer = await visitor.open(f"/households/{USCC}")
    assert answer.status_code == 503
    assert "分型服务现在没有应答" in answer.text
    assert faults_of(answer.text) == []


async def test_the_larger_views_are_kept_and_left(visitor: Visitor) -> None:
    kept = await visitor.open("/view?to=elder&back=/help")
    assert kept.headers["location"] == "/help"
    assert "HttpOnly" in kept.headers["set-cookie"]
    page = await visitor.open("/help")
    assert '<html lang="zh-CN" class="elder">' in page.text
    assert faults_of(page.text) == []
    await visitor.open("/view?to=standard&back=/help")
    assert "class=" not in (await visitor.open("/help")).text.split("<head>")[0]


def test_the_way_back_stays_on_the_site() -> None:
    assert [
        is_local(one) for one in ("/help?a=1", "//a.example", "/\\a.example", "/\t/a.example", "https://a.example")
    ] == [
        True,
        False,
        False,
        False,
        False,
    ]


async def test_styles_are_small_kept_for_good_and_plain_enough_for_old_browsers(visitor: Visitor) -> None:
    style = assets()["minglu.css"].content
    assert len(gzip.compress(style)) <= LARGEST_STYLE
    assert [new for new in (b":has(", b"color-mix", b"oklch", b"@layer", b"@container", b"dvh") if new in style] == []
    answer = await visitor.open(asset_address("minglu.css"))
    assert "immutable" in answer.headers["cache-control"]


async def test_statistics_stand_in_the_order_of_codes(visitor: Visitor) -> None:
    """Never ranked, and nothing to rank them by: 条例 art. 32."""
    text = (await visitor.open("/statistics?region=4101")).text
    assert text.index("中原区</th>") < text.index("二七区</th>")
    assert "sort" not in text


async def test_generated_requests_meet_no_error_of_ours(visitor: Visitor) -> None:
    issuer = visitor.provider.issuer
    callers = {
        "anybody": {},
        "operator": issuer.headers(Role.OPERATOR, operator_ref="v1:" + "1" * 32),
        "officer": issuer.headers(Role.OFFICER, Role.APPROVER, region="4101"),
    }
    for name, statuses in (await exercise(visitor.app, visitor.client, callers, pages=True)).items():
        assert statuses[200] > 0, name
        assert statuses[404] > 0, name
