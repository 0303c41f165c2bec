"""What of the law's text has rules, to the character: quoted by a rule, named as a passage without one, or neither.

`policies/<id>.without-rule.yaml` lists passages (`from` their first words `to` their last). Each says why it needs no
rule (`reason`), or what the platform still lacks for it (`to_build`); `features` are the routes by which the platform
does what the passage asks for. A passage may contain words that a rule quotes. The quote of a support
measure counts as that of a rule. The words of a quoted sentence that the quote leaves out count as neither. Punctuation
and the numbers of a list (`A.`, `（1）`, `一是`) are no words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.law.language.errors import Place, PolicyError
from shared.law.model.clauses import Citation, fill_title
from shared.law.model.policy import Policy
from shared.law.reader.citations import read_text
from shared.law.reader.fields import Fields
from shared.law.reader.loading import POLICIES, load_policy, policy_path
from shared.law.reader.measures import measures_beside
from shared.law.reader.policy import read_features
from shared.law.reader.yaml_tree import YamlItem, read_yaml

WITHOUT_RULE_SUFFIX = ".without-rule.yaml"
Span = tuple[int, int]
"""Where words begin and end in a text without whitespace."""
_NUMBERING = re.compile(
    r"[（(](?:[一二三四五六七八九十]+|\d+)[）)]|(?<![A-Za-z])[A-Z]\.|(?<!\d)\d+[.．、]|[一二三四五六七八九十]+[、是]"
)
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?[”’」）)]*")
_MARKS = re.compile(r"[。；;，,、：:]+")
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
    """One sentence of the text, the rules that quote it, and when none does, the passage that it is in."""

    text: str
    quotes: tuple[RuleQuote, ...]
    passage: "Passage | None"


@dataclass(frozen=True, slots=True)
class UncoveredWords:
    """Words of the text that no rule quotes and no passage contains, and their line in the text's file."""

    text: str
    line: int

    @property
    def characters(self) -> int:
        """How many letters, digits and Chinese characters they are."""
        return count_characters(self.text)


@dataclass(frozen=True, slots=True)
class TextCoverage:
    """The sentences of a text with their rules, the words that have neither, and how many characters there are."""

    sentences: tuple[TextSentence, ...]
    uncovered: tuple[UncoveredWords, ...]
    characters: int

    @property
    def to_build(self) -> "tuple[Passage, ...]":
        """The passages for which the platform still lacks something, in the text's order."""
        passages = (sentence.passage for sentence in self.sentences)
        return tuple(dict.fromkeys(passage for passage in passages if passage is not None and passage.to_build))


class UnspacedText:
    """A text without whitespace, to find quotes in; offsets refer to the text without whitespace."""

    def __init__(self, text: str) -> None:
        self.text = _BLANK.sub("", text)

    def spans(self, words: str) -> list[Span]:
        """Every range at which the words occur."""
        needle = _BLANK.sub("", words)
        spans, start = [], self.text.find(needle)
        while start >= 0:
            spans.append((start, start + len(needle)))
            start = self.text.find(needle, start + 1)
        return spans


def count_characters(words: str) -> int:
    """Letters, digits and Chinese characters, without those that number the items of a list."""
    return sum(character.isalnum() for character in _NUMBERING.sub("", words))


def cover_text(text: str, quotes: Iterable[RuleQuote], passages: Sequence["Passage"]) -> TextCoverage:
    """The text with its rules and passages."""
    squeezed = UnspacedText(text)
    quoted = [(span, quote) for quote in quotes for span in squeezed.spans(quote.words)]
    excused = [(passage.span(squeezed), passage) for passage in passages]
    covered = [span for span, _ in (*quoted, *excused)]
    return TextCoverage(
        tuple(_sentences(text, quoted, excused)), tuple(_uncovered(text, squeezed, covered)), len(squeezed.text)
    )


def _uncovered(text: str, squeezed: UnspacedText, covered: Iterable[Span]) -> Iterator[UncoveredWords]:
    lines = [number for number, line in enumerate(text.split("\n"), 1) for _ in _BLANK.sub("", line)]
    position = 0
    for start, end in [*sorted(covered), (len(squeezed.text), len(squeezed.text))]:
        words = squeezed.text[position:start]
        if count_characters(words):
            mark = _MARKS.match(words)
            begin = position + (mark.end() if mark else 0)
            yield UncoveredWords(squeezed.text[begin:start], lines[begin])
        position = max(position, end)


def _sentences(
    text: str, quoted: Sequence[tuple[Span, RuleQuote]], excused: Sequence[tuple[Span, "Passage"]]
) -> list[TextSentence]:
    """The text's sentences in order, each with its rules or its passage."""
    sentences, position = [], 0
    for match in _SENTENCE.finditer(text):
        length = len(_BLANK.sub("", match[0]))
        if length == 0:
            continue
        here = (position, position + length)
        position += length
        rules = tuple(dict.fromkeys(quote for span, quote in quoted if _overlap(span, here)))
        passage = next((passage for span, passage in excused if _overlap(span, here)), None)
        sentences.append(TextSentence(match[0].strip(), rules, None if rules else passage))
    return sentences


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the text without a rule: the reason why it needs none, or what is still to be built for it."""

    first: str
    last: str
    reason: str
    place: Place
    to_build: bool = False
    features: tuple[str, ...] = ()

    def span(self, squeezed: UnspacedText) -> Span:
        """Its range in the text. Errors: PolicyError when its first or last words do not occur, or occur more than
        once.
        """
        begins = squeezed.spans(self.first)
        if len(begins) != 1:
            raise PolicyError(self._wrong(self.first, len(begins)), self.place)
        start = begins[0][0]
        ends = [end for begin, end in squeezed.spans(self.last) if begin >= start]
        if not ends:
            raise PolicyError(self._wrong(self.last, 0), self.place)
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
    fields = Fields(item, "一段无规则的原文", ("from", "to", "reason", "to_build", "features"))
    first, to_build = fields.text("from"), "to_build" in fields
    if to_build is ("reason" in fields):
        raise PolicyError(
            f"“{first}”这一段要么写 reason（为什么不需要规则），要么写 to_build（平台还缺什么功能），二者必居其一",
            item.place,
        )
    return Passage(
        first=first,
        last=fields.text_or_none("to") or first,
        reason=fields.text("to_build" if to_build else "reason"),
        place=item.place,
        to_build=to_build,
        features=read_features(fields),
    )


def _overlap(first: Span, second: Span) -> bool:
    return first[0] < second[1] and second[0] < first[1]


def text_coverage(name_or_path: str) -> TextCoverage | None:
    """What of a policy's text has rules; None when the text is not at hand. Errors: PolicyError."""
    policy, path = load_policy(name_or_path), policy_path(name_or_path)
    passages = read_passages(path.with_name(path.stem + WITHOUT_RULE_SUFFIX))
    if policy.document.text is None:
        return None
    folders = (path.parent / "texts", POLICIES / "texts")
    text = next(folder / policy.document.text for folder in folders if (folder / policy.document.text).is_file())
    own = [quote for quote, citation in rule_quotes(policy) if citation.document.text == policy.document.text]
    own += [quote for quote, citation in measure_quotes(name_or_path) if citation.document.text == policy.document.text]
    return cover_text(read_text(text), own, passages)


def rule_quotes(policy: Policy) -> Iterator[tuple[RuleQuote, Citation]]:
    """Everything in a policy that quotes the law, with the quote."""
    for name, title, citation in _cited(policy):
        yield RuleQuote(name, title, citation.article, citation.quote), citation


def measure_quotes(name: str) -> Iterator[tuple[RuleQuote, Citation]]:
    """The quotes of the measures beside a policy; none where it has no list of measures."""
    found = measures_beside(name)
    for one in found.measures if found else ():
        yield RuleQuote(one.id, f"帮扶措施：{one.title}", one.citation.article, one.citation.quote), one.citation


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
    if part.operator_kinds.citation is not None:
        titles = "、".join(kind.title for kind in part.operator_kinds.kinds)
        yield "operator-kinds", f"经营者身份：{titles}", part.operator_kinds.citation
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
