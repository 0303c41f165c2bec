"""How long an SMS is, as China's operators count it."""

from typing import Final

ALONE: Final = 70
"""Characters of an SMS that is sent as one part"""
PART: Final = 67
"""Characters of each part of a longer one; the rest says which part it is"""


def sms_parts(text: str, signature: str) -> int:
    """The parts that an SMS is paid for, with its signature in 【】 before it.

    A letter counts as much as a Chinese character: with 【】 in it no SMS is in the 7-bit alphabet. What lies outside
    the Basic Multilingual Plane (emoji, rare characters of names) counts twice.
    """
    length = len(f"【{signature}】{text}".encode("utf-16-be")) // 2
    return 1 if length <= ALONE else -(-length // PART)
