"""Other systems call the typing service on a database of the test's own."""

import pytest


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.typing"
