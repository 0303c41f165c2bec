"""N1 and S1 for what is told: whoever a fortnight of objections concerns is told once, whatever is read again, lost or
old, and reads only what is their own. Planted faults are looked for in a shorter life: one objection is accepted.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.notification.inbox import endpoints as inbox_endpoints
from services.notification.messages import service as messages_service
from services.notification.messages.domain import Recipient, RecipientKind
from services.notification.telling import service as telling_service
from shared.platform.identity import Role
from tests.fixtures.buses import EmbeddedSite
from tests.fixtures.postgres import empty_tables
from tests.loop.final_state import differences, final_state
from tests.loop.objection_case import NEIGHBOUR, Case, file_objection
from tests.loop.scenario import ENDED, FILED, Undisturbed, fortnight, growing_household
from tests.loop.stages import COUNTY, WorldStages
from tests.loop.told import assert_told_once
from tests.loop.world import Person, World

noticed = pytest.mark.parametrize("world", ["noticed"], indirect=True)

AFTER, MUCH_LATER = ENDED + dt.timedelta(days=1), ENDED + dt.timedelta(days=40)
OLD = dt.datetime.combine(MUCH_LATER - dt.timedelta(days=14), dt.time(), dt.UTC)
FORGET = ("notification", "consumer_offset", "inbox", "waiting_event", "too_old", "fan_out")
"""What makes a notification service new: it has told nobody and heard nothing"""


async def one_objection(world: World) -> Case:
    """Against a type, filed and accepted; everybody is told."""
    uscc = await growing_household(world)
    conductor = Undisturbed(world)
    case: Case = await conductor.step(lambda: file_objection(world, "typing", uscc=uscc), on=FILED)
    await conductor.step(case.accept, on=FILED)
    return case


async def assert_told_once_though_read_again(world: World, on: dt.date) -> None:
    """Both consumers read their topics from the beginning."""
    await assert_told_once(world)
    before = await final_state(world)
    await world.workers["notification"].hear_again()
    await Undisturbed(world).step(on=on)
    assert differences(before, await final_state(world)) == []
    await assert_told_once(world)


async def assert_nothing_old_is_told(world: World) -> None:
    """Months later a service that has told nobody yet hears of everything, and writes to nobody."""
    worker = world.workers["notification"]
    await worker.stop()
    await empty_tables(worker.database, ", ".join(FORGET))
    await Undisturbed(world).step(on=MUCH_LATER)
    found = await world.sql("notification", "select rule from notification where occurred_at < $1", OLD)
    assert found == [], "told of what was long over"
    kept = await world.sql("notification", "select event from too_old")
    assert "ObjectionAccepted" in {row["event"] for row in kept}


async def inbox_of(world: World, person: Person) -> set[tuple[str, str | None]]:
    """What somebody reads: rule and household."""
    found: Mapping[str, Any] = await world.get("notification", "/v1/inbox?limit=100", person)
    return {(one["rule"], one["uscc"]) for one in found["items"]}


async def assert_inboxes_are_ones_own(world: World, case: Case) -> None:
    """S1: who objects to a type reads of it; the neighbour, other bureaus and departments do not."""
    uscc = (await case.view())["uscc"]
    accepted, in_county = ("n05-objection-accepted", uscc), ("n06-objection-in-county", uscc)
    officer = Person(Role.OFFICER, COUNTY, "county-officer")
    assert accepted in await inbox_of(world, case.objector)
    assert in_county in await inbox_of(world, officer)
    for stranger in (
        NEIGHBOUR,
        Person(Role.OFFICER, "410102", "officer-next-door"),
        Person(Role.BUREAU, COUNTY, "tax-clerk", department="tax"),
    ):
        assert not {accepted, in_county} & await inbox_of(world, stranger), f"{stranger} reads what is another's"
    assert accepted not in await inbox_of(world, officer), "an operator's inbox is another's"


@noticed
async def test_a_fortnight_is_told_once_and_read_by_those_alone_whom_it_concerns(world: World) -> None:
    *_, case = await fortnight(world, Undisturbed(world))
    await assert_inboxes_are_ones_own(world, case)
    await assert_told_once_though_read_again(world, AFTER)
    await assert_nothing_old_is_told(world)


async def test_a_wiped_bus_that_gets_everything_again_tells_nobody_again(
    world_stages: WorldStages, postgres_server: EmbeddedPostgres, tmp_path: Path
) -> None:
    name = f"bus_{secrets.token_hex(6)}"
    site = EmbeddedSite(postgres_server, name)
    async with world_stages.copied("noticed", tmp_path, bus=site.url) as world:
        await one_objection(world)
        before = await final_state(world)
        for worker in world.workers.values():
            await worker.stop()
        site.wipe()
        site.start()
        await Undisturbed(world).step(on=FILED)
        assert differences(before, await final_state(world)) == []
        await assert_told_once(world)
    postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")


def keys_by_chance(patch: pytest.MonkeyPatch) -> None:
    """A notification's id is new each time."""
    patch.setattr(messages_service, "notification_id", lambda *_, **__: uuid.uuid4())


def keys_by_the_hearing(patch: pytest.MonkeyPatch) -> None:
    """The key holds when it was heard."""
    patch.setattr(telling_service.Telling, "cause", property(lambda _self: str(uuid.uuid4())))


def nobody_is_told(patch: pytest.MonkeyPatch) -> None:
    """Whatever is read is passed over."""

    async def tell(*_: Any, **__: Any) -> int:
        return 0

    patch.setattr(telling_service, "queue_all", tell)


@noticed
@pytest.mark.parametrize("fault", [keys_by_chance, keys_by_the_hearing, nobody_is_told])
async def test_a_key_that_is_not_permanent_would_be_caught(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    fault(monkeypatch)
    await one_objection(world)
    with pytest.raises(AssertionError):
        await assert_told_once_though_read_again(world, FILED)


@noticed
async def test_telling_whatever_is_heard_would_be_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await one_objection(world)
    monkeypatch.setattr(telling_service, "is_too_old", lambda *_: False)
    with pytest.raises(AssertionError, match="long over"):
        await assert_nothing_old_is_told(world)


@noticed
async def test_an_inbox_by_region_alone_would_be_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The naive way: whoever works in the county reads all of its mailboxes."""

    async def of_the_county(*_: Any) -> list[Recipient]:
        departments = ("market", "tax", "human-resources")
        return [Recipient(RecipientKind.MAILBOX, f"{department}:{COUNTY}") for department in departments] + [own]

    case = await one_objection(world)
    own = Recipient(RecipientKind.OPERATOR, str(case.objector.operator_ref))
    monkeypatch.setattr(inbox_endpoints, "own_recipients", of_the_county)
    with pytest.raises(AssertionError, match="another's"):
        await assert_inboxes_are_ones_own(world, case)
