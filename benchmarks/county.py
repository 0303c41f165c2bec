"""A county in the middle of its season: everything decided as the service decides it, the applications by COPY.

Quota, criteria and season are made by the service's own functions; households, applications and the tasks of the
steps behind them are written as they would stand after the steps, since the benchmarks measure what comes next.
"""

import datetime as dt
import uuid
from collections.abc import Iterator

import asyncpg

from services.recognition.models import Season
from services.recognition.repository import households
from services.recognition.service.criteria import draft_criteria, publish_criteria
from services.recognition.service.policies import RulesOrder
from services.recognition.service.preparing import SeasonOrder, prepare_season
from services.recognition.service.quotas import QuotaOrder, set_quota
from services.recognition.service.seasons import open_season
from shared.service import clock
from shared.service.database import Database
from shared.service.identity import Caller, Role

COUNTY, CITY, YEAR = "410105", "4101", 2026
OPENS, DECIDES = dt.date(YEAR, 8, 11), dt.date(YEAR, 11, 25)
POLICY = RulesOrder("zhengzhou-2025")
MAKER = Caller("maker", frozenset({Role.OFFICER}), COUNTY)
CHECKER = Caller("checker", frozenset({Role.APPROVER}), COUNTY)
VERSION = '"12"'
"""The ETag of an application that `fill` wrote."""
BEHIND = ("review", "selection", "site-visit", "consultation", "public-notice")
"""The steps that an application at its decision has passed."""


async def open_county(database: Database, places: int) -> Season:
    """The county's open season with so many places."""
    async with database.transaction() as session:
        counts = {COUNTY: {"growth": places * 20}}
        await households.keep_counts(session, YEAR, uuid.uuid4(), counts, dt.datetime(YEAR, 7, 20, tzinfo=dt.UTC))
        await set_quota(session, QuotaOrder(CITY, YEAR, POLICY), MAKER)
        criteria = await draft_criteria(
            session, COUNTY, YEAR, POLICY.policy, "分类标准", None, ["earlier-submission", "draw"], MAKER
        )
        await publish_criteria(session, criteria, CHECKER)
        order = SeasonOrder(COUNTY, YEAR, POLICY, dt.date(YEAR, 9, 30), 10, 5, 5)
        season = await prepare_season(session, order, MAKER)
        with clock.travel(OPENS):
            return await open_season(session, season, MAKER)


async def fill(database: Database, season: Season, numbers: range, step: str) -> list[uuid.UUID]:
    """Households whose applications are all at a step, with the tasks of what is behind them; the applications."""
    ids = {number: uuid.UUID(int=number, version=4) for number in numbers}
    connection = await asyncpg.connect(**database.connect_options())
    for table, columns, rows in (
        ("household", ("uscc", "name", "region", "operator_ref", "status", "type", "typed_revision",
                       "changed_revision"),
         ((code(n), f"测试商户{n}号", COUNTY, f"v1:{n:032x}", "registered", "growth", 1, 0) for n in numbers)),
        ("application", ("id", "season_id", "county", "path", "uscc", "name", "operator_ref", "state", "step",
                         "category", "category_reason", "claims", "judged", "returned", "unplaced", "score", "rank",
                         "created_by", "submitted_at", "reviewed_by", "version"),
         ((ids[n], season.id, COUNTY, "application", code(n), f"测试商户{n}号", f"v1:{n:032x}", "in-progress", step,
           "distinctive", "祖传手艺", '{"criteria": ["distinctive.3"], "kinds": []}', "{}", False, False, 1,
           n, f"operator-{n}", dt.datetime(YEAR, 9, 1, tzinfo=dt.UTC), "reviewer", 12) for n in numbers)),
        ("task", ("id", "application_id", "county", "step", "due_on", "record", "outcome", "done_by", "done_at"),
         tasks_of(ids, step)),
    ):  # fmt: skip
        await connection.copy_records_to_table(table, columns=columns, records=rows)
    await connection.execute("vacuum analyze")
    await connection.close()
    return list(ids.values())


def tasks_of(ids: dict[int, uuid.UUID], step: str) -> Iterator[tuple[object, ...]]:
    """The tasks behind and the open one, due on sixty days."""
    behind = BEHIND[: BEHIND.index(step)] if step in BEHIND else BEHIND
    done = dt.datetime(YEAR, 11, 1, tzinfo=dt.UTC)
    for number, application in ids.items():
        for past in behind:
            yield (uuid.uuid4(), application, COUNTY, past, done.date(), "{}", "passed", "reviewer", done)
        due = dt.date(YEAR, 10, 1) + dt.timedelta(days=number % 60)
        yield (uuid.uuid4(), application, COUNTY, step, due, "{}", None, None, None)


def code(number: int) -> str:
    """A made-up code."""
    return f"92{COUNTY}MA{number:08d}"
