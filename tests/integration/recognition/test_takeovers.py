"""A household gets another operator while something is under way for it: nothing goes on without his own will."""

import datetime as dt
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest

from services.recognition.decisions import cases
from services.recognition.rules import eligibility
from services.recognition.selection import endpoints as selection_endpoints
from shared import clock
from shared.contracts.typing import HouseholdChanged
from shared.platform.identity import Role
from tests.integration.recognition.application_setup import add_document
from tests.integration.recognition.examination_steps import submit_claim
from tests.integration.recognition.lifecycle_steps import recognise
from tests.integration.recognition.recognition_client import COUNTY, operator, uscc
from tests.integration.recognition.recommendation_steps import draft_recommendation, recommendation_step
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import APPLIES, DECIDES, Walkthrough

OLD, NEW = 1, 7


async def passed_to(walkthrough: Walkthrough, person: int, number: int = 1, revision: int = 5) -> None:
    """The register has another operator."""
    changed = HouseholdChanged(
        uscc=uscc(number),
        name="转让的商户",
        region=COUNTY,
        status="registered",
        operator_ref=operator(person),
        revision=revision,
    )
    await walkthrough.office.hear(changed)


async def act(
    walkthrough: Walkthrough,
    application: str,
    what: str,
    person: int,
    body: Any = None,
    on: dt.date = APPLIES,
    noun: str = "applications",
) -> httpx.Response:
    headers = walkthrough.office.as_(Role.OPERATOR, number=person, subject=f"operator-{person}") | {"If-Match": "*"}
    with clock.travel(on):
        return await walkthrough.office.client.post(f"/v1/{noun}/{application}/{what}", json=body, headers=headers)


async def read(walkthrough: Walkthrough, path: str, person: int) -> httpx.Response:
    return await walkthrough.office.client.get(path, headers=walkthrough.office.as_(Role.OPERATOR, number=person))


async def only_who_adopted_is_recognised(walkthrough: Walkthrough) -> None:
    """The scenario of an application that is ready to be decided when the operator changes."""
    (application,) = await walkthrough.to_decision(1)
    await passed_to(walkthrough, NEW)
    assert "经营者已变更" in (await walkthrough.look(application)).json()["against"][0]
    refused = await walkthrough.decide(application)
    assert refused.status_code == 409, refused.text
    assert "经营者已变更" in refused.json()["detail"]
    adopted = await act(walkthrough, application, "adoption", NEW, {}, on=DECIDES)
    assert (adopted.status_code, adopted.json()["against"]) == (200, []), adopted.text
    granted = await walkthrough.decide(application)
    assert granted.status_code == 201, granted.text
    (event,) = await walkthrough.office.events("RecognitionGranted")
    assert event["data"]["operator_ref"] == operator(NEW)


async def test_nothing_is_decided_until_the_new_operator_has_taken_it_over(walkthrough: Walkthrough):
    await only_who_adopted_is_recognised(walkthrough)


async def test_a_decision_that_forgets_the_operator_would_be_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: what stands against an application does not compare operators."""
    honest = eligibility.current_obstacles

    def forgetful(*of: Any) -> list[str]:
        return [one for one in honest(*of) if "经营者已变更" not in one]

    monkeypatch.setattr(cases, "current_obstacles", forgetful)
    with pytest.raises(AssertionError):
        await only_who_adopted_is_recognised(walkthrough)


async def test_the_former_operator_neither_reads_nor_withdraws_and_the_new_one_does_in_time(
    walkthrough: Walkthrough, application: str
):
    with clock.travel(APPLIES):
        await passed_to(walkthrough, NEW)
    path = f"/v1/applications/{application}"
    assert (await read(walkthrough, path, OLD)).status_code == 404
    assert (await act(walkthrough, application, "withdrawal", OLD)).status_code == 404
    assert (await read(walkthrough, "/v1/applications", OLD)).json()["items"] == []
    assert (await read(walkthrough, path, NEW)).status_code == 200
    assert [one["id"] for one in (await read(walkthrough, "/v1/applications", NEW)).json()["items"]] == [application]
    settled = APPLIES + dt.timedelta(days=15)
    early = await act(walkthrough, application, "withdrawal", NEW, on=settled - dt.timedelta(days=1))
    assert (early.status_code, early.json().get("title")) == (409, "变更经营者不久，暂不能办理")
    assert str(settled) in early.json()["detail"]
    assert (await act(walkthrough, application, "withdrawal", NEW, on=settled)).json()["state"] == "withdrawn"


async def test_a_withdrawal_that_does_not_ask_since_when_would_be_caught(
    walkthrough: Walkthrough, application: str, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: whoever the register names may end at once what another began (H1)."""
    monkeypatch.setattr(selection_endpoints, "require_settled_operator", AsyncMock())
    with pytest.raises(AssertionError):
        await test_the_former_operator_neither_reads_nor_withdraws_and_the_new_one_does_in_time(
            walkthrough, application
        )


@at_stage("recognised")
async def test_a_new_operator_consents_to_nothing_at_first(walkthrough: Walkthrough):
    await passed_to(walkthrough, NEW)
    body = {"uscc": uscc(1), "institution": "bank-1", "until": (clock.today() + dt.timedelta(days=90)).isoformat()}
    headers = walkthrough.office.as_(Role.OPERATOR, number=NEW)
    answer = await walkthrough.office.client.post("/v1/credit-consents", json=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/operator-too-new")


async def test_what_the_former_operator_handed_in_is_seen_and_gone_on_with_only_after_adopting(
    walkthrough: Walkthrough,
    application: str,
):
    returned = await walkthrough.review(application, outcome="return", missing=["照片"])
    assert returned.status_code == 200, returned.text
    await passed_to(walkthrough, NEW)
    hidden = await read(walkthrough, f"/v1/applications/{application}/documents", NEW)
    assert (hidden.status_code, hidden.json()["title"]) == (409, "须先接续办理")
    assert (await act(walkthrough, application, "completion", NEW)).json()["title"] == "须先接续办理"
    assert (await act(walkthrough, application, "adoption", NEW, {})).status_code == 200
    assert len((await read(walkthrough, f"/v1/applications/{application}/documents", NEW)).json()["items"]) == 1
    assert (await act(walkthrough, application, "completion", NEW)).status_code == 200


async def test_who_has_a_recognised_household_in_the_county_cannot_take_another_over(walkthrough: Walkthrough):
    await recognise(walkthrough, NEW)
    (application,) = await walkthrough.apply(1)
    await passed_to(walkthrough, NEW)
    refused = await act(walkthrough, application, "adoption", NEW, {})
    assert (refused.status_code, "同一经营者在本县已有一户" in refused.json()["detail"]) == (422, True)
    assert (await walkthrough.look(application)).json()["state"] == "in-progress", "an officer may refuse it"


async def test_what_the_former_operator_was_is_not_what_the_new_one_is(walkthrough: Walkthrough):
    """A survival household applied because its operator is a veteran."""
    claim = {"category": "distinctive", "criteria": ["distinctive.3"], "kinds": ["veteran"]}
    documents = ("distinctive.3:手艺传承和知名度的证明", "kind.veteran:退役军人优待证")
    application = (await submit_claim(walkthrough, claim, *documents, kind="survival")).json()["id"]
    await passed_to(walkthrough, NEW)
    for kinds, said in (([], "不属于可以认定的来源"), (["veteran"], "缺少证明材料")):
        refused = await act(walkthrough, application, "adoption", NEW, {"kinds": kinds})
        assert (refused.status_code, said in refused.json()["detail"]) == (422, True), refused.text
    own = await add_document(walkthrough.office, application, "kind.disabled:残疾人证", number=NEW)
    assert own.status_code == 201, own.text
    adopted = await act(walkthrough, application, "adoption", NEW, {"kinds": ["disabled"]})
    assert (adopted.status_code, adopted.json()["kinds"]) == (200, ["disabled"])
    left = (await read(walkthrough, f"/v1/applications/{application}/documents", NEW)).json()["items"]
    assert {one["evidence"] for one in left} == {documents[0], "kind.disabled:残疾人证"}


async def test_only_the_households_operator_adopts_and_only_after_a_change(walkthrough: Walkthrough, application: str):
    assert (await act(walkthrough, application, "adoption", OLD, {})).json()["title"] == "无须接续"
    await passed_to(walkthrough, NEW)
    for person in (OLD, 99):
        assert (await act(walkthrough, application, "adoption", person, {})).status_code == 404


async def test_a_former_operators_consent_carries_no_recommendation(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=OLD)
    await passed_to(walkthrough, NEW)
    refused = await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    assert (refused.status_code, refused.json()["title"]) == (409, "尚未征得同意")
    assert (await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=OLD)).status_code == 404
    assert (await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=NEW)).status_code == 200
    assert (
        await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    ).status_code == 200


async def test_a_recommendation_under_way_needs_the_new_operators_own_consent(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=OLD)
    await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    application = answer.json()["id"]
    assert (
        await walkthrough.review(application, category="quality", criteria=["quality.3"], verified=["quality.3"])
    ).status_code == 200
    await walkthrough.show()
    await passed_to(walkthrough, NEW)
    assert (await walkthrough.decide(application)).status_code == 409
    assert (await act(walkthrough, application, "adoption", NEW, {}, on=DECIDES)).status_code == 200
    seen = (await read(walkthrough, f"/v1/recommendations/{application}", NEW)).json()
    assert seen["consent"] == {"by": "operator", "on": DECIDES.isoformat(), "document": None}
    assert (await walkthrough.decide(application)).status_code == 201
