"""The form of a household's unified social credit code, for whoever only says what one looks like (GB 32100-2015)."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
HOUSEHOLD_PREFIX: Final = "92"
LENGTH: Final = 18
