"""Personal data in free text: id numbers, phones, e-mails and bank cards, however they are spelt.

A text is folded first (width, invisible characters, Chinese numerals); digits may then stand in groups, with blanks or
dashes between them. What can be checked is checked: the birth date of an id number, prefix and check digit of a card.
What merely looks alike is left alone: codes of households (92…), document numbers, dates, amounts, receipt numbers.
It warns those who write; it is no proof that a text is free of personal data: names are not found.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import Final


class PersonalPattern(StrEnum):
    """What was found, as a message to the writer calls it."""

    ID_NUMBER = "身份证号码"
    MOBILE = "手机号码"
    LANDLINE = "固定电话号码"
    EMAIL = "电子邮箱"
    BANK_CARD = "银行卡号"


FEWEST_DIGITS: Final = 10
"""Of a landline with its area code; a text with fewer digits holds no number of these kinds"""
BETWEEN: Final = r"[\s\-‐-―−~_.·/\\|]{0,3}"
"""What may stand between the digits of one number"""
ID_18: Final = re.compile(rf"(?<!\d)(?=([1-9](?:{BETWEEN}\d){{16}}{BETWEEN}[\dXx×])(?!\d))")
ID_15: Final = re.compile(rf"(?<!\d)(?=([1-9](?:{BETWEEN}\d){{14}})(?!\d))")
MOBILE: Final = re.compile(
    rf"(?:(?<!\d)|(?<!\d)(?:\+|00)?86\)?{BETWEEN})(?<![.])(?=(1{BETWEEN}[3-9](?:{BETWEEN}\d){{9}})(?!\d))"
)
LANDLINE: Final = re.compile(
    r"(?<![\d.])(?:(?:\+|00)86[\s\-‐-―)]{0,3}(?:\(0\))?0?|0)(?:10|2\d|[3-9]\d{2})[\s\-‐-―)]{0,3}[2-8]\d{2,3}[\s\-‐-―]?\d{4}(?!\d)"
)
EMAIL: Final = re.compile(
    r"[a-z0-9._%+-]\s{0,2}@\s{0,2}[a-z0-9-]+(?:\s?\.\s?[a-z0-9-]+)*\s?\.\s?[a-z]{2,}", re.IGNORECASE
)
DIGIT_GROUPS: Final = re.compile(r"\d+(?:[\s\-‐-―]{1,2}\d+)*")
CARD: Final = re.compile(
    r"6\d{15,18}|4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}|3[068]\d{12}|9558\d{15}"
)
"""Issuers' prefixes, each with the lengths of its cards"""
RECEIPT: Final = re.compile(r"[1-6]\d{5}20\d{7}")
"""County, year and serial: the number of a receipt of ours, as long as a card of 34… or 37…"""
PROVINCES: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""Beginnings of region codes, Taiwan's, Hong Kong's and Macao's included"""
ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
YOUNGEST: Final = 2010
"""Born later, one runs no business yet: county, date and serial are more often the number of a document, so that an id
must also have the right check character then"""
OLDEST_OF_15: Final = 30
"""Year of birth (19…) from which on 15 digits are an id: below it they are more often a number with a year of this
century"""
CHINESE_NUMERAL: Final = re.compile(r"[〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{3,}")
NUMERALS: Final = str.maketrans("〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0001234567891123456789")
INVISIBLE: Final = frozenset("\ufe0e\ufe0f\u20e3")


def personal_pattern_in(text: str) -> PersonalPattern | None:
    """The first kind of personal data that the text seems to hold."""
    folded = _folded(text)
    found = _pattern_in(folded)
    if found is None and CHINESE_NUMERAL.search(folded):
        found = _pattern_in(CHINESE_NUMERAL.sub(lambda run: run[0].translate(NUMERALS), folded))
    return found


def _folded(text: str) -> str:
    """Half-width, without what cannot be seen, every digit as one of 0 to 9."""
    seen = (
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) != "Cf" and character not in INVISIBLE
    )
    return "".join(str(unicodedata.decimal(one, one)) for one in seen)


def _pattern_in(text: str) -> PersonalPattern | None:
    if "@" in text and EMAIL.search(text):
        return PersonalPattern.EMAIL
    if sum(character.isdigit() for character in text) < FEWEST_DIGITS:
        return None
    if any(map(_is_id_number, _candidates(ID_18, text))) or any(map(_is_id_number_of_15, _candidates(ID_15, text))):
        return PersonalPattern.ID_NUMBER
    if any(_is_mobile(found[1]) for found in MOBILE.finditer(text)):
        return PersonalPattern.MOBILE
    if LANDLINE.search(text):
        return PersonalPattern.LANDLINE
    if any(map(_is_card, _grouped_numbers(text))):
        return PersonalPattern.BANK_CARD
    return None


def _candidates(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """What the pattern finds, overlapping, without what stands between the digits."""
    return (re.sub(r"[^\dXx×]", "", found[1]).upper().replace("×", "X") for found in pattern.finditer(text))


def _is_id_number(text: str) -> bool:
    """GB 11643: county, date of birth, serial, check character. Mistyped ones are somebody's, too."""
    if not PROVINCES.match(text) or text[6:8] not in ("19", "20") or not _is_date(text[6:14]):
        return False
    return int(text[6:10]) <= YOUNGEST or text[17] == _id_check_character(text[:17])


def _is_id_number_of_15(text: str) -> bool:
    """As issued until 1999: two digits of the year, no check character."""
    return PROVINCES.match(text) is not None and int(text[6:8]) >= OLDEST_OF_15 and _is_date(f"19{text[6:12]}")


def _is_date(text: str) -> bool:
    try:
        dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC)
    except ValueError:
        return False
    return True


def _id_check_character(first17: str) -> str:
    return "10X98765432"[sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, first17, strict=True)) % 11]


def _is_mobile(text: str) -> bool:
    """Eleven digits at once, in a few groups between equal separators, or one by one; no amount with two decimals."""
    groups = re.findall(r"\d+", text)
    separators = {re.sub(r"\s+", " ", one) for one in re.findall(r"\D+", text)}
    if all(len(group) == 1 for group in groups):
        return True
    return len(groups) <= 4 and len(separators) <= 1 and not (len(groups) == 2 and separators == {"."})


def _grouped_numbers(text: str) -> Iterator[str]:
    """Numbers as cards show them: at once, in groups of four and more digits, or digit by digit."""
    for run in DIGIT_GROUPS.finditer(text):
        groups = re.findall(r"\d+", run[0])
        if all(len(group) == 1 for group in groups):
            yield "".join(groups)
        for start in range(len(groups)):
            number = ""
            for group in groups[start:]:
                number += group
                yield number
                if len(group) < 4 or len(number) > 19:
                    break


def _is_card(number: str) -> bool:
    return CARD.fullmatch(number) is not None and RECEIPT.fullmatch(number) is None and _luhn(number)


def _luhn(number: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in number[::-2])) % 10 == 0
