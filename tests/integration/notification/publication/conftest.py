"""The publisher, on a database of the test's own."""

import pytest

from tests.integration.notification.notification_client import NotificationClient
from tests.integration.notification.publication.published import Publisher


@pytest.fixture
def publisher(office: NotificationClient) -> Publisher:
    return Publisher(office)
