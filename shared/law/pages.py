"""`python -m shared.law.pages`: a page per policy in docs/policies, the law's sentences next to their rules.

Generated from the policy and its text and checked for drift by a test. Every sentence has a rule, a reason for having
none, or neither; the list of the latter must be empty.
"""

from collections.abc import Iterable, Iterator

from shared.law.language.units import format_value
from shared.law.model.clauses import Parameter
from shared.law.model.objections import ObjectionRule
from shared.law.model.policy import Policy
from shared.law.reader.loading import POLICIES, load_policy, policy_ids
from shared.law.verifier.objections import rule_sentence
from shared.law.verifier.text_coverage import TextSentence, rule_quotes, text_coverage

DOCS = POLICIES.parent / "docs" / "policies"


def main() -> None:
    """Write every page."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name in policy_ids():
        (DOCS / f"{name}.md").write_text(page(name), encoding="utf-8")


def page(name: str) -> str:
    """One policy's page, in Markdown."""
    policy = load_policy(name)
    until = f"至 {policy.until}" if policy.until else "起"
    base = f"　扩展自 `{policy.extends}`" if policy.extends else ""
    lines = [
        f"# {policy.title}",
        "",
        f"`{policy.id}`　{policy.document.number}　{policy.document.issuer}　施行：{policy.since} {until}{base}",
        "",
        "由程序生成（`python -m shared.law.pages`）：左边是文件的原话，右边是由它来的规则。",
        "",
        *_text_section(policy),
        *_objection_section(policy),
        *_parameter_section(policy),
        *_interpretation_section(policy),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _text_section(policy: Policy) -> Iterator[str]:
    if policy.document.text is None:
        yield from ("## 原文", "", "没有原文；各条规则引用的文件见下表。", "")
        yield from _table(("规则", "是什么", "原话", "依据"), _rules_without_text(policy))
        return
    sentences = text_coverage(policy.id)
    ruled = [sentence for sentence in sentences if sentence.quotes]
    excused = [sentence for sentence in sentences if sentence.reason]
    neither = [sentence for sentence in sentences if sentence.uncovered]
    yield f"原文 {len(sentences)} 句：有规则的 {len(ruled)} 句，说明了为什么没有规则的 {len(excused)} 句，"
    yield f"两者都没有的 {len(neither)} 句。"
    yield ""
    yield "## 有规则的"
    yield ""
    yield from _table(("原文", "规则"), ((sentence.text, _rules(sentence)) for sentence in ruled))
    yield "## 没有规则的，和为什么"
    yield ""
    yield from _table(("原文", "为什么没有规则"), ((sentence.text, sentence.reason) for sentence in excused))
    yield "## 既没有规则也没有说明的"
    yield ""
    yield from [f"- {sentence.text}" for sentence in neither] or ["无。"]
    yield ""


def _rules_without_text(policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    for quote, citation in rule_quotes(policy):
        yield f"`{quote.rule}`", quote.title, quote.words, str(citation)


def _rules(sentence: TextSentence) -> str:
    return "<br>".join(dict.fromkeys(f"`{quote.rule}` {quote.title}" for quote in sentence.quotes))


def _parameter_section(policy: Policy) -> Iterator[str]:
    parts = (
        policy.parameters,
        policy.recognition and policy.recognition.parameters,
        policy.objections and policy.objections.parameters,
        policy.publication and policy.publication.parameters,
    )
    every = [parameter for part in parts if part for parameter in part.values()]
    yield "## 数额"
    yield ""
    yield from _table(("名称", "是什么", "数额", "依据"), (_parameter_row(parameter) for parameter in every))


def _parameter_row(parameter: Parameter) -> tuple[str, str, str, str]:
    values = "；".join(f"自 {dated.since} 起 {format_value(dated.value, parameter.unit)}" for dated in parameter.values)
    doubt = "" if parameter.verified else "（未核对：没有该文件的原文）"
    return f"`{parameter.name}`", parameter.title, (values or "未定") + doubt, str(parameter.citation)


def _objection_section(policy: Policy) -> Iterator[str]:
    if policy.objections is None:
        return
    yield "## 异议：谁提出、谁受理、谁决定"
    yield ""
    rules = policy.objections.rules.values()
    yield from _table(
        ("对什么", "谁办", "期限"), ((rule.against.label, rule_sentence(rule), _periods(rule)) for rule in rules)
    )


def _periods(rule: ObjectionRule) -> str:
    return "，".join(f"{period.label} `{parameter.name}`" for period, parameter in rule.periods.items())


def _interpretation_section(policy: Policy) -> Iterator[str]:
    yield "## 解释：原文没有写清的地方"
    yield ""
    if not policy.interpretations:
        yield "无。"
    for interpretation in policy.interpretations.values():
        yield f"- **{interpretation.question}**（`{interpretation.id}`）"
        for reading in interpretation.readings.values():
            mark = "现在采用" if reading.id == interpretation.in_force else "另一种读法"
            yield f"  - {mark}：`{reading.id}` {reading.title}"
        yield f"  - 为什么：{interpretation.why}　由谁决定：{interpretation.decides}"
    yield ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '｜').replace(chr(10), ' ') for cell in row)} |"
    yield ""


if __name__ == "__main__":
    main()
