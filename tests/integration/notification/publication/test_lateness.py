"""That a published run will miss the cut-off of the national directory is seen ahead, shown, and said once a day."""

import datetime as dt
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.notification.publication.oversight.watching import RUN_LATE, RUN_LEFT, watch
from services.notification.publication.records.service import fit_rows
from services.notification.publication.systems import System
from shared import clock
from shared.contracts.typing import TypingRunPublished
from tests.integration.notification.notification_client import CITY, COUNTY, PROVINCE, RUN, NotificationClient
from tests.integration.notification.publication.published import Publisher, typed

JULY = dt.datetime(2026, 7, 20, 9, tzinfo=clock.CHINA)
LAST_MORNING = dt.datetime(2026, 8, 10, 9, tzinfo=clock.CHINA)


def published(region: str = CITY, policy: str = "zhengzhou-2025", **changed: Any) -> TypingRunPublished:
    """A July run of the city in which three households have a label."""
    values: dict[str, Any] = {
        "run": RUN,
        "region": region,
        "year": 2026,
        "policy": policy,
        "counts": {COUNTY: {"growth": 3, "gap": 2}},
        "digest": "ab" * 32,
    }
    return TypingRunPublished(**(values | changed))


async def in_july(publisher: Publisher, households: int = 3, *, connected: bool = True) -> None:
    """The run is published and its households are heard of."""
    if connected:
        await fit_rows(publisher.office.resources.database, System.NATIONAL_DIRECTORY, "")
    with clock.travel(JULY):
        await publisher.hear(published())
        await publisher.hear(*(typed(number=number) for number in range(1, households + 1)))


async def took(publisher: Publisher, records: int, seconds: float) -> None:
    """The national directory has needed so long for a batch of a first load."""
    await publisher.execute(
        f"""
        insert into publication_batch (id, system, urgency, state, pages, records, digest, sealed_at, ended_at,
            next_try_at)
        values (gen_random_uuid(), 'national-directory', 1, 'acknowledged', 1, {records}, '', now(),
            now() + interval '{seconds} s', now())
        """
    )


async def cut_off(office: NotificationClient, region: str = COUNTY) -> dict[str, Any]:
    """How the city's run stands."""
    answer = await office.get("/v1/publications/systems", region=region)
    systems = {one["system"]: one for one in answer.json()}
    assert not any(one["cut_offs"] for name, one in systems.items() if name != "national-directory")
    [found] = systems["national-directory"]["cut_offs"]
    assert systems["national-directory"]["late"] is (found["state"] == "late")
    return dict(found)


async def said(publisher: Publisher) -> list[dict[str, Any]]:
    return [one["data"] for one in await publisher.office.events("PublicationLate")]


async def test_the_cut_off_is_the_policys_and_what_is_left_is_the_runs(publisher: Publisher) -> None:
    await in_july(publisher)
    await publisher.hear(typed(number=9, region="410300"))
    with clock.travel(JULY):
        found = await cut_off(publisher.office)
    assert (found["region"], found["until"], found["left"], found["households"]) == (CITY, "2026-08-10", 3, 3)
    assert (found["state"], found["expected_end"]) == ("unknown", None)


async def test_at_a_pace_that_suffices_nothing_is_said(publisher: Publisher) -> None:
    await in_july(publisher)
    await took(publisher, 100, 10)
    with clock.travel(LAST_MORNING):
        await watch(publisher.office.resources)
        found = await cut_off(publisher.office)
    assert (found["state"], found["rate"]) == ("in-time", pytest.approx(10))
    assert await said(publisher) == []
    assert RUN_LATE.labels("national-directory", CITY)._value.get() == 0


async def test_at_a_pace_that_does_not_suffice_it_is_said_once_a_day(publisher: Publisher) -> None:
    await in_july(publisher)
    await took(publisher, 1, 12 * 3600)
    for hours, so_far in ((0, 1), (1, 1), (14, 1), (16, 2), (17, 2)):
        with clock.travel(LAST_MORNING + dt.timedelta(hours=hours)), capture_logs() as logs:
            await watch(publisher.office.resources)
        assert len(await said(publisher)) == so_far, hours
        lines = [one for one in logs if one["event"] == "publication_late"]
        assert len(lines) == (hours in (0, 16))
    first = (await said(publisher))[0]
    assert (first["system"], first["region"], first["left"], first["until"]) == (
        "national-directory",
        CITY,
        3,
        "2026-08-10",
    )
    assert first["expected_end"] is not None
    assert RUN_LEFT.labels("national-directory", CITY)._value.get() == 3


async def test_a_directory_that_takes_nothing_is_late_three_days_ahead(publisher: Publisher) -> None:
    await in_july(publisher)
    for day, so_far in ((7, 0), (8, 1)):
        with clock.travel(dt.datetime(2026, 8, day, 1, tzinfo=clock.CHINA)):
            await watch(publisher.office.resources)
        assert len(await said(publisher)) == so_far, day


async def test_nothing_is_late_at_a_system_that_this_platform_does_not_publish_to(publisher: Publisher) -> None:
    await in_july(publisher, connected=False)
    with clock.travel(LAST_MORNING + dt.timedelta(days=1)):
        await watch(publisher.office.resources)
    assert await said(publisher) == []


async def test_what_is_taken_ends_it_and_what_is_corrected_later_is_never_late(publisher: Publisher) -> None:
    await in_july(publisher)
    await publisher.acknowledged()
    with clock.travel(LAST_MORNING):
        found = await cut_off(publisher.office)
        await watch(publisher.office.resources)
    assert (found["left"], found["rejected"], found["state"]) == (0, 0, "done")
    await publisher.hear(typed("development", revision=9, number=2))
    with clock.travel(LAST_MORNING + dt.timedelta(days=30)):
        await watch(publisher.office.resources)
        assert (await cut_off(publisher.office))["state"] == "done"
    assert await said(publisher) == []


async def test_what_the_directory_refuses_is_not_done_but_late_and_said(publisher: Publisher) -> None:
    await in_july(publisher)
    await publisher.acknowledged()
    await publisher.execute("update publication_row set state = 'rejected' where key like '%1' and kind = 'type'")
    for moment, state in ((JULY, "unknown"), (LAST_MORNING, "late"), (LAST_MORNING + dt.timedelta(days=2), "late")):
        with clock.travel(moment):
            await watch(publisher.office.resources)
            found = await cut_off(publisher.office)
        assert (found["left"], found["rejected"], found["state"]) == (0, 1, state)
    assert [one["left"] for one in await said(publisher)] == [1, 1]
    await publisher.execute("update publication_row set state = 'acknowledged' where kind = 'type'")
    with clock.travel(LAST_MORNING + dt.timedelta(days=3)):
        assert (await cut_off(publisher.office))["state"] == "done"


async def test_households_that_were_not_heard_of_are_left(publisher: Publisher) -> None:
    await in_july(publisher, households=2)
    await publisher.acknowledged()
    with clock.travel(LAST_MORNING):
        await watch(publisher.office.resources)
        found = await cut_off(publisher.office)
    assert (found["left"], found["state"]) == (1, "late")
    await publisher.hear(typed(number=3))
    await publisher.acknowledged()
    with clock.travel(LAST_MORNING):
        assert (await cut_off(publisher.office))["state"] == "done"


async def test_the_first_run_of_a_year_counts_and_one_whose_policy_names_no_day_has_none(publisher: Publisher) -> None:
    await in_july(publisher)
    with clock.travel(JULY + dt.timedelta(days=90)):
        await publisher.hear(published(run="11111111-2222-3333-4444-555555555555"))
        await publisher.hear(published("4103", policy="coast-city"))
    [first, _] = await publisher.office.sql("select region, run, published_at from publication_run order by region")
    assert (first["region"], first["run"], first["published_at"].date()) == (CITY, RUN, JULY.date())
    with clock.travel(LAST_MORNING + dt.timedelta(days=90)):
        await watch(publisher.office.resources)
        assert {one["region"] for one in await said(publisher)} == {CITY}
        answer = await publisher.office.get("/v1/publications/systems", region=PROVINCE)
    systems = {one["system"]: one for one in answer.json()}
    assert [one["region"] for one in systems["national-directory"]["cut_offs"]] == [CITY]
