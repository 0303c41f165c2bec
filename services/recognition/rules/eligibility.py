"""Whether a household may be recognised on a day: its facts, judged by the policy's rules; all pure.

Every reason against a household is given at once, with the provision it rests on.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from services.recognition.registers.models import Household
from services.recognition.registers.repository import DEBTOR_FEED, PENALTY_FEED, HouseholdRecord, RegisterEntry
from services.recognition.rules.claims import Claims
from services.recognition.rules.domain import PathKind
from shared import clock
from shared.law.compiler.evaluator import evaluate_rules
from shared.law.language.facts import FactKind
from shared.law.language.nodes import facts_in, parameters_in
from shared.law.language.vocabulary import RECOGNITION_COLUMNS, RECOGNITION_FACTS
from shared.law.model.clauses import Rule, fill_title, values_on
from shared.law.model.operator_kinds import EARLIER_KINDS
from shared.law.model.recognition import RecognitionRules
from shared.reference.penalties import OTHER_PENALTY

KINDS_BY_NAME = tuple(kind.id for kind in EARLIER_KINDS.kinds)
"""The kinds of operators that are facts of their own, for scoring sheets and earlier content."""
FEED_LABELS = {PENALTY_FEED: "本地区的行政处罚数据", DEBTOR_FEED: "本地区的失信被执行人数据"}


@dataclass(frozen=True, slots=True)
class PenaltyFacts:
    """A penalty as delivered. `published_until`: its last day of publicity, None: open; `repaired_on` None: not yet."""

    kind: str
    decided_on: dt.date
    published_on: dt.date | None
    published_until: dt.date | None
    repaired_on: dt.date | None


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What is known of a household and its operator when it is judged.

    `breach_recorded` is an officer's finding, None until it is stated; `banned_until` the last day of a ban;
    `undelivered`: registers of which nothing is known, so that an empty one clears nobody; `operator_unknown`: the
    register of households does not say who the operator is, so that no list of persons can be compared.
    """

    typed_as: str | None
    recommended: bool = False
    operator_kinds: frozenset[str] = frozenset()
    penalties: Sequence[PenaltyFacts] = ()
    operator_listed: bool = False
    breach_recorded: bool | None = None
    banned_until: dt.date | None = None
    undelivered: frozenset[str] = frozenset()
    operator_unknown: bool = False
    more: Mapping[str, object] = field(default_factory=dict)
    """Facts of confirmations and evaluations, by name."""


@dataclass(frozen=True, slots=True)
class Ineligibility:
    """One reason against a household: the rule, a sentence, the citation, and what would cure it."""

    rule: str
    sentence: str
    citation: str


def recognition_facts(rules: RecognitionRules, known: KnownFacts, day: dt.date) -> dict[str, object]:
    """The facts of recognition rules as of a day; later events are not counted."""
    facts: dict[str, object] = {
        **dict.fromkeys(RECOGNITION_COLUMNS),
        "typed_as": known.typed_as,
        "recommended": known.recommended,
        **{name: name in known.operator_kinds for name in KINDS_BY_NAME},
        "relaxed_operator": rules.operator_kinds.any_of(known.operator_kinds),
        **penalty_facts(known.penalties, rules.barring_penalties, day),
        "operator_dishonest_debtor": known.operator_listed,
        "breach_recorded": known.breach_recorded,
        "revoked": known.banned_until is not None,
        "banned_until": known.banned_until,
    }
    return facts | dict(known.more)


def penalty_facts(penalties: Sequence[PenaltyFacts], barring: Collection[str], day: dt.date) -> dict[str, object]:
    """Of published, unrepaired penalties of the kinds that bar (罚款及以上): those in their publicity period on the
    day, and those past it.
    """
    standing = [
        penalty
        for penalty in penalties
        if penalty.kind in barring
        and penalty.published_on is not None
        and penalty.published_on <= day
        and (penalty.repaired_on is None or penalty.repaired_on > day)
    ]
    shown = [penalty for penalty in standing if penalty.published_until is None or day <= penalty.published_until]
    over = [penalty for penalty in standing if penalty not in shown]
    return {
        "penalised": bool(shown),
        "penalty_decided_on": max((penalty.decided_on for penalty in shown), default=None),
        "penalty_published_on": max((penalty.published_on for penalty in shown if penalty.published_on), default=None),
        "once_penalised": bool(over),
        "once_penalty_decided_on": max((penalty.decided_on for penalty in over), default=None),
        "once_penalty_published_on": max(
            (penalty.published_on for penalty in over if penalty.published_on), default=None
        ),
    }


def rule_ineligibilities(rules: RecognitionRules, facts: Mapping[str, object], day: dt.date) -> list[Ineligibility]:
    """Every reason why the household may not apply or be recommended; empty when it may.

    It needs one source that certainly holds and no disqualifier that holds; an undecided disqualifier does not bar it.
    """
    sources = evaluate_rules(rules.sources, rules.parameters, day, facts)
    bars = evaluate_rules(rules.disqualifiers, rules.parameters, day, facts)
    against = [_disqualification(rules, rule, facts, day) for rule in rules.disqualifiers if bars[rule.id]]
    if not any(sources.values()):
        titles = "；".join(rule_title(rules, rule, day) for rule in rules.sources)
        first = rules.sources[0]
        return [Ineligibility("sources", f"不属于可以认定的来源（{titles}）", str(first.citation)), *against]
    return against


def _disqualification(rules: RecognitionRules, rule: Rule, facts: Mapping[str, object], day: dt.date) -> Ineligibility:
    """A disqualifier that holds, with the days it rests on."""
    read = [RECOGNITION_FACTS[name] for name in facts_in(rule.expression.root)]
    days = [f"{fact.label} {facts[fact.name]}" for fact in read if fact.kind is FactKind.DATE and facts[fact.name]]
    rests_on = f"（{'，'.join(days)}）" if days else ""
    cure = f"；{rule.restore}以后可以再申报" if rule.restore else ""
    return Ineligibility(rule.id, f"{rule_title(rules, rule, day)}{rests_on}{cure}", str(rule.citation))


def feeds_of(rule: Rule) -> set[str]:
    """The feeds whose facts a rule reads."""
    return {RECOGNITION_FACTS[name].feed for name in facts_in(rule.expression.root)}


def undecided_disqualifiers(rules: RecognitionRules, known: KnownFacts, day: dt.date) -> list[Ineligibility]:
    """The disqualifiers that the registers do not decide, with what is missing: a register that was never delivered, or
    a penalty without its day of publication, which bars if it is published, or of a kind that does not say how heavy.
    """
    certain = evaluate_rules(rules.disqualifiers, rules.parameters, day, recognition_facts(rules, known, day))
    presumed = replace(known, penalties=[presume_published(penalty) for penalty in known.penalties])
    at_worst = evaluate_rules(rules.disqualifiers, rules.parameters, day, recognition_facts(rules, presumed, day))
    heavy = replace(presumed, penalties=[presume_heavy(penalty) for penalty in presumed.penalties])
    if_heavy = evaluate_rules(rules.disqualifiers, rules.parameters, day, recognition_facts(rules, heavy, day))
    found = []
    for rule in rules.disqualifiers:
        missing = [f"{FEED_LABELS[feed]}没有交付过" for feed in sorted(feeds_of(rule) & known.undelivered)]
        if known.operator_unknown and DEBTOR_FEED in feeds_of(rule):
            missing.append("登记数据里没有可以辨认的经营者，不能与失信被执行人名单比对")
        missing += [f"“{rules.parameters[name].title}”没有设定" for name in unset_numbers(rules, rule, day)]
        if at_worst[rule.id] and not certain[rule.id]:
            missing.append("有处罚没有写公示日期")
        if if_heavy[rule.id] and not at_worst[rule.id]:
            missing.append("有“其他行政处罚”，从种类看不出是不是罚款及以上")
        if missing and not certain[rule.id]:
            sentence = f"{rule_title(rules, rule, day)}：{'，'.join(missing)}，不能据数据判断"
            found.append(Ineligibility(rule.id, sentence, str(rule.citation)))
    return found


def unset_numbers(rules: RecognitionRules, rule: Rule, day: dt.date) -> list[str]:
    """The numbers that a rule compares with and nobody has set."""
    named = sorted(set(parameters_in(rule.expression.root)) & set(rules.parameters))
    return [name for name in named if rules.value(name, day) is None]


def presume_published(penalty: PenaltyFacts) -> PenaltyFacts:
    """The penalty as if it was published when it was decided, where no day is known."""
    return replace(penalty, published_on=penalty.published_on or penalty.decided_on)


def presume_heavy(penalty: PenaltyFacts) -> PenaltyFacts:
    """The penalty as a fine, where its kind does not say how heavy it is."""
    return replace(penalty, kind="fine") if penalty.kind == OTHER_PENALTY else penalty


def rule_title(rules: RecognitionRules, rule: Rule, day: dt.date) -> str:
    """A rule's title with the numbers of the day."""
    return fill_title(rule.title, rules.parameters, values_on(rules.parameters, day))


REGISTERED = "registered"


def known_facts(
    household: Household | RegisterEntry,
    record: HouseholdRecord,
    *,
    recommended: bool,
    kinds: Collection[str],
    breach_recorded: bool | None = None,
) -> KnownFacts:
    """What is known of a household and its operator, from its record.

    `breach_recorded`: the reviewer's finding, kept with the application.
    """
    return KnownFacts(
        typed_as=household.type,
        recommended=recommended,
        operator_kinds=frozenset(kinds),
        penalties=[
            PenaltyFacts(
                penalty.kind, penalty.decided_on, penalty.published_on, penalty.published_until, penalty.repaired_on
            )
            for penalty in record.penalties
        ],
        operator_listed=record.operator_listed,
        breach_recorded=breach_recorded,
        banned_until=record.banned_until,
        undelivered=record.undelivered,
        operator_unknown=record.entry.operator_ref is None,
    )


def ineligibilities(
    rules: RecognitionRules,
    household: Household | RegisterEntry,
    record: HouseholdRecord,
    known: KnownFacts,
    day: dt.date,
) -> list[Ineligibility]:
    """Every reason: the policy's rules (a ban's among them), the register, one household per person and county."""
    reasons = rule_ineligibilities(rules, recognition_facts(rules, known, day), day)
    if household.status != REGISTERED:
        reasons.append(Ineligibility("register", "个体工商户不在登记在册状态", str(rules.citation)))
    if record.recognised:
        reasons.append(Ineligibility("recognised", "已经是“名特优新”个体工商户", str(rules.one_category)))
    if record.operators_other is not None:
        sentence = f"同一经营者在本县已有一户获得认定（{record.operators_other}）"
        reasons.append(Ineligibility("one-per-person", sentence, str(rules.one_per_person)))
    return reasons


class JudgedApplication(Protocol):
    """The attributes of an application that it is judged by."""

    @property
    def county(self) -> str: ...
    @property
    def operator_ref(self) -> str | None: ...
    @property
    def path(self) -> PathKind: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def breach_recorded(self) -> bool | None: ...


def undecided_obstacles(
    application: JudgedApplication, record: HouseholdRecord, rules: RecognitionRules
) -> list[Ineligibility]:
    """What may bar an application under way and no register decides: somebody has to find out."""
    recommended = application.path is PathKind.RECOMMENDATION
    known = known_facts(record.entry, record, recommended=recommended, kinds=application.claims.kinds)
    return undecided_disqualifiers(rules, known, clock.today())


def current_obstacles(
    application: JudgedApplication,
    household: Household | RegisterEntry,
    record: HouseholdRecord,
    rules: RecognitionRules,
) -> list[str]:
    """Everything that bars an application under way today, as Chinese sentences."""
    changed = [] if household.region == application.county else ["这一户已迁出本县"]
    if household.operator_ref != application.operator_ref:
        changed.append("经营者已变更，须由现在的经营者接续办理（推荐的，须由其本人同意）")
    known = known_facts(
        household,
        record,
        recommended=application.path is PathKind.RECOMMENDATION,
        kinds=application.claims.kinds,
        breach_recorded=application.breach_recorded,
    )
    against = ineligibilities(rules, household, record, known, clock.today())
    return changed + [f"{reason.sentence}（依据：{reason.citation}）" for reason in against]
