"""Parts of an SMS: 70 characters alone, 67 in each of several, the signature included."""

import pytest

from services.notification.channels.domain import sms_parts

SIGNATURE = "郑州市监"
"""Six characters with its brackets"""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("请" * 64, 1),
        ("请" * 65, 2),
        ("请" * (2 * 67 - 6), 2),
        ("请" * (2 * 67 - 5), 3),
        ("请" * (8 * 67 - 6), 8),
        ("a" * 64, 1),
        ("a" * 65, 2),
        ("a" * 154, 3),
        ("𠮷" * 32, 1),
        ("𠮷" * 33, 2),
        ("\n" * 64, 1),
    ],
    ids=lambda value: f"{len(value)} × {value[:1]!r}" if isinstance(value, str) else str(value),
)
def test_parts(text: str, parts: int) -> None:
    assert sms_parts(text, SIGNATURE) == parts


def test_a_count_as_if_letters_were_of_the_seven_bit_alphabet_would_be_noticed() -> None:
    def naive(text: str) -> int:
        return 1 if len(text) <= 160 else -(-len(text) // 153)

    assert naive("a" * 154) != sms_parts("a" * 154, SIGNATURE)
