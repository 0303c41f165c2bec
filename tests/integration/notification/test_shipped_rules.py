"""Every rule that is shipped is told through the service, from a sample of its event, to whom it names."""

import dataclasses
import uuid
from collections.abc import Iterator

from services.notification.handlers import limits_of
from services.notification.rules.domain import Addressee
from services.notification.rules.shipped import shipped_rules
from services.notification.telling.later import tell_page
from shared import clock
from shared.contracts.typing import HouseholdChanged
from shared.messaging.events import Event
from tests.integration.notification.notification_client import NotificationClient, operator
from tests.unit.notification.test_library import FITTING, SHOP, VARIANTS, event_of

OBJECTOR = "v1:fedcba9876543210fedcba9876543210"
NOW = {name: rule for name, rule in shipped_rules().items() if rule.payload is not None and rule.rule.remind is None}
"""Rules that are told at once"""


def fresh(name: str, revision: int) -> Iterator[Event]:
    """The events of a rule as if they had just been written, in the order of their revisions."""
    rule, fitting = NOW[name], dict(FITTING.get(name, {}))
    fields = rule.payload.model_fields if rule.payload is not None else {}
    everywhere = {"handled_at": "41", "objector_ref": OBJECTOR, "former_operator_ref": OBJECTOR}
    if "former_operator_ref" in fields:
        everywhere["operator_ref"] = operator(1)
    known = {field: said for field, said in everywhere.items() if field in fields}
    for number, said in enumerate(({}, *VARIANTS.get(name, ()))):
        last = {"revision": revision + number} if "revision" in fields else {}
        event = event_of(rule, **{**known, **fitting, **said, **last})
        yield dataclasses.replace(event, id=str(uuid.uuid4()), time=clock.now())


def kind_of(named: Addressee) -> str:
    """What a recipient starts with whom a rule names so."""
    if named.mailbox is not None:
        return "mailbox"
    return "person" if named.person is not None else "operator"


async def test_each_is_told_to_whom_it_names_and_read_in_their_inbox(office: NotificationClient) -> None:
    shop = HouseholdChanged(
        uscc=SHOP["uscc"],
        name=SHOP["name"],
        region=SHOP["region"],
        status="registered",
        operator_ref=operator(1),
        revision=1,
    )
    await office.hear(shop)
    for place, name in enumerate(NOW, 1):
        for event in fresh(name, place * 10):
            await office.hear_events(event)
    typed = event_of(NOW["n02-typed"], revision=9999)  # the season is told to those of its types
    await office.hear_events(dataclasses.replace(typed, id=str(uuid.uuid4()), time=clock.now()))
    async with office.resources.database.transaction() as session:
        while await tell_page(session, limits_of(office.resources)) is not None:
            pass
    told: dict[str, set[str]] = {}
    for row in await office.sql("select rule, recipient, title, body from notification"):
        told.setdefault(row["rule"], set()).add(row["recipient"])
        assert row["title"]
        assert "None" not in row["body"]
    assert set(NOW) - set(told) == set(), "told to nobody"
    assert await office.sql("select 1 from waiting_event") == []
    for name, recipients in told.items():
        to = NOW[name].rule.to
        kinds = {recipient.partition(":")[0] for recipient in recipients}
        assert kinds == {kind_of(one) for one in to}, name
        if any(one.objector for one in to):
            assert recipients == {f"operator:{OBJECTOR}"}
    assert told["n06-verification-asked"] == told["n30-correction-item"] == {"mailbox:tax:410105"}
    assert told["n06-objection-overdue"] == {"mailbox:market:41"}
    assert told["n23-moved-out"] == {"mailbox:market:110105"}
    assert told["n23-move-pending"] == told["n23-move-decided-from"] == {"mailbox:market:410105"}
    assert told["n23-move-decided-to"] == {"mailbox:market:410102"}
    assert told["n33-publication-late"] == {"mailbox:market:4101", "mailbox:market:41"}
