"""Shipped rules as a worker has stored them: their words are compiled once per process."""

import uuid

from services.notification.rules.domain import Rule
from services.notification.rules.models import RuleVersion
from services.notification.rules.service import SHIPPED, compiled_of
from services.notification.rules.shipped import shipped_rules

TYPED = shipped_rules()["n02-typed"]


def stored(rule: Rule, **changed: object) -> RuleVersion:
    """Under a number of its own."""
    return RuleVersion(
        id=uuid.uuid4(),
        name=rule.name,
        version=7,
        content=rule.model_copy(update={"version": 7}).content | changed,
        content_hash=rule.content_hash,
        drafted_by=SHIPPED,
    )


def test_what_is_stored_of_a_shipped_rule_is_not_compiled_a_second_time() -> None:
    found = compiled_of(stored(TYPED.rule))
    assert found is not None
    assert found.title is TYPED.title
    assert found.rule.reference == "n02-typed@7"


def test_what_says_something_else_than_its_hash_is_compiled_for_itself() -> None:
    found = compiled_of(stored(TYPED.rule, keep_trying="1h"))
    assert found is not None
    assert found.title is not TYPED.title
    assert found.rule.keep_trying == "1h"


def test_what_cannot_be_read_is_not_told() -> None:
    assert compiled_of(stored(TYPED.rule, version=10_000)) is None
