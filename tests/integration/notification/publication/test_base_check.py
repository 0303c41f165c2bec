"""The check against the national base of legal persons: what differs is listed by kind and county; nothing changes."""

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from services.notification.publication.base_check.checker import BaseChecker, CheckPace
from services.notification.publication.peers.legal_person_base import EntityPage, LegalPersonBase, legal_person_base_of
from services.notification.publication.peers.peer import PeerUnavailableError
from shared import clock
from shared.platform.identity import Role
from tests.faults import base_check_process
from tests.fixtures.forked import killed_at
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.fixtures.service_client import Issuer
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    open_client,
    settings_for,
    uscc,
)
from tests.integration.notification.publication.published import Publisher, changed

THERE = "410106"
CHECKS = "/v1/publications/base-checks"
PACE = CheckPace(at=None, days=frozenset({1}), patience=dt.timedelta(hours=1), pause=dt.timedelta(0))


def entity(number: int, name: str = "", state: str = "1", county: str = COUNTY) -> dict[str, str]:
    """A household as the base writes it."""
    return {"tyshxydm": uscc(number), "mc": name or f"测试商户{number}号", "djzt": state, "xzqh": county}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningSystems]:
    async with running_systems(tmp_path) as running:
        yield running


@pytest.fixture
async def bureau(
    running: RunningSystems, database_url: str, tmp_path: Path, issuer: Issuer
) -> AsyncIterator[NotificationClient]:
    """A service that is connected to the base, whose pages have two households, and that knows eight."""
    address = running.url("legal-person-base", page="2")
    settings = settings_for(database_url, tmp_path / "notification", issuer, legal_person_base=address)
    async with open_client(settings, issuer) as office:
        publisher = Publisher(office)
        await publisher.hear(*(changed(1, number) for number in range(1, 9)))
        await publisher.hear(changed(2, 7, status="cancelled"), changed(2, 8, region=THERE))
        yield office


@pytest.fixture
async def base(bureau: NotificationClient) -> AsyncIterator[LegalPersonBase]:
    base = legal_person_base_of(bureau.resources.settings)
    assert base is not None
    yield base
    await base.close()


def register(running: RunningSystems) -> list[tuple[str, str, str]]:
    """What the base has; what differs: code, kind, county."""
    running.systems.store.register(
        [
            *(entity(1), entity(2, "测试 商户２号"), entity(3, "别的名称"), entity(4, state="2")),
            *(entity(6, county=THERE), entity(7, state="5"), entity(8, county=THERE)),
            *(entity(20), entity(21, state="2")),
        ]
    )
    return [
        (uscc(3), "name", COUNTY),
        (uscc(4), "status", COUNTY),
        (uscc(5), "unknown-there", COUNTY),
        (uscc(6), "region", COUNTY),
        (uscc(20), "unknown-here", COUNTY),
    ]


async def order(bureau: NotificationClient, region: str = "4101") -> dict[str, Any]:
    """An officer orders a check."""
    made = await bureau.post(CHECKS, {}, Role.OFFICER, region)
    assert made.status_code == 202, made.text
    check: dict[str, Any] = made.json()
    return check


async def finish(bureau: NotificationClient, base: Any) -> None:
    """The worker makes what is ordered."""
    checker = BaseChecker(bureau.resources.database, base, PACE)
    while await checker.step():
        pass


async def found(bureau: NotificationClient) -> list[tuple[str, str, str]]:
    """What differs: code, kind, county."""
    rows = await bureau.sql("select uscc, difference, region from publication_base_difference order by uscc")
    return [(row["uscc"], row["difference"], row["region"]) for row in rows]


async def test_what_differs_is_listed_by_kind(
    bureau: NotificationClient, base: LegalPersonBase, running: RunningSystems
) -> None:
    """Blanks and width make no other name; a household that became a company is cancelled here; what was closed long
    ago need not be known here.
    """
    expected = register(running)
    check = await order(bureau)
    await finish(bureau, base)
    assert await found(bureau) == expected
    seen = (await bureau.get(f"{CHECKS}/{check['id']}", region="4101")).json()
    assert (seen["state"], seen["ours"], seen["theirs"]) == ("done", 7, 9)


async def test_officers_see_their_counties_and_download_the_list(
    bureau: NotificationClient, base: LegalPersonBase, running: RunningSystems
) -> None:
    register(running)
    path = f"{CHECKS}/{(await order(bureau))['id']}"
    await finish(bureau, base)
    assert (await bureau.get(f"{path}/differences", region=THERE)).json()["items"] == []
    listed = (await bureau.get(f"{path}/differences", query={"limit": 2})).json()
    assert [one["uscc"] for one in listed["items"]] == [uscc(3), uscc(4)]
    rest = (await bureau.get(f"{path}/differences", query={"limit": 5, "cursor": listed["next"]})).json()
    assert [one["difference"] for one in rest["items"]] == ["unknown-there", "region", "unknown-here"]
    table = await bureau.get(f"{path}/differences/table", query={"difference": "status"})
    [line] = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert (line["本平台"], line["法人库"]) == ("存续", "注销")
    counts = (await bureau.get(f"{path}/counts", region="4101")).json()
    assert {(one["region"], one["difference"], one["households"]) for one in counts} == {
        (COUNTY, kind, 1) for kind in ("name", "region", "status", "unknown-here", "unknown-there")
    }
    assert (await bureau.get(path, region="42")).status_code == 404


async def test_a_check_of_one_county_and_who_may_order_it(
    bureau: NotificationClient, base: LegalPersonBase, running: RunningSystems
) -> None:
    register(running)
    await order(bureau, THERE)
    again = await bureau.post(CHECKS, {}, Role.OFFICER, THERE)
    assert again.json()["type"] == "/problems/base-check-under-way"
    assert (await bureau.post(CHECKS, {"region": COUNTY}, Role.OFFICER, THERE)).status_code == 403
    assert (await bureau.post(CHECKS, {}, Role.APPROVER, THERE)).status_code == 403
    await finish(bureau, base)
    assert await found(bureau) == [(uscc(6), "region", THERE)]


@pytest.mark.faults
async def test_a_check_that_is_killed_after_every_page_ends_as_if_it_had_not(
    bureau: NotificationClient, base: LegalPersonBase, running: RunningSystems
) -> None:
    expected = register(running)
    await order(bureau)
    resources = bureau.resources
    url = resources.database.url.render_as_string(hide_password=False)
    for _ in range(4):
        setting = running.url("legal-person-base", page="2")
        await killed_at("base-check.compared", base_check_process.check, url, setting)
    await finish(bureau, base)
    assert await found(bureau) == expected
    [check] = await bureau.sql("select ours, theirs from publication_base_check")
    assert (check["ours"], check["theirs"]) == (7, 9)


class FailingBase:
    """A base over another, which fails at a page, or has nothing."""

    def __init__(self, base: LegalPersonBase, fails: Sequence[int] = (), *, empty: bool = False) -> None:
        self._base, self._fails, self._empty, self.calls = base, fails, empty, 0

    async def entities(self, region: str, after: str | None) -> EntityPage:
        """A page."""
        self.calls += 1
        if self.calls in self._fails:
            raise PeerUnavailableError("down")
        return EntityPage([], None) if self._empty else await self._base.entities(region, after)


async def test_a_base_that_is_down_is_read_on_where_it_was(
    bureau: NotificationClient, base: LegalPersonBase, running: RunningSystems
) -> None:
    expected = register(running)
    await order(bureau)
    failing = FailingBase(base, (1, 3, 4))
    await finish(bureau, failing)
    assert await found(bureau) == expected
    assert failing.calls == 5 + 3


async def test_a_base_that_has_nothing_is_not_believed(bureau: NotificationClient, base: LegalPersonBase) -> None:
    await order(bureau)
    checker = BaseChecker(bureau.resources.database, FailingBase(base, empty=True), PACE)
    assert await checker.step()
    assert await found(bureau) == []
    with clock.travel(clock.now() + dt.timedelta(hours=2)):
        assert await checker.step()
    [check] = await bureau.sql("select state, trouble from publication_base_check")
    assert (check["state"], check["trouble"]) == ("failed", "PeerUnreadableError")


async def test_by_the_calendar_a_check_is_made_once_on_its_day(
    bureau: NotificationClient, base: LegalPersonBase
) -> None:
    pace = CheckPace(dt.time(2, 30), frozenset({1}), PACE.patience, PACE.pause)
    made: list[int] = []
    for day, hour in ((1, 2), (1, 3), (1, 9), (2, 3)):
        with clock.travel(dt.datetime(2026, 12, day, hour, tzinfo=clock.CHINA)):
            checker = BaseChecker(bureau.resources.database, base, pace)
            while await checker.step() and not await bureau.sql(
                "select 1 from publication_base_check where trouble is not null"
            ):
                pass
        made.append(len(await bureau.sql("select 1 from publication_base_check")))
    assert made == [0, 1, 1, 1]


async def test_a_service_without_a_base_refuses(office: NotificationClient) -> None:
    refused = await office.post(CHECKS, {}, Role.OFFICER, COUNTY)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/base-not-connected")
