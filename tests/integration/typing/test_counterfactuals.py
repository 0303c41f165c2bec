"""What would change a household's type: its operator and officers read it by the figures, the public without them."""

import re
from typing import Any

import pytest

from shared.law.model.outcome import HouseholdType
from shared.platform.identity import Role
from tests.integration.typing.staged_city import StagedCity
from tests.integration.typing.typing_client import TypingClient

OWN = ("nearest", "endings", "readings")


@pytest.fixture(scope="module")
def office(public_city: StagedCity) -> TypingClient:
    """Nothing here changes anything: all tests look at one city."""
    return public_city.office


async def explained(office: TypingClient, kind: str, run: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A household of a type, explained to its operator and to the public; and the public's answer as it was sent."""
    results = (await office.get(f"/v1/runs/{run}/results", type=kind, limit=20)).json()["items"]
    for uscc in (one["uscc"] for one in results):
        (row,) = await office.sql("select operator_ref from result where uscc = $1", uscc)
        address = f"/v1/households/{uscc}/explanation"
        own = await office.client.get(address, headers=office.as_(Role.OPERATOR, operator_ref=row["operator_ref"]))
        public = await office.client.get(address)
        if any(own.json()[name] for name in OWN):
            return own.json(), public.json(), public.text
    raise AssertionError(f"no {kind} household has anything ahead of it")


async def test_the_operator_reads_the_nearest_way_and_the_public_does_not(
    public_city: StagedCity, office: TypingClient
) -> None:
    own, public, text = await explained(office, "growth", public_city.last)
    assert {way["type"] for way in own["nearest"]} == {"development"}
    assert all(step["citation"]["quote"] for way in own["nearest"] for step in way["steps"])
    figures = re.findall(r"是([\d,.万]+元)，还差", str(own["nearest"]))
    assert figures, "a growth household lacks revenue or tax"
    assert [public[name] for name in OWN] == [[], [], []]
    assert "还差" not in text
    assert not [figure for figure in figures if figure != "0元" and figure in text]


async def test_an_ineligible_household_reads_what_it_would_be(public_city: StagedCity, office: TypingClient) -> None:
    own, public, _ = await explained(office, "ineligible", public_city.last)
    (way,) = own["nearest"]
    assert way["type"] in ("survival", "growth", "development", "undetermined")
    assert way["text"].startswith("这些情形都没有了以后")
    assert public["nearest"] == []


async def test_missing_data_are_told_to_everybody_by_the_limits_of_the_law(office: TypingClient) -> None:
    rows = await office.sql("select uscc from result where unknown_mask <> 0 and type = $1", int(HouseholdType.GROWTH))
    answers = [(await office.client.get(f"/v1/households/{row['uscc']}/explanation")).json() for row in rows[:30]]
    open_ones = [answer for answer in answers if answer["missing"]]
    assert open_ones, "the sample holds households whose missing data could make them development"
    for answer in open_ones:
        cases = {case["type"] for one in answer["missing"] for case in one["cases"]}
        assert cases <= set(answer["possible"]) | {"growth"}
        assert "所缺的数据补齐以后" in answer["together"]
