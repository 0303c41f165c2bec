"""Generated requests meet no server error."""

from shared.platform.identity import Role
from tests.fixtures.http_fuzz import exercise
from tests.integration.notification.notification_client import COUNTY, NotificationClient


async def test_generated_requests_meet_no_server_error(office: NotificationClient) -> None:
    callers = {str(role): office.as_(role, COUNTY) for role in (Role.OPERATOR, Role.OFFICER, Role.APPROVER)}
    for statuses in (await exercise(office.app, office.client, callers, examples=3)).values():
        assert sum(statuses.values()) > 0
