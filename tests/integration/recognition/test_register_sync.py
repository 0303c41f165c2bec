"""Households that move and operators who change: what follows, what keeps its place, who is in conflict with whom."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from services.recognition.recognitions.models import Recognition
from services.recognition.rules.service import POLICIES
from services.recognition.season import repository as season_repository
from services.recognition.season.models import Quota
from services.recognition.season.quotas import require_places
from shared.law.reader.loading import load_policy
from tests.integration.recognition.invariants import OVER_QUOTA
from tests.integration.recognition.lifecycle_steps import dossier_of, end_recognition, household_moved, recognise
from tests.integration.recognition.recognition_client import COUNTY, uscc
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough

BEIJING, HEBEI = "110101", "130102"
HEPING, HEDONG = "120101", "120102"
"""Two districts of Tianjin, where the municipality shares its places."""
NEIGHBOUR = "410102"
"""Another county of the same city, with places of its own."""


async def in_tianjin(walkthrough: Walkthrough, county: str = HEPING) -> str:
    """A household recognised under Tianjin's policy in a county, and the municipality's places."""
    (recognition,) = await recognise(walkthrough, 1)
    policy = load_policy("tianjin-2024")
    async with walkthrough.office.resources.database.transaction() as session:
        await POLICIES.store(session, policy)
        session.add(
            Quota(
                id=uuid4(),
                scope="12",
                year=2026,
                policy_hash=policy.content_hash,
                percent=5,
                base=40,
                total=2,
                created_by="test",
            )
        )
        known = {"county": county, "hash": policy.content_hash}
        await session.execute(text("update recognition set county = :county, policy_hash = :hash"), known)
    return recognition


async def goes(walkthrough: Walkthrough, *counties: str) -> dict[str, Any]:
    """The household of the first recognition moves from county to county; its file afterwards, whoever reads it."""
    for number, county in enumerate(counties):
        await walkthrough.office.hear(household_moved(1, county, revision=await revisions(walkthrough) + number))
    (row,) = await walkthrough.office.sql("select id from recognition where uscc = $1", uscc(1))
    found: dict[str, Any] = (await walkthrough.office.get(f"/v1/recognitions/{row['id']}/file", region="")).json()
    return found | {"kinds": [one["kind"] for one in found["concerns"]]}


async def revisions(walkthrough: Walkthrough) -> int:
    (row,) = await walkthrough.office.sql("select max(changed_revision) + 1 as next from household")
    return int(row["next"])


async def taken(walkthrough: Walkthrough, county: str) -> int:
    async with walkthrough.office.resources.database.session() as session:
        return (await require_places(session, county, 2026)).taken


async def transfers(walkthrough: Walkthrough) -> list[tuple[str, str]]:
    said = [one["data"] for one in await walkthrough.office.events("RecognitionTransferred")]
    return [(one["from_region"], one["region"]) for one in said]


async def test_a_move_inside_the_municipality_follows_and_makes_no_place_free(walkthrough: Walkthrough):
    await in_tianjin(walkthrough)
    assert await taken(walkthrough, HEPING) == 1
    found = await goes(walkthrough, HEDONG)
    assert (found["county"], found["transferred_from"], found["kinds"]) == (HEDONG, HEPING, [])
    assert (await taken(walkthrough, HEDONG), await transfers(walkthrough)) == (1, [(HEPING, HEDONG)])
    back = await goes(walkthrough, HEPING)
    assert (back["county"], back["transferred_from"], await taken(walkthrough, HEPING)) == (HEPING, None, 1)
    assert await transfers(walkthrough) == [(HEPING, HEDONG), (HEDONG, HEPING)]


async def test_counting_only_those_that_never_moved_would_be_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: whoever has moved takes no place any more."""

    async def unmoved(session: Any, scope: str, _within: str) -> int:
        query = select(func.count()).select_from(Recognition).where(Recognition.transferred_from.is_(None))
        return int((await session.execute(query.where(Recognition.county.startswith(scope)))).scalar_one())

    monkeypatch.setattr(season_repository, "count_valid", unmoved)
    with pytest.raises(AssertionError):
        await test_a_move_inside_the_municipality_follows_and_makes_no_place_free(walkthrough)


async def test_who_comes_from_beijing_is_taken_over_by_tianjin_without_a_place(walkthrough: Walkthrough):
    await in_tianjin(walkthrough, BEIJING)
    found = await goes(walkthrough, HEPING, HEDONG)
    assert (found["county"], found["transferred_from"], found["kinds"]) == (HEDONG, BEIJING, [])
    assert await taken(walkthrough, HEDONG) == 0
    assert await transfers(walkthrough) == [(BEIJING, HEPING), (HEPING, HEDONG)]


async def test_the_destination_decides_not_the_origin(walkthrough: Walkthrough):
    await in_tianjin(walkthrough)
    away = await goes(walkthrough, BEIJING)
    assert (away["county"], away["kinds"], await taken(walkthrough, HEPING)) == (HEPING, ["moved-away"], 1)
    assert BEIJING in away["concerns"][0]["sentence"]
    assert (await goes(walkthrough, HEBEI))["concerns"][0]["sentence"].startswith(f"已迁往 {HEBEI}"), "where it is now"
    assert (await goes(walkthrough, HEPING))["kinds"] == [], "back again"
    assert await transfers(walkthrough) == []


async def test_the_season_of_the_destination_says_which_policy_is_in_force_there(walkthrough: Walkthrough):
    await in_tianjin(walkthrough)
    known = {"county": HEBEI, "hash": load_policy("tianjin-2024").content_hash}
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update season set county = :county, policy_hash = :hash"), known)
    assert (await goes(walkthrough, HEBEI))["county"] == HEBEI
    assert await taken(walkthrough, HEPING) == 0, "it has left what the municipality's places are reckoned for"
    assert await transfers(walkthrough) == [(HEPING, HEBEI)]


@at_stage("recognised")
async def test_a_move_inside_the_city_follows_and_keeps_the_place_of_its_county(walkthrough: Walkthrough):
    found = await goes(walkthrough, NEIGHBOUR)
    assert (found["county"], found["transferred_from"]) == (NEIGHBOUR, COUNTY)
    assert (await taken(walkthrough, COUNTY), await taken(walkthrough, NEIGHBOUR)) == (1, 0)
    assert await transfers(walkthrough) == [(COUNTY, NEIGHBOUR)]
    assert await walkthrough.office.sql(OVER_QUOTA) == []
    entries = await walkthrough.office.sql("select chain from audit_entry where action = 'recognition:transfer'")
    assert [row["chain"] for row in entries] == [NEIGHBOUR]


async def test_without_a_season_the_shipped_policy_of_the_place_decides(walkthrough: Walkthrough, recognition: str):
    found = await goes(walkthrough, HEPING)
    assert (found["county"], found["kinds"]) == (COUNTY, ["moved-away"]), "Tianjin takes over from Beijing and Hebei"
    assert (await dossier_of(walkthrough, recognition)).json()["state"] == "valid"


async def conflicts(walkthrough: Walkthrough, *recognitions: str) -> list[bool]:
    return [(await dossier_of(walkthrough, one)).json()["person_conflict"] for one in recognitions]


async def test_a_conflict_of_persons_is_over_when_the_other_recognition_ends(walkthrough: Walkthrough):
    one, two, three = await recognise(walkthrough, 1, 2, 3)
    await walkthrough.office.hear(household_moved(2, COUNTY, person=1), household_moved(3, COUNTY, person=1))
    assert await conflicts(walkthrough, one, two, three) == [False, True, True]
    await end_recognition(walkthrough, one, "cancellation", dt.date(2027, 3, 1))
    assert sorted(await conflicts(walkthrough, two, three)) == [False, True], (
        "one of the two is clear, one too many is left"
    )
    clear = two if (await conflicts(walkthrough, two))[0] is False else three
    assert (await dossier_of(walkthrough, clear)).json()["concerns"] == []
    await end_recognition(walkthrough, clear, "revocation", dt.date(2027, 4, 1))
    assert await conflicts(walkthrough, *({two, three} - {clear})) == [False]


@at_stage("two recognised")
@pytest.mark.parametrize("change", [household_moved(1, COUNTY, person=9), household_moved(1, NEIGHBOUR)])
async def test_a_conflict_is_over_when_the_other_household_passes_on_or_moves(
    walkthrough: Walkthrough, recognitions: list[str], change: Any
):
    one, two = recognitions
    await walkthrough.office.hear(household_moved(2, COUNTY, person=1))
    assert await conflicts(walkthrough, one, two) == [False, True]
    await walkthrough.office.hear(change)
    assert await conflicts(walkthrough, two) == [False]
