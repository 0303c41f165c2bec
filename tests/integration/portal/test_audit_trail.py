"""The auditor's page: what all services wrote down as one list, in words, and what is missing is said."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.portal.audit_trail.timeline import MOST
from services.portal.audit_trail.words import NOUNS, UNKNOWN, VERBS, action_words
from shared.platform import audit
from shared.platform.identity import Role
from tests.integration.portal.page_checks import faults_of, read
from tests.integration.portal.samples import sample
from tests.integration.portal.visitor import Visitor

ROOT = Path(__file__).parents[3]
PATH = "/v1/audit-entries"
ACTION = re.compile(r"[a-z]+(-[a-z]+)*:[a-z]+(-[a-z]+)*")
NO_ACTIONS = {"other:other"}


def entry(minute: int, **said: object) -> dict[str, Any]:
    """One of a service's."""
    at, position = f"2026-07-15T09:{minute:02}:00+08:00", f"at-{minute}"
    known = {"at": at, "position": position, "chain": "410105", "action": "run:publish", "actor": "7", "subject": "1"}
    return sample("typing", "AuditEntryView", **{**known, "details": {}, **said})


def listed(*items: dict[str, Any], further: str | None = None) -> dict[str, Any]:
    return {"items": [*items], "next": further}


@pytest.fixture
def trail(visitor: Visitor) -> Visitor:
    """All services have something to tell."""
    for service in (visitor.recognition, visitor.notification, visitor.support):
        service.says[PATH] = listed()
    visitor.typing.says[PATH] = listed(entry(5, details={"reason": "已核实"}), entry(1))
    visitor.objection.says[PATH] = listed(entry(3, action="objection:file", subject="2"))
    return visitor


async def test_entries_of_all_services_stand_by_time_in_words(trail: Visitor) -> None:
    await trail.sign_in(Role.AUDITOR, region="410105")
    async with trail.app.state.database.transaction() as session:
        await audit.record(session, audit.about("3", "410105"), "8", "account:open")
        await audit.record(session, audit.about("4", "410106"), "9", "account:open")
    page = await trail.open("/audit")
    assert (page.status_code, faults_of(page.text)) == (200, [])
    rows = re.findall(r'data-label="做了什么">([^<]+)<', page.text)
    assert rows == ["账号：开始（门户）", "分型批次：发布（分型）", "异议：提交（异议）", "分型批次：发布（分型）"]
    assert "理由：已核实" in page.text
    assert ">9<" not in page.text, "an entry of another county"
    again = await trail.open("/audit?service=portal")
    assert re.findall(r'data-label="做了什么">([^<]+)<', again.text)[0] == "审计记录：查看（门户）"


async def test_what_is_asked_for_is_asked_of_every_service_with_the_auditors_own_token(trail: Visitor) -> None:
    await trail.sign_in(Role.AUDITOR, region="410105")
    await trail.open("/audit?subject=92410105MA00000012&actor=li&since=2026-07-01&until=2026-07-31")
    for service in (trail.typing, trail.recognition, trail.objection, trail.notification, trail.support):
        (asked,) = [one for one in service.asked if one.url.path == PATH]
        assert dict(asked.url.params) == {
            "subject": "92410105MA00000012",
            "actor": "li",
            "since": "2026-07-01",
            "until": "2026-07-31",
            "limit": str(MOST),
        }
        assert asked.headers["authorization"].startswith("Bearer ")


async def test_the_next_page_goes_on_in_each_service_where_it_stood(trail: Visitor) -> None:
    """Naive: one cursor for all, which passes over what a service has between two entries of another."""
    await trail.sign_in(Role.AUDITOR, region="410105")
    trail.typing.says[PATH] = listed(*(entry(59 - number) for number in range(MOST)), further="beyond")
    page = await trail.open("/audit")
    assert page.text.count("异议：提交（异议）") == 0, "it is older than a page of the other service"
    (following,) = [one for one in read(page.text).links if "after=" in one]
    await trail.open(following)
    assert trail.typing.asked[-1].url.params["cursor"] == f"at-{59 - MOST + 1}"
    assert "cursor" not in trail.objection.asked[-1].url.params


async def test_a_service_that_is_away_is_named_and_the_others_are_shown(trail: Visitor) -> None:
    await trail.sign_in(Role.AUDITOR, region="410105")
    trail.objection.away = True
    page = await trail.open("/audit")
    assert (page.status_code, faults_of(page.text)) == (200, [])
    assert "异议服务的记录没有列出" in page.text
    assert "分型批次：发布（分型）" in page.text


async def test_what_cannot_be_asked_is_said_at_its_field(trail: Visitor) -> None:
    await trail.sign_in(Role.AUDITOR, region="410105")
    page = await trail.open("/audit?since=2026-02-30")
    assert (page.status_code, faults_of(page.text)) == (422, [])
    assert '<a href="#since">请写成 2026-07-01 这样的日期。</a>' in page.text
    assert [one for one in trail.typing.asked if one.url.path == PATH] == []


@pytest.mark.parametrize("roles", [(Role.OFFICER,), (Role.APPROVER,), (Role.AUDITOR, Role.OFFICER)])
async def test_nobody_else_reads_it(trail: Visitor, roles: tuple[Role, ...]) -> None:
    await trail.sign_in(*roles, region="410105")
    assert (await trail.open("/audit")).status_code == 403


def actions() -> Iterator[str]:
    """Every action that the code names."""
    for folder in ("services", "shared"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
                    yield node.value


def test_every_action_has_its_words() -> None:
    found = {*actions()} - NO_ACTIONS
    assert len(found) > 200
    assert {one for one in found if UNKNOWN in action_words(one)} == set()
    assert action_words("unheard:of") == action_words("") == UNKNOWN
    assert {word for word in (*NOUNS, *VERBS) if not any(word in one.split(":") for one in found)} <= OF_STATES


OF_STATES = {"accepted", "closed", "declined", "dismissed", "explained", "returned", "upheld", "withdrawn", "sent"}
"""Verbs that are states of an objection, and no constants"""
