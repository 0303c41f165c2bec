"""Words of the pages about publication."""

from collections.abc import Mapping

from shared.reference.national_systems import SYSTEM_LABELS

SYSTEMS: Mapping[str, str] = {one.value: label for one, label in SYSTEM_LABELS.items()}
"""The systems that records are published to"""
DIFFERENCE_STEPS: Mapping[str, str] = {"repair": "按我们的重新上报，或请对方撤下", "decision": "保留现状"}
"""What is done about a difference, by the last part of the service's address"""
