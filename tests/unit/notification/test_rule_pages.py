"""The page of all rules is generated; a rule that changes without its page fails here."""

import pytest

from services.notification.rules.pages import PAGE, page
from services.notification.rules.shipped import shipped_rules


@pytest.fixture(scope="module")
def said() -> str:
    """The page as the rules of now make it."""
    return page()


def test_the_page_says_what_the_rules_say(said: str) -> None:
    assert PAGE.read_text("utf-8") == said, "run: make pages"


def test_every_rule_is_on_the_page_with_its_words(said: str) -> None:
    for name, compiled in shipped_rules().items():
        assert f"`{name}`" in said
        assert compiled.rule.template.body.rstrip() in said
