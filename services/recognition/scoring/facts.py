"""The facts that a scoring sheet's expressions use, of one household on one day.

What no register decides is unknown: a register that was never delivered, a penalty without its day of publication or of
a kind that does not say how heavy it is.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.recognition.applications.models import Application
from services.recognition.registers.repository import DEBTOR_FEED, HouseholdRecord
from services.recognition.rules.domain import PathKind
from services.recognition.rules.eligibility import known_facts, presume_heavy, presume_published, recognition_facts
from shared.law.language.facts import FactKind
from shared.law.language.units import parse_day
from shared.law.language.vocabulary import SCORING_FACTS
from shared.law.model.recognition import Category, RecognitionRules
from shared.law.model.scoring import ScoringSheet

UNKNOWN: Mapping[str, None] = dict.fromkeys(column for fact in SCORING_FACTS.values() for column in fact.columns)
"""Every column that expressions may read, unknown."""
_DATES = frozenset(column for fact in SCORING_FACTS.values() if fact.kind is FactKind.DATE for column in fact.columns)


def facts_of(
    rules: RecognitionRules, application: Application, record: HouseholdRecord, day: dt.date
) -> dict[str, object]:
    """What is known of an applicant's household on a day, by column."""
    known = known_facts(
        record.entry,
        record,
        recommended=application.path is PathKind.RECOMMENDATION,
        kinds=application.claims.kinds,
        breach_recorded=application.breach_recorded,
    )
    certain = recognition_facts(rules, known, day)
    worse = replace(known, penalties=[presume_heavy(presume_published(penalty)) for penalty in known.penalties])
    at_worst = recognition_facts(rules, worse, day)
    facts = {**UNKNOWN, **{name: value for name, value in certain.items() if at_worst[name] == value}}
    silent = record.undelivered | ({DEBTOR_FEED} if known.operator_unknown else frozenset())
    for fact in SCORING_FACTS.values():
        if fact.feed in silent:
            facts |= dict.fromkeys(fact.columns)
    return facts | {"region_code": record.entry.region, "status": record.entry.status}


def facts_used(sheet: ScoringSheet, category: Category, facts: Mapping[str, object]) -> dict[str, Any]:
    """The facts that the sheet reads for a category, as JSON: what a result rests on."""
    names = {name for indicator in sheet.indicators_of(category) for name in indicator.facts}
    names |= {guard for name in names if (guard := SCORING_FACTS[name].guard) is not None}
    columns = sorted(column for name in names for column in SCORING_FACTS[name].columns)
    return {column: value.isoformat() if isinstance(value := facts[column], dt.date) else value for column in columns}


def restored_facts(stored: Mapping[str, Any]) -> dict[str, object]:
    """The facts of a stored result."""
    dates = {column: parse_day(value) for column, value in stored.items() if column in _DATES and value is not None}
    return {**UNKNOWN, **stored, **dates}
