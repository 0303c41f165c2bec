"""The unified social credit code (统一社会信用代码, GB 32100-2015) of a household, one at a time.

18 characters: department 9 (market regulation), kind 2 (household), 6 characters region of the registering
office, 9 characters organisation code (GB 11714: 8 and its own check digit), 1 check character. Both checks
are verified: the outer one alone, which is all that python-stdnum looks at, lets an organisation code of
another register pass. Codes that fail a check exist in real registers: they are flagged, not refused.
"""

from typing import Final, Literal

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714
WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
HOUSEHOLD_PREFIX: Final = "92"
LENGTH: Final = 18

_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_ORGANISATION_VALUE: Final = {character: value for value, character in enumerate(ORGANISATION_ALPHABET)}

UsccProblem = Literal["uscc-format", "uscc-checksum"]


def uscc_problem(code: str) -> UsccProblem | None:
    """What is wrong with a household's code, or None: form first, then the two check characters."""
    if len(code) != LENGTH or not code.startswith(HOUSEHOLD_PREFIX) or any(c not in _VALUE for c in code):
        return "uscc-format"
    if code[16] != organisation_check_digit(code[8:16]) or code[17] != uscc_check_character(code[:17]):
        return "uscc-checksum"
    return None


def uscc_check_character(first17: str) -> str:
    """The 18th character (GB 32100 4.6). ValueError when a character is outside the alphabet."""
    return ALPHABET[-_weighted(first17, WEIGHTS, _VALUE) % 31]


def organisation_check_digit(first8: str) -> str:
    """The organisation code's 9th character (GB 11714 3.2): a digit or X."""
    digit = -_weighted(first8, ORGANISATION_WEIGHTS, _ORGANISATION_VALUE) % 11
    return "X" if digit == 10 else str(digit)


def _weighted(text: str, weights: tuple[int, ...], values: dict[str, int]) -> int:
    if len(text) != len(weights):
        raise ValueError(f"expected {len(weights)} characters, got {len(text)}")
    try:
        return sum(weight * values[character] for weight, character in zip(weights, text, strict=True))
    except KeyError as unknown:
        raise ValueError("character outside the alphabet of the code") from unknown
