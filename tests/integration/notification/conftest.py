"""A notification service on a database of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.notification.rules import service as rule_service
from services.notification.rules.shipped import shipped_rules
from services.notification.subscriptions import targets
from services.notification.subscriptions.calls import Calls
from tests.fixtures.service_client import Issuer
from tests.integration.notification.notification_client import NotificationClient, open_client, settings_for
from tests.integration.notification.webhook_receiver import ALLOWED, Hooks, on_this_machine

EXAMPLE_RULES = Path(__file__).parent / "example_rules"


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.notification"


@pytest.fixture
async def office(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[NotificationClient]:
    """The service, running, without any data."""
    async with open_client(settings_for(database_url, tmp_path / "notification", issuer), issuer) as office:
        yield office


@pytest.fixture
async def hooks(
    database_url: str, tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hooks]:
    """The service with leave to send webhooks to this machine."""
    monkeypatch.setattr(targets, "resolve", on_this_machine)
    settings = settings_for(database_url, tmp_path / "notification", issuer, **ALLOWED)
    async with open_client(settings, issuer) as office, Calls(settings, on_this_machine) as calls:
        yield Hooks(office, calls)


@pytest.fixture
def example_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service ships these few rules: tests of the machinery do not depend on what is really told."""
    monkeypatch.setattr(rule_service, "shipped_rules", lambda: shipped_rules(EXAMPLE_RULES))
