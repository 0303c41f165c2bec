"""What operators see of a service: metrics that are read from its database, readiness, and lines in JSON."""

import json
import logging
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from shared.database.connections import Database
from shared.messaging.embedded_log import EmbeddedLog
from shared.platform.measuring import Measuring
from shared.platform.telemetry import configure_logs
from shared.platform.tokens import TokenVerifier

WAITING = """
    INSERT INTO outbox (event_id, topic, key, value, written_at)
        VALUES ('e', 't', 'k', '', now() - interval '1 hour');
    INSERT INTO dead_letter (consumer, topic, key, event_id, value, kind, cause)
        VALUES ('measured', 't', 'k', 'e', '', 'unreadable', '');
    INSERT INTO deadline (kind, subject, due_at, try_at) VALUES ('late', 's', now() - interval '2 days', now());
"""
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/none"


def value(name: str, **labels: str) -> float:
    """What a metric says."""
    found = REGISTRY.get_sample_value(name, labels)
    assert found is not None, name
    return found


async def test_what_waits_is_measured_also_while_the_bus_is_down(database_url: str) -> None:
    database, bus = Database(database_url), EmbeddedLog(NOWHERE)
    measuring = Measuring(database, "measured", bus)
    try:
        async with database.transaction() as session:
            for statement in WAITING.split(";")[:3]:
                await session.execute(text(statement))
        await measuring.measure()
        assert (value("minglu_database_up", service="measured"), value("minglu_bus_up", service="measured")) == (1, 0)
        assert value("minglu_outbox_unsent_events") == 1
        assert value("minglu_outbox_oldest_seconds") > 3599
        assert value("minglu_dead_letters_open", consumer="measured", kind="unreadable") == 1
        assert value("minglu_deadlines_overdue") == 1
        assert value("minglu_deadline_late_seconds") > 100_000
        async with database.transaction() as session:
            await session.execute(text("UPDATE dead_letter SET settled_at = now()"))
        await measuring.measure()
        assert value("minglu_dead_letters_open", consumer="measured", kind="unreadable") == 0
    finally:
        await bus.close()
        await database.close()


async def test_a_database_that_is_down_is_measured_and_ends_nothing() -> None:
    database = Database(NOWHERE.replace("postgresql", "postgresql+asyncpg"))
    await Measuring(database, "lost").measure()
    await database.close()
    assert value("minglu_database_up", service="lost") == 0


async def test_keys_that_cannot_be_read_are_no_keys(tmp_path: Path, ledger: httpx.AsyncClient) -> None:
    assert not await TokenVerifier(str(tmp_path / "none.json"), "issuer", "minglu").has_keys(2)
    assert (await ledger.get("/readyz")).json() == {"status": "ready"}


def test_lines_of_the_server_are_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
    configure_logs(service="measured")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert json.loads(capsys.readouterr().out)["event"] == "Started server process"
