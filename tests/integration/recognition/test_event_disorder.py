"""A whole county's events in any order, some twice, in two lanes at once: the copy is what the newest word says.

How many households: MINGLU_TEST_HEARD (2,000 in `make test`, four events each).
"""

import asyncio
import os
import random
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from services.recognition.handlers import BATCH_HANDLERS
from services.recognition.service import EVENTS_AT_ONCE
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdChanged, TypingAdjusted
from shared.messaging.events import new_event
from shared.platform import household_copy
from tests.integration.recognition.recognition_client import (
    COUNTY,
    RUN,
    RecognitionClient,
    household_typed,
    operator,
    subject_of,
    uscc,
)

HOUSEHOLDS = int(os.environ.get("MINGLU_TEST_HEARD", "2000"))
LANES = 2
TYPES = ("survival", "growth", "development", "ineligible")


def life_of(number: int) -> list[Payload]:
    """What typing says of one household: typed, changed hands, adjusted, struck off or renamed."""
    return [
        household_typed(number, kind=TYPES[number % 4], revision=1),
        changed(number, 2, person=number + 1, status="registered"),
        adjusted(number, 3),
        changed(number, 4, person=number + 2, status="cancelled" if number % 9 == 0 else "registered"),
    ]


def changed(number: int, revision: int, *, person: int, status: str) -> HouseholdChanged:
    return HouseholdChanged(
        uscc=uscc(number),
        name=f"商户{number}的第{revision}个名",
        region=COUNTY,
        status=status,
        operator_ref=operator(person),
        revision=revision,
    )


def adjusted(number: int, revision: int) -> TypingAdjusted:
    return TypingAdjusted(
        uscc=uscc(number),
        name=f"测试商户{number}号",
        region=COUNTY,
        operator_ref=operator(number),
        type=TYPES[(number + 1) % 4],
        previous_type=TYPES[number % 4],
        year=2026,
        run=RUN,
        revision=revision,
        objection=RUN,
        reason="异议成立",
    )


async def hear_in_lanes(office: RecognitionClient, said: Sequence[Payload]) -> None:
    """Every event to a lane by chance; the lanes go on at the same time, a transaction for each batch."""
    lanes = [said[lane::LANES] for lane in range(LANES)]
    await asyncio.gather(*(hear_lane(office, lane) for lane in lanes))


async def hear_lane(office: RecognitionClient, said: Sequence[Payload]) -> None:
    """As the worker's consumer does: what came together, kind by kind."""
    for start in range(0, len(said), EVENTS_AT_ONCE):
        part = said[start : start + EVENTS_AT_ONCE]
        for kind, handler in BATCH_HANDLERS.items():
            events = [new_event(one, subject=subject_of(one), source="/typing") for one in part if type(one) is kind]
            if events:
                async with office.resources.database.transaction() as session:
                    await handler(session, events, office.resources)


def in_any_order(seed: int) -> list[Payload]:
    """Every household's events, shuffled; every tenth one comes twice."""
    said = [event for number in range(HOUSEHOLDS) for event in life_of(number)]
    chance = random.Random(seed)
    said += chance.sample(said, len(said) // 10)
    chance.shuffle(said)
    return said


async def wrong(office: RecognitionClient) -> list[tuple[Any, ...]]:
    """Households whose copy is not what the newest event of each kind says."""
    rows = await office.sql("select uscc, type, typed_year, operator_ref, status, name from household")
    kept = {tuple(row) for row in rows}
    due = {
        (
            uscc(number),
            TYPES[(number + 1) % 4],
            2026,
            operator(number + 2),
            "cancelled" if number % 9 == 0 else "registered",
            f"商户{number}的第4个名",
        )
        for number in range(HOUSEHOLDS)
    }
    return sorted(kept ^ due)


async def test_every_household_ends_as_the_newest_word_says(office: RecognitionClient):
    await hear_in_lanes(office, in_any_order(1))
    assert await wrong(office) == []


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("APPLY_TYPED", "WHERE h.typed_revision < excluded.typed_revision"),
        ("APPLY_CHANGED", "WHERE h.changed_revision < excluded.changed_revision"),
    ],
)
async def test_the_last_word_instead_of_the_newest_would_be_seen(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch, statement: str, guard: str
):
    said = str(getattr(household_copy, statement))
    assert guard in said
    monkeypatch.setattr(household_copy, statement, text(said.replace(guard, "")))
    await hear_in_lanes(office, in_any_order(1))
    assert await wrong(office)
