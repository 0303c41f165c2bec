"""Test households: what a policy must say of households that its author made up, in the style of OpenFisca.

`policies/<id>.households.yaml` names an ordinary household (and settings, where the law sets no number) and lists
others by what differs from it, each with the type and the clauses expected. Money is written in yuan, a band as
`5000..20000` (an end may be open), what is not known as null. The format is in policies/README.md.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shared.policy.compiled import CompiledPolicy, compile_policy
from shared.policy.errors import Place, PolicyError
from shared.policy.facts import COLUMNS, FACTS
from shared.policy.fields import Fields, unique
from shared.policy.household_facts import read_facts
from shared.policy.loading import HOUSEHOLDS, load_policy, policy_path
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.units import nearest
from shared.policy.yaml_tree import read_yaml, shown

_CASE = ("name", "as_of", "facts", "settings", "readings", "expect")
_EXPECT = ("type", "holds", "fails", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedClauses:
    """Clauses that must hold; clauses that must be false; exactly the unknown ones."""

    holds: frozenset[str]
    fails: frozenset[str]
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected(ExpectedClauses):
    """The same, and the type."""

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
    expected: Expected


@dataclass(frozen=True, slots=True)
class HouseholdFailure:
    """A household of which the policy says something else."""

    name: str
    place: Place
    message: str


def read_households(name_or_path: str) -> list[HouseholdCase]:
    """The test households of a policy. Errors: PolicyError, also when it has none."""
    path = policy_path(name_or_path)
    beside = path.with_name(path.stem + HOUSEHOLDS)
    if not beside.is_file():
        raise PolicyError(f"政策没有测试户文件 {shown(beside)}")
    return _cases(beside)


def run_household(name_or_path: str, case: HouseholdCase) -> HouseholdFailure | None:
    """What the policy says otherwise of a test household, or None."""
    policy = load_policy(name_or_path, settings=case.settings, readings=case.readings)
    compiled = compile_policy(policy, case.as_of)
    wrong = mismatch(compiled, case.expected, compiled.type_one(case.facts))
    return HouseholdFailure(case.name, case.place, wrong) if wrong else None


def mismatch(compiled: CompiledPolicy, expected: Expected, outcome: Outcome) -> str:
    """How an outcome differs from what is expected; empty when it does not."""
    true, unknown = set(compiled.names(outcome.true_mask)), set(compiled.names(outcome.unknown_mask))
    wrong = [] if outcome.type is expected.type else [f"应是{expected.type.label}，判成了{outcome.type.label}"]
    return "；".join([*wrong, *differences(expected, true, unknown, {clause.id for clause in compiled.clauses})])


def differences(expected: ExpectedClauses, true: set[str], unknown: set[str], known: Set[str]) -> list[str]:
    """How the clauses that hold and those that are undecided differ from what is expected of them."""
    misspelt = (expected.holds | expected.fails | expected.unknown) - known
    return [
        *(f"没有规则“{name}”{nearest(name, known)}" for name in sorted(misspelt)),
        *(f"{name} 应成立而没有成立" for name in sorted(expected.holds - true - misspelt)),
        *(f"{name} 应不成立" for name in sorted(expected.fails & (true | unknown))),
        *(f"{name} 应无法判断" for name in sorted(expected.unknown - unknown - misspelt)),
        *(f"{name} 不应无法判断" for name in sorted(unknown - expected.unknown)),
    ]


def _cases(path: Path) -> list[HouseholdCase]:
    fields = Fields(read_yaml(path), "测试户文件", ("as_of", "settings", "ordinary", "households"))
    ordinary, settings = read_facts(fields.item("ordinary"), FACTS), read_words(fields, "settings")
    every = [Fields(item, "测试户", _CASE) for item in fields.list("households")]
    apart = unique(every, lambda one: one.text("name"), lambda one: one.place, "测试户")
    return [_case(one, fields.day("as_of"), ordinary, settings) for one in apart]


def _case(fields: Fields, as_of: date, ordinary: dict[str, Any], settings: dict[str, str]) -> HouseholdCase:
    fields.what = f"测试户“{fields.text('name')}”"
    own = read_facts(fields.item("facts"), FACTS) if "facts" in fields else {}
    return HouseholdCase(
        name=fields.text("name"),
        place=fields.place,
        as_of=fields.day_or_none("as_of") or as_of,
        facts={**dict.fromkeys(COLUMNS), **ordinary, **own},
        settings={**settings, **read_words(fields, "settings")},
        readings=read_words(fields, "readings"),
        expected=_expected(fields.fields("expect", f"{fields.what}的 expect", _EXPECT)),
    )


def _expected(fields: Fields) -> Expected:
    kind = fields.one_of("type", [kind.slug for kind in HouseholdType])
    holds, fails, unknown = (frozenset(fields.texts(key)) for key in ("holds", "fails", "unknown"))
    return Expected(type=HouseholdType.from_slug(kind), holds=holds, fails=fails, unknown=unknown)


def read_words(fields: Fields, key: str) -> dict[str, str]:
    """A mapping of words to words; absent is empty."""
    if key not in fields:
        return {}
    words = fields.fields(key, f"{fields.what}的 {key}")
    return {name: words.text(name) for name, _ in words.each()}
