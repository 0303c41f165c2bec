"""What each missing datum would change: the type under every answer its bureau could give.

One fact at a time, the others left as they are; `together` says what is possible once all are known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from shared.policy.compiled import CompiledPolicy
from shared.policy.facts import FACTS
from shared.policy.kleene import Facts, deciding
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.outlook import words
from shared.policy.outlook.answers import ORDERED, Answer, answers_of, within_band
from shared.policy.outlook.possible import possible_types, reach
from shared.policy.outlook.supposing import suppose


@dataclass(frozen=True, slots=True)
class Case:
    """Answers with the same consequence, one of them as a sample (`fact` at `sample`)."""

    when: str
    type: HouseholdType
    fact: str
    sample: object


@dataclass(frozen=True, slots=True)
class Prospect:
    """A missing fact: the bureau that would know, and what each answer would make of the household."""

    fact: str
    bureau: str
    cases: tuple[Case, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Prospects:
    """What is missing, fact by fact; the types still possible once all of it is known; and that as a sentence."""

    facts: tuple[Prospect, ...]
    possible: tuple[HouseholdType, ...]
    together: str


def prospects(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> Prospects:
    """The prospects of one household; no facts where nothing missing could matter."""
    possible = possible_types(compiled, facts, outcome)
    found = tuple(_prospect(compiled, facts, outcome.type, name) for name in _missing(compiled, facts, outcome))
    return Prospects(found, possible, _together(found, possible, outcome))


def _missing(compiled: CompiledPolicy, facts: Facts, outcome: Outcome) -> Iterable[str]:
    """The unknown facts between what is possible; a guard is asked about with the figure that it guards."""
    mask = reach(compiled.decision, outcome).open_mask
    undecided = [clause for clause in compiled.clauses if mask >> clause.bit & 1]
    names = dict.fromkeys(leaf.fact for clause in undecided for leaf in deciding(clause.bound, facts))
    guards = {FACTS[name].guard for name in names}
    return [name for name in names if name not in guards]


def _prospect(compiled: CompiledPolicy, facts: Facts, current: HouseholdType, name: str) -> Prospect:
    fact = FACTS[name]
    cases: list[Case] = []
    if fact.guard is not None and facts[fact.guard] is None:
        none = suppose(facts, fact.guard, False)
        cases.append(Case(FACTS[fact.guard].no, compiled.type_one(none).type, fact.guard, False))
    cases += _cases(compiled, facts, name)
    return Prospect(name, fact.bureau, tuple(cases), _sentence(name, cases, current))


def _cases(compiled: CompiledPolicy, facts: Facts, name: str) -> Iterable[Case]:
    """Neighbouring spans of one consequence become one case; so do the words of a choice, wherever they stand."""
    told = [
        (compiled.type_one(suppose(facts, name, answer.sample)).type, answer)
        for answer in within_band(answers_of(compiled)[name], name, facts)
    ]
    if FACTS[name].kind not in ORDERED:
        told.sort(key=lambda pair: pair[0])
    guard = FACTS[name].guard
    given = FACTS[guard].yes + "、" if guard is not None and facts[guard] is None else ""
    for kind, pairs in groupby(told, key=lambda pair: pair[0]):
        group: list[Answer] = [answer for _, answer in pairs]
        yield Case(given + words.answer(name, group), kind, name, group[0].sample)


def _sentence(name: str, cases: list[Case], current: HouseholdType) -> str:
    fact = FACTS[name]
    kinds = {case.type for case in cases}
    if len(kinds) == 1:
        return (
            f"{fact.bureau}若提供{fact.label}：无论结果如何，单凭这一项，{words.become(cases[0].type, current)[1:]}。"
        )
    said = "；".join(f"{case.when}，{words.become(case.type, current)}" for case in cases)
    return f"{fact.bureau}若提供{fact.label}：{said}。"


def _together(found: tuple[Prospect, ...], possible: tuple[HouseholdType, ...], outcome: Outcome) -> str:
    if not outcome.unknown_mask:
        return ""
    if len(possible) == 1:
        still = "仍" if possible[0] is outcome.type else ""
        return f"所缺的数据补齐以后，无论结果如何，都{still}是{possible[0].label}。"
    alone = {case.type for one in found for case in one.cases}
    mixed = "几项数据互相影响，要合起来看：" if HouseholdType.UNDETERMINED in alone or alone < set(possible) else ""
    return f"{mixed}所缺的数据补齐以后，可能是{words.types(possible)}。"
