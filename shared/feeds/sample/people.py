"""Invented names, id numbers and telephones that cannot be mistaken for real ones.

Households and operators carry a mark in their name. Id numbers begin with 99, which is no region, and their check
character is always wrong (GB 11643). Telephones begin with 12, which is not assigned. Everything
about an operator follows from the operator's number, so that it is the same in every household and feed.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shared.feeds.sample.arrays import (
    Cells,
    ascii_texts,
    choice_from_bits,
    concatenate,
    digits,
    pick_labels,
    random_bits_of,
)
from shared.feeds.sample.population import TRADE_NAMES

BRAND: Final = list(
    "福兴旺顺和盛昌隆泰丰裕祥瑞吉庆德仁义礼信诚达通宏伟鑫金银玉宝珍华美佳丽雅秀芳香甜味鲜康健安宁"
    "平乐欣悦晨曦阳光明月星辰云海山川江河湖春夏秋冬梅兰竹菊松柏东南西北中天地人和新创优品尚居家缘友"
)
SURNAMES: Final = list("王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹")
GIVEN: Final = list("伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建国志文斌宇浩凯健俊帆雪")
HOUSEHOLD_MARK: Final = "(合成)"
OPERATOR_MARK: Final = "(虚构)"

_ID_WEIGHTS: Final = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECKS: Final = np.frombuffer(b"10X98765432", dtype=np.uint8)
_FIRST_BIRTHDAY: Final = np.datetime64("1958-01-01")
_BIRTHDAYS: Final = 16_000  # to 2001
_IDS: Final = 10_000 * _BIRTHDAYS * 1_000  # region, birthday, sequence


def household_names(
    counties: list[str], county: NDArray[np.int64], trade: NDArray[np.int64], bits: NDArray[np.uint64]
) -> Cells:
    """County, two or three lucky characters, trade, mark: 金水区福兴旺小吃店(合成)."""
    return concatenate(
        pick_labels(counties, county),
        pick_labels(BRAND, choice_from_bits(bits, 0, len(BRAND))),
        pick_labels(BRAND, choice_from_bits(bits, 12, len(BRAND))),
        pick_labels(["", *BRAND], np.maximum(choice_from_bits(bits, 24, 2 * len(BRAND)) - len(BRAND), 0)),
        pick_labels(TRADE_NAMES, trade),
        HOUSEHOLD_MARK,
    )


def operator_names(operators: NDArray[np.int64], seed: int) -> Cells:
    bits = random_bits_of(operators, seed + 11)
    return concatenate(
        pick_labels(SURNAMES, choice_from_bits(bits, 0, len(SURNAMES))),
        pick_labels(GIVEN, choice_from_bits(bits, 12, len(GIVEN))),
        pick_labels(["", *GIVEN], choice_from_bits(bits, 24, len(GIVEN) + 1)),
        OPERATOR_MARK,
    )


def operator_ids(operators: NDArray[np.int64], seed: int) -> Cells:
    """18 characters, different for different operators (an affine map of the number), check always wrong."""
    mix = np.random.default_rng((seed, 2))
    factor = int(mix.integers(1, 10**8)) * 10 + 1  # coprime to 2 and 5, the prime factors of _IDS
    mixed_number = (operators * factor + int(mix.integers(_IDS))) % _IDS
    rest, sequence = np.divmod(mixed_number, 1_000)
    region, birthday = np.divmod(rest, _BIRTHDAYS)
    codes = np.empty((len(operators), 18), dtype=np.uint8)
    codes[:, 0:2] = ord("9")
    digits(codes[:, 2:6], region)
    digits(codes[:, 6:14], _as_numbers(_FIRST_BIRTHDAY + birthday))
    digits(codes[:, 14:17], sequence)
    right = (codes[:, :17] - ord("0")).astype(np.int64) @ _ID_WEIGHTS % 11
    codes[:, 17] = _ID_CHECKS[(right + 1 + sequence % 10) % 11]
    return ascii_texts(codes.view("S18").ravel())


def spelt_variously(ids: Cells, rng: np.random.Generator) -> Cells:
    """Spelling variants as clerks type them: some with a small x, a few full-width or with spaces, of the same
    operator.
    """
    chosen = np.flatnonzero(rng.random(len(ids)) < 0.004)
    plain = ids.take(chosen).to_pylist()
    other = [_SPELLINGS[turn % len(_SPELLINGS)](str(text)) for turn, text in enumerate(plain)]
    mask = np.zeros(len(ids), dtype=np.bool_)
    mask[chosen] = True
    cells: Cells = pc.replace_with_mask(ids, pa.array(mask), pa.array(other, pa.string()))
    return cells


def _full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def _spaced(text: str) -> str:
    return f" {text[:6]} {text[6:14]} {text[14:]}"


_SPELLINGS: Final[tuple[Callable[[str], str], ...]] = (_full_width, str.lower, _spaced)


def phones(bits: NDArray[np.uint64]) -> Cells:
    codes = np.empty((len(bits), 11), dtype=np.uint8)
    codes[:, 0:2] = np.frombuffer(b"12", dtype=np.uint8)
    digits(codes[:, 2:], choice_from_bits(bits, 8, 10**9))
    return ascii_texts(codes.view("S11").ravel())


def emails(number: NDArray[np.int64]) -> Cells:
    return concatenate("household", pc.cast(pa.array(number), pa.string()), "@example.invalid")


def _as_numbers(day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """20010203 for 3 February 2001."""
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    years = year.astype(np.int64) + 1970
    months = (month - year).astype(np.int64) + 1
    number: NDArray[np.int64] = years * 10_000 + months * 100 + (day - month).astype(np.int64) + 1
    return number
