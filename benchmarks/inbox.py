"""Pages of inboxes among a tenth of the notifications and among all: what a page costs must not grow with them.

Of all notifications a tenth is in one bureau's mailbox and a tenth with one officer who reads both; the mailbox is
nearly all read and rarely has notifications of one category. The others belong to operators. One uvicorn process on a
PostgreSQL of production settings. Beside the times, what PostgreSQL does for
the first page: its blocks show the growth, whatever else the machine does.
"""

import asyncio
import datetime as dt
import secrets
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

from benchmarks.harness import Measurement, Size
from benchmarks.lookup import served
from benchmarks.prepared_data import postgres
from benchmarks.worklist import MeasuredList, walked
from services.notification.inbox.repository import COUNTED, UNREAD_COUNTS, page_statement
from shared import clock
from shared.database.connections import Database
from shared.platform.identity import Role
from tests.fixtures.service_client import ISSUER, Issuer

GOAL = 20.0
PAGES, ROWS = 100, 50
"""Pages of each of four readers: of fewer the 99th of 100 would be the slowest one."""
COUNTY, OFFICER = "410105", "reader"
MAILBOX = f"mailbox:market:{COUNTY}"
OPERATOR = f"v1:{'7' * 32}"
INBOXES = {
    Role.OFFICER: [f"person:{OFFICER}", MAILBOX],
    Role.OPERATOR: [f"operator:{OPERATOR}", *(f"household:92410105MB0000000{n}" for n in (1, 2, 3))],
}
FILL = f"""
    insert into notification (id, cause, rule, category, template, recipient, uscc, region, title, body, link,
        occurred_at, told_at, read_at, archived)
    select gen_random_uuid(), n::text, 'typed', case when n % 1000 = 0 then 'season' else 'typing' end, 'typed@1',
        case n % 10
            when 0 then '{MAILBOX}' when 1 then 'person:{OFFICER}'
            else case when n % 5000 = 2 then 'operator:{OPERATOR}' when n % 5000 = 3 then 'household:92410105MB00000001'
            else 'operator:v1:' || md5((n % 200000)::text) end
        end,
        '92410105MA' || lpad((n % 200000)::text, 8, '0'), '{COUNTY}', '您的个体工商户分型结果：成长型',
        repeat('您的个体工商户的分型结果是成长型，理由和异议途径请看分型说明。', 4), '/households/mine', at, at,
        case when n % 10 = 0 and n % 20000 <> 0 or n % 3 = 0 then at end, n % 50 = 1
    from generate_series(cast(:first as int), cast(:last as int)) n,
        lateral (select now() - (cast(:total as int) - n) * interval '3 seconds') t(at)
"""
HOUSEHOLDS = f"""
    insert into household (uscc, name, region, operator_ref, status, typed_revision, changed_revision)
    select '92410105MB0000000' || n, '测试商户' || n, '{COUNTY}', '{OPERATOR}', 'registered', 1, 1
    from generate_series(1, 3) n
"""


@dataclass(frozen=True)
class Listed:
    """A list as somebody reads it, and the filters of its statement."""

    listing: MeasuredList
    filters: Mapping[str, Any] = field(default_factory=dict)


def listed(name: str, role: Role = Role.OFFICER, path: str = "/v1/inbox", **asked: object) -> Listed:
    """An inbox, narrowed."""
    params = {key: "true" if said is True else str(said) for key, said in asked.items()}
    return Listed(MeasuredList(name, path, params, role, COUNTY, PAGES, ROWS), asked)


def lists() -> list[Listed]:
    """What is measured; `since` is of the day."""
    a_day_ago = clock.now() - dt.timedelta(days=1)
    return [
        listed("an officer's two inboxes"),
        listed("what is unread", unread=True),
        listed("a category that is rare", category="season"),
        listed("since yesterday", since=a_day_ago),
        listed("what is archived", archived=True),
        listed("an operator with three households", Role.OPERATOR),
        listed("how much is unread", path="/v1/inbox/unread"),
        listed("what a household was told", path="/v1/notifications", uscc="92410105MA00000002"),
    ]


def measure(size: Size) -> list[Measurement]:
    """Milliseconds that 99 of 100 pages stay below, at a tenth of the rows and at all."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "notification") as url:
        folder, filled = Path(name), 0
        issuer = Issuer(folder)
        measurements: list[Measurement] = []
        for many in (size.households // 10, size.households):
            asyncio.run(fill(url, filled + 1, many, size.households))
            filled = many
            with served("services.notification.service:SERVICE.asgi", environment(url, folder, issuer)) as port:
                measurements += [measured(url, port, issuer, one, many, size.rounds) for one in lists()]
        return measurements


async def fill(url: str, first: int, last: int, total: int) -> None:
    """Notifications up to that number, and the operator's households."""
    database = Database(url)
    async with database.transaction() as session:
        await session.execute(text(FILL), {"first": first, "last": last, "total": total})
        if first == 1:
            await session.execute(text(HOUSEHOLDS))
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("vacuum analyze"))
    await database.close()


def measured(url: str, port: int, issuer: Issuer, one: Listed, many: int, rounds: int) -> Measurement:
    """One list, page after page."""
    role = one.listing.role
    who = {"operator_ref": OPERATOR} if role is Role.OPERATOR else {"region": COUNTY}
    headers = issuer.headers(role, **who, sub=OFFICER)
    times = [asyncio.run(walked(port, headers, one.listing)) for _ in range(rounds)]
    milliseconds, blocks = asyncio.run(planned(url, one))
    median = statistics.median(statistics.median(each) for each in times)
    of_server = f"of which PostgreSQL {milliseconds:.1f} ms for {blocks} blocks"
    p99 = [statistics.quantiles(each, n=100)[98] for each in times]
    claim = f"{one.listing.name}: {GOAL:g} ms at p99, {many:,} notifications; median {median:.1f} ms, {of_server}"
    return Measurement(claim, p99, [GOAL] * len(p99), 1.0, unit="ms", notes=[f"{ROWS} rows a page"])


async def planned(url: str, one: Listed) -> tuple[float, int]:
    """Milliseconds and blocks that PostgreSQL takes for the first page, one row more than it shows."""
    values: dict[str, Any] = {"recipients": INBOXES[one.listing.role], "wanted": ROWS + 1}
    values |= {name: value for name, value in one.filters.items() if value is not True}
    statement = page_statement(tuple(sorted(one.filters)), False)
    if one.listing.path.endswith("unread"):
        statement, values = UNREAD_COUNTS, {"recipients": values["recipients"], "counted": COUNTED}
    explain = text(f"explain (analyze, buffers, format json) {statement.text}").columns(plan=JSONB)
    database = Database(url)
    async with database.session() as session:
        [[found]] = (await session.execute(explain, values)).all()
    await database.close()
    root = found[0]["Plan"]
    return float(found[0]["Execution Time"]), int(root["Shared Hit Blocks"] + root["Shared Read Blocks"])


def environment(url: str, folder: Path, issuer: Issuer) -> dict[str, str]:
    """The environment that the service needs to start."""
    settings = {
        "DATABASE_URL": url,
        "BUS_URL": url,
        "ISSUER": ISSUER,
        "JWKS": str(issuer.jwks),
        "DATA_DIR": str(folder),
        "VAULT_KEYS": f"k1:{secrets.token_hex(32)}",
        "LOG_LEVEL": "warning",
    }
    return {f"MINGLU_NOTIFICATION_{name}": value for name, value in settings.items()}
