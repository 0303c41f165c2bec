"""The rules that are shipped: one YAML file each, read and checked once per process."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from services.notification.rules.checking import CompiledRule, Fault, RuleError, read_yaml_rule

LIBRARY = Path(__file__).parent / "library"


@cache
def shipped_rules(folder: Path = LIBRARY) -> Mapping[str, CompiledRule]:
    """By name. RuleError names the file of what cannot be used: such a release does not start."""
    rules: dict[str, CompiledRule] = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            compiled = read_yaml_rule(file.read_text("utf-8"))
        except RuleError as error:
            faults += [Fault(f"{file.name} {fault.path}".strip(), fault.sentence) for fault in error.faults]
            continue
        if compiled.rule.name != file.stem:
            faults.append(Fault(f"{file.name} name", f"规则名称“{compiled.rule.name}”应与文件名相同"))
        rules[compiled.rule.name] = compiled
    if faults:
        raise RuleError(faults)
    return rules
