"""Generated requests, and invariant S1: nobody reads or changes anything beyond their own region, role, department."""

from shared.platform.identity import Role
from tests.fixtures.http_fuzz import exercise
from tests.integration.objection.objection_client import (
    COUNTY,
    ObjectionClient,
    household_typed,
    run_published,
)


async def test_generated_requests_meet_no_server_error(office: ObjectionClient) -> None:
    await office.hear(run_published(), household_typed(1))
    callers = {str(role): office.as_(role, COUNTY) for role in (Role.OPERATOR, Role.OFFICER, Role.APPROVER)}
    for statuses in (await exercise(office.app, office.client, callers, examples=3)).values():
        assert sum(statuses.values()) > 0
