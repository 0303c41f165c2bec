"""Fixtures for all tests.

They live in modules under tests/fixtures, one per topic, and are loaded here as plugins. With
`--import-mode=importlib` and `pythonpath = ["."]` these modules are imported by their full names
(`tests.fixtures.postgres`) from the root, without any `__init__.py`; a test imports its helpers the same way.
"""

import gc
import logging
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from multiprocessing import forkserver

import pytest
import structlog
from hypothesis import HealthCheck, settings

from shared import clock

FIXTURE_MODULES = [
    "tests.fixtures.postgres",
    "tests.fixtures.service_client",
    "tests.fixtures.kafka",
    "tests.fixtures.chromium",
    "tests.fixtures.left_out",
    "tests.fixtures.xdist_groups",
    "tests.fixtures.budget",
]

# Where writing bytecode is forbidden, as in many containers, every process that a test starts compiles the services
# anew, and every worker rewrites the tests: a second of processor time for each of a hundred processes.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)  # the default shows every local variable of a traceback, which takes seconds

settings.register_profile("minglu", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("minglu")  # a busy machine is no reason to fail

pytest_plugins = [name for name in FIXTURE_MODULES if find_spec(name) is not None]


def pytest_collection_finish() -> None:
    """What is loaded now stays: the collector took a fifth of the time walking it, again and again. A fork server that
    some test will ask loads meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    if "tests.fixtures.fork_server" in sys.modules:
        forkserver.ensure_running()


LOGS = structlog.get_config()


@pytest.fixture(autouse=True)
def _put_the_logs_right() -> Iterator[None]:
    """A command that a test runs in this process configures logs: for the next test that would be a closed file."""
    yield
    if structlog.get_config() != LOGS:
        structlog.configure(**LOGS)
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one.formatter, structlog.stdlib.ProcessorFormatter)]


@pytest.fixture(autouse=True)
def _put_the_clock_right() -> Iterator[None]:
    """People who travel at the same moment return in any order: what they leave is no day for the next test."""
    yield
    clock.shift(0)
