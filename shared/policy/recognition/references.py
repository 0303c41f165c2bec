"""References to parameters: a block names the number it needs, and its unit must be the right one."""

from collections.abc import Mapping

from shared.policy.errors import PolicyError
from shared.policy.fields import Fields
from shared.policy.model import Parameter
from shared.policy.units import EXPECTED, Unit, nearest


class References:
    """The parameters of one part, looked up by blocks of the same part."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = parameters

    def of(self, fields: Fields, key: str, unit: Unit) -> str:
        """The name of the parameter that a field names; it must exist and count what is needed here."""
        name, place = fields.text(key), fields.item(key).place
        if name not in self._parameters:
            known = nearest(name, self._parameters)
            raise PolicyError(f"{fields.what}的“{key}”应写参数名，没有名为“{name}”的参数{known}", place)
        found = self._parameters[name].unit
        if found is not unit:
            raise PolicyError(
                f"{fields.what}的“{key}”用的参数“{name}”单位是 {found}，这里要的是 {unit}（{EXPECTED[unit]}）", place
            )
        return name

    def or_none(self, fields: Fields, key: str, unit: Unit) -> str | None:
        """The same for a field that may be left out."""
        return self.of(fields, key, unit) if key in fields else None
