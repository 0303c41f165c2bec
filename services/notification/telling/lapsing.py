"""What lapses before it can be told: a rule may say that it is of no use after its date or the end of its matter."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.telling import repository as telling_repository
from services.notification.telling.occasions import Occasion
from shared import clock

NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class ToTell(Protocol):
    """An occasion with its facts."""

    @property
    def occasion(self) -> Occasion:
        """What is told of."""

    @property
    def facts(self) -> Mapping[str, object]:
        """What is told."""


T = TypeVar("T", bound=ToTell)


async def still_of_use(session: AsyncSession, tellings: Sequence[T]) -> list[T]:
    """Without what has lapsed."""
    matters = [_lapsing_matter(one) for one in tellings]
    ended = await telling_repository.ended_matters(session, {one for one in matters if one is not None})
    today = clock.today()
    return [
        one
        for one, matter in zip(tellings, matters, strict=True)
        if matter is None or not (_is_past(one, today) or one.occasion.event.time <= ended.get(matter, NEVER))
    ]


def _lapsing_matter(one: ToTell) -> tuple[str, str] | None:
    """Rule and matter; None where what is said does not lapse."""
    rule = one.occasion.rule.rule
    matter = rule.matter_of(one.facts) if rule.lapses else None
    return None if matter is None else (rule.name, matter)


def _is_past(one: ToTell, day: dt.date) -> bool:
    """Whether its date lies before a day."""
    due_on = one.facts[one.occasion.rule.rule.due_on or ""]
    return isinstance(due_on, dt.date) and due_on < day
