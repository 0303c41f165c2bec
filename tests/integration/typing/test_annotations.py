"""The state of annotation: what the national systems say of a household's type, as the publication tells of it."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from services.typing.service import SERVICE
from shared import clock
from shared.contracts.notification import PublicationAcknowledged, PublicationRejected
from shared.contracts.payload import Payload
from shared.messaging.events import Event, new_event
from shared.platform.annotations import annotation_handlers, annotations_of
from shared.platform.identity import Role
from shared.reference.national_systems import System
from tests.integration.typing.staged_city import StagedCity, at_stage

BATCH = uuid.UUID("8f0e1d2c-3b4a-5c6d-8e7f-0a1b2c3d4e5f")
(SUBSCRIPTION,) = [one for one in SERVICE.subscriptions if one.name == "annotations"]


def confirmed(
    revision: int,
    *usccs: str,
    statement: str | None = "成长型 2026",
    kind: str = "type",
    system: str = "credit-publicity",
) -> Event:
    """A system has confirmed what is said in short, or (None) that nothing is said any more."""
    payload = PublicationAcknowledged(
        system=system,
        batch=BATCH,
        region="410105",
        kind=kind,
        rows=len(usccs),
        revision=revision,
        removed=statement is None,
        statement=statement,
        households=list(usccs),
    )
    return new_event(payload, subject="410105", source="/notification")


def refused(revision: int, uscc: str, code: str = "E1002") -> Event:
    payload = PublicationRejected(
        system="credit-publicity",
        batch=BATCH,
        kind="type",
        record=uscc,
        uscc=uscc,
        region="410105",
        revision=revision,
        code=code,
        message="登记机关与本系统不一致",
    )
    return new_event(payload, subject=uscc, source="/notification")


async def hear(city: StagedCity, events: Sequence[Event]) -> None:
    """Each event by the handlers that the service declares."""
    async with city.office.resources.database.transaction() as session:
        for event in events:
            await SUBSCRIPTION.batch_handlers[type(event.data)](session, [event], city.office.resources)


async def household_of(city: StagedCity, kind: str) -> str:
    page = await city.office.get(f"/v1/runs/{city.runs[-1]}/results", Role.OFFICER, type=kind, limit=1)
    return str(page.json()["items"][0]["uscc"])


async def says(city: StagedCity, uscc: str, role: Role | None = None) -> dict[str, Any]:
    """What the publicity system says, as the directory tells."""
    answer = await city.office.get(f"/v1/households/{uscc}/annotations", role)
    assert answer.status_code == 200, answer.text
    (shown,) = [one for one in answer.json()["items"] if one["system"] == "credit-publicity"]
    return dict(shown)


async def revision_of(city: StagedCity) -> int:
    async with city.office.resources.database.session() as session:
        return int((await session.execute(text("select max(revision) from current_run"))).scalar_one())


@at_stage("published")
async def test_a_confirmed_type_is_shown_as_annotated(city: StagedCity) -> None:
    uscc = await household_of(city, "growth")
    assert (await says(city, uscc))["state"] == "waiting"
    await hear(city, [confirmed(await revision_of(city), uscc)])
    shown = await says(city, uscc)
    assert (shown["state_label"], shown["up_to_date"]) == ("已标注", True)
    assert shown["system_label"] == "国家企业信用信息公示系统"


@at_stage("second_draft")
async def test_an_annotation_of_an_earlier_result_is_shown_as_not_up_to_date(city: StagedCity) -> None:
    uscc = await household_of(city, "growth")
    await hear(city, [confirmed(await revision_of(city), uscc)])
    assert (await city.office.publish(city.runs[-1], reason="与去年相比变化较大，已核对")).status_code == 200
    shown = await says(city, uscc)
    assert (shown["state_label"], shown["up_to_date"]) == ("已标注", False)


@at_stage("published")
async def test_a_type_that_is_published_again_in_the_same_words_stays_up_to_date(city: StagedCity) -> None:
    """It is not sent again, so the word is older than the run: by revisions it would be out of date for good."""
    uscc = await household_of(city, "growth")
    await hear(city, [confirmed(await revision_of(city), uscc)])
    again = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    assert (await city.office.publish(again)).status_code == 200
    assert (await says(city, uscc))["up_to_date"] is True


@at_stage("published")
async def test_a_refused_change_of_the_same_result_is_shown_as_refused(city: StagedCity) -> None:
    """A new name or county is told under the revision of the type that stands there."""
    uscc = await household_of(city, "growth")
    with clock.travel(clock.now() + dt.timedelta(minutes=1)):
        later = refused(5, uscc)
    await hear(city, [confirmed(5, uscc), later])
    assert (await says(city, uscc))["state_label"] == "对方已退回"


@at_stage("published")
async def test_why_a_system_refused_is_told_to_officers_alone(city: StagedCity) -> None:
    uscc = await household_of(city, "growth")
    await hear(city, [refused(await revision_of(city), uscc)])
    public, officer = await says(city, uscc), await says(city, uscc, Role.OFFICER)
    assert (public["state_label"], public["code"], public["message"]) == ("对方已退回", None, None)
    assert (officer["code"], officer["message"]) == ("E1002", "登记机关与本系统不一致")


@at_stage("published")
async def test_what_was_taken_down_is_up_to_date_where_nothing_is_to_stand(city: StagedCity) -> None:
    uscc = await household_of(city, "growth")
    await hear(city, [confirmed(5, uscc, statement=None)])
    async with city.office.resources.database.session() as session:
        for in_force, up_to_date in ((None, True), ("成长型 2026", False)):  # None: 规则空档 and 待核 are held back
            (shown,) = await annotations_of(
                session, uscc, [System.CREDIT_PUBLICITY], in_force=in_force, with_reasons=False
            )
            assert (shown.state_label, shown.up_to_date) == ("已撤下", up_to_date)


@at_stage("published")
async def test_words_about_recognitions_and_unknown_systems_change_nothing(city: StagedCity) -> None:
    uscc = await household_of(city, "growth")
    now = await revision_of(city)
    await hear(city, [confirmed(now, uscc, kind="recognition"), confirmed(now, uscc, system="somewhere-else")])
    assert (await says(city, uscc))["state"] == "waiting"


async def table(city: StagedCity, order: Sequence[Event], *, twice: bool) -> Any:
    """What is kept after the events in some order, heard once or twice."""
    async with city.office.resources.database.transaction() as session:
        await session.execute(text("delete from annotation"))
    await hear(city, [*order, *order] if twice else order)
    async with city.office.resources.database.session() as session:
        return (await session.execute(text("select * from annotation order by record, system"))).all()


@at_stage("published")
async def test_order_and_repetition_of_the_systems_words_do_not_matter(city: StagedCity) -> None:
    """A handler that stored whatever comes last would keep the older word in half of the orders."""
    uscc = await household_of(city, "growth")
    with clock.travel(clock.now() + dt.timedelta(minutes=1)):
        later = confirmed(7, uscc, statement=None)
    events = [confirmed(5, uscc), refused(6, uscc), later, confirmed(7, uscc), refused(4, uscc, "E9")]
    kept = {
        str(await table(city, order, twice=twice))
        for order in itertools.permutations(events)
        for twice in (False, True)
    }
    assert len(kept) == 1
    assert (await says(city, uscc))["state_label"] == "已撤下"


@pytest.mark.parametrize("kind", ["type", "recognition"])
def test_both_words_of_a_system_are_heard(kind: str) -> None:
    heard: set[type[Payload]] = {PublicationAcknowledged, PublicationRejected}
    assert set(annotation_handlers(kind)) == heard
