"""三权分立: system, security and audit administrators, none of them able to do another's work, or casework."""

import re
from itertools import combinations

import orjson
import pytest

from deploy.openapi import application as described
from deploy.services import SERVICES
from shared.platform.identity import ADMINISTRATORS, POWERS, SAFE_METHODS, STAFF, Role, caller_from, route_access
from shared.platform.settings import ServiceSettings
from tests.fixtures.ledger.service import SERVICE
from tests.fixtures.service_client import Issuer, application, running, settings_of

OF_THEIR_OWN = {"/v1/own-contact", "/settings/contact", "/settings/contact/removal", "/settings/sessions/ending"}
"""Where messages reach the caller, and where they are signed in: everybody's own to change."""
ACCOUNTS = ("portal", "/accounts")
"""The security administrator's only pages: accounts of staff"""
OPERATOR = "v1:" + "0" * 32


async def test_a_token_that_combines_powers_is_refused_and_the_audit_says_whose_it_was(
    database_url: str, issuer: Issuer
) -> None:
    combined = [pair for pair in combinations(Role, 2) if set(pair) & POWERS]
    with application(SERVICE.app, settings_of(database_url, issuer)) as app:
        async with running(app) as ledger:
            for pair in combined:
                headers = issuer.headers(*pair, region="41", operator_ref=OPERATOR, sub="both")
                for path in ("/v1/me", "/v1/entries"):  # open to anyone, and to staff
                    answer = await ledger.get(path, headers=headers)
                    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/combined-powers"), pair
                    assert "不得由一人兼任" in answer.json()["detail"]
            for alone in sorted(POWERS):
                headers = issuer.headers(alone, region="41", sub=alone)
                assert (await ledger.get("/v1/me", headers=headers)).status_code == 200, alone
            await app.state.refusals.write(app.state.database)
            pool = await app.state.database.pool()
            rows = await pool.fetch("select * from audit_entry where action = 'access:refused'")
    assert {row["actor"] for row in rows} == {"both"}
    assert sum(orjson.loads(row["details"])["times"] for row in rows) == 2 * len(combined)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrator_covers_no_region(role: Role, issuer: Issuer) -> None:
    """Naive: staff of the whole country, who would read every household's figures where anyone may ask."""
    for region in ("", "41"):
        caller = caller_from(issuer.claims(role, region=region))
        assert not caller.roles & STAFF
        assert not caller.covers("410102")
        assert not caller.covers("")


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.service_name())
def test_no_route_is_for_two_powers_and_none_of_casework_for_an_administrator(service: type[ServiceSettings]) -> None:
    """Accounts are for the security administrator and for nobody else."""
    for route in route_access(described(service)):
        assert len(route.access.roles & POWERS) <= 1, (route.method, route.path)
        if service.service_name() == ACCOUNTS[0] and re.fullmatch(rf"{ACCOUNTS[1]}(/\w+){{0,2}}", route.path):
            assert route.access.roles == {Role.SECURITY_ADMIN}, (route.method, route.path)
        else:
            assert not route.access.roles & ADMINISTRATORS, (route.method, route.path)


def test_an_auditor_reads_and_changes_nothing_of_others() -> None:
    routes = [route for service in SERVICES for route in route_access(described(service))]
    changed = {one.path for one in routes if one.method not in SAFE_METHODS and Role.AUDITOR in one.access.roles}
    assert changed <= OF_THEIR_OWN
