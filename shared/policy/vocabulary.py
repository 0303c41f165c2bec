"""Which facts the rules of each part of a policy may speak of."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.policy.facts import FACTS, Fact
from shared.policy.recognition.facts import RECOGNITION_FACTS


class Part(StrEnum):
    """A part of a policy that has rules with expressions."""

    TYPING = "typing"
    RECOGNITION = "recognition"


VOCABULARY: Mapping[Part, Mapping[str, Fact]] = MappingProxyType(
    {Part.TYPING: FACTS, Part.RECOGNITION: RECOGNITION_FACTS}
)

KNOWN_FACTS: Mapping[str, Fact] = MappingProxyType({**FACTS, **RECOGNITION_FACTS})
"""All of them by name; no name stands in two parts."""
