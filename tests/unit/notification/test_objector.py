"""Who objects to somebody else on a public notice is answered; the household objected to never reads that answer."""

from collections.abc import Iterator

import pytest

from services.notification.messages.domain import Recipient, RecipientKind
from services.notification.rules.checking import CompiledRule
from services.notification.rules.shipped import shipped_rules
from services.notification.telling.domain import KnownHousehold
from services.notification.telling.occasions import Occasion
from services.notification.telling.service import Batch, Telling, Turn, sort
from tests.unit.notification.test_library import event_of

SHOP = KnownHousehold("92410105MA45KD3F7Q", "郑州市金水区测试面馆", "410105", "v1:0123456789abcdef0123456789abcdef")
OBJECTOR = "v1:fedcba9876543210fedcba9876543210"
TO_OBJECTORS = [rule for rule in shipped_rules().values() if any(to.objector for to in rule.rule.to)]


def tellings(rule: CompiledRule, objector: str | None) -> Iterator[Telling]:
    occasion = Occasion(event_of(rule, against="public-notice", objector_ref=objector), rule)
    batch = Batch([], {}, [])
    sort([(occasion, None)], {SHOP.uscc: SHOP}, batch, Turn.FIRST)
    yield from batch.tellings


@pytest.mark.parametrize("rule", TO_OBJECTORS, ids=lambda rule: rule.rule.name)
def test_the_objector_is_told_and_not_the_household(rule: CompiledRule):
    (told,) = tellings(rule, OBJECTOR)
    assert told.recipient == Recipient(RecipientKind.OPERATOR, OBJECTOR)
    assert told.uscc is None, "else it would be sent to the contact of the household objected to"


@pytest.mark.parametrize("rule", TO_OBJECTORS, ids=lambda rule: rule.rule.name)
def test_who_objects_without_an_account_is_nobody_here(rule: CompiledRule):
    assert list(tellings(rule, None)) == []


def test_there_are_such_rules():
    assert len(TO_OBJECTORS) == 4
