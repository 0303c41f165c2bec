"""Which registers bar somebody from recognition, so that a delivery has households judged again."""

from services.recognition.monitoring.repository import REGISTERS
from services.recognition.monitoring.service import REGISTER_CONCERNS


def test_households_are_judged_again_for_exactly_the_registers_that_raise_concerns():
    assert {feed for feed, register in REGISTERS.items() if register.judged} == set(REGISTER_CONCERNS)
