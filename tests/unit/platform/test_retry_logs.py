"""A call that is tried again is logged without what its error quotes."""

import logging
from collections.abc import Iterator

import httpx
import pytest
import stamina
import structlog
from stamina.instrumentation import set_on_retry_hooks

from shared.platform.telemetry import configure_logs

SECRET = "TOPSECRET"


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    """Logs as every service configures them; as before afterwards."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logs("info", service="ledger")
    yield
    structlog.configure(**before)
    root.handlers = handlers
    root.setLevel(level)


async def call_with_a_header_that_http_cannot_carry() -> None:
    """As httpx refuses a secret with a line break at its end."""
    async for attempt in stamina.retry_context(on=httpx.TransportError, attempts=2, wait_initial=0, wait_jitter=0):
        with attempt:
            raise httpx.LocalProtocolError(f"Illegal header value b'Bearer {SECRET}\\n'")


async def test_a_call_that_is_tried_again_shows_no_secret_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(httpx.LocalProtocolError):
        await call_with_a_header_that_http_cannot_carry()
    said = caplog.text
    assert "LocalProtocolError" in said
    assert SECRET not in said


async def test_the_librarys_own_line_would_be_noticed(caplog: pytest.LogCaptureFixture) -> None:
    set_on_retry_hooks(None)
    with pytest.raises(httpx.LocalProtocolError):
        await call_with_a_header_that_http_cannot_carry()
    assert SECRET in caplog.text
