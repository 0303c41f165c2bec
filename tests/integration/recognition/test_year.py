"""A county's whole season and the three years after it, on a simulated calendar, over HTTP and real PostgreSQL.

Its size: MINGLU_TEST_APPLICATIONS (30 in `make test`), a hundred households for every three applications. A fifth
of the households count for the quota, so that about one application in three finds a place.
"""

import os
from pathlib import Path

import uvloop

from services.recognition.settings import RecognitionSettings
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.county import County, live
from tests.integration.recognition.county_life import CountyLife
from tests.integration.recognition.county_season import CountySeason
from tests.integration.recognition.invariants import assert_fired_once, assert_invariants
from tests.integration.recognition.recognition_client import open_client, settings_for
from tests.integration.recognition.second_process import second_process

APPLICATIONS = int(os.environ.get("MINGLU_TEST_APPLICATIONS", "30"))


def test_a_countys_season_and_the_three_years_after_it(database_url: str, tmp_path: Path, issuer: Issuer):
    """On the loop that the service runs on."""
    uvloop.run(season_and_three_years(settings_for(database_url, tmp_path / "recognition", issuer), issuer))


async def season_and_three_years(settings: RecognitionSettings, issuer: Issuer) -> None:
    async with open_client(settings, issuer) as office, second_process(office, live) as neighbours:
        county = County(office, neighbours)
        season = CountySeason(county, households=APPLICATIONS * 100 // 3, applications=APPLICATIONS)
        await season.run()
        await assert_invariants(office)
        await CountyLife(county).run()
        await assert_invariants(office)
        assert_fired_once(county.fired)
        ended = {
            row["state"]: row["count"] for row in await office.sql("select state, count(*) from recognition group by 1")
        }
        assert set(ended) >= {"valid", "cancelled", "revoked"}, ended
