"""Rules in words, with the numbers of the day."""

import datetime as dt
from collections.abc import Iterable, Mapping

from services.typing.directory.presenters import citation_view
from services.typing.standards.schemas import ClauseView
from shared.law.model.clauses import Parameter, Rule, fill_title, values_on


def clause_views(rules: Iterable[Rule], parameters: Mapping[str, Parameter], day: dt.date) -> list[ClauseView]:
    """The rules of a list, in order."""
    values = values_on(parameters, day)
    return [
        ClauseView(
            id=rule.id,
            title=fill_title(rule.title, parameters, values),
            restore=rule.restore,
            interpretation=rule.interpretation,
            verified=rule.verified,
            citation=citation_view(rule.citation),
        )
        for rule in rules
    ]
