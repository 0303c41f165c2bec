"""The menu beside the officer's pages: short groups, and exactly what somebody may open."""

import pytest

from services.portal.sessions.signed_in import SignedIn
from services.portal.shell.menu import MENU, OFFICIALS, READERS, SHOWN_TO, menu_of
from shared.platform.identity import Caller, Role, route_access
from tests.integration.portal.page_checks import read
from tests.integration.portal.visitor import Visitor

STAFF_OF_BUREAUS = (Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU)
MOST_AT_A_GLANCE = 7


def offered(*roles: Role) -> list[str]:
    """Addresses of the menu of somebody with these roles."""
    caller = Caller(subject="li", roles=frozenset(roles), region="410105")
    return [to for group in menu_of(SignedIn("", caller, "", "", "")) for to in group.links]


def test_a_group_is_seen_at_a_glance() -> None:
    assert {group.title: len(group.links) for group in MENU if not 1 <= len(group.links) <= MOST_AT_A_GLANCE} == {}
    links = [to for group in MENU for to in group.links]
    assert len(links) == len(set(links))
    assert set(SHOWN_TO) <= set(links)


async def test_a_link_is_offered_to_exactly_those_who_may_open_it(visitor: Visitor) -> None:
    """Naive: a menu that shows everything to everybody, whose links answer that one may not."""
    allowed = {one.path: one.access.roles for one in route_access(visitor.app) if one.method == "GET"}
    shown = {to: SHOWN_TO.get(to, READERS) for group in MENU for to in group.links}
    assert shown == {to: frozenset(allowed[to]) for to in shown}


@pytest.mark.parametrize("role", STAFF_OF_BUREAUS)
def test_what_one_has_to_do_comes_first(role: Role) -> None:
    assert offered(role)[:1] == [
        {Role.AUDITOR: "/work/objections", Role.BUREAU: "/work/verifications"}.get(role, "/work")
    ]


def test_who_has_nothing_to_do_there_has_no_menu() -> None:
    assert offered(Role.OPERATOR) == offered(Role.SECURITY_ADMIN) == []
    assert offered(*OFFICIALS) == offered(Role.OFFICER)


async def test_the_page_has_the_groups_with_their_headings(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="410105")
    page = read((await visitor.open("/work/visits")).text)
    assert [f"menu-{number}" for number in range(1, len(MENU) + 1)] == [
        one for one in page.ids if one.startswith("menu-")
    ]
