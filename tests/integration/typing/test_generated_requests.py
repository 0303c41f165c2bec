"""Requests invented from the service's own description, good and bad, in every role: never a server error."""

from shared.platform.identity import Role
from tests.fixtures.http_fuzz import exercise
from tests.integration.typing.staged_city import StagedCity, at_stage


@at_stage("published")
async def test_generated_requests_meet_no_server_error(city: StagedCity) -> None:
    office = city.office
    callers = {str(role): office.as_(role) for role in (Role.OFFICER, Role.APPROVER, Role.BUREAU)}
    for statuses in (await exercise(office.app, office.client, callers)).values():
        assert sum(statuses.values()) > 100
        assert statuses[200] > 0
