"""What can be wrong with a decision, as the policy puts it: the grounds that an objector chooses from.

A typing result: every clause of the run's policy, every fact that a clause asks for (with the department that delivers
it) and every reading in force. A decision of recognition: the clauses it rests on and the steps of its procedure.
Always: something else, in the objector's own words. Nothing here is about one household, so there are no figures.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.objection.registers.domain import Against
from services.objection.rules.domain import GroundKind
from shared.bounded_cache import BoundedCache
from shared.feeds.contract.feeds import FEEDS
from shared.law.language.nodes import facts_in
from shared.law.language.units import Values
from shared.law.language.vocabulary import ALL_FACTS
from shared.law.model.clauses import Citation, Interpretation, Parameter, Rule, fill_title, values_on
from shared.law.model.policy import Policy
from shared.law.model.recognition import PathStep, RecognitionRules, StepKind
from shared.reference.departments import Department

STEP_LABELS: Mapping[StepKind, str] = {
    StepKind.CONSENT: "征得经营者同意",
    StepKind.RECOMMENDATION: "部门推荐",
    StepKind.APPLICATION: "自主申报",
    StepKind.REVIEW: "审核",
    StepKind.SELECTION: "择优",
    StepKind.SITE_VISIT: "走访核实",
    StepKind.CONSULTATION: "征求意见",
    StepKind.PUBLIC_NOTICE: "公示",
    StepKind.DECISION: "认定",
    StepKind.REPORT: "报上级",
}
OTHER = "other"
MOST_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class GroundOption:
    """One thing that may be wrong. `facts` and `reading`: the further grounds that a clause rests on, by id; `feed` and
    `department`: who delivers a fact; `in_force` and `decides`: the reading taken, and who may take another.
    """

    kind: GroundKind
    id: str
    title: str
    citation: Citation | None = None
    facts: tuple[str, ...] = ()
    reading: str | None = None
    feed: str | None = None
    department: Department | None = None
    in_force: str | None = None
    decides: str | None = None


_KNOWN = BoundedCache[tuple[str, Against, dt.date], tuple[GroundOption, ...]](MOST_REMEMBERED)


def grounds_of(policy: Policy, against: Against, day: dt.date) -> tuple[GroundOption, ...]:
    """The grounds that a policy gives for objecting to a kind of decision, on a day; put together once a process."""
    key = policy.content_hash, against, day
    return _KNOWN.get(key) or _KNOWN.put(key, _put_together(policy, against, day))


def _put_together(policy: Policy, against: Against, day: dt.date) -> tuple[GroundOption, ...]:
    if against is Against.TYPING:
        found = list(_of_rules(policy, policy.clauses(), policy.parameters, day))
    elif policy.recognition is not None:
        found = list(_of_recognition(policy, policy.recognition, against, day))
    else:
        found = []
    return (*found, GroundOption(GroundKind.OTHER, OTHER, "其他（请在异议内容中写明）"))


def _of_recognition(policy: Policy, rules: RecognitionRules, against: Against, day: dt.date) -> Iterator[GroundOption]:
    lifecycle = rules.lifecycle
    judged: Mapping[Against, tuple[Rule, ...]] = {
        Against.PUBLIC_NOTICE: (*rules.sources, *rules.disqualifiers),
        Against.REFUSAL: (*rules.sources, *rules.disqualifiers),
        Against.CONFIRMATION: lifecycle.confirmation,
        Against.EXTENSION: lifecycle.extension,
        Against.CANCELLATION: lifecycle.confirmation,
    }
    yield from _of_rules(policy, judged.get(against, ()), rules.parameters, day)
    ends: Mapping[Against, tuple[str, str, Citation]] = {
        Against.CONFIRMATION: ("information-report", "信息报告", lifecycle.report_citation),
        Against.EXTENSION: ("evaluation", "评估", lifecycle.extension_citation),
        Against.CANCELLATION: ("cancellation", "取消认定的事实、理由和程序", lifecycle.cancellation),
        Against.REVOCATION: ("revocation", "撤销认定的事实、理由和程序", lifecycle.revocation),
    }
    if against in ends:
        name, title, citation = ends[against]
        yield GroundOption(GroundKind.STEP, name, title, citation)
    else:
        yield from _of_steps(step for path in rules.paths.values() for step in path.steps)


def _of_steps(steps: Iterable[PathStep]) -> Iterator[GroundOption]:
    """Each step once, however many paths have it."""
    seen: dict[StepKind, PathStep] = {}
    for step in steps:
        seen.setdefault(step.kind, step)
    for kind, step in seen.items():
        yield GroundOption(GroundKind.STEP, kind.value, STEP_LABELS[kind], step.citation)


def _of_rules(
    policy: Policy, rules: Iterable[Rule], parameters: Mapping[str, Parameter], day: dt.date
) -> Iterator[GroundOption]:
    """The rules themselves, then the facts they ask for, then the readings they rest on, each once."""
    values = values_on(parameters, day)
    facts: dict[str, None] = {}
    readings: dict[str, Citation] = {}
    for rule in rules:
        asked = facts_in(rule.expression.root)
        facts.update(dict.fromkeys(asked))
        if rule.interpretation is not None:
            readings.setdefault(rule.interpretation, rule.citation)
        title = fill_title(rule.title, parameters, values)
        yield GroundOption(GroundKind.CLAUSE, rule.id, title, rule.citation, asked, rule.interpretation)
    for name in facts:
        yield _of_fact(name)
    for name, citation in readings.items():
        yield _of_reading(policy.interpretations[name], citation, parameters, values)


def _of_fact(name: str) -> GroundOption:
    fact = ALL_FACTS[name]
    feed = FEEDS.get(fact.feed)
    return GroundOption(
        GroundKind.FACT,
        name,
        fact.label,
        feed=feed.name if feed else None,
        department=feed.department if feed else None,
    )


def _of_reading(
    interpretation: Interpretation, citation: Citation, parameters: Mapping[str, Parameter], values: Values
) -> GroundOption:
    return GroundOption(
        GroundKind.READING,
        interpretation.id,
        interpretation.question,
        citation,
        in_force=fill_title(interpretation.reading.title, parameters, values),
        decides=interpretation.decides,
    )
