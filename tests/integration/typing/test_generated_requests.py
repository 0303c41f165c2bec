"""Requests invented from the service's own description, good and bad, in every role: never a server error."""

import pytest
from fastapi import FastAPI

from services.typing.app import typing_app
from shared.service.identity import Role
from tests.fixtures.http_fuzz import exercise
from tests.fixtures.service import Issuer, running
from tests.integration.typing.city import City, at


@at("published")
@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER, Role.BUREAU])
async def test_generated_requests_meet_no_server_error(city: City, issuer: Issuer, role: Role) -> None:
    app: FastAPI = typing_app(city.settings)
    async with running(app) as client:
        statuses = await exercise(app, client, issuer.headers(role, region="4101"), examples=6)
    assert sum(statuses.values()) > 100
    assert statuses[200] > 0
