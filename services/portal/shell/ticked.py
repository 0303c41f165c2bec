"""Rows of a list that were ticked, each asked for by itself: what one is refused does not hold up the others."""

import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.portal.shell.forms import Form
from services.portal.upstream.problems import Absent, NotAllowed, Outdated, QueryRefused

MOST_TICKED = 50
TICKED = re.compile(r"([^|]{1,200})\|(\"[0-9]{1,10}\")")
"""What a box holds: the row's id and the version that the page showed"""


@dataclass
class Outcome:
    """What became of them."""

    done: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """For the person who ticked them."""
        said = f"{self.done} 条已办。" if self.done else ""
        if not self.refused:
            return said
        return f"{said}{len(self.refused)} 条没有办成：{'；'.join(dict.fromkeys(self.refused))}"


def ticked(form: Form, name: str) -> Sequence[tuple[str, str]]:
    """Ids and versions; a box that is none of ours counts as not ticked."""
    found = (TICKED.fullmatch(one) for one in form.all(name)[:MOST_TICKED])
    return [(one[1], one[2]) for one in found if one]


async def ask_for_each(
    rows: Sequence[tuple[str, str]], ask: Callable[[str, str], Coroutine[Any, Any, object]]
) -> Outcome:
    """`ask` is given a row's id and version."""
    outcome = Outcome()
    for row, version in rows:
        try:
            await ask(row, version)
        except Outdated:
            outcome.refused.append("您打开页面以后已有变化，请看过现在的内容再办")
        except (QueryRefused, NotAllowed, Absent) as refused:
            outcome.refused.append((refused.detail or "不能办").rstrip("。"))
        else:
            outcome.done += 1
    return outcome
