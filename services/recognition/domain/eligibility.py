"""Who may be recognised: the facts of one household on one day, judged by the policy's rules, every reason at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.policy.model import Rule
from shared.policy.recognition.facts import RECOGNITION_COLUMNS
from shared.policy.recognition.judging import judge, values_on
from shared.policy.recognition.model import Recognition
from shared.policy.wording import fill

FINE_OR_WORSE = frozenset({"fine", "confiscation", "licence-suspension", "licence-revocation", "closure", "detention"})
"""罚款及以上: every kind of penalty but a warning and public criticism."""


@dataclass(frozen=True, slots=True)
class KnownPenalty:
    """A penalty as delivered; `repaired_on` None: not yet."""

    kind: str
    decided_on: dt.date
    published_on: dt.date | None
    repaired_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a household and its operator when it is judged."""

    typed_as: str | None
    recommended: bool = False
    operator_kinds: frozenset[str] = frozenset()
    penalties: Sequence[KnownPenalty] = ()
    operator_listed: bool = False
    breach_recorded: bool | None = False
    revoked_on: dt.date | None = None
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
    open_penalties = [
        one
        for one in known.penalties
        if one.kind in FINE_OR_WORSE
        and one.published_on is not None
        and one.published_on <= day
        and (one.repaired_on is None or one.repaired_on > day)
    ]
    kinds = ("veteran", "graduate", "disabled", "returning_migrant")
    revoked = known.revoked_on is not None and known.revoked_on <= day
    facts: dict[str, object] = {
        **dict.fromkeys(RECOGNITION_COLUMNS),
        "typed_as": known.typed_as,
        "recommended": known.recommended,
        **{kind: kind in known.operator_kinds for kind in kinds},
        "penalised": bool(open_penalties),
        "penalty_decided_on": max((one.decided_on for one in open_penalties), default=None),
        "penalty_published_on": max((one.published_on for one in open_penalties if one.published_on), default=None),
        "operator_dishonest_debtor": known.operator_listed,
        "breach_recorded": known.breach_recorded,
        "revoked": revoked,
        "revoked_on": known.revoked_on if revoked else None,
    }
    return facts | dict(known.more)


def objections(rules: Recognition, facts: Mapping[str, object], day: dt.date) -> list[Objection]:
    """Every reason why the household may not apply or be recommended; none: it may.

    It needs one source that certainly holds and no disqualifier that holds; an undecided disqualifier bars nobody.
    """
    sources = judge(rules.sources, rules.parameters, day, facts)
    bars = judge(rules.disqualifiers, rules.parameters, day, facts)
    against = [_against(rules, rule, day) for rule in rules.disqualifiers if bars[rule.id]]
    if not any(sources.values()):
        titles = "；".join(titled(rules, rule, day) for rule in rules.sources)
        first = rules.sources[0]
        return [Objection("sources", f"不属于可以认定的来源（{titles}）", str(first.citation)), *against]
    return against


def _against(rules: Recognition, rule: Rule, day: dt.date) -> Objection:
    cure = f"；{rule.restore}以后可以再申报" if rule.restore else ""
    return Objection(rule.id, f"{titled(rules, rule, day)}{cure}", str(rule.citation))


def titled(rules: Recognition, rule: Rule, day: dt.date) -> str:
    """A rule's title with the numbers of the day."""
    return fill(rule.title, rules.parameters, values_on(rules.parameters, day))
