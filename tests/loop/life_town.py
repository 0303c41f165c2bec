"""An objection service for the state machine: called from a test that is not async, its days passing by hand."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import uvloop

from services.objection.settings import ObjectionSettings
from shared import clock
from shared.clock import CHINA
from shared.contracts.payload import Payload
from tests.fixtures.postgres import empty_tables
from tests.fixtures.service_client import Issuer
from tests.integration.objection.objection_client import ObjectionClient, open_client
from tests.loop.world import Person

T = TypeVar("T")

KEPT = ("objection", "objector", "objection_document", "verification", "decision", "correction_item", "deadline")
"""Tables whose rows are compared; of the audit and the outbox it is enough how many there are. Refused calls are
written into the audit a little later, by the service itself.
"""
FINGERPRINT = " union all ".join(
    [f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {name} t" for name in KEPT]
    + ["select count(*)::text from outbox", "select count(*)::text from audit_entry where action <> 'access:refused'"]
)
TABLES = """
    select string_agg(quote_ident(tablename), ', ') as names from pg_tables where schemaname = 'public'
    and tablename not like 'audit%' and tablename not in ('alembic_version', 'platform_version', 'policy_version')
"""
FIRST_MORNING = dt.datetime(2026, 7, 7, 8, tzinfo=CHINA)


class Town:
    """`minute` is the instant at which the next thing happens; every call takes a minute."""

    def __init__(self, office: ObjectionClient, runner: asyncio.Runner) -> None:
        self.office, self._runner, self.minute = office, runner, FIRST_MORNING
        self._headers: dict[Person, dict[str, str]] = {}
        self._posts = 0

    def wait_for(self, doing: Coroutine[Any, Any, T]) -> T:
        """What an asynchronous call comes to; the service stands still in between."""
        return self._runner.run(doing)

    def on(self, day: dt.date) -> None:
        """It is the morning of a day, or later on it."""
        self.minute = max(self.minute, dt.datetime.combine(day, dt.time(8), CHINA))

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """The clock stands at the minute."""
        self.minute += dt.timedelta(minutes=1)
        with clock.travel(self.minute):
            yield

    def call(self, method: str, path: str, person: Person, body: Any = None, key: str = "") -> httpx.Response:
        """Somebody calls, on the version as it is."""
        if person not in self._headers:
            self._headers[person] = self.office.issuer.headers(person.role, region=person.region, **person.claims())
        headers = self._headers[person] | ({"If-Match": "*"} if method == "POST" else {})
        headers |= {"Idempotency-Key": key} if key else {}
        content: Mapping[str, Any] = {} if body is None else {"json": body}
        with self.in_time():
            return self.wait_for(self.office.client.request(method, f"/v1/{path}", headers=headers, **content))

    def twice(self, path: str, person: Person, body: Any = None) -> httpx.Response:
        """A post; each third one is sent again under its key, which changes nothing and is answered the same (I1)."""
        key = str(uuid.uuid4())
        first = self.call("POST", path, person, body, key)
        self._posts += 1
        if self._posts % 3:
            return first
        before = self.fingerprint()
        again = self.call("POST", path, person, body, key)
        assert (again.status_code, again.content) == (first.status_code, first.content), f"the law: {path}"
        assert self.fingerprint() == before, f"{path} sent again changed something, which the law forbids"
        return first

    def hear(self, *said: Payload, actor: str | None = None) -> None:
        """The bus says something; the second time it changes nothing."""
        with self.in_time():
            self.wait_for(self.office.hear(*said, actor=actor))
            before = self.fingerprint()
            self.wait_for(self.office.hear(*said, actor=actor))
        assert self.fingerprint() == before, said

    def worker_wakes(self) -> None:
        """Whatever is due; a second round finds nothing."""
        with self.in_time():
            self.wait_for(self.office.fire_deadlines())
            assert self.wait_for(self.office.fire_deadlines()) == 0

    def sql(self, query: str, *values: object) -> list[Any]:
        """Rows."""
        return self.wait_for(self.office.sql(query, *values))

    def fingerprint(self) -> list[Any]:
        """Of everything that could have been changed."""
        return [row[0] for row in self.sql(FINGERPRINT)]

    def clear(self) -> None:
        """Nothing has happened yet; only the audit and the policies stay. Tokens do not last longer than a life."""
        self._headers.clear()
        self.minute = FIRST_MORNING
        self.wait_for(empty_tables(self.office.resources.database, self.sql(TABLES)[0]["names"]))


@contextmanager
def open_town(settings: ObjectionSettings, issuer: Issuer) -> Iterator[Town]:
    """The service, on the loop that it has in production."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        service = open_client(settings, issuer)
        office = runner.run(service.__aenter__())
        try:
            yield Town(office, runner)
        finally:
            runner.run(service.__aexit__(None, None, None))
