"""Test households for a policy's typing rules and for its recognition rules, in the style of OpenFisca.

`policies/<id>.households.yaml` names an ordinary household (and settings, where the law sets no number) and lists
others by their differences from it, each with the type and the clauses expected. Money is written in yuan, a band as
`5000..20000` (an end may be open), what is not known as null. `policies/<id>.recognition.households.yaml` does the same
over recognition facts; `as_of` is the day of application, confirmation or evaluation. The format is in
policies/README.md.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.evaluator import evaluate_rules
from shared.law.language.errors import Place, PolicyError
from shared.law.language.facts import COLUMNS, FACTS, Fact, FactKind
from shared.law.language.units import EXPECTED_FORMAT, Unit, parse_value, suggestion
from shared.law.language.vocabulary import RECOGNITION_COLUMNS, RECOGNITION_FACTS
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.model.policy import Policy
from shared.law.reader.fields import Fields, require_unique
from shared.law.reader.loading import HOUSEHOLDS_SUFFIX, load_policy, policy_path
from shared.law.reader.yaml_tree import YamlItem, display_path, read_yaml, to_plain

_UNITS = {
    FactKind.MONEY: Unit.YUAN,
    FactKind.COUNT: Unit.COUNT,
    FactKind.DATE: Unit.DATE,
}
LEAST_GROWTH, MOST_GROWTH = -100, 100_000
"""What an evaluation takes as a growth in percent."""


def read_facts(item: YamlItem, vocabulary: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts by column. Errors: PolicyError for an unknown name or an invalid value."""
    facts: dict[str, Any] = {}
    for name, part in Fields(item, "事实").each():
        if name not in vocabulary:
            raise PolicyError(f"没有名为“{name}”的事实{suggestion(name, vocabulary)}", part.place)
        facts.update(_columns(vocabulary[name], part))
    return facts


def _columns(fact: Fact, item: YamlItem) -> dict[str, Any]:
    text = to_plain(item)
    if not isinstance(text, str):
        return dict.fromkeys(fact.columns)
    ends = text.split("..", 1) if fact.interval and ".." in text else [text] * len(fact.columns)
    values = [_value(fact, end.strip(), item) for end in ends]
    match values:
        case [int(low), int(high)] if fact.interval and low > high:
            raise PolicyError(f"“{fact.name}”（{fact.label}）的范围“{text}”应把小的数写在前面", item.place)
    return dict(zip(fact.columns, values, strict=True))


def _value(fact: Fact, text: str, item: YamlItem) -> object:
    if fact.kind is FactKind.PERCENT:
        return _growth(fact, text, item)
    unit = _UNITS.get(fact.kind)
    if unit is not None:
        value = parse_value(text, unit) if text else None
        if text and value is None:
            raise PolicyError(f"“{fact.name}”（{fact.label}）的值“{text}”不对；应是{EXPECTED_FORMAT[unit]}", item.place)
        return value
    if fact.kind is FactKind.FLAG and text not in ("true", "false"):
        raise PolicyError(f"“{fact.name}”（{fact.label}）的值“{text}”不对；应是 true、false 或 null", item.place)
    return text == "true" if fact.kind is FactKind.FLAG else text


def _growth(fact: Fact, text: str, item: YamlItem) -> int:
    """A growth in percent, as an evaluation takes it: it may be negative, and more than 100."""
    if not re.fullmatch(r"-?\d{1,6}", text) or not LEAST_GROWTH <= int(text) <= MOST_GROWTH:
        message = (
            f"“{fact.name}”（{fact.label}）的值“{text}”不对；应是 {LEAST_GROWTH} 到 {MOST_GROWTH} 的整数（百分之几）"
        )
        raise PolicyError(message, item.place)
    return int(text)


_CASE = ("name", "as_of", "facts", "settings", "readings", "expect")
_EXPECT = ("type", "holds", "fails", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedClauses:
    """Clauses that must hold; clauses that must be false; exactly the unknown ones."""

    holds: frozenset[str]
    fails: frozenset[str]
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedOutcome(ExpectedClauses):
    """The expected clauses and the expected type."""

    type: HouseholdType


@dataclass(frozen=True, slots=True)
class HouseholdCase:
    """One test household; `facts` by snapshot column."""

    name: str
    place: Place
    as_of: date
    facts: dict[str, Any]
    settings: dict[str, str]
    readings: dict[str, str]
    expected: ExpectedOutcome


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """A test household for which the policy gives another result than expected."""

    name: str
    place: Place
    message: str


def read_household_cases(name_or_path: str) -> list[HouseholdCase]:
    """The test households of a policy. Errors: PolicyError, also when it has none."""
    path = policy_path(name_or_path)
    cases = path.with_name(path.stem + HOUSEHOLDS_SUFFIX)
    if not cases.is_file():
        raise PolicyError(f"政策没有测试户文件 {display_path(cases)}")
    return _cases(cases)


def run_household_case(name_or_path: str, case: HouseholdCase) -> CaseFailure | None:
    """What the policy says otherwise of a test household, or None."""
    compiled = compile_policy(_policy_of_case(name_or_path, case), case.as_of)
    wrong = outcome_mismatch(compiled, case.expected, compiled.type_one(case.facts))
    return CaseFailure(case.name, case.place, wrong) if wrong else None


def _policy_of_case(name_or_path: str, case: "HouseholdCase | RecognitionCase") -> Policy:
    """The policy under a household's settings and readings; what is wrong with these is an error of the household."""
    policy = load_policy(name_or_path)
    if not case.settings and not case.readings:
        return policy
    try:
        return load_policy(name_or_path, settings=case.settings, readings=case.readings)
    except PolicyError as error:
        raise PolicyError(f"测试户“{case.name}”：{error}", case.place) from error


def outcome_mismatch(compiled: CompiledPolicy, expected: ExpectedOutcome, outcome: Outcome) -> str:
    """How an outcome differs from what is expected; empty when it does not."""
    true, unknown = set(compiled.names(outcome.true_mask)), set(compiled.names(outcome.unknown_mask))
    wrong = [] if outcome.type is expected.type else [f"应是{expected.type.label}，判成了{outcome.type.label}"]
    return "；".join([*wrong, *clause_mismatches(expected, true, unknown, {clause.id for clause in compiled.clauses})])


def clause_mismatches(expected: ExpectedClauses, true: set[str], unknown: set[str], known: Set[str]) -> list[str]:
    """How the clauses that hold and those that are undecided differ from the expected ones."""
    misspelt = (expected.holds | expected.fails | expected.unknown) - known
    return [
        *(f"没有规则“{name}”{suggestion(name, known)}" for name in sorted(misspelt)),
        *(f"{name} 应成立而没有成立" for name in sorted(expected.holds - true - misspelt)),
        *(f"{name} 应不成立" for name in sorted(expected.fails & (true | unknown))),
        *(f"{name} 应无法判断" for name in sorted(expected.unknown - unknown - misspelt)),
        *(f"{name} 不应无法判断" for name in sorted(unknown - expected.unknown)),
    ]


def _cases(path: Path) -> list[HouseholdCase]:
    fields = Fields(read_yaml(path), "测试户文件", ("as_of", "settings", "ordinary", "households"))
    ordinary, settings = read_facts(fields.item("ordinary"), FACTS), read_string_map(fields, "settings")
    every = [Fields(item, "测试户", _CASE) for item in fields.list("households")]
    apart = require_unique(every, lambda entry: entry.text("name"), lambda entry: entry.place, "测试户")
    return [_case(entry, fields.day("as_of"), ordinary, settings) for entry in apart]


def _case(fields: Fields, as_of: date, ordinary: dict[str, Any], settings: dict[str, str]) -> HouseholdCase:
    fields.what = f"测试户“{fields.text('name')}”"
    own = read_facts(fields.item("facts"), FACTS) if "facts" in fields else {}
    return HouseholdCase(
        name=fields.text("name"),
        place=fields.place,
        as_of=fields.day_or_none("as_of") or as_of,
        facts={**dict.fromkeys(COLUMNS), **ordinary, **own},
        settings={**settings, **read_string_map(fields, "settings")},
        readings=read_string_map(fields, "readings"),
        expected=_expected(fields.fields("expect", f"{fields.what}的 expect", _EXPECT)),
    )


def _expected(fields: Fields) -> ExpectedOutcome:
    kind = fields.one_of("type", [kind.slug for kind in HouseholdType])
    holds, fails, unknown = (frozenset(fields.texts(key)) for key in ("holds", "fails", "unknown"))
    return ExpectedOutcome(type=HouseholdType.from_slug(kind), holds=holds, fails=fails, unknown=unknown)


def read_string_map(fields: Fields, key: str) -> dict[str, str]:
    """A mapping of texts to texts; absent is empty."""
    if key not in fields:
        return {}
    words = fields.fields(key, f"{fields.what}的 {key}")
    return {name: words.text(name) for name, _ in words.each()}


RECOGNITION_HOUSEHOLDS_SUFFIX = ".recognition.households.yaml"


@dataclass(frozen=True, slots=True)
class RecognitionCase:
    """One test household; `facts` by name."""

    name: str
    place: Place
    as_of: date
    facts: dict[str, Any]
    settings: dict[str, str]
    readings: dict[str, str]
    expected: ExpectedClauses


def read_recognition_cases(name_or_path: str) -> list[RecognitionCase]:
    """The test households of a policy's recognition rules; none when it has no file. Errors: PolicyError."""
    path = policy_path(name_or_path)
    cases = path.with_name(path.stem + RECOGNITION_HOUSEHOLDS_SUFFIX)
    return _recognition_cases(cases) if cases.is_file() else []


def run_recognition_case(name_or_path: str, case: RecognitionCase) -> CaseFailure | None:
    """What the policy says otherwise of a test household, or None."""
    policy = _policy_of_case(name_or_path, case)
    if policy.recognition is None:
        raise PolicyError(f"政策 {policy.id} 没有认定规则 recognition，不能有认定的测试户", case.place)
    recognition = policy.recognition
    judged = evaluate_rules(recognition.rules(), recognition.parameters, case.as_of, case.facts)
    true = {name for name, holds in judged.items() if holds}
    unknown = {name for name, holds in judged.items() if holds is None}
    wrong = clause_mismatches(case.expected, true, unknown, set(judged))
    return CaseFailure(case.name, case.place, "；".join(wrong)) if wrong else None


def _recognition_cases(path: Path) -> list[RecognitionCase]:
    fields = Fields(read_yaml(path), "认定测试户文件", ("as_of", "ordinary", "households"))
    ordinary = read_facts(fields.item("ordinary"), RECOGNITION_FACTS)
    every = [Fields(item, "测试户", _CASE) for item in fields.list("households")]
    apart = require_unique(every, lambda entry: entry.text("name"), lambda entry: entry.place, "测试户")
    return [_recognition_case(entry, fields.day("as_of"), ordinary) for entry in apart]


def _recognition_case(fields: Fields, as_of: date, ordinary: dict[str, Any]) -> RecognitionCase:
    fields.what = f"测试户“{fields.text('name')}”"
    own = read_facts(fields.item("facts"), RECOGNITION_FACTS) if "facts" in fields else {}
    expect = fields.fields("expect", f"{fields.what}的 expect", ("holds", "fails", "unknown"))
    holds, fails, unknown = (frozenset(expect.texts(key)) for key in ("holds", "fails", "unknown"))
    return RecognitionCase(
        name=fields.text("name"),
        place=fields.place,
        as_of=fields.day_or_none("as_of") or as_of,
        facts={**dict.fromkeys(RECOGNITION_COLUMNS), **ordinary, **own},
        settings=read_string_map(fields, "settings"),
        readings=read_string_map(fields, "readings"),
        expected=ExpectedClauses(holds=holds, fails=fails, unknown=unknown),
    )
