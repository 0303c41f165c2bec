"""A record of every kind as the publisher makes it: from the contracts' samples of events, and from every policy."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from services.notification.publication.handlers import BULK_HANDLERS, CORRECTION_HANDLERS, URGENT_HANDLERS
from services.notification.publication.peers.peer import Record
from services.notification.publication.records.contents import restored_credit_draft
from services.notification.publication.records.domain import RecordDraft
from services.notification.publication.records.procedures import drafts_of_event, notice_draft
from services.notification.publication.records.standards import standard_draft
from services.notification.publication.registers.domain import CREDIT_DEFECTS, HouseholdFacts
from services.notification.publication.registers.notices import NoticedHousehold, NoticeFacts
from shared.contracts.catalogue import BY_TYPE
from shared.contracts.recognition import CriteriaOfCategory, PublicNoticeOpened, PublishedCriterion
from shared.contracts.typing import TypingRunPublished
from shared.law.reader.loading import shipped_policies
from shared.messaging.events import Event, parse_event
from tests.integration.notification.publication.peer_steps import recognised, typed, usccs

[USCC] = usccs(1)
SAID_TODAY: dict[str, object] = {
    "uscc": USCC,
    "name": "郑州市金水区测试面馆",
    "path": "application",
    "categories": [
        CriteriaOfCategory(category="quality", criteria=[PublishedCriterion(title="诚信经营")]),
        CriteriaOfCategory(
            category="distinctive", points_needed=60, criteria=[PublishedCriterion(title="传承三代以上", points=30)]
        ),
    ],
}
"""What the samples leave out, as events from before do; and a code that is one"""
HEARD = {*CORRECTION_HANDLERS, *URGENT_HANDLERS, *BULK_HANDLERS}
SAMPLES = Path(__file__).parents[3] / "contracts" / "samples"


def sampled() -> Iterator[Event]:
    """The sample of every event that the publisher hears."""
    for path in sorted(SAMPLES.glob("*.json")):
        event = parse_event(path.read_bytes(), BY_TYPE)
        assert event is not None, path
        if type(event.data) in HEARD:
            fields = type(event.data).model_fields
            said = {name: value for name, value in SAID_TODAY.items() if name in fields}
            if isinstance(event.data, PublicNoticeOpened):
                said["items"] = [one.model_copy(update={"uscc": USCC}) for one in event.data.items]
            yield dataclasses.replace(event, data=event.data.model_copy(update=said))


def drafts() -> Iterator[RecordDraft]:
    """What follows from the samples, from a household whose marks are gone, and from each policy."""
    for event in sampled():
        yield from drafts_of_event(event)
        if isinstance(event.data, PublicNoticeOpened):
            yield notice_draft(open_notice(event.data))
        if isinstance(event.data, TypingRunPublished):
            for policy in shipped_policies():
                yield standard_draft(event.data.region, event.data.year, policy)
    yield restored_credit_draft(restored_household())


def open_notice(said: PublicNoticeOpened) -> NoticeFacts:
    """The publisher's copy of a notice that nobody has left."""
    households = [NoticedHousehold(one.uscc, one.name, one.category) for one in said.items]
    return NoticeFacts(said.public_notice, said.region, said.opens_on, said.closes_on, households)


def restored_household() -> HouseholdFacts:
    """A household that has lost both marks."""
    return HouseholdFacts(
        uscc=USCC,
        name="郑州市金水区老王面馆",
        region="410102",
        status="registered",
        type="growth",
        typed_year=2026,
        typed_revision=3,
        defects=[],
        unknown_feeds=[],
        marks=dict.fromkeys(CREDIT_DEFECTS, 1),
    )


def records() -> Iterator[Record]:
    """As they are sent."""
    yield typed(USCC)
    yield recognised(USCC)
    for one in drafts():
        yield Record(one.kind, one.key, one.uscc, one.region, 1, one.removed, {} if one.removed else one.content)
