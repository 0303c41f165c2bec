"""What a test does to the logs ends with it."""

import logging

import structlog

from shared.platform.telemetry import configure_logs


def test_a_command_run_by_a_test_configures_logs() -> None:
    configure_logs("info", service="left-behind")
    assert any(isinstance(one.formatter, structlog.stdlib.ProcessorFormatter) for one in logging.getLogger().handlers)


def test_and_the_next_test_finds_them_as_they_were() -> None:
    assert not isinstance(structlog.get_config()["logger_factory"], structlog.stdlib.LoggerFactory)
    assert isinstance(structlog.get_config()["processors"][-1], structlog.dev.ConsoleRenderer)
    assert not any(
        isinstance(one.formatter, structlog.stdlib.ProcessorFormatter) for one in logging.getLogger().handlers
    )
