"""Whether a household may be recognised on a day: what is claimed, its facts, judged by the policy's rules.

A claim names a category, criteria and the kind of operator. A criterion is proven by a document or by another bureau,
which the reviewer asks. Every reason against a household is given at once, with the provision it rests on. All is pure
but the last part, which reads the household's record from the registers.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers.models import Household
from services.recognition.registers.repository import HouseholdRecord, RegisterEntry, records_of
from services.recognition.rules.domain import PathKind
from shared import clock
from shared.law.compiler.evaluator import evaluate_rules
from shared.law.language.facts import BUREAUS, FactKind
from shared.law.language.nodes import facts_in
from shared.law.language.vocabulary import RECOGNITION_COLUMNS, RECOGNITION_FACTS
from shared.law.model.clauses import Rule, fill_title, values_on
from shared.law.model.recognition import Category, RecognitionRules

OPERATOR_KINDS: Mapping[str, str] = {
    "veteran": "退役军人",
    "graduate": "高校毕业生",
    "disabled": "残疾人",
    "returning_migrant": "返乡创业农民工",
}
"""经营者身份: for whom a policy may relax the source. A document `kind.<kind>:<document>` proves it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The category applied for, the ids of the criteria claimed in it, the kinds of operator."""

    category: Category
    criteria: tuple[str, ...]
    kinds: tuple[str, ...] = ()


def claim_deficiencies(claim: Claim, categories: Mapping[str, Any], evidence: Collection[str]) -> list[str]:
    """Everything that a claim lacks under the published criteria, in Chinese; empty: it is complete.

    `evidence` names what documents were handed in for, as `<criterion>:<document>`. What another bureau proves is never
    asked for.
    """
    return [*criteria_deficiencies(claim, categories, evidence), *operator_kind_deficiencies(claim.kinds, evidence)]


def criteria_deficiencies(claim: Claim, categories: Mapping[str, Any], evidence: Collection[str]) -> list[str]:
    """What the criteria claimed lack."""
    if claim.category not in categories:
        return [f"本地没有公布“{claim.category.label}”类的标准"]
    if not claim.criteria:
        return ["没有写明符合哪一条标准"]
    known = {one["id"]: one for one in categories[claim.category]["criteria"]}
    return [f"没有标准“{name}”" for name in claim.criteria if name not in known] + [
        f"标准“{known[name]['title']}”缺少材料：{document}"
        for name in claim.criteria
        if name in known
        for document in required_documents(known[name])
        if f"{name}:{document}" not in evidence
    ]


def required_documents(criterion: Mapping[str, Any]) -> list[str]:
    """The documents that a criterion takes: where a bureau proves it, only those besides."""
    return [*([] if criterion["proven_by"] else criterion["evidence"]), *criterion["besides"]]


def operator_kind_deficiencies(kinds: Collection[str], evidence: Collection[str]) -> list[str]:
    """Kinds of operator that nothing was handed in for: nobody becomes one by saying so."""
    return [
        f"经营者是{OPERATOR_KINDS[kind]}，缺少证明材料（上传时 evidence 写 kind.{kind}:材料名称）"
        for kind in kinds
        if not any(one.startswith(f"kind.{kind}:") for one in evidence)
    ]


def criteria_to_verify(
    criteria: Collection[str], category: Mapping[str, Any], evidence: Collection[str]
) -> list[dict[str, str]]:
    """Of some criteria those that only another bureau can prove: id, title, and the bureau to ask.

    Who handed the documents in of his own accord does not depend on the bureau.
    """
    return [
        {"id": one["id"], "title": one["title"], "bureau": BUREAUS.get(one["proven_by"], one["proven_by"])}
        for one in category["criteria"]
        if one["id"] in criteria and one["proven_by"] and not has_all_documents(one, evidence)
    ]


def has_all_documents(criterion: Mapping[str, Any], evidence: Collection[str]) -> bool:
    """Whether the documents of a criterion are there, if it has any."""
    wanted = [f"{criterion['id']}:{document}" for document in criterion["evidence"]]
    return bool(wanted) and all(one in evidence for one in wanted)


def total_points(criteria: Collection[str], category: Mapping[str, Any]) -> int:
    """The points of the criteria that a review found met; without points each counts one."""
    return sum(one["points"] or 1 for one in category["criteria"] if one["id"] in criteria)


def meets_category(criteria: Collection[str], category: Mapping[str, Any]) -> bool:
    """Whether the criteria found met make the category: the points needed, or any one."""
    needed = category["points_needed"] or 1
    return total_points(criteria, category) >= needed


FINE_OR_WORSE = frozenset({"fine", "confiscation", "licence-suspension", "licence-revocation", "closure", "detention"})
"""罚款及以上: every kind of penalty but a warning and public criticism."""


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

    `breach_recorded` is an officer's finding, None until he states it; `banned_until` the last day of a ban.
    """

    typed_as: str | None
    recommended: bool = False
    operator_kinds: frozenset[str] = frozenset()
    penalties: Sequence[PenaltyFacts] = ()
    operator_listed: bool = False
    breach_recorded: bool | None = None
    banned_until: dt.date | None = None
    more: Mapping[str, object] = field(default_factory=dict)
    """Facts of confirmations and evaluations, by name."""


@dataclass(frozen=True, slots=True)
class Ineligibility:
    """One reason against: the rule, in words, what it rests on, and what would cure it."""

    rule: str
    sentence: str
    citation: str


def recognition_facts(known: KnownFacts, day: dt.date) -> dict[str, object]:
    """The facts that recognition rules speak of, as of a day; what lies after it has not happened."""
    facts: dict[str, object] = {
        **dict.fromkeys(RECOGNITION_COLUMNS),
        "typed_as": known.typed_as,
        "recommended": known.recommended,
        **{kind: kind in known.operator_kinds for kind in OPERATOR_KINDS},
        **penalty_facts(known.penalties, day),
        "operator_dishonest_debtor": known.operator_listed,
        "breach_recorded": known.breach_recorded,
        "revoked": known.banned_until is not None,
        "banned_until": known.banned_until,
    }
    return facts | dict(known.more)


def penalty_facts(penalties: Sequence[PenaltyFacts], day: dt.date) -> dict[str, object]:
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


def rule_ineligibilities(rules: RecognitionRules, facts: Mapping[str, object], day: dt.date) -> list[Ineligibility]:
    """Every reason why the household may not apply or be recommended; none: it may.

    It needs one source that certainly holds and no disqualifier that holds; an undecided disqualifier bars nobody.
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
    """A disqualifier that holds, with the days that it rests on."""
    read = [RECOGNITION_FACTS[name] for name in facts_in(rule.expression.root)]
    days = [f"{fact.label} {facts[fact.name]}" for fact in read if fact.kind is FactKind.DATE and facts[fact.name]]
    rests_on = f"（{'，'.join(days)}）" if days else ""
    cure = f"；{rule.restore}以后可以再申报" if rule.restore else ""
    return Ineligibility(rule.id, f"{rule_title(rules, rule, day)}{rests_on}{cure}", str(rule.citation))


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
    """What is known of a household and its operator by a record that was read.

    `breach_recorded`: the reviewer's finding, kept with the application.
    """
    return KnownFacts(
        typed_as=household.type,
        recommended=recommended,
        operator_kinds=frozenset(kinds),
        penalties=[
            PenaltyFacts(one.kind, one.decided_on, one.published_on, one.published_until, one.repaired_on)
            for one in record.penalties
        ],
        operator_listed=record.operator_listed,
        breach_recorded=breach_recorded,
        banned_until=record.banned_until,
    )


async def current_ineligibilities(
    session: AsyncSession,
    rules: RecognitionRules,
    household: Household,
    day: dt.date,
    *,
    recommended: bool,
    kinds: Collection[str] = (),
) -> list[Ineligibility]:
    """Every reason: the policy's rules (a ban's among them), the register, one household per person and county."""
    records = await records_of(session, [household.uscc], day)
    known = known_facts(household, records[household.uscc], recommended=recommended, kinds=kinds)
    return ineligibilities(rules, household, records[household.uscc], known, day)


def ineligibilities(
    rules: RecognitionRules,
    household: Household | RegisterEntry,
    record: HouseholdRecord,
    known: KnownFacts,
    day: dt.date,
) -> list[Ineligibility]:
    """The same from what was read. Whom a ban bars, and until when, is the policy's rule alone to say."""
    found = rule_ineligibilities(rules, recognition_facts(known, day), day)
    if household.status != REGISTERED:
        found.append(Ineligibility("register", "个体工商户不在登记在册状态", str(rules.citation)))
    if record.recognised:
        found.append(Ineligibility("recognised", "已经是“名特优新”个体工商户", str(rules.one_category)))
    if record.operators_other is not None:
        sentence = f"同一经营者在本县已有一户获得认定（{record.operators_other}）"
        found.append(Ineligibility("one-per-person", sentence, str(rules.one_per_person)))
    return found


class JudgedApplication(Protocol):
    """An application, as far as what stands against it is judged by it."""

    @property
    def county(self) -> str: ...
    @property
    def operator_ref(self) -> str | None: ...
    @property
    def path(self) -> PathKind: ...
    @property
    def claims(self) -> Mapping[str, Any]: ...
    @property
    def breach_recorded(self) -> bool | None: ...


def current_obstacles(
    application: JudgedApplication,
    household: Household | RegisterEntry,
    record: HouseholdRecord,
    rules: RecognitionRules,
) -> list[str]:
    """Whatever stands against the household of an application that is under way, as of today."""
    changed = [] if household.region == application.county else ["这一户已迁出本县"]
    if household.operator_ref != application.operator_ref:
        changed.append("经营者已变更，须由现在的经营者接续办理（推荐的，须由其本人同意）")
    known = known_facts(
        household,
        record,
        recommended=application.path is PathKind.RECOMMENDATION,
        kinds=application.claims.get("kinds", []),
        breach_recorded=application.breach_recorded,
    )
    against = ineligibilities(rules, household, record, known, clock.today())
    return changed + [f"{one.sentence}（依据：{one.citation}）" for one in against]
