"""M6: everything was kept for ever. What came to nothing is erased after its term, unless a legal hold stops it."""

import datetime as dt
import os

from services.recognition.service import SERVICE, stores
from shared import clock
from shared.platform.housekeeping import sweep_stores
from shared.platform.legal_holds import lift_hold, open_holds, place_hold
from shared.platform.retention import Retention
from tests.integration.recognition.application_setup import add_document, draft_application
from tests.integration.recognition.recognition_client import RecognitionClient, household_typed, uscc
from tests.integration.recognition.season_setup import open_season


async def test_documents_of_what_was_never_handed_in_are_erased_after_their_term_unless_on_hold(
    office: RecognitionClient,
):
    database = office.resources.database
    retention = Retention.of("recognition", SERVICE.retained, {})
    season = await open_season(office)
    await office.hear(household_typed(1), household_typed(2))
    for number in (1, 2):
        draft = (await draft_application(office, season, number, uscc=uscc(number))).json()["id"]
        stored = await add_document(
            office, draft, "distinctive.3:证书", b"%PDF-1.4 " + bytes([48 + number]), number=number
        )
        assert stored.status_code == 201, stored.text
    assert (await retention.erase(database))["draft-document"] == 0, "none is old enough"
    async with database.transaction() as session:
        hold = await place_hold(session, "draft-document", uscc(1), "（2026）豫01民初1号", "法规处")
    with clock.travel(clock.today() + dt.timedelta(days=401)):
        assert (await retention.erase(database))["draft-document"] == 1
        (kept,) = await office.sql("select a.uscc from document d join application a on a.id = d.application_id")
        assert kept["uscc"] == uscc(1), "what is on hold is left alone"
        async with database.transaction() as session:
            assert [one.id for one in await open_holds(session)] == [hold]
            assert await lift_hold(session, hold, "法规处")
            assert not await lift_hold(session, hold, "法规处"), "once"
        assert (await retention.erase(database))["draft-document"] == 1
        assert await office.sql("select 1 from document") == []
    for path in office.resources.documents.objects.glob("??/*"):
        os.utime(path, (0, 0))
    assert await sweep_stores(database, stores(office.resources)) == 2, "files go with the rows that named them"
    told = await office.sql("select action from audit_entry where chain = 'retention' order by seq")
    assert [one["action"] for one in told] == [
        "legal-hold:place",
        "retention:erase",
        "legal-hold:lift",
        "retention:erase",
    ]
