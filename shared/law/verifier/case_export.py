"""Exports the households of a verification as test cases, in the format of policies/*.households.yaml."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.verifier.findings import Finding, FindingKind, Verification, Witness


class _NoAliasDumper(yaml.SafeDumper):
    """Writes repeated values in full: policy files have no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the dumper's own signature
        """No value becomes an alias."""
        return True


def export_cases(verification: Verification, path: Path, settings: Mapping[str, str]) -> int:
    """Write the cases and return their number. `settings` are those that the policy was loaded with: each case names
    them. Saved next to the policy as `<policy>.households.yaml`, the file is its test households.
    """
    cases = list(_cases(verification, settings))
    whole = {
        "as_of": verification.as_of,
        "ordinary": _to_file(verification.baseline),
        "households": cases,
    }
    head = f"# minglu policy check {verification.compiled.policy.id} 找出的户，判定结果都已由程序核实。\n"
    text = yaml.dump(whole, Dumper=_NoAliasDumper, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(head + text, encoding="utf-8")
    return len(cases)


def _cases(verification: Verification, settings: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    names: dict[str, int] = {}
    for finding in verification.findings:
        for witness in _own_witnesses(finding):
            name = f"{finding.text.rstrip('。')}{f'（{witness.side}）' if witness.side else ''}"
            names[name] = names.get(name, 0) + 1
            again = f"，{names[name]}" if names[name] > 1 else ""
            yield _case(f"{name}{again}", witness, verification.baseline, settings)


def _own_witnesses(finding: Finding) -> tuple[Witness, ...]:
    """The witnesses under the policy itself; those under another policy do not test this one."""
    return finding.witnesses[:1] if finding.kind is FindingKind.DIFFERENCE else finding.witnesses


def _case(name: str, witness: Witness, baseline: Mapping[str, Any], settings: Mapping[str, str]) -> dict[str, Any]:
    special = {key: value for key, value in witness.facts.items() if value != baseline[key]}
    readings = _readings(witness.compiled)
    return {
        "name": name,
        **({"facts": _to_file(witness.facts, special)} if special else {}),
        **({"settings": dict(settings)} if settings else {}),
        **({"readings": readings} if readings else {}),
        "expect": _expected(witness),
    }


def _readings(compiled: CompiledPolicy) -> dict[str, str]:
    """The readings that differ from those in force."""
    every = compiled.policy.interpretations.values()
    return {
        interpretation.id: interpretation.chosen
        for interpretation in every
        if interpretation.chosen != interpretation.in_force
    }


def _expected(witness: Witness) -> dict[str, Any]:
    outcome = witness.outcome
    true, unknown = (witness.compiled.names(mask) for mask in (outcome.true_mask, outcome.unknown_mask))
    fails = [clause.id for clause in witness.compiled.clauses if clause.id not in (*true, *unknown)]
    return {"type": outcome.type.slug, "holds": list(true), "fails": fails, "unknown": list(unknown)}


def _to_file(facts: Mapping[str, Any], columns: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Facts in the file's format, by fact; only those that use one of the columns."""
    shown = facts if columns is None else columns
    return {
        fact.name: _value(fact, facts) for fact in FACTS.values() if any(column in shown for column in fact.columns)
    }


def _value(fact: Fact, facts: Mapping[str, Any]) -> object:
    low, high = facts[fact.columns[0]], facts[fact.columns[-1]]
    if fact.interval and low != high:
        return "..".join("" if end is None else str(_yaml_value(fact, end)) for end in (low, high))
    return None if low is None else _yaml_value(fact, low)


def _yaml_value(fact: Fact, value: Any) -> object:  # noqa: ANN401 - a fact is of any of the kinds
    if fact.kind is FactKind.MONEY:
        yuan, rest = divmod(value, 100)
        return f"{yuan}.{rest:02d}" if rest else yuan
    return value
