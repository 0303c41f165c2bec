"""How policies are named to be compared: `政策@名称=值,名称=值`, a policy with numbers and readings of its own.

`zhengzhou-2025@growth_tax_upto=20000,growth-1-zero=positive-only` sets a number and chooses a reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.typing.cli.folder import read_policy
from services.typing.cli.speaking import UsageError, parse_pairs

if TYPE_CHECKING:
    from datetime import date

    from shared.policy.compiled import CompiledPolicy


@dataclass(frozen=True)
class Draft:
    """A policy as it was asked for, and compiled."""

    label: str
    compiled: "CompiledPolicy"


def read_draft(asked: str, day: "date", settings: Mapping[str, str], readings: Mapping[str, str]) -> Draft:
    """The policy that is asked for, with what its own name says and with these settings and readings besides."""
    name, own = split(asked)
    numbers, chosen = sorted_out(name, own)
    settings, readings = {**settings, **numbers}, {**readings, **chosen}
    said = ",".join(f"{key}={value}" for key, value in {**settings, **readings}.items())
    return Draft(f"{name}@{said}" if said else name, read_policy(name, day, settings, readings))


def split(asked: str) -> tuple[str, dict[str, str]]:
    """The policy's name or path, and what is behind `@`; a path may hold an `@` itself."""
    name, at, pairs = asked.rpartition("@")
    if not at or "=" not in pairs:
        return asked, {}
    return name, parse_pairs(pairs.split(","), f"政策 {name} 的 @")


def sorted_out(name: str, own: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Which of the names are numbers of the policy and which are interpretations."""
    from shared.policy.loading import load_policy
    from shared.policy.units import nearest

    if not own:
        return {}, {}
    policy = load_policy(name)
    for key in own:
        if key not in policy.parameters and key not in policy.interpretations:
            offered = [*policy.parameters, *policy.interpretations]
            raise UsageError(f"政策 {name} 没有名为“{key}”的参数或解释{nearest(key, offered)}")
    numbers = {key: value for key, value in own.items() if key in policy.parameters}
    return numbers, {key: value for key, value in own.items() if key not in numbers}
