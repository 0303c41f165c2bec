"""Who objects to somebody else on a public notice is answered; the household objected to never reads that answer."""

from collections.abc import Iterator

import pytest

from services.notification.messages.domain import NotificationCategory, Recipient, RecipientKind
from services.notification.rules.checking import CompiledRule
from services.notification.rules.domain import MailboxLevel
from services.notification.rules.shipped import shipped_rules
from services.notification.telling import service as telling_service
from services.notification.telling.domain import KnownHousehold
from services.notification.telling.occasions import Occasion
from services.notification.telling.service import Batch, Telling, Turn, sort
from tests.unit.notification.test_library import FITTING, event_of

SHOP = KnownHousehold("92410105MA45KD3F7Q", "郑州市金水区测试面馆", "410105", "v1:0123456789abcdef0123456789abcdef")
OBJECTOR = "v1:fedcba9876543210fedcba9876543210"
TO_OBJECTORS = [rule for rule in shipped_rules().values() if any(to.objector for to in rule.rule.to)]


def tellings(rule: CompiledRule, objector: str | None) -> Iterator[Telling]:
    said = {**FITTING.get(rule.rule.name, {}), "against": "public-notice", "objector_ref": objector}
    occasion = Occasion(event_of(rule, **said), rule)
    batch = Batch([], {}, [])
    sort([(occasion, None)], {SHOP.uscc: SHOP}, batch, Turn.FIRST)
    yield from batch.tellings


@pytest.mark.parametrize("rule", TO_OBJECTORS, ids=lambda rule: rule.rule.name)
def test_the_objector_is_told_and_not_the_household(rule: CompiledRule):
    (told,) = tellings(rule, OBJECTOR)
    assert told.recipient == Recipient(RecipientKind.OPERATOR, OBJECTOR)
    assert told.uscc is None, "else it would be sent to the contact of the household objected to"


@pytest.mark.parametrize("rule", TO_OBJECTORS, ids=lambda rule: rule.rule.name)
def test_who_objects_without_an_account_is_told_of_duties_on_paper_and_of_nothing_else(rule: CompiledRule):
    told = [(one.recipient.kind, one.uscc) for one in tellings(rule, None)]
    assert told == ([(RecipientKind.OBJECTOR, None)] if rule.rule.category is NotificationCategory.DUTY else [])


FOR_THEIR_OWN = [rule for rule in shipped_rules().values() if any(to.own_objector for to in rule.rule.to)]


def told_of_their_own(rule: CompiledRule, objector: str | None) -> Telling:
    occasion = Occasion(event_of(rule, against="typing", objector_ref=objector), rule)
    batch = Batch([], {}, [])
    sort([(occasion, {})], {SHOP.uscc: SHOP}, batch, Turn.FIRST)
    (telling,) = batch.tellings
    assert telling.keyed_by == Recipient(RecipientKind.HOUSEHOLD, SHOP.uscc), "nobody is told anew after a change"
    return telling


@pytest.mark.parametrize("rule", FOR_THEIR_OWN, ids=lambda rule: rule.rule.name)
def test_who_objected_is_answered_even_if_the_shop_has_another_operator_by_now(rule: CompiledRule):
    told = told_of_their_own(rule, OBJECTOR)
    assert told.recipient == Recipient(RecipientKind.OPERATOR, OBJECTOR)
    assert told.uscc is None, "else it would be sent to the contact of the household's new operator"


def test_an_answer_that_stayed_with_the_household_would_reach_its_new_operator(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(telling_service, "is_theirs", lambda *_: True)
    assert told_of_their_own(FOR_THEIR_OWN[0], OBJECTOR).uscc == SHOP.uscc, "the planted variant has its fault"


@pytest.mark.parametrize("objector", [None, SHOP.operator_ref])
@pytest.mark.parametrize("rule", FOR_THEIR_OWN, ids=lambda rule: rule.rule.name)
def test_the_households_operator_is_answered_as_of_their_household(rule: CompiledRule, objector: str | None):
    told = told_of_their_own(rule, objector)
    assert (told.recipient, told.uscc) == (SHOP.recipient, SHOP.uscc)


def test_every_step_of_an_objection_for_ones_own_household_is_told_to_who_objected():
    found = [name for name, one in shipped_rules().items() if name.startswith(("n05-objection-", "n05-verification-"))]
    assert sorted(found) == sorted(one.rule.name for one in FOR_THEIR_OWN)


@pytest.mark.parametrize(
    ("county", "above"), [("120101", "12"), ("419001", "41"), ("410105", "4101"), ("4101", "4101")]
)
def test_above_a_county_is_a_bureau_that_there_is(county: str, above: str):
    assert MailboxLevel.CITY.of(county) == above


def test_there_are_such_rules():
    assert len(TO_OBJECTORS) == 10
