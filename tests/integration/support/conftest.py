"""A support service on a database of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.support.catalogue import register
from services.support.entitlements import service as entitlement_service
from shared.bounded_cache import BoundedCache
from tests.fixtures.service_client import Issuer
from tests.integration.support.support_client import SupportClient, open_client, settings_for


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.support"


@pytest.fixture(autouse=True)
def register_of_this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process knows one database's register by its digest; here it has many, in which the same numbers count."""
    monkeypatch.setattr(register, "_read", BoundedCache(8))
    monkeypatch.setattr(entitlement_service, "_compiled", BoundedCache(4))


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[SupportClient]:
    """The service, running, without any data."""
    async with open_client(settings_for(database_url, tmp_path / "support", issuer), issuer) as office:
        yield office
