"""Who may be recognised: the facts of one household on one day, judged by the policy's rules, every reason at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.recognition.domain.claims import OPERATOR_KINDS
from shared.policy.facts import Kind
from shared.policy.model import Rule
from shared.policy.nodes import facts_in
from shared.policy.recognition.facts import RECOGNITION_COLUMNS, RECOGNITION_FACTS
from shared.policy.recognition.judging import judge, values_on
from shared.policy.recognition.model import Recognition
from shared.policy.wording import fill

FINE_OR_WORSE = frozenset({"fine", "confiscation", "licence-suspension", "licence-revocation", "closure", "detention"})
"""罚款及以上: every kind of penalty but a warning and public criticism."""


@dataclass(frozen=True, slots=True)
class KnownPenalty:
    """A penalty as delivered. `published_until`: its last day of publicity, None: open; `repaired_on` None: not yet."""

    kind: str
    decided_on: dt.date
    published_on: dt.date | None
    published_until: dt.date | None
    repaired_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a household and its operator when it is judged.

    `breach_recorded` is an officer's finding, None until he states it; `banned_until` the last day of a ban.
    """

    typed_as: str | None
    recommended: bool = False
    operator_kinds: frozenset[str] = frozenset()
    penalties: Sequence[KnownPenalty] = ()
    operator_listed: bool = False
    breach_recorded: bool | None = None
    banned_until: dt.date | None = None
    more: Mapping[str, object] = field(default_factory=dict)
    """Facts of confirmations and evaluations, by name."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason against: the rule, in words, what it rests on, and what would cure it."""

    rule: str
    sentence: str
    citation: str


def facts_of(known: Known, day: dt.date) -> dict[str, object]:
    """The facts that recognition rules speak of, as of a day; what lies after it has not happened."""
    facts: dict[str, object] = {
        **dict.fromkeys(RECOGNITION_COLUMNS),
        "typed_as": known.typed_as,
        "recommended": known.recommended,
        **{kind: kind in known.operator_kinds for kind in OPERATOR_KINDS},
        **facts_of_penalties(known.penalties, day),
        "operator_dishonest_debtor": known.operator_listed,
        "breach_recorded": known.breach_recorded,
        "revoked": known.banned_until is not None,
        "banned_until": known.banned_until,
    }
    return facts | dict(known.more)


def facts_of_penalties(penalties: Sequence[KnownPenalty], day: dt.date) -> dict[str, object]:
    """Of fines and worse that were published and not repaired: those shown on the day, those shown no longer."""
    standing = [
        one
        for one in penalties
        if one.kind in FINE_OR_WORSE
        and one.published_on is not None
        and one.published_on <= day
        and (one.repaired_on is None or one.repaired_on > day)
    ]
    shown = [one for one in standing if one.published_until is None or day <= one.published_until]
    over = [one for one in standing if one not in shown]
    return {
        "penalised": bool(shown),
        "penalty_decided_on": max((one.decided_on for one in shown), default=None),
        "penalty_published_on": max((one.published_on for one in shown if one.published_on), default=None),
        "once_penalised": bool(over),
        "once_penalty_decided_on": max((one.decided_on for one in over), default=None),
        "once_penalty_published_on": max((one.published_on for one in over if one.published_on), default=None),
    }


def objections(rules: Recognition, facts: Mapping[str, object], day: dt.date) -> list[Objection]:
    """Every reason why the household may not apply or be recommended; none: it may.

    It needs one source that certainly holds and no disqualifier that holds; an undecided disqualifier bars nobody.
    """
    sources = judge(rules.sources, rules.parameters, day, facts)
    bars = judge(rules.disqualifiers, rules.parameters, day, facts)
    against = [_against(rules, rule, facts, day) for rule in rules.disqualifiers if bars[rule.id]]
    if not any(sources.values()):
        titles = "；".join(titled(rules, rule, day) for rule in rules.sources)
        first = rules.sources[0]
        return [Objection("sources", f"不属于可以认定的来源（{titles}）", str(first.citation)), *against]
    return against


def _against(rules: Recognition, rule: Rule, facts: Mapping[str, object], day: dt.date) -> Objection:
    """A disqualifier that holds, with the days that it rests on."""
    read = [RECOGNITION_FACTS[name] for name in facts_in(rule.expression.root)]
    days = [f"{fact.label} {facts[fact.name]}" for fact in read if fact.kind is Kind.DATE and facts[fact.name]]
    rests_on = f"（{'，'.join(days)}）" if days else ""
    cure = f"；{rule.restore}以后可以再申报" if rule.restore else ""
    return Objection(rule.id, f"{titled(rules, rule, day)}{rests_on}{cure}", str(rule.citation))


def titled(rules: Recognition, rule: Rule, day: dt.date) -> str:
    """A rule's title with the numbers of the day."""
    return fill(rule.title, rules.parameters, values_on(rules.parameters, day))
