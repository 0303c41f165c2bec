"""Titles with the law's numbers in them: `{growth_tax_upto}（含）以下` → `1万元（含）以下`."""

import re
from collections.abc import Mapping

from shared.policy.binding import Values
from shared.policy.model import Parameter
from shared.policy.units import say

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(title: str) -> tuple[str, ...]:
    """The names of the parameters a title speaks of."""
    return tuple(_PLACEHOLDER.findall(title))


def fill(title: str, parameters: Mapping[str, Parameter], values: Values) -> str:
    """A title with its parameters' values; an unset one is shown as unset."""
    return _PLACEHOLDER.sub(lambda hit: say(values[hit[1]], parameters[hit[1]].unit), title)
