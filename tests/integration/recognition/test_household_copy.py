"""What recognition hears of typing: its copy of households follows the newest word, whatever the order."""

import datetime as dt
import random

from services.recognition.registers import repository as register_repository
from shared.contracts.typing import HouseholdChanged
from tests.integration.recognition.recognition_client import (
    COUNTY,
    RecognitionClient,
    household_typed,
    operator,
    run_published,
    uscc,
)


def changed(number: int, revision: int, *, person: int) -> HouseholdChanged:
    return HouseholdChanged(
        uscc=uscc(number),
        name=f"新名{revision}",
        region=COUNTY,
        status="registered",
        operator_ref=operator(person),
        revision=revision,
    )


async def test_households_and_counts_are_kept(office: RecognitionClient):
    await office.hear_of([household_typed(1), household_typed(2, kind="survival")])
    assert [(row["uscc"], row["type"]) for row in await office.sql("select * from household order by uscc")] == [
        (uscc(1), "growth"),
        (uscc(2), "survival"),
    ]
    (counts,) = await office.sql("select county, counts from published_count")
    assert counts["county"] == COUNTY
    assert '"growth": 1' in counts["counts"]


async def test_an_operator_finds_what_is_his_and_nothing_else(office: RecognitionClient):
    """Naive: all of a county, or one that he has sold."""
    await office.hear_of([household_typed(1), household_typed(2), household_typed(3)])
    await office.hear(changed(1, 5, person=1), changed(2, 5, person=1), changed(3, 5, person=7))
    mine = await office.own_households(1)
    assert [one["uscc"] for one in mine] == sorted([uscc(1), uscc(2)])
    assert mine[0]["county_name"]
    await office.hear(changed(2, 6, person=7))
    assert [one["uscc"] for one in await office.own_households(1)] == [uscc(1)]
    assert await office.own_households(9) == []


async def test_the_highest_revision_wins_in_any_order(office: RecognitionClient):
    types = [
        household_typed(1, kind=kind, revision=revision)
        for revision, kind in enumerate(("survival", "gap", "growth"), 1)
    ]
    said = [*types, changed(1, 5, person=8), changed(1, 4, person=7)]
    for seed in range(6):
        random.Random(seed).shuffle(said)
        await office.hear(*said)
    (household,) = await office.sql("select * from household")
    assert (household["type"], household["operator_ref"], household["name"]) == ("growth", operator(8), "新名5")


async def test_an_older_publication_does_not_replace_a_newer_one(office: RecognitionClient):
    newer, older = run_published({COUNTY: {"growth": 9}}), run_published({COUNTY: {"growth": 1}})
    await office.hear(newer)
    async with office.resources.database.transaction() as session:
        before = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        await register_repository.save_counts(session, 2026, older.run, older.counts, before)
    (counts,) = await office.sql("select counts->>'growth' as growth from published_count")
    assert counts["growth"] == "9"
