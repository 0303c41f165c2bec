"""Identity numbers of operators: one spelling for each person, and what is nobody's number.

A number is normalised first (whatever stands for ASCII characters is made them, as NFKC does; capitals, no blanks and
quotation marks; `×` is an X): identity cards, passports and permits alike. A number of 15 digits becomes that of 18
which its holder was given in 1999 (GB 11643), so that both are one person. What cannot be a number of one person has no
spelling at all (`not-an-id`): a placeholder, one character repeated, a masked number, a spreadsheet's number
(scientific notation, decimals), fewer than six characters. Such texts would make one operator of many strangers.

The rule is here twice, for one text (Python) and for a column (DuckDB); tests compare them.
"""

import re
import string
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

SPACES: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
QUOTES: Final = "'\"`\u2018\u2019\u201c\u201d"
"""A spreadsheet's sign for a text, and what editors make of it"""
_SPELT_X: Final = "\u00d7\u0425\u0445\u03a7\u03c7"
"""Multiplication sign, Cyrillic and Greek letters that look like the check character"""
_HALF_WIDTH: Final = "".join(map(chr, range(0x21, 0x7F)))
_FULL_WIDTH: Final = "".join(chr(ord(c) + 0xFEE0) for c in _HALF_WIDTH)
_SEPARATOR: Final = "\x01"
_UPPER: Final = string.ascii_uppercase
_FROM: Final = string.ascii_lowercase + _SPELT_X
_TO: Final = _UPPER + "X" * len(_SPELT_X)
_CLEAN: Final = str.maketrans(_FROM, _TO, SPACES + QUOTES)

FEWEST: Final = 6
_DAY: Final = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_USUAL: Final = "[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9X]"
"""Nearly every number; decided without looking further"""
_OF_15: Final = f"[1-9][0-9]{{7}}{_DAY}[0-9]{{3}}"
_MASK: Final = r"[*\u2217\u204e\u2731●○■□◆◇★☆█?#^_~…•·]|X{3}|--|\.\."
_PLACEHOLDER: Final = (
    "不详|未知|不明|没有|暂无|暂缺|缺失|无证|无身份|无号|未提供|未登记|未录入|未填|待补|待核|待定|保密|测试|"
    "UNKNOWN|NULL"
)
_NUMBER: Final = r"[+-].*|[0-9]+(?:\.[0-9]*)?E[+-]?[0-9]{1,3}|[0-9,]*[.,][0-9.,]*"
_SIGNS: Final = "[^0-9A-Z\u3400-\u9fff]"
_COUNTED: Final = "1234567890123456789012345678901234567890"
_NOBODYS: Final = f"(?s).{{0,{FEWEST - 1}}}|[^0-9]*|.*(?:{_MASK}|{_PLACEHOLDER}).*|{_NUMBER}"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"


def person_id(operator_id: str) -> str | None:
    """The one spelling of the number; None for what is nobody's."""
    compatible = _compatible()
    folded = "".join(compatible.get(character, character) for character in operator_id)
    text = unicodedata.normalize("NFC", folded).translate(_CLEAN)
    if _is_nobodys(text):
        return None
    if re.fullmatch(_OF_15, text):
        first17 = f"{text[:6]}19{text[6:]}"
        return first17 + check_character(first17)
    return text


def check_character(first17: str) -> str:
    """The last character of an identity card's number (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECK_CHARACTERS[sum(w * int(digit) for w, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def _is_nobodys(text: str) -> bool:
    if re.fullmatch(_NOBODYS, text) or _COUNTED.startswith(text):
        return True
    core = re.sub(_SIGNS, "", text)
    return len(core) < FEWEST or not core[:-1].strip(core[0])


def person_id_sql(column: str) -> str:
    """A DuckDB expression of the spelling (`column` is an SQL expression); NULL for what is nobody's number."""
    text = f"({column})"
    return f"CASE WHEN {_is_usual_sql(text)} THEN {text} ELSE {_unusual_sql(text)} END"


def spelling_before_sql(column: str) -> str:
    """SQL of the spelling by the rule of release 0.1.0, under which any text was a person: to compare the two rules."""
    return f"nullif(translate({_half_sql(f'({column})')}, {_literal(string.ascii_lowercase + SPACES)}, '{_UPPER}'), '')"


def is_nobodys_sql(column: str, empty: str) -> str:
    """SQL: whether a text is nobody's number; not where `empty` (a condition) holds."""
    text = f"({column})"
    return f"CASE WHEN {_is_usual_sql(text)} OR {empty} THEN false ELSE ({_unusual_sql(text)}) IS NULL END"


def _unusual_sql(text: str) -> str:
    judged = (
        f"CASE WHEN {_is_nobodys_sql('n')} THEN NULL "
        f"WHEN regexp_full_match(n, '{_OF_15}') THEN {_of_18_sql('n')} ELSE n END"
    )
    return f"list_transform([{_normalised_sql(text)}], lambda n: {judged})[1]"


def _is_usual_sql(text: str) -> str:
    return f"regexp_full_match({text}, '{_USUAL}')"


def _is_nobodys_sql(text: str) -> str:
    core = f"regexp_replace({text}, {_literal(_SIGNS)}, '', 'g')"
    repeated = f"trim(left({core}, length({core}) - 1), left({core}, 1)) = ''"
    return (
        f"regexp_full_match({text}, {_literal(_sql_pattern(_NOBODYS))}) OR starts_with('{_COUNTED}', {text}) "
        f"OR length({core}) < {FEWEST} OR {repeated}"
    )


def _of_18_sql(text: str) -> str:
    first17 = f"(left({text}, 6) || '19' || substr({text}, 7))"
    terms = (f"{w} * TRY_CAST(substr({first17}, {i}, 1) AS INTEGER)" for i, w in enumerate(_WEIGHTS, 1))
    return f"{first17} || substr('{_CHECK_CHARACTERS}', 1 + ({' + '.join(terms)}) % 11, 1)"


def _sql_pattern(pattern: str) -> str:
    """The same pattern in RE2's spelling of characters by their numbers."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), pattern)


def _normalised_sql(column: str) -> str:
    """Normalisation in three steps of rising cost: ASCII, full-width forms, anything else."""
    half = _half_sql(column)
    characters = f"list_transform(string_split({column}, ''), lambda c: coalesce({_decompositions()}[c], c))"
    composed = f"nfc_normalize(array_to_string({characters}, ''))"
    return (
        f"case when regexp_full_match({column}, '[ -~]*') then {_clean_sql(column)} "
        f"when regexp_full_match({half}, '[\\x00-\\x7f]*') then {_clean_sql(half)} "
        f"else {_clean_sql(composed)} end"
    )


def _half_sql(column: str) -> str:
    return f"translate({column}, {_literal(_FULL_WIDTH)}, {_literal(_HALF_WIDTH)})"


def _clean_sql(text: str) -> str:
    return f"translate({text}, {_literal(_FROM + SPACES + QUOTES)}, '{_TO}')"


@cache
def _compatible() -> Mapping[str, str]:
    """Characters that stand for ASCII ones: circled and raised digits, Roman numerals, ligatures, full-width forms."""
    pairs = ((c, unicodedata.normalize("NFKC", c)) for c in map(chr, range(0x80, 0x10000)))
    return {c: to for c, to in pairs if to.isascii() and to != c}


@cache
def _decompositions() -> str:
    """The same as a DuckDB map."""
    special = _compatible()
    keys, values = _literal("".join(special)), _literal(_SEPARATOR.join(special.values()))
    return f"map(string_split({keys}, ''), string_split({values}, {_literal(_SEPARATOR)}))"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
