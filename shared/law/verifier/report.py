"""The findings as text: by question, each with its households and the sentences of the law concerned."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from shared.law.compiler.compiled_policy import CompiledClause
from shared.law.explain.phrases import fact_phrase
from shared.law.explain.sentences import ClauseNarrator, Sentence, Truth
from shared.law.language.facts import FACTS, Fact
from shared.law.model.clauses import ClauseRole
from shared.law.model.objections import Objections
from shared.law.model.policy import Policy
from shared.law.verifier.findings import Finding, FindingKind, Verification, Witness
from shared.law.verifier.objections import ObjectionProblem, rule_sentence
from shared.law.verifier.text_coverage import TextCoverage

_BASELINE_FACTS = ("established_on", "status", "reported", "revenue", "tax_paid", "insured_staff")


def baseline_text(baseline: Mapping[str, Any]) -> str:
    """The baseline household, in words."""
    return _facts_text(_BASELINE_FACTS, baseline)


def witness_text(witness: Witness, baseline: Mapping[str, Any]) -> str:
    """A household in words: the facts that the clauses concerned use, and what differs from the baseline household."""
    told = _looked_at(witness) | deviations(witness, baseline)
    return _facts_text([name for name in FACTS if name in told], witness.facts)


def _looked_at(witness: Witness) -> set[str]:
    """The facts that the clauses concerned use."""
    narrator = _narrator(witness)
    return {name for clause in _concerned(witness) for name in narrator.deciding(clause)}


def deviations(witness: Witness, baseline: Mapping[str, Any]) -> set[str]:
    """The facts that differ from the usual ones; registering for tax on the founding day is usual."""
    facts = witness.facts
    as_usual = {**baseline, "tax_registered_on": facts["established_on"]}
    return {fact.name for fact in FACTS.values() if _differs(fact, facts, as_usual)}


def witness_sentences(witness: Witness) -> tuple[Sentence, ...]:
    """A sentence for every clause concerned, with its citation."""
    narrator = _narrator(witness)
    return tuple(_sentence(narrator, clause, witness) for clause in _concerned(witness))


def _sentence(narrator: ClauseNarrator, clause: CompiledClause, witness: Witness) -> Sentence:
    if clause.role is not ClauseRole.DEFECT or narrator.decided(clause) is not Truth.FALSE:
        return narrator.sentence(clause)
    facts = narrator.deciding(clause)
    text = f"没有这种情形：{clause.title}（{_facts_text(facts, witness.facts)}）。"
    return Sentence(text, clause.id, clause.citation, facts, Truth.FALSE)


def _narrator(witness: Witness) -> ClauseNarrator:
    return ClauseNarrator(witness.compiled, witness.facts, witness.outcome, with_figures=True)


def _concerned(witness: Witness) -> list[CompiledClause]:
    return [clause for clause in witness.compiled.clauses if clause.id in witness.clauses]


def _differs(fact: Fact, facts: Mapping[str, Any], usual: Mapping[str, Any]) -> bool:
    # a figure that does not exist is described by its guard
    if fact.guard is not None and facts[fact.guard] is False:
        return False
    return any(facts[column] != usual[column] for column in fact.columns)


def _facts_text(names: Iterable[str], facts: Mapping[str, Any]) -> str:
    return "，".join(dict.fromkeys(fact_phrase(name, facts, with_figures=True) for name in names))


_SECTIONS: tuple[tuple[str, tuple[FindingKind, ...]], ...] = (
    ("规则空档", (FindingKind.GAP, FindingKind.NO_GAP)),
    ("缺数据", (FindingKind.UNDETERMINED, FindingKind.NEVER_UNDETERMINED)),
    ("尚未设定的数额", (FindingKind.UNSET,)),
    (
        "不起作用的规则",
        (FindingKind.NEVER_HOLDS, FindingKind.TYPE_NEVER_GIVEN, FindingKind.ALWAYS_HOLDS, FindingKind.NEVER_DECIDES),
    ),
    ("两型重叠", (FindingKind.OVERLAP, FindingKind.CONFLICT)),
    (
        "换一种读法",
        (FindingKind.READING_GAP, FindingKind.READING_OVERLAP, FindingKind.READING, FindingKind.READING_SAME),
    ),
    ("界限两边", (FindingKind.BOUNDARY, FindingKind.LIMIT_WITHOUT_EFFECT)),
    ("与另一政策相比", (FindingKind.DIFFERENCE, FindingKind.SAME)),
)


def report_lines(verification: Verification) -> Iterator[str]:
    """The report, line by line."""
    policy = verification.compiled.policy
    outside = "" if policy.in_force_on(verification.as_of) else "（不在政策的施行期内）"
    yield f"政策 {policy.id}（{policy.title}），判定日 {verification.as_of}{outside}"
    yield f"普通户：{baseline_text(verification.baseline)}；在各部门都有记录。下面的户没有写到的，都与普通户相同。"
    for title, kinds in _SECTIONS:
        findings = sorted(verification.of(*kinds), key=lambda finding: kinds.index(finding.kind))
        if findings:
            yield f"【{title}】"
        for number, finding in enumerate(findings, 1):
            yield f"  {number}. {finding.text}"
            show = _boundary if finding.kind is FindingKind.BOUNDARY else _households
            yield from (f"     {line}" for line in show(finding, verification))


def _households(finding: Finding, verification: Verification) -> Iterator[str]:
    """The households of a finding, with the sentences of the clauses concerned; a household that two policies type
    appears once.
    """
    described: object = None
    for witness in finding.witnesses:
        if witness.facts != described:
            yield f"户：{witness_text(witness, verification.baseline) or '就是普通户'}。"
        described = witness.facts
        yield f"{f'{witness.side}：' if witness.side else ''}判定为{witness.outcome.type.label}。"
        yield from (f"· {sentence.text}（依据：{sentence.citation}）" for sentence in witness_sentences(witness))


def _boundary(finding: Finding, verification: Verification) -> Iterator[str]:
    """The lines of a boundary: the finding names both sides; these add what else is special, and the provision."""
    first = finding.witnesses[0]
    yield f"户：{witness_text(first, verification.baseline)}。"
    yield from (f"依据：{sentence.citation}“{sentence.citation.quote}”" for sentence in witness_sentences(first))


def later_lines(day: date, findings: Sequence[Finding], before: Sequence[Finding]) -> Iterator[str]:
    """What is otherwise from a later day on, when a number has changed."""
    said = {finding.text for finding in before}
    fresh = [finding for finding in findings if finding.text not in said]
    yield f"【自 {day} 起，数额有变动】"
    if not fresh:
        yield "  空档、缺数据、不起作用的规则和重叠都没有变化（已证明）。"
    for number, finding in enumerate(fresh, 1):
        yield f"  {number}. {finding.text}"
        for witness in finding.witnesses:
            facts = _facts_text([name for name in FACTS if name in _looked_at(witness)], witness.facts)
            yield f"     户：{facts}；判定为{witness.outcome.type.label}。"


def problem_lines(title: str, problems: Sequence[str], nothing: str) -> Iterator[str]:
    """A section of sentences about what is wrong."""
    yield f"【{title}】"
    yield from (f"  {problem}。" for problem in problems) if problems else (f"  {nothing}",)


def objection_lines(policy: Policy, problems: Sequence[ObjectionProblem], day: date) -> Iterator[str]:
    """The rules on objections, line by line: what is wrong, who does what, the numbers that no text gives."""
    yield "【异议】"
    yield from (f"  不完整：{problem}" for problem in problems)
    if policy.objections is None:
        yield "  没有异议规则。"
    else:
        for rule in policy.objections.rules.values():
            yield f"  {rule.against.label}：{rule_sentence(rule)}"
        yield from (f"  未定或未核对：{line}" for line in _doubtful_periods(policy.objections, day))


def _doubtful_periods(objections: Objections, day: date) -> Iterator[str]:
    """Each parameter that is unset or unverified, once."""
    seen: set[str] = set()
    for rule in objections.rules.values():
        for period in rule.periods:
            on_day = rule.on(period, day)
            if on_day is None or on_day.parameter in seen or (on_day.verified and on_day.days is not None):
                continue
            seen.add(on_day.parameter)
            yield f"{rule.periods[period].title}（{on_day.parameter}）{on_day.text}"


def text_lines(coverage: TextCoverage) -> Iterator[str]:
    """What of the law's text has rules: the counts, what is to be built, and the words that were forgotten."""
    ruled = sum(bool(sentence.quotes) for sentence in coverage.sentences)
    neither = sum(words.characters for words in coverage.uncovered)
    yield f"原文 {coverage.characters} 字、{len(coverage.sentences)} 句，其中有规则的 {ruled} 句。"
    if coverage.to_build:
        yield "【有待建设】"
        yield from (f"  {passage.first}…{passage.last}：{passage.reason}" for passage in coverage.to_build)
    yield "【没有引用也没有说明】"
    yield from (f"  第 {words.line} 行：{words.text}" for words in coverage.uncovered)
    yield f"  共 {neither} 字；请写进规则的 quote，或者写进 <id>.without-rule.yaml。" if neither else "  没有。"
