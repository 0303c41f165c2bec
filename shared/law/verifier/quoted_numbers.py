"""Compares a policy's numbers with the law's words: the number in the quote, the number in the file.

A quote is checked to the letter when it is read, but not that the number beside it is the one it names: `10` under
“10万元以下” is ten yuan. What a policy writes into an expression instead of a parameter is compared with its clause's
quote in the same way. Numbers of other documents, and unverified ones, have no quote to be compared with.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from shared.law.language.expressions import Expression, parse_expression
from shared.law.language.facts import FactKind
from shared.law.language.nodes import Compare, ParameterRef, YearsAgo, leaves, parameters_in
from shared.law.language.units import Unit, Value, format_fen, format_value
from shared.law.language.vocabulary import ALL_FACTS, PolicyPart
from shared.law.model.clauses import ALWAYS, DatedValue, Parameter, Rule, placeholders
from shared.law.model.policy import Policy

_DIGITS = "零一二三四五六七八九"
_TENS: Mapping[str, int] = MappingProxyType({"十": 10, "百": 100, "千": 1000})
_LARGE: Mapping[str, int] = MappingProxyType({"万": 10_000, "亿": 100_000_000})
_NUMBER = re.compile(r"(\d[\d,，]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)(万|亿)?")
_PERCENT = re.compile(r"百分之([零〇一二两三四五六七八九十百\d.]+)")
_NO_NUMBER = (Unit.DATE,)
_IMPLIED = (0, 1)
"""Numbers that an expression may need though no text writes them: nothing, and one."""


def number_problems(policy: Policy) -> Iterator[str]:
    """Sentences about numbers that differ from their quotes, are written into expressions, or are not used."""
    for parameter in policy.every_parameter():
        for dated in parameter.values:
            quoted = parameter.verified and dated.document is None and dated.since != ALWAYS
            if quoted and parameter.differs is None:
                yield from _differs(parameter, dated)
    for rule, part, parameters in _rules(policy):
        yield from _written_into(policy, rule, part, parameters)
    yield from _unused(policy)


def numbers_in(words: str) -> frozenset[Fraction]:
    """The numbers in a text, Arabic or Chinese: “10万元” is 100000, “百分之五” is 5, “两年” is 2."""
    found = {_value(hit[1]) * _LARGE.get(hit[2] or "", 1) for hit in _NUMBER.finditer(words)}
    return frozenset(found | {_value(hit[1]) for hit in _PERCENT.finditer(words)})


def _value(text: str) -> Fraction:
    if text[0].isdigit():
        return Fraction(text.replace(",", "").replace("，", ""))
    total, digit = 0, 0
    for character in text.replace("两", "二").replace("〇", "零"):
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS.index(character)
    return Fraction(total + digit)


def _differs(parameter: Parameter, dated: DatedValue) -> Iterator[str]:
    quote, named = parameter.citation.quote, numbers_in(parameter.citation.quote)
    if parameter.unit in _NO_NUMBER or _written(dated.value, parameter.unit) & named:
        return
    value = format_value(dated.value, parameter.unit)
    if named:
        yield f"参数 {parameter.name}（{parameter.title}）是{value}，引文“{quote}”里没有这个数"
    else:
        yield f"参数 {parameter.name}（{parameter.title}）是{value}，引文“{quote}”里没有数；请引写明数额的那句话"


def _written(value: Value, unit: Unit) -> frozenset[Fraction]:
    """The numbers by which a text would name a value: of a day of the year, its month."""
    if isinstance(value, date):
        return frozenset()
    if unit is Unit.YUAN:
        return frozenset({Fraction(value, 100)})
    return frozenset({Fraction(value // 100)}) if unit is Unit.MONTH_DAY else frozenset({Fraction(value)})


def _rules(policy: Policy) -> Iterator[tuple[Rule, PolicyPart, Mapping[str, Parameter]]]:
    for clause in policy.clauses():
        yield clause, PolicyPart.TYPING, policy.parameters
    if policy.recognition is not None:
        for rule in policy.recognition.rules():
            yield rule, PolicyPart.RECOGNITION, policy.recognition.parameters


def _written_into(policy: Policy, rule: Rule, part: PolicyPart, parameters: Mapping[str, Parameter]) -> Iterator[str]:
    named = numbers_in(rule.citation.quote)
    expressions = list(_expressions(policy, rule, part, parameters))
    literals = dict.fromkeys(pair for one in expressions for pair in _literals(one))
    strange = [shown for shown, number in literals if number not in named and number not in _IMPLIED]
    for shown in strange:
        yield f"规则 {rule.id} 的表达式里写的{shown}，引文“{rule.citation.quote}”里没有；数额请写成参数"
    used = {name for one in expressions for name in parameters_in(one.root)}
    for name in placeholders(rule.title) if strange else ():
        if name not in used:
            yield f"规则 {rule.id} 的 title 里写了 {{{name}}}，表达式没有用这个参数；说的与判的不是一个数"


def _expressions(
    policy: Policy, rule: Rule, part: PolicyPart, parameters: Mapping[str, Parameter]
) -> Iterator[Expression]:
    """The rule's expression under every reading."""
    yield rule.expression
    if rule.interpretation is not None:
        interpretation = policy.interpretations[rule.interpretation]
        units = {name: parameter.unit for name, parameter in parameters.items()}
        for reading in interpretation.readings.values():
            yield parse_expression(reading.expressions[rule.id], units, interpretation.place, part)


def _literals(expression: Expression) -> Iterator[tuple[str, Fraction]]:
    """The numbers in an expression, in words and as the text would name them."""
    for leaf in leaves(expression.root):
        match leaf:
            case YearsAgo(_, int(years), _):
                yield f"{years}年", Fraction(years)
            case Compare(_, _, ParameterRef() | str()):
                continue
            case Compare(fact, _, int(value)) if ALL_FACTS[fact].kind is FactKind.MONEY:
                yield format_fen(value), Fraction(value, 100)
            case Compare(fact, _, int(value)):
                yield f"{value}{ALL_FACTS[fact].measure}", Fraction(value)


def _unused(policy: Policy) -> Iterator[str]:
    words = " ".join(_words(policy.content))
    for parameter in policy.every_parameter():
        if not re.search(rf"(?<![a-z0-9_]){re.escape(parameter.name)}(?![a-z0-9_])", words):
            yield f"参数 {parameter.name}（{parameter.title}）没有用到"


_SAID = frozenset({"parameters", "title", "citation", "why", "question"})
"""Fields of a policy in which a parameter is described or shown, but not used."""


def _words(content: object) -> Iterator[str]:
    match content:
        case Mapping():
            yield from _words_of(part for key, part in content.items() if key not in _SAID)
        case list() | tuple():
            yield from _words_of(content)
        case str():
            yield content


def _words_of(parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        yield from _words(part)
