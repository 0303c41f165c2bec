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


async def test_the_identity_provider_looks_pseudonyms_up_and_never_has_the_key(office: TypingClient) -> None:
    """Whoever makes tokens needs the pseudonym; with the key they could try every number of the country."""
    system, path = office.as_(Role.SYSTEM, ""), "/v1/operator-references"
    answers = [
        (await office.client.post(path, json={"id_number": number}, headers=system)).json()
        for number in ("11010519491231002X", "110105491231002")
    ]
    assert answers[0] == answers[1]
    assert re.fullmatch(r"v1:[0-9a-f]{32}", answers[0]["operator_ref"])
    refused = await office.client.post(path, json={"id_number": "4101**********1234"}, headers=system)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-an-id")
    assert "1234" not in refused.text
    for role in (Role.OFFICER, Role.BUREAU, Role.AUDITOR):
        denied = await office.client.post(path, json={"id_number": "110105491231002"}, headers=office.as_(role))
        assert denied.status_code == 403
    kept = await office.sql("select subject, details::text from audit_entry where action = 'operator-reference:read'")
    assert {row["subject"] for row in kept} == {answers[0]["operator_ref"]}
    assert "110105" not in str([tuple(row) for row in kept])


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


async def test_missing_data_are_told_to_officers_by_the_limits_of_the_law(office: TypingClient) -> None:
    rows = await office.sql("select uscc from result where unknown_mask <> 0 and type = $1", int(HouseholdType.GROWTH))
    answers = [(await office.get(f"/v1/households/{row['uscc']}/explanation")).json() for row in rows[:30]]
    open_ones = [answer for answer in answers if answer["missing"]]
    assert open_ones, "the sample holds households whose missing data could make them development"
    for answer in open_ones:
        cases = {case["type"] for one in answer["missing"] for case in one["cases"]}
        assert cases <= set(answer["possible"]) | {"growth"}
        assert "所缺的数据补齐以后" in answer["together"]


async def test_the_public_reads_the_standard_of_a_type_and_nothing_of_the_household(office: TypingClient) -> None:
    """By clauses, whoever asks would learn of every household whether its tax is below 1万元 and its staff above 5."""
    rows = await office.sql(
        "select uscc, type from (select *, row_number() over (partition by type order by uscc) n from result) r"
        " where n <= 8 and not exists (select from correction c where c.uscc = r.uscc)"
    )
    told: dict[int, set[str]] = {}
    for row in rows:
        answer = (await office.client.get(f"/v1/households/{row['uscc']}/explanation")).json()
        assert answer["figures"] is False
        assert [one["text"] for one in answer["sentences"] if one["holds"] is not None or one["facts"]] == []
        told.setdefault(row["type"], set()).add(str(answer | {"uscc": "", "name": "", "corrections": []}))
    assert {kind: len(answers) for kind, answers in told.items()} == dict.fromkeys(told, 1)
    assert len(told) >= 3
