"""Test households of a policy's recognition rules: `policies/<id>.recognition.households.yaml`.

As the test households of typing, over recognition facts: `as_of` is the day of applying, confirming or evaluating.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shared.policy.errors import Place, PolicyError
from shared.policy.fields import Fields, unique
from shared.policy.household_facts import read_facts
from shared.policy.households import ExpectedClauses, HouseholdFailure, differences, read_words
from shared.policy.loading import load_policy, policy_path
from shared.policy.recognition.facts import RECOGNITION_COLUMNS, RECOGNITION_FACTS
from shared.policy.recognition.judging import judge
from shared.policy.yaml_tree import read_yaml

SUFFIX = ".recognition.households.yaml"
_CASE = ("name", "as_of", "facts", "settings", "readings", "expect")


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


def read_cases(name_or_path: str) -> list[RecognitionCase]:
    """The test households of a policy's recognition rules; none when it has no file. Errors: PolicyError."""
    path = policy_path(name_or_path)
    beside = path.with_name(path.stem + SUFFIX)
    return _cases(beside) if beside.is_file() else []


def run_case(name_or_path: str, case: RecognitionCase) -> HouseholdFailure | None:
    """What the policy says otherwise of a test household, or None."""
    policy = load_policy(name_or_path, settings=case.settings, readings=case.readings)
    if policy.recognition is None:
        raise PolicyError(f"政策 {policy.id} 没有认定规则 recognition，不能有认定的测试户", case.place)
    recognition = policy.recognition
    judged = judge(recognition.rules(), recognition.parameters, case.as_of, case.facts)
    true = {name for name, holds in judged.items() if holds}
    unknown = {name for name, holds in judged.items() if holds is None}
    wrong = differences(case.expected, true, unknown, set(judged))
    return HouseholdFailure(case.name, case.place, "；".join(wrong)) if wrong else None


def _cases(path: Path) -> list[RecognitionCase]:
    fields = Fields(read_yaml(path), "认定测试户文件", ("as_of", "ordinary", "households"))
    ordinary = read_facts(fields.item("ordinary"), RECOGNITION_FACTS)
    every = [Fields(item, "测试户", _CASE) for item in fields.list("households")]
    apart = unique(every, lambda one: one.text("name"), lambda one: one.place, "测试户")
    return [_case(one, fields.day("as_of"), ordinary) for one in apart]


def _case(fields: Fields, as_of: date, ordinary: dict[str, Any]) -> RecognitionCase:
    fields.what = f"测试户“{fields.text('name')}”"
    own = read_facts(fields.item("facts"), RECOGNITION_FACTS) if "facts" in fields else {}
    expect = fields.fields("expect", f"{fields.what}的 expect", ("holds", "fails", "unknown"))
    holds, fails, unknown = (frozenset(expect.texts(key)) for key in ("holds", "fails", "unknown"))
    return RecognitionCase(
        name=fields.text("name"),
        place=fields.place,
        as_of=fields.day_or_none("as_of") or as_of,
        facts={**dict.fromkeys(RECOGNITION_COLUMNS), **ordinary, **own},
        settings=read_words(fields, "settings"),
        readings=read_words(fields, "readings"),
        expected=ExpectedClauses(holds=holds, fails=fails, unknown=unknown),
    )
