"""A policy on a day, as the standards that apply in a region; pure, so that a county's page needs no household."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from services.typing.directory.presenters import citation_view
from services.typing.standards.recognition_view import recognition_view
from services.typing.standards.rules_view import clause_views
from services.typing.standards.schemas import (
    ClauseView,
    NumberView,
    ObjectionStandardView,
    OtherReadingView,
    PeriodView,
    ReadingInForceView,
    StandardsView,
    TypeStandardView,
    TypingStandardView,
)
from shared.law.language.units import format_value
from shared.law.model.clauses import Interpretation, Parameter, Reading, TypeRule, fill_title, values_on
from shared.law.model.objections import ObjectionRule
from shared.law.model.policy import Policy
from shared.law.verifier.objections import rule_sentence
from shared.reference.regions import region_name

NO_COUNTS: Mapping[str, int] = MappingProxyType({})


def standards_view(policy: Policy, region: str, day: dt.date, counts: Mapping[str, int] = NO_COUNTS) -> StandardsView:
    """All that applies; `counts`: households by type (slug) in the quota's scope, by the year's published typing."""
    every = policy.every_parameter()
    return StandardsView(
        region=region,
        region_name=region_name(region),
        as_of=day,
        policy=policy.id,
        title=policy.title,
        document=policy.document.number,
        document_title=policy.document.title,
        issuer=policy.document.issuer,
        draft=policy.draft,
        in_force_from=policy.since,
        in_force_until=policy.until,
        typing=typing_view(policy, day),
        numbers=[number_view(parameter, day) for parameter in every],
        readings=[reading_view(one, every, day) for one in policy.interpretations.values()],
        recognition=recognition_view(policy.recognition, region, day, counts) if policy.recognition else None,
        objections=[objection_view(rule, day) for rule in policy.objections.rules.values()]
        if policy.objections
        else [],
        directory_until=policy.publication.directory_until(day.year) if policy.publication else None,
        unset=policy.unset_names(day),
        unverified=policy.unverified_names(),
    )


def typing_view(policy: Policy, day: dt.date) -> TypingStandardView:
    """The typing standard in testing order."""

    def of(rule: TypeRule) -> TypeStandardView:
        return TypeStandardView(
            type=rule.type.slug,
            type_label=rule.type.label,
            residual=rule.residual,
            requires=clause_views(rule.requires, policy.parameters, day),
            conditions=clause_views(rule.any, policy.parameters, day),
            citation=citation_view(rule.citation),
        )

    ineligible: list[ClauseView] = clause_views(policy.eligibility, policy.parameters, day)
    return TypingStandardView(decided_by=policy.decided_by, ineligible=ineligible, types=list(map(of, policy.types)))


def number_view(parameter: Parameter, day: dt.date) -> NumberView:
    """A number on the day, and the next one if it changes."""
    now = parameter.dated_on(day)
    later = next((dated for dated in parameter.values if dated.since > day and dated is not now), None)
    return NumberView(
        name=parameter.name,
        title=parameter.title,
        value=format_value(now.value, parameter.unit) if now else None,
        in_force_from=now.since if now else None,
        document=now.document if now else None,
        verified=parameter.verified,
        differs=parameter.differs,
        next_value=format_value(later.value, parameter.unit) if later else None,
        next_from=later.since if later else None,
        citation=citation_view(parameter.citation),
    )


def reading_view(interpretation: Interpretation, parameters: Iterable[Parameter], day: dt.date) -> ReadingInForceView:
    """An open phrase, the reading in force and the others."""
    named = {parameter.name: parameter for parameter in parameters}

    def of(reading: Reading) -> OtherReadingView:
        return OtherReadingView(id=reading.id, title=fill_title(reading.title, named, values_on(named, day)))

    others: Sequence[Reading] = [one for one in interpretation.readings.values() if one is not interpretation.reading]
    return ReadingInForceView(
        id=interpretation.id,
        question=interpretation.question,
        in_force=of(interpretation.reading),
        others=list(map(of, others)),
        why=interpretation.why,
        decides=interpretation.decides,
        verified=interpretation.verified,
    )


def objection_view(rule: ObjectionRule, day: dt.date) -> ObjectionStandardView:
    """Who files, receives, explains and decides, within which periods."""
    periods = [on_day for period in rule.periods if (on_day := rule.on(period, day)) is not None]
    return ObjectionStandardView(
        against=rule.against,
        against_label=rule.against.label,
        sentence=rule_sentence(rule),
        periods=[
            PeriodView(period=one.period, period_label=one.period.label, text=one.text, verified=one.verified)
            for one in periods
        ],
        citation=citation_view(rule.citation),
    )
