"""A city typed end to end over HTTP: feeds, closing, draft, publication, directory, explanation, events."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from services.typing.runs.publication_files import household_typed_records
from shared.contracts.typing import HouseholdTyped, TypingRunCompleted, TypingRunPublished
from shared.messaging.events import parse_event
from shared.platform.identity import Role
from tests.integration.typing.staged_city import HOUSEHOLDS, StagedCity
from tests.integration.typing.typing_client import CITY, TypingClient


@pytest.fixture(scope="module")
def office(public_city: StagedCity) -> TypingClient:
    """Nothing here changes anything: all tests look at one city."""
    return public_city.office


@pytest.fixture(scope="module")
def published(public_city: StagedCity) -> str:
    """The id of its published run."""
    return public_city.last


async def test_the_published_run_counts_every_household_once(office: TypingClient, published: str) -> None:
    run = (await office.run(published)).json()
    assert run["state"] == "published"
    assert run["progress"] == 1.0
    assert sum(n for county in run["counts"].values() for n in county.values()) == run["households"]
    assert run["households"] + run["left_out"] <= HOUSEHOLDS
    assert len(run["digest"]) == 64


async def test_the_first_draft_is_compared_with_nothing(office: TypingClient, published: str) -> None:
    changes = (await office.get(f"/v1/runs/{published}/comparison")).json()["changes"]
    assert {change["from_type"] for change in changes} == {None}
    assert sum(change["households"] for change in changes) == (await office.run(published)).json()["households"]


async def some_result(office: TypingClient, run_id: str, kind: str) -> dict[str, str]:
    answer = await office.get(f"/v1/runs/{run_id}/results", type=kind, limit=1)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["items"][0])


async def test_the_public_finds_a_household_by_code_and_by_name(office: TypingClient, published: str) -> None:
    household = await some_result(office, published, "growth")
    by_code = await office.get(f"/v1/households/{household['uscc']}", None)
    assert by_code.json()["type"] == "growth"
    assert by_code.json()["type_label"] == "成长型"
    by_prefix = await office.get("/v1/households", None, name=household["name"], limit=100)
    assert household["uscc"] in [found["uscc"] for found in by_prefix.json()["items"]]
    similar = household["name"][0] + household["name"][2:]
    by_likeness = await office.get("/v1/households", None, name=similar, limit=100)
    assert household["uscc"] in [found["uscc"] for found in by_likeness.json()["items"]]


async def test_nobody_lists_the_directory_without_saying_whom_he_looks_for(office: TypingClient) -> None:
    answer = await office.get("/v1/households", None, type="growth")
    assert answer.status_code == 422
    assert "名称" in answer.json()["detail"]


async def test_officers_page_through_their_region(office: TypingClient, published: str) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"region": CITY, "limit": 100}
    while query.get("cursor", "") is not None:
        page = (await office.get("/v1/households", **query)).json()
        seen += [item["uscc"] for item in page["items"]]
        query["cursor"] = page["next"]
    households = (await office.run(published)).json()["households"]
    assert len(seen) == len(set(seen)) == households


async def test_figures_are_shown_to_operator_and_officer_only(office: TypingClient, published: str) -> None:
    household = await some_result(office, published, "development")
    (row,) = await office.sql("select operator_ref from result where uscc = $1", household["uscc"])
    address = f"/v1/households/{household['uscc']}/explanation"
    operator = office.as_(Role.OPERATOR, operator_ref=row["operator_ref"])
    stranger = office.as_(Role.OPERATOR, operator_ref="v1:" + "0" * 32)
    public = (await office.client.get(address)).json()
    assert public["figures"] is False
    assert (await office.client.get(address, headers=operator)).json()["figures"] is True
    assert (await office.client.get(address, headers=stranger)).json()["figures"] is False
    assert (await office.client.get(address, headers=office.as_(Role.OFFICER))).json()["figures"] is True
    assert (await office.client.get(address, headers=office.as_(Role.OFFICER, "12"))).json()["figures"] is False
    assert all(sentence["citation"]["quote"] for sentence in public["sentences"])
    read = await office.sql(
        "select subject, details->>'address' as address from audit_entry where action = $1", "figures:read"
    )
    assert [tuple(one) for one in read] == [(household["uscc"], "127.0.0.1")], "the officer's, and nobody else's"


async def test_statistics_add_up_to_the_run(office: TypingClient, published: str) -> None:
    cells = (await office.get("/v1/statistics", None, region=CITY, year=2026)).json()["items"]
    total = sum(n for cell in cells for n in cell["households"].values())
    assert total == (await office.run(published)).json()["households"]
    assert [cell["region"] for cell in cells] == sorted(cell["region"] for cell in cells)


async def test_the_bus_hears_of_the_run_and_of_every_household(office: TypingClient, published: str) -> None:
    values = [row["value"] for row in await office.sql("select value from outbox order by position")]
    (stream,) = await office.sql("select topic, total from bulk_stream where stream_id like 'household-typed/%'")
    run = await office.stored(published)
    known = {kind.event_type: kind for kind in (TypingRunCompleted, TypingRunPublished, HouseholdTyped)}
    events = [parse_event(value, known) for value in values]
    assert [type(event.data) for event in events if event] == [TypingRunCompleted, TypingRunPublished]
    assert tuple(stream) == ("typing.events", run.households)
    fetch = household_typed_records(run, office.resources.workspace.announcement(UUID(published)))
    records = [record for start in range(0, run.households or 0, 250) for record in fetch(start, 250)]
    typed = [parse_event(record.value, known) for record in records]
    assert len({event.id for event in typed if event}) == run.households
    assert orjson.loads(records[0].value)["data"]["revision"] == run.revision
