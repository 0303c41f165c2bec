"""Which sentences of the law's text have rules: each is quoted by a rule, has a reason for having none, or neither.

`policies/<id>.without-rule.yaml` lists passages (`from` their first words `to` their last) with the reason why
they need no rule. A sentence that some rule quotes is covered by that rule; a passage may contain it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.law.language.errors import PolicyError
from shared.law.model.clauses import Citation, fill_title
from shared.law.model.policy import Policy
from shared.law.reader.fields import Fields
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.reader.yaml_tree import YamlItem, read_yaml

WITHOUT_RULE_SUFFIX = ".without-rule.yaml"
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?[”’」）)]*")
_BLANK = re.compile(r"[\s\u3000]")


@dataclass(frozen=True, slots=True)
class RuleQuote:
    """A rule's words in the text: the rule's id and title, the article, the words."""

    rule: str
    title: str
    article: str
    words: str


@dataclass(frozen=True, slots=True)
class TextSentence:
    """One sentence of the text, the rules that quote it, and the reason when none does (empty: neither)."""

    text: str
    quotes: tuple[RuleQuote, ...]
    reason: str

    @property
    def uncovered(self) -> bool:
        """Whether the sentence has neither a rule nor a reason for having none."""
        return not self.quotes and not self.reason


class UnspacedText:
    """A text without whitespace, to find quotes in; offsets refer to the text without whitespace."""

    def __init__(self, text: str) -> None:
        self.text = _BLANK.sub("", text)

    def spans(self, words: str) -> list[tuple[int, int]]:
        """Every range at which the words occur."""
        needle = _BLANK.sub("", words)
        spans, start = [], self.text.find(needle)
        while start >= 0:
            spans.append((start, start + len(needle)))
            start = self.text.find(needle, start + 1)
        return spans


def cover_sentences(text: str, quotes: Iterable[RuleQuote], passages: Sequence["Passage"]) -> list[TextSentence]:
    """The text's sentences in order, each with its rules or its reason."""
    squeezed = UnspacedText(text)
    quoted = [(span, quote) for quote in quotes for span in squeezed.spans(quote.words)]
    reasons = [(passage.span(squeezed), passage.reason) for passage in passages]
    sentences, position = [], 0
    for match in _SENTENCE.finditer(text):
        length = len(_BLANK.sub("", match[0]))
        if length == 0:
            continue
        here = (position, position + length)
        position += length
        rules = tuple(dict.fromkeys(quote for span, quote in quoted if _overlap(span, here)))
        reason = next((why for span, why in reasons if _overlap(span, here)), "")
        sentences.append(TextSentence(match[0].strip(), rules, "" if rules else reason))
    return sentences


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the text that needs no rule, and the reason."""

    first: str
    last: str
    reason: str
    item: YamlItem

    def span(self, squeezed: UnspacedText) -> tuple[int, int]:
        """Its range in the text. Errors: PolicyError when its first or last words do not occur, or occur more than
        once.
        """
        begins = squeezed.spans(self.first)
        if len(begins) != 1:
            raise PolicyError(self._wrong(self.first, len(begins)), self.item.place)
        start = begins[0][0]
        ends = [end for begin, end in squeezed.spans(self.last) if begin >= start]
        if not ends:
            raise PolicyError(self._wrong(self.last, 0), self.item.place)
        return start, ends[0]

    def _wrong(self, words: str, times: int) -> str:
        where = "不在原文里（或不在 from 之后）" if times == 0 else f"在原文里出现了 {times} 次，请多写几个字"
        return f"“{words}”{where}"


def read_passages(path: Path) -> list[Passage]:
    """The passages of a file; none where there is no file. Errors: PolicyError."""
    if not path.is_file():
        return []
    every = Fields(read_yaml(path), "无规则语句文件", ("passages",)).list("passages")
    return [_passage(item) for item in every]


def _passage(item: YamlItem) -> Passage:
    fields = Fields(item, "一段无规则的原文", ("from", "to", "reason"))
    first = fields.text("from")
    return Passage(first, fields.text_or_none("to") or first, fields.text("reason"), item)


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def text_coverage(name: str) -> list[TextSentence]:
    """A policy's sentences, each with its rules or its reason; empty when the text is not at hand."""
    policy = load_policy(name)
    if policy.document.text is None:
        return []
    text = (POLICIES / "texts" / policy.document.text).read_text(encoding="utf-8")
    own = [quote for quote, citation in rule_quotes(policy) if citation.document.text == policy.document.text]
    return cover_sentences(text, own, read_passages(POLICIES / f"{name}{WITHOUT_RULE_SUFFIX}"))


def rule_quotes(policy: Policy) -> Iterator[tuple[RuleQuote, Citation]]:
    """Everything in a policy that quotes the law, with the quote."""
    for name, title, citation in _cited(policy):
        yield RuleQuote(name, title, citation.article, citation.quote), citation


def _cited(policy: Policy) -> Iterator[tuple[str, str, Citation]]:
    for parameter in policy.parameters.values():
        yield parameter.name, parameter.title, parameter.citation
    values = {name: parameter.on(policy.since) for name, parameter in policy.parameters.items()}
    for clause in policy.clauses():
        yield clause.id, fill_title(clause.title, policy.parameters, values), clause.citation
    for rule in policy.types:
        yield rule.type.slug, rule.type.label, rule.citation
    yield from _recognition(policy)
    if policy.objections:
        for parameter in policy.objections.parameters.values():
            yield parameter.name, parameter.title, parameter.citation
        for objection in policy.objections.rules.values():
            yield f"objections.{objection.against}", f"对{objection.against.label}的异议", objection.citation
    if policy.publication:
        for parameter in policy.publication.parameters.values():
            yield parameter.name, parameter.title, parameter.citation
        yield "publication.directory", "何时汇总至全国名录", policy.publication.citation
    for duty in policy.duties:
        yield duty.id, f"{duty.title}（{duty.kept_by}）", duty.citation


def _recognition(policy: Policy) -> Iterator[tuple[str, str, Citation]]:
    part = policy.recognition
    if part is None:
        return
    for parameter in part.parameters.values():
        yield parameter.name, parameter.title, parameter.citation
    values = {name: parameter.on(policy.since) for name, parameter in part.parameters.items()}
    for rule in part.rules():
        yield rule.id, fill_title(rule.title, part.parameters, values), rule.citation
    for category in part.categories.values():
        yield category.category, f"{category.category.label}类", category.citation
        for criterion in category.criteria:
            yield criterion.id, criterion.title, criterion.citation
    for path in part.paths.values():
        yield f"path.{path.id}", "认定途径", path.citation
        for step in path.steps:
            yield f"path.{path.id}.{step.kind}", "其中一步", step.citation
    yield from (
        ("recognition", "由谁认定", part.citation),
        ("criteria", "由谁制定分类标准", part.criteria.citation),
        ("one-category", "一户一类", part.one_category),
        ("one-per-person", "一人一户", part.one_per_person),
        ("quota", "数量比例", part.quota.citation),
        ("season", "认定季", part.season.citation),
        ("supervision", "监督", part.supervision.citation),
    )
    life = part.lifecycle
    yield from (
        ("life.validity", "有效期", life.validity_citation),
        ("life.information-report", "信息报告", life.report_citation),
        ("life.operator-change", "变更经营者", life.operator_change),
        ("life.cancellation", "取消认定", life.cancellation),
        ("life.extension", "延长有效期", life.extension_citation),
        ("life.revocation", "撤销认定", life.revocation),
    )
    if life.mutual_citation:
        yield "life.mutual-recognition", "互认", life.mutual_citation
