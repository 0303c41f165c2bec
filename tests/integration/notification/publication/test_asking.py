"""A household asked for at the systems themselves: what they hold is shown beside what they have confirmed."""

from pathlib import Path
from typing import Any

from services.notification.publication.systems import System
from tests.fixtures.national_systems import running_systems
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import open_client, settings_for
from tests.integration.notification.publication.peer_steps import usccs
from tests.integration.notification.publication.published import Publisher, typed
from tests.integration.notification.publication.test_publishing import publishing

NOT_CONFIRMED = """
    select 1 from publication_row where state <> 'acknowledged' and system in ('national-directory', 'credit-publicity')
"""


async def test_systems_that_are_asked_say_what_they_hold_and_one_that_is_down_says_so(
    database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    [code] = usccs(1)
    async with running_systems(tmp_path) as running:
        changed: dict[str, Any] = {**running.settings(), "cultivation_platform": None, "publication_ask_seconds": 2}
        settings = settings_for(database_url, tmp_path / "notification", issuer, **changed)
        async with open_client(settings, issuer) as office:
            publisher = Publisher(office)
            await publisher.hear(typed(uscc=code))

            async def confirmed() -> bool:
                return not await office.sql(NOT_CONFIRMED)

            async with publishing(office.resources.database, settings):
                await until(confirmed)
            await publisher.execute("update publication_row set region = '410106' where system = 'national-directory'")
            running.of(System.PROVINCE_DIRECTORY).moods.add("household:hang")
            running.of(System.CREDIT_PUBLICITY).moods.add("household:garbage")
            answer = await office.get(f"/v1/publications/households/{code}", query={"ask": True})
    assert answer.status_code == 200, answer.text
    at = {one["system"]: one for one in answer.json()["systems"]}
    assert at["national-directory"]["answer_words"] == "对方登载的与我们确认过的一致。"
    [held] = at["national-directory"]["answer"]
    assert (held["kind"], held["content"]["type_label"], held["version"]) == ("type", "成长型", 1)
    assert at["province-directory"]["answer"] is None
    assert at["province-directory"]["answer_words"].startswith("对方没有按时答复")
    assert at["credit-publicity"]["answer_words"].startswith("对方的答复不符合")
    assert at["cultivation-platform"]["answer_words"].startswith("没有连接")
