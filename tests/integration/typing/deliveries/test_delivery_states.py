"""K1: a delivery is a state of its feed in its coverage; the same bytes are the same fact while nothing came after."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.deliveries.models import Delivery
from shared import clock
from shared.feeds.intake.declaration import Declaration
from shared.platform.deliveries import receiving
from tests.integration.typing.deliveries.bureau_client import CODES, Bureau, registration, tax

CREDIT = "uscc,abnormal,seriously_dishonest\n"
MARKED = CREDIT + f"{CODES[0]},true,false\n"


async def delivered(bureau: Bureau, content: str, feed: str = "credit", **query: Any) -> tuple[int, str]:
    """Status and id."""
    answer = await bureau.delivers(content, feed, **query)
    assert answer.status_code in (200, 201), answer.text
    return answer.status_code, answer.json()["id"]


async def test_the_same_bytes_after_others_are_a_new_state(bureau: Bureau):
    first = await delivered(bureau, CREDIT)
    marked = await delivered(bureau, MARKED)
    again = await delivered(bureau, CREDIT)
    assert (first[0], marked[0], again[0]) == (201, 201, 201)
    assert len({first[1], marked[1], again[1]}) == 3
    assert await delivered(bureau, CREDIT) == (200, again[1]), "sent twice it still counts once"


@pytest.mark.parametrize(
    ("between", "new"),
    [
        ({"region": "41", "token_region": "41"}, True),
        ({"region": "410102"}, True),
        ({"region": "4102", "token_region": "41"}, False),
        ({"mode": "incremental"}, True),
    ],
)
async def test_what_came_between_counts_where_the_coverage_meets(bureau: Bureau, between: dict[str, str], new: bool):
    _, first = await delivered(bureau, CREDIT)
    await delivered(bureau, MARKED, **between)
    status, again = await delivered(bureau, CREDIT)
    assert (status == 201, again != first) == (new, new)


async def test_another_year_does_not_come_between(bureau: Bureau):
    _, first = await delivered(bureau, tax(CODES[0], year=2025), "tax", year=2025)
    await delivered(bureau, tax(CODES[0], year=2024), "tax", year=2024)
    assert await delivered(bureau, tax(CODES[0], year=2025), "tax", year=2025) == (200, first)


async def test_a_row_of_tomorrow_is_taken_when_the_same_file_comes_tomorrow(bureau: Bureau):
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    rows = registration(*CODES[:2]).replace("2020-01-02", tomorrow, 1)
    _, first = await delivered(bureau, rows, "registration")
    assert await delivered(bureau, rows, "registration") == (200, first), "on the same day it is the same"
    with clock.travel(clock.today() + dt.timedelta(days=1)):
        answer = await bureau.delivers(rows)
    assert (answer.status_code, answer.json()["accepted"], answer.json()["rejected"]) == (201, 2, 0)


async def test_looking_for_the_bytes_alone_would_be_caught(bureau: Bureau, monkeypatch: pytest.MonkeyPatch):
    """The planted fault: any earlier delivery of the same bytes is taken for this one."""

    async def same_bytes(session: AsyncSession, _table: object, declared: Declaration) -> Delivery | None:
        return (await session.execute(select(Delivery).where(Delivery.sha256 == declared.sha256))).scalars().first()

    monkeypatch.setattr(receiving, "find_same_delivery", same_bytes)
    with pytest.raises(AssertionError):
        await test_the_same_bytes_after_others_are_a_new_state(bureau)


async def test_hardly_anything_accepted_covers_nothing(bureau: Bureau):
    wrong = "".join(f"{code},vielleicht,false\n" for code in CODES[:12])
    answer = await bureau.delivers(CREDIT + wrong + f"{CODES[20]},true,false\n", "credit")
    told = answer.json()
    assert (told["coverage"], told["accepted"], told["unreadable"]) == ("nothing", 1, 0)
    assert any("未按全量数据处理" in warning for warning in told["warnings"])


async def test_rows_that_nobody_can_attribute_are_counted(bureau: Bureau):
    answer = await bureau.delivers(MARKED + ",true,false\n92没有代码,true,false\n", "credit")
    assert (answer.json()["unreadable"], answer.json()["coverage"]) == (2, "as-declared")
