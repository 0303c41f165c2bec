"""A county's whole season and the three years after it, on a simulated calendar, over HTTP and real PostgreSQL.

Its size: MINGLU_TEST_APPLICATIONS (30 in `make test`), a hundred households for every three applications. A fifth
of the households count for the quota, so that about one application in three finds a place.
"""

import os

import pytest

from tests.integration.recognition.bureau import Bureau
from tests.integration.recognition.county import County, live
from tests.integration.recognition.county_life import CountyLife
from tests.integration.recognition.county_season import CountySeason
from tests.integration.recognition.neighbours import beside
from tests.integration.recognition.whole import assert_fired_once, assert_sound

APPLICATIONS = int(os.environ.get("MINGLU_TEST_APPLICATIONS", "30"))


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop that the service runs on."""
    return "asyncio", {"use_uvloop": True}


async def test_a_countys_season_and_the_three_years_after_it(bureau: Bureau):
    async with beside(bureau, live) as neighbours:
        county = County(bureau, neighbours)
        season = CountySeason(county, households=APPLICATIONS * 100 // 3, applications=APPLICATIONS)
        await season.run()
        await assert_sound(bureau)
        await CountyLife(county).run()
    await assert_sound(bureau)
    assert_fired_once(county.fired)
    ended = {
        row["state"]: row["count"] for row in await bureau.sql("select state, count(*) from recognition group by 1")
    }
    assert set(ended) >= {"valid", "cancelled", "revoked"}, ended
