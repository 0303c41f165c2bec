"""What leaves the service of an event: only what is on the audience's list, of every contract and of those to come."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.notification.event_fields import DEPARTMENT_FIELDS, STAND_INS, for_department, for_platform, for_sample
from services.notification.subscriptions.domain import KEPT_INSIDE, ReceiverKind, is_offered
from shared.contracts.catalogue import BY_TYPE, PAYLOADS
from shared.contracts.notification import NotificationOutcome
from shared.contracts.objection import FraudReported, ObjectionState, VerificationAsked
from shared.contracts.payload import Payload
from shared.messaging.events import parse_event
from shared.reference.departments import Department
from tests.unit.notification.test_library import SAMPLES

Cut = Callable[[dict[str, Any]], dict[str, Any]]

NEVER = {"operator_ref", "objector_ref", "reason", "answer", "explanation", "missing", "makers", "sealed"}
"""Of whom, who decided, and what somebody wrote."""
SECRET = "由本人所写"
OFFERED = [kind for kind in PAYLOADS if kind not in KEPT_INSIDE]


def grown(kind: type[Payload]) -> dict[str, Any]:
    """The sample of a kind, with something secret in all that must stay, and in what a later version might add."""
    envelope: dict[str, Any] = json.loads((SAMPLES / f"{kind.event_name}.v{kind.version}.json").read_bytes())
    data = envelope["data"]
    data |= dict.fromkeys(NEVER & set(kind.model_fields), SECRET) | {"phone": SECRET}
    for one in data.get("items", []):
        one["contact"] = SECRET
    return envelope | {"actor": SECRET, "extension": SECRET}


def leaks(cut: Cut) -> Iterator[str]:
    for kind in OFFERED:
        if SECRET in json.dumps(cut(grown(kind)), ensure_ascii=False):
            yield kind.event_name


@pytest.mark.parametrize("cut", [for_department, for_platform, for_sample])
def test_nothing_that_is_on_no_list_leaves(cut: Cut):
    assert list(leaks(cut)) == []


def test_a_cut_that_takes_away_what_is_known_to_be_secret_is_caught():
    def naive(envelope: dict[str, Any]) -> dict[str, Any]:
        return envelope | {"data": {name: one for name, one in envelope["data"].items() if name not in NEVER}}

    assert len(list(leaks(naive))) == len(OFFERED)


def test_the_list_names_nothing_of_a_person():
    assert not DEPARTMENT_FIELDS & (NEVER | set(STAND_INS))


@pytest.mark.parametrize("kind", OFFERED, ids=lambda kind: kind.event_name)
def test_a_sample_can_be_told_like_the_event(kind: type[Payload]):
    envelope = json.loads((SAMPLES / f"{kind.event_name}.v{kind.version}.json").read_bytes())
    event = parse_event(json.dumps(for_sample(envelope)).encode(), BY_TYPE)
    assert event is not None
    for name, value in envelope["data"].items():
        assert (getattr(event.data, name, None) is None) == (value is None), f"{name} would change what a rule tells"


def offered_to(kind: type[Payload]) -> set[Department]:
    return {one for one in Department if is_offered(kind, ReceiverKind.DEPARTMENT, one)}


def test_who_objects_and_who_was_told_is_for_market_supervision_alone():
    private = [kind for kind in OFFERED if issubclass(kind, ObjectionState | NotificationOutcome)]
    assert len(private) == 15
    assert all(offered_to(kind) == {Department.MARKET} for kind in private)
    assert offered_to(VerificationAsked) == set(Department)
    assert offered_to(FraudReported) == set()
