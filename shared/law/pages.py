"""`python -m shared.law.pages`: a page per policy in docs/policies, the law's sentences next to their rules.

Generated from the policy and its text and checked for drift by a test. Every word has a rule, a reason for having none,
something that is still to be built, or nothing at all; the list of the latter must be empty.
"""

from collections.abc import Iterable, Iterator, Sequence

from shared.law.language.units import format_value
from shared.law.model.clauses import Parameter
from shared.law.model.objections import ObjectionRule
from shared.law.model.policy import Duty, Policy
from shared.law.model.recognition import LEVEL_LABELS
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
    """The page of one policy, by id or path, in Markdown."""
    policy = load_policy(name)
    until = f"至 {policy.until}" if policy.until else "起"
    in_force = "征求意见稿，没有施行：可以试算，不能据以判定" if policy.draft else f"施行：{policy.since} {until}"
    types = (
        []
        if policy.run_by is None
        else [f"分型、公布：{LEVEL_LABELS[policy.run_by.level]}（{policy.run_by.citation}）", ""]
    )
    base = f"　扩展自 `{policy.extends}`" if policy.extends else ""
    lines = [
        f"# {policy.title}",
        "",
        f"`{policy.id}`　{policy.document.number}　{policy.document.issuer}　{in_force}{base}",
        "",
        *types,
        "由程序生成（`python -m shared.law.pages`）：左边是文件的原话，右边是由它来的规则。",
        "",
        *_text_section(policy, name),
        *_duty_section(policy),
        *_objection_section(policy),
        *_parameter_section(policy),
        *_interpretation_section(policy),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _text_section(policy: Policy, name: str) -> Iterator[str]:
    if policy.document.text is None:
        yield from ("## 原文", "", "没有原文；各条规则引用的文件见下表。", "")
        yield from _table(("规则", "是什么", "原话", "依据"), _rules_without_text(policy))
        return
    coverage = text_coverage(name)
    if coverage is None:
        return
    ruled = [sentence for sentence in coverage.sentences if sentence.quotes]
    without = [(sentence.text, sentence.passage) for sentence in coverage.sentences if sentence.passage]
    excused = [(text, passage.reason + _by(passage.features)) for text, passage in without if not passage.to_build]
    missing = [(text, passage.reason) for text, passage in without if passage.to_build]
    neither = sum(words.characters for words in coverage.uncovered)
    yield f"原文 {coverage.characters} 字、{len(coverage.sentences)} 句：有规则的 {len(ruled)} 句，"
    yield f"不需要规则的 {len(excused)} 句，有待建设的 {len(missing)} 句；没有引用也没有说明的 {neither} 字。"
    yield ""
    yield "## 有规则的"
    yield ""
    yield from _table(("原文", "规则"), ((sentence.text, _rules(sentence)) for sentence in ruled))
    yield "## 不需要规则的，和为什么"
    yield ""
    yield from _table(("原文", "为什么"), excused)
    yield "## 有待建设的"
    yield ""
    yield from _table(("原文", "平台还缺什么"), missing) if missing else ("无。", "")
    yield "## 没有引用也没有说明的"
    yield ""
    yield from [f"- 第 {words.line} 行：{words.text}" for words in coverage.uncovered] or ["无。"]
    yield ""


def _rules_without_text(policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    for quote, citation in rule_quotes(policy):
        yield f"`{quote.rule}`", quote.title, quote.words, str(citation)


def _rules(sentence: TextSentence) -> str:
    return "<br>".join(dict.fromkeys(f"`{quote.rule}` {quote.title}" for quote in sentence.quotes))


def _duty_section(policy: Policy) -> Iterator[str]:
    if policy.duties:
        yield from ("## 工作要求：怎样做到，靠平台的什么功能", "")
        yield from _table(("工作要求", "怎样做到", "平台的功能"), map(_duty_row, policy.duties))


def _duty_row(duty: Duty) -> tuple[str, str, str]:
    lacking = f"有待建设：{duty.to_build}" if duty.to_build else ""
    features = "、".join(f"`{feature}`" for feature in duty.features)
    return f"`{duty.id}` {duty.title}", duty.kept_by, "；".join(filter(None, (features, lacking))) or "不靠平台"


def _by(features: Sequence[str]) -> str:
    return f"（{'、'.join(f'`{feature}`' for feature in features)}）" if features else ""


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
        doubt = "" if interpretation.verified else "（未核对：理由所依据的条文没有原文）"
        yield f"- **{interpretation.question}**（`{interpretation.id}`）{doubt}"
        for reading in interpretation.readings.values():
            mark = "现在采用" if reading.id == interpretation.in_force else "另一种读法"
            yield f"  - {mark}：`{reading.id}` {reading.title}"
        if interpretation.kept_by is not None:
            yield f"  - 平台怎样办理：{interpretation.kept_by}"
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
