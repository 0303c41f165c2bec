"""Names of a header that are almost those of the contract: with other separators, a slip of the pen, a number behind
them as programs rename a column that occurs twice, or the Chinese title.
"""

import re
from itertools import pairwise

from shared.feeds.contract.model import FeedContract
from shared.reference.blanks import folded
from shared.reference.personal_patterns import personal_pattern_in

_ONE_SLIP, _TWO_SLIPS = 4, 9
"""Letters that a name must have so that another one may differ from it by so much."""


def column_meant(contract: FeedContract, name: str) -> str | None:
    """The contract's column that a folded name almost is; None for a name of the contract, and for an unrelated one."""
    if not name or contract.has(name):
        return None
    titles = {folded(column.title): column.name for column in contract.columns}
    if name in titles:
        return titles[name]
    letters = _letters(name)
    near = [column.name for column in contract.columns if _almost(letters, _letters(column.name))]
    return near[0] if near else None


def printable_name(name: str) -> str:
    """A name from outside, made safe to print on a terminal; of a file without a header it may be somebody's number."""
    if personal_pattern_in(name) is not None:
        return "（含个人信息）"
    return "".join(character for character in name if character.isprintable())[:40]


def _letters(name: str) -> str:
    """The name without separators and without a number at its end."""
    return re.sub(r"[\W_]", "", name).rstrip("0123456789")


def _almost(letters: str, wanted: str) -> bool:
    allowed = 2 if len(wanted) >= _TWO_SLIPS else 1 if len(wanted) >= _ONE_SLIP else 0
    return abs(len(letters) - len(wanted)) <= allowed and slips(letters, wanted) <= allowed


def slips(one: str, other: str) -> int:
    """How many letters to add, leave out, change or swap with a neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one):
        two_before, before, row = before, row, [place + 1]
        for wanted, (beside, above) in enumerate(pairwise(before)):
            costs = [above + 1, row[wanted] + 1, beside + (letter != other[wanted])]
            if place and wanted and letter == other[wanted - 1] and one[place - 1] == other[wanted]:
                costs.append(two_before[wanted - 1] + 1)
            row.append(min(costs))
    return row[-1]
