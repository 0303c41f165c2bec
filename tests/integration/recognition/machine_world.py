"""A town for the state machine: one running service, called from a test that is not async, its days passing by hand."""

import asyncio
import datetime as dt
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import uvloop

from services.recognition.settings import RecognitionSettings
from shared import clock
from shared.clock import CHINA
from shared.contracts.payload import Payload
from shared.platform.identity import Role
from tests.fixtures.postgres import empty_tables
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.invariants import assert_invariants
from tests.integration.recognition.recognition_client import (
    RecognitionClient,
    department_of,
    open_client,
    run_published,
)
from tests.integration.recognition.reference_entities import COUNTY, SCOPE
from tests.integration.recognition.register_deliveries import DEBTORS, PENALTIES, deliver
from tests.integration.recognition.season_setup import DAYS

T = TypeVar("T")

POLICY = "tianjin-2024"
PNG = b"\x89PNG\r\n\x1a\n made up"
PEOPLE_KEPT = (
    "application",
    "recognition",
    "notice_item",
    "end_proceeding",
    "applied_objection",
    "late_admission",
    "task",
    "consultation",
    "public_notice",
    "information_report",
    "evaluation",
    "ban",
    "deadline",
    "household",
    "penalty",
    "dishonest_debtor",
)
FINGERPRINT = " UNION ALL ".join(
    [f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t" for name in PEOPLE_KEPT]
    + ["SELECT count(*)::text FROM outbox", "SELECT count(*)::text FROM audit_entry WHERE action <> 'access:refused'"]
)
"""Refused calls are written down a little later, by the service itself."""
TABLES = """
    SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT LIKE 'audit%' AND tablename NOT IN ('alembic_version', 'platform_version', 'policy_version')
"""


class World:
    """`minute` is the instant at which the next thing happens; every call takes a minute."""

    def __init__(self, office: RecognitionClient, runner: asyncio.Runner) -> None:
        self.office, self._runner = office, runner
        self.minute = dt.datetime(2026, 8, 1, 8, tzinfo=CHINA)
        self._headers: dict[tuple[object, ...], dict[str, str]] = {}

    def wait_for(self, doing: Coroutine[Any, Any, T]) -> T:
        """What an asynchronous call comes to; the service stands still in between."""
        return self._runner.run(doing)

    def operator(self, person: int) -> str:
        """The pseudonym of a made-up person."""
        return self.office.resources.intake.bench.pseudonym.of(identity(person))

    def on(self, day: dt.date) -> None:
        """It is the morning of a day, or later on it."""
        self.minute = max(self.minute, dt.datetime.combine(day, dt.time(8), CHINA))

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """The clock stands at the minute."""
        self.minute += dt.timedelta(minutes=1)
        with clock.travel(self.minute):
            yield

    def post(self, path: str, body: Any, role: Role, who: str | int, region: str = COUNTY) -> httpx.Response:
        """Somebody calls."""
        headers = self.headers(role, who, region) | {"If-Match": "*"}
        with self.in_time():
            return self.wait_for(self.office.client.post(f"/v1/{path}", json=body, headers=headers))

    def headers(self, role: Role, who: str | int, region: str) -> dict[str, str]:
        """The token of a person; operators are named by their numbers."""
        if (role, who, region) not in self._headers:
            named = {"sub": f"operator-{who}" if role is Role.OPERATOR else who}
            if role is Role.OPERATOR:
                named["operator_ref"] = self.operator(int(who))
            if role is Role.BUREAU:
                named["department"] = department_of(who)
            self._headers[role, who, region] = self.office.issuer.headers(role, region=region, **named)
        return self._headers[role, who, region]

    def add_document(self, application: str, evidence: str, role: Role, who: str | int) -> str:
        """A picture as a document of an application's; its id."""
        headers = self.headers(role, who, COUNTY) | {"Content-Type": "image/png"}
        path, asked = f"/v1/applications/{application}/documents", {"evidence": evidence, "name": "材料"}
        with self.in_time():
            answer = self.wait_for(self.office.client.post(path, params=asked, content=PNG, headers=headers))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def deliver(self, feed: str, row: str) -> None:
        """A register of one row."""
        head = PENALTIES if feed == "penalty" else DEBTORS
        with self.in_time():
            answer = self.wait_for(deliver(self.office, f"{head}\n{row}\n", feed, region=COUNTY))
        assert answer.status_code in (200, 201), answer.text

    def hear(self, said: Payload) -> None:
        """The bus says something; the second time it changes nothing."""
        with self.in_time():
            self.wait_for(self.office.hear(said))
            before = self.fingerprint()
            self.wait_for(self.office.hear(said))
        assert self.fingerprint() == before, said

    def worker_wakes(self) -> None:
        """Whatever is due; a second round finds nothing."""
        with self.in_time():
            self.wait_for(self.office.fire_deadlines())
            assert self.wait_for(self.office.fire_deadlines()) == 0

    def sql(self, query: str) -> list[Any]:
        """Rows."""
        return self.wait_for(self.office.sql(query))

    def fingerprint(self) -> list[Any]:
        """Of everything that could have been changed."""
        return [row[0] for row in self.sql(FINGERPRINT)]

    def clear(self) -> None:
        """Nothing has happened yet; only the audit and the policies stay. Tokens do not last longer than a life."""
        self._headers.clear()
        self.wait_for(empty_tables(self.office.resources.database, self.sql(TABLES)[0][0]))

    def assert_sound(self) -> None:
        """What is true of every recognition database."""
        self.wait_for(assert_invariants(self.office, POLICY))

    def open_season(self, year: int, base: int) -> dict[str, Any]:
        """Quota, criteria and a season of the year, opened."""
        self.hear(run_published({COUNTY: {"growth": base}}, year))
        rules = {"year": year, "policy": POLICY}
        self.done("quotas", rules | {"scope": SCOPE}, Role.OFFICER, "chen", SCOPE)
        drafted = self.done("criteria", rules | {"region": SCOPE, "document": "分类标准"}, Role.OFFICER, "chen", SCOPE)
        self.done(f"criteria/{drafted['id']}/publication", None, Role.APPROVER, "zhao", SCOPE)
        days = {"applications_until": f"{year}-09-30", **DAYS}
        season = self.done("seasons", rules | days | {"county": COUNTY}, Role.OFFICER, "chen")
        return self.done(f"seasons/{season['id']}/opening", None, Role.OFFICER, "chen")

    def done(self, path: str, body: Any, role: Role, who: str | int, region: str = COUNTY) -> dict[str, Any]:
        """A call that must go well."""
        answer = self.post(path, body, role, who, region)
        assert answer.status_code in (200, 201), f"{path} by {who} on {self.minute.date()}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found


def identity(person: int) -> str:
    """A made-up identity number of a made-up place, with its check character."""
    first = f"99999919900101{person:03d}"
    rest = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(first)) % 11
    return first + "10X98765432"[rest]


@contextmanager
def open_world(settings: RecognitionSettings, issuer: Issuer) -> Iterator[World]:
    """The service, on the loop that it has in production."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        service = open_client(settings, issuer)
        office = runner.run(service.__aenter__())
        try:
            yield World(office, runner)
        finally:
            runner.run(service.__aexit__(None, None, None))
