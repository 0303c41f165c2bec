"""Deciding: `POST /v1/recognitions/bulk` of the recognition service, against a goal of 300 a second and by hand.

Each decision looks at steps, makers, register, penalties, bans, debtors and places under locks, writes recognition,
task, application, two deadlines, the report due, event and audit entry. By hand: the same rows written by five plain
statements that look at nothing, in the same transactions.
"""

import asyncio
import logging
import secrets
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import structlog

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import postgres
from shared import clock
from shared.database.connections import Database
from shared.platform.identity import Role
from tests.fixtures.season_county import COUNTY, DECIDES, VERSION, fill, open_county
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.recognition_client import RecognitionClient, open_client, settings_for

GOAL = 300.0
DECISIONS, AT_ONCE = 1000, 100
BY_HAND = [
    """
    insert into recognition (id, application_id, policy_hash, county, year, uscc, name, operator_ref, category, path,
        type_then, state, granted_on, valid_until, benefits_from, certificate, person_conflict, reviewed_by,
        decided_by, concerns, version)
    select $2, id, (select policy_hash from season), county, 2026, uscc, name, operator_ref, category, path,
        'growth', 'valid', $3::date, $3::date + 1095, $3::date + 37, $4, false, reviewed_by,
        'checker', '[]', 1
    from application where id = $1
    """,
    "update application set state = 'recognised', version = version + 1 where id = $1",
    """
    update task set outcome = 'passed', done_by = 'checker', done_at = now()
    where application_id = $1 and outcome is null
    """,
    """
    insert into deadline (kind, subject, due_at, try_at)
    values ('recognition-expires', $1, now(), now()), ('report-due', $1, now(), now())
    """,
    "insert into outbox (event_id, topic, key, value) values ($1, 'recognition.events', $2, $3)",
]


def measure(size: Size) -> list[Measurement]:
    """Decisions a second: against the goal, and against what is written by hand."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # no line a request
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "recognition") as url:
        ours, plain = asyncio.run(both(url, Path(name), size.rounds))
    claim = f"decisions/s over HTTP, {AT_ONCE} a call, {DECISIONS:,} a round"
    return [
        Measurement(f"{GOAL:g} {claim}", ours, [GOAL] * len(ours), 1.0, at_least=True, unit="decisions/s"),
        Measurement(
            "the same rows by five plain statements that look at nothing",
            ours,
            plain,
            0.3,
            at_least=True,
            unit="decisions/s",
        ),
    ]


async def both(url: str, folder: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Rates in turn, each over applications of its own."""
    issuer = Issuer(folder)
    ours, plain = [], []
    async with open_client(settings_for(url, folder, issuer), issuer) as office:
        database = office.resources.database
        season = await open_county(database, places=2 * rounds * DECISIONS)
        for first in range(0, 2 * rounds * DECISIONS, 2 * DECISIONS):
            middle = first + DECISIONS
            mine = await fill(database, season, range(first, middle), "decision")
            ours.append(DECISIONS / await decide(office, mine))
            theirs = await fill(database, season, range(middle, middle + DECISIONS), "decision")
            plain.append(DECISIONS / await by_hand(database, theirs))
    return ours, plain


async def decide(office: RecognitionClient, applications: Sequence[uuid.UUID]) -> float:
    """Seconds until the service has recognised them all."""
    headers = office.as_(Role.APPROVER, COUNTY, subject="checker")
    began = time.perf_counter()
    with clock.travel(DECIDES):
        for start in range(0, len(applications), AT_ONCE):
            batch = applications[start : start + AT_ONCE]
            decisions = [{"application": str(application), "etag": VERSION} for application in batch]
            answer = await office.client.post("/v1/recognitions/bulk", json=decisions, headers=headers)
            if {outcome["status"] for outcome in answer.json()} != {200}:
                raise RuntimeError(answer.text)
    return time.perf_counter() - began


async def by_hand(database: Database, applications: Sequence[uuid.UUID]) -> float:
    """Seconds until the plain statements have written the same rows."""
    connection = await asyncpg.connect(**database.connect_options())
    value = secrets.token_bytes(900)
    began = time.perf_counter()
    for start in range(0, len(applications), AT_ONCE):
        async with connection.transaction():
            for application in applications[start : start + AT_ONCE]:
                recognition, task, done, due, event = BY_HAND
                await connection.execute(recognition, application, uuid.uuid4(), DECIDES, secrets.token_hex(10))
                await connection.execute(task, application)
                await connection.execute(done, application)
                await connection.execute(due, str(application))
                await connection.execute(event, str(uuid.uuid4()), str(application), value)
    taken = time.perf_counter() - began
    await connection.close()
    return taken
