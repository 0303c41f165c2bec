"""What is known of recognition's decisions: in any order and however often it is told."""

import datetime as dt
from itertools import permutations

import pytest

from shared.contracts.payload import Payload
from shared.contracts.recognition import ApplicationRefused, RecognitionCancelled, RecognitionRevoked
from tests.integration.objection.objection_client import ObjectionClient
from tests.integration.objection.recognition_events import DECISIONS, NOTICE, decided, notice_closed, notice_opened

KNOWN = "select stands, revision, decided_by, decided_by_region from contestable_decision where against = $1"


@pytest.mark.parametrize(("decision", "against", "_undone"), DECISIONS)
async def test_a_decision_is_known_with_who_made_it(
    office: ObjectionClient, decision: type[Payload], against: str, _undone: type[Payload]
) -> None:
    await office.hear(decided(decision, 5), source="/recognition", actor="chen")
    (row,) = await office.sql(KNOWN, against)
    assert tuple(row) == (True, 5, "chen", "410105")


@pytest.mark.parametrize(("decision", "against", "undone"), DECISIONS)
async def test_what_undoes_a_decision_wins_in_every_order_and_repetition(
    office: ObjectionClient, decision: type[Payload], against: str, undone: type[Payload]
) -> None:
    made, taken_back = decided(decision, 5), decided(undone, 7)
    await office.hear(taken_back, made, taken_back, made, source="/recognition")
    (row,) = await office.sql(KNOWN, against)
    assert (row["stands"], row["revision"]) == (False, 7)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_of_three_states_the_last_one_counts_in_every_order(
    office: ObjectionClient, order: tuple[int, ...]
) -> None:
    _, against, undone = DECISIONS[0]
    assert undone is not None
    states = [decided(ApplicationRefused, 5), decided(undone, 6), decided(ApplicationRefused, 9)]
    await office.hear(*(states[place] for place in order), source="/recognition")
    (row,) = await office.sql(KNOWN, against)
    assert (row["stands"], row["revision"]) == (True, 9)


async def test_a_notice_is_known_whichever_of_its_events_comes_first(office: ObjectionClient) -> None:
    await office.hear(notice_closed(), notice_opened(1, 2), notice_opened(1, 2), source="/recognition", actor="li")
    (notice,) = await office.sql("select state, opened_by from public_notice where id = $1", NOTICE)
    assert tuple(notice) == ("closed", "li")
    assert len(await office.sql("select 1 from notice_item where notice = $1", NOTICE)) == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1)])
@pytest.mark.parametrize("kind", [RecognitionCancelled, RecognitionRevoked])
async def test_a_decision_is_served_by_somebody_else_than_who_made_it(
    office: ObjectionClient, kind: type[Payload], order: tuple[int, ...]
) -> None:
    served_on = dt.date(2026, 11, 20)
    said = [(decided(kind, 5), "chen"), (decided(kind, 6, served_on=served_on), "the-post")]
    for place in order:
        event, actor = said[place]
        await office.hear(event, source="/recognition", actor=actor)
    (row,) = await office.sql("select stands, decided_by, served_on from contestable_decision")
    assert tuple(row) == (True, "chen", served_on)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(("kind", "against", "undone"), DECISIONS)
async def test_who_decided_stays_known_when_the_decision_was_taken_back_and_came_back_by_itself(
    office: ObjectionClient,
    kind: type[Payload],
    against: str,
    undone: type[Payload],
    order: tuple[int, ...],
) -> None:
    first = decided(kind, 5, makers=["li", "wang"])
    said = [(first, "chen"), (decided(undone, 6), "bus"), (decided(kind, 7, makers=["wang"]), "bus")]
    for place in (*order, *order):
        event, actor = said[place]
        await office.hear(event, source="/recognition", actor=actor)
    (row,) = await office.sql("select made_by from contestable_decision where against = $1", against)
    assert row["made_by"] == '["chen", "li", "wang"]'
