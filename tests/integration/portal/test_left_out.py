"""Pages stand when a service leaves out what it may leave out, and when it knows nothing at an address."""

from collections.abc import Mapping

import pytest

from shared.platform.identity import Role
from tests.integration.portal import test_desk, test_officer_pages, test_pages
from tests.integration.portal.answers import ANSWERS
from tests.integration.portal.own_answers import OWN_ANSWERS
from tests.integration.portal.sparse import sparse_answers
from tests.integration.portal.staff_answers import STAFF_ANSWERS
from tests.integration.portal.visitor import Visitor

SERVICES = ("typing", "recognition", "objection", "notification", "support")
KNOWN = {**{path: answer for path, (_, answer) in OWN_ANSWERS.items()}, **STAFF_ANSWERS, **ANSWERS}
Pages = Mapping[str, tuple[str, ...]]
ROOMS: Mapping[str, tuple[Pages, Role | None, Mapping[str, str]]] = {
    "public": (test_pages.ADDRESSES, None, {}),
    "operator": (test_desk.ADDRESSES, Role.OPERATOR, test_desk.OPERATOR),
    "officer": (test_officer_pages.OFFICER_ADDRESSES, Role.OFFICER, {"region": test_officer_pages.COUNTY}),
}


async def enter(visitor: Visitor, room: str) -> list[str]:
    """Signed in as who uses these pages; one address of each."""
    pages, role, claims = ROOMS[room]
    if role is not None:
        await visitor.sign_in(role, **claims)
    return [several[0] for several in pages.values()]


@pytest.mark.parametrize("room", ROOMS)
async def test_what_a_service_may_leave_out_is_missed_by_no_page(visitor: Visitor, room: str) -> None:
    """Naive: a page reads what stood in the sample, and the first household without it is an error of ours."""
    addresses = await enter(visitor, room)
    for service in SERVICES:
        getattr(visitor, service).says |= dict(sparse_answers(KNOWN, service))
    found = {address: (await visitor.open(address)).status_code for address in addresses}
    assert {address: status for address, status in found.items() if status not in (200, 404)} == {}


@pytest.mark.parametrize("room", ROOMS)
async def test_a_service_that_knows_nothing_of_it_leaves_a_page(visitor: Visitor, room: str) -> None:
    """Naive: a part that is empty without a complaint is read as if it were there."""
    broken: list[tuple[str, str]] = []
    for address in await enter(visitor, room):
        for one in SERVICES:
            getattr(visitor, one).asked.clear()
        await visitor.open(address)
        asked = [(one, call.url.path) for one in SERVICES for call in getattr(visitor, one).asked]
        for service, path in asked:
            getattr(visitor, service).ignorant_of = path
            status = (await visitor.open(address)).status_code
            broken += [(address, path)] if status not in (200, 404) else []
            getattr(visitor, service).ignorant_of = ""
    assert broken == []
