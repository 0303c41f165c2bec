"""One household in all systems, side by side; what a system itself says is asked for with a short time-out."""

import asyncio
from collections.abc import Mapping, Sequence

from services.notification.publication.oversight import repository
from services.notification.publication.oversight.held_back import HELD_BACK_LABELS, HeldBackView
from services.notification.publication.oversight.problems import HouseholdNotFound
from services.notification.publication.oversight.repository import ListedRow
from services.notification.publication.oversight.schemas import (
    AtSystem,
    HeldView,
    HouseholdView,
    RowView,
)
from services.notification.publication.peers.connections import peers_of
from services.notification.publication.peers.peer import HeldRecord, Peer, PeerUnavailableError, PeerUnreadableError
from services.notification.publication.systems import KIND_LABELS, SYSTEM_LABELS, Kind, System
from services.notification.resources import Resources
from shared.database.row_scope import beyond_region
from shared.reference.regions import full_region_name

NOT_CONNECTED = "没有连接这个系统的接口，不能当场查询。"
NO_ANSWER = "对方没有按时答复，请稍后再查。"
UNREADABLE = "对方的答复不符合接口的约定，请联系运维人员。"
SAME, DIFFERENT = "对方登载的与我们确认过的一致。", "对方登载的与我们确认过的不一致，请在核对（对账）中处理。"
NOTHING = "对方没有登载这一户。"
Answer = tuple[Sequence[HeldRecord] | None, str | None]
"""What a system holds, None where it cannot be asked; and why not."""


async def side_by_side(resources: Resources, scope: str, uscc: str, *, ask: bool) -> HouseholdView:
    """The household in the region, at every system. Errors: HouseholdNotFound. No connection to the database is held
    while systems are asked.
    """
    async with resources.database.reading(scope) as session:
        household = await repository.get_household(session, uscc, scope)
        rows = everywhere = await repository.rows_of_household(session, uscc, scope)
        if ask:
            async with beyond_region(session):
                everywhere = await repository.rows_of_household(session, uscc, "")
    if household is None and not rows:
        raise HouseholdNotFound
    region = household.region if household is not None else rows[0][0].region
    is_held_back = household is not None and household.status == "registered" and household.type in HELD_BACK_LABELS
    answers = await ask_all(resources, uscc) if ask else {}
    return HouseholdView(
        uscc=uscc,
        name=household.name if household is not None else None,
        region=region,
        region_name=full_region_name(region),
        held_back=HeldBackView.of(household) if household is not None and is_held_back else None,
        systems=[at_system(one, rows, everywhere, answers.get(one)) for one in System],
    )


def at_system(
    system: System, rows: Sequence[ListedRow], everywhere: Sequence[ListedRow], answer: Answer | None
) -> AtSystem:
    """One line of the comparison. `rows`: those of the region; what the system holds is compared with `everywhere`."""
    own = [listed for listed in rows if listed[0].system is system]
    held, why_not = answer if answer is not None else (None, None)
    return AtSystem(
        system=system,
        system_label=SYSTEM_LABELS[system],
        rows=[RowView.of(listed) for listed in own],
        asked=answer is not None,
        answer=None if held is None else [held_view(one) for one in held],
        answer_words=why_not
        if held is None
        else compared([one for one in everywhere if one[0].system is system], held),
    )


def held_view(record: HeldRecord) -> HeldView:
    """What a system says that it holds."""
    return HeldView(
        kind=record.kind,
        kind_label=KIND_LABELS[record.kind],
        key=record.key,
        content=None if record.content is None else dict(record.content),
        version=record.version,
        since=record.since,
    )


def compared(rows: Sequence[ListedRow], held: Sequence[HeldRecord]) -> str:
    """Whether a system holds what it has confirmed, in words."""
    confirmed: Mapping[tuple[Kind, str], str] = {
        (row.kind, row.key): row.acknowledged_digest.hex() for row, _ in rows if row.acknowledged_digest is not None
    }
    if confirmed == {(one.kind, one.key): one.digest for one in held}:
        return SAME if held else NOTHING
    return DIFFERENT


async def ask_all(resources: Resources, uscc: str) -> dict[System, Answer]:
    """Every system at the same time, each for a few seconds at most; connections are opened for this call alone, since
    officers ask rarely.
    """
    peers: Mapping[System, Peer] = peers_of(resources.settings, resources.database)
    try:
        seconds = resources.settings.publication_ask_seconds
        answers = await asyncio.gather(*(ask(peer, uscc, seconds) for peer in peers.values()))
    finally:
        for peer in peers.values():
            await peer.close()
    without: dict[System, Answer] = dict.fromkeys(System, (None, NOT_CONNECTED))
    return without | dict(zip(peers, answers, strict=True))


async def ask(peer: Peer, uscc: str, seconds: float) -> Answer:
    """What one system says; a system that is down is a line that says so."""
    try:
        async with asyncio.timeout(seconds):
            return await peer.look_up(uscc), None
    except (PeerUnavailableError, TimeoutError):
        return None, NO_ANSWER
    except PeerUnreadableError:
        return None, UNREADABLE
