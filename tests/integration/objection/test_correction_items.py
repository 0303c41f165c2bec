"""Correction items: the bureau acknowledges, later deliveries meet or contradict, the deciding level lifts."""

import uuid
from typing import Any

import pytest
from sqlalchemy import true

from services.objection.corrections import repository as correction_repository
from services.objection.corrections.repository import ItemScope
from shared.contracts.objection import SealedCorrection
from shared.contracts.typing import CorrectionContradicted, CorrectionMet, CorrectionSettlement
from shared.platform.identity import Role
from shared.platform.sealed_messages import SealOpener
from tests.fixtures.correction_keys import CORRECTION_KEYS
from tests.integration.objection.decision_steps import answered, sent, upheld
from tests.integration.objection.handled_objections import Handled
from tests.integration.objection.objection_client import CITY, COUNTY, ObjectionClient, uscc
from tests.integration.objection.verification_steps import TAX

Body = dict[str, Any]


def settled(
    handled: Handled, correction: uuid.UUID, kind: type[CorrectionSettlement], delivery: uuid.UUID | None = None
) -> CorrectionSettlement:
    """What typing tells of a later delivery."""
    return kind(
        correction=correction,
        objection=handled.id,
        uscc=uscc(handled.number),
        region=COUNTY,
        feed="tax",
        year=2025,
        delivery=delivery or uuid.uuid4(),
        bureau="金水区税务局",
    )


async def item_of(office: ObjectionClient, correction: uuid.UUID, **who: Any) -> Body:
    answer = await office.get(f"/v1/correction-items/{correction}", **{**TAX, **who})
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


async def acknowledge(office: ObjectionClient, correction: uuid.UUID, match: str, **who: Any) -> Any:
    return await office.post(f"/v1/correction-items/{correction}/acknowledgement", None, match=match, **{**TAX, **who})


async def test_the_bureau_acknowledges_its_item_and_its_next_delivery_meets_it(office: ObjectionClient):
    handled = await upheld(office)
    (correction,) = await sent(office)
    item = await item_of(office, correction)
    assert (item["state"], item["feed"], item["year"], item["outcome"]) == ("open", "tax", 2025, None)
    done = await acknowledge(office, correction, item["etag"])
    assert (done.status_code, done.json()["state"]) == (200, "acknowledged")
    for _ in range(2):
        await office.hear(settled(handled, correction, CorrectionMet))
    met = await item_of(office, correction)
    assert met["state"] == "met"
    again = await acknowledge(office, correction, met["etag"])
    assert (again.status_code, again.json()["type"]) == (409, "/problems/state")


async def test_a_delivery_that_repeats_the_error_opens_the_item_again_once(office: ObjectionClient):
    handled = await upheld(office)
    (correction,) = await sent(office)
    contradiction = settled(handled, correction, CorrectionContradicted)
    await office.hear(contradiction)
    item = await item_of(office, correction)
    assert item["state"] == "contradicted"
    await acknowledge(office, correction, item["etag"])
    await office.hear(contradiction)
    assert (await item_of(office, correction))["state"] == "acknowledged", "the same delivery told again"
    await office.hear(settled(handled, correction, CorrectionContradicted))
    assert (await item_of(office, correction))["state"] == "contradicted"


OTHERS: list[dict[str, Any]] = [
    {"department": "human-resources"},
    {"region": "410102"},
    {"region": CITY},
    {"department": "market"},
    {"role": Role.OFFICER, "department": "market"},
]


async def items_are_their_owners_alone(office: ObjectionClient) -> None:
    """Invariant D1 for correction items."""
    await upheld(office)
    (correction,) = await sent(office)
    etag = (await item_of(office, correction))["etag"]
    for other in OTHERS:
        who = {**TAX, **other}
        if who["role"] is Role.BUREAU:
            assert (await office.get(f"/v1/correction-items/{correction}", **who)).status_code == 404, other
            assert (await office.get("/v1/correction-items", **who)).json()["items"] == [], other
        assert (await acknowledge(office, correction, etag, **other)).status_code == 404, other
    assert (await item_of(office, correction))["state"] == "open"


async def test_no_department_reads_or_acknowledges_what_another_has_to_mend(office: ObjectionClient):
    await items_are_their_owners_alone(office)


@pytest.mark.parametrize("forgotten", [0, 1], ids=["department", "region"])
async def test_a_scope_without_the_department_or_the_region_would_be_noticed(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch, forgotten: int
):
    rightly = correction_repository.scope_condition

    def forgetful(scope: ItemScope) -> object:
        conditions = list(rightly(scope))
        if scope.department is not None:
            conditions[forgotten] = true()
        return tuple(conditions)

    monkeypatch.setattr(correction_repository, "scope_condition", forgetful)
    with pytest.raises(AssertionError):
        await items_are_their_owners_alone(office)


async def test_officers_list_the_items_of_their_region_by_state_and_department(office: ObjectionClient):
    await upheld(office, 1)
    await upheld(office, 2)
    for query, count in (
        ({}, 2),
        ({"state": "open", "department": "tax"}, 2),
        ({"state": "met"}, 0),
        ({"region": "410102"}, 0),
        ({"limit": 1}, 1),
    ):
        listed = await office.get("/v1/correction-items", Role.OFFICER, CITY, query=query)
        assert len(listed.json()["items"]) == count, query


async def lifted(office: ObjectionClient, handled: Handled, correction: uuid.UUID, **who: Any) -> Any:
    match = (await item_of(office, correction, role=Role.APPROVER, region=handled.decider, department=None))["etag"]
    caller = {"role": Role.APPROVER, "region": handled.decider, "subject": "approver"} | who
    path = f"/v1/correction-items/{correction}/lifting"
    return await office.post(path, {"reason": "税务部门核查后撤回更正"}, match=match, **caller)


async def test_the_deciding_level_lifts_a_correction_with_a_reason_and_typing_answers_once(office: ObjectionClient):
    handled = await upheld(office)
    (correction,) = await sent(office)
    early = await lifted(office, handled, correction)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/correction-not-answered")
    await office.hear(answered(handled, correction))
    below = await lifted(office, handled, correction, region=COUNTY)
    assert (below.status_code, below.json()["type"]) == (403, "/problems/not-competent")
    done = await lifted(office, handled, correction)
    assert (done.status_code, done.json()["state"]) == (200, "lifted")
    first, lifting = await office.events("EvidenceCorrected")
    assert (first["data"]["lifted"], lifting["data"]["lifted"]) == (False, True)
    assert SealOpener(CORRECTION_KEYS.private).open(lifting["data"]["sealed"], SealedCorrection).uscc == uscc(1)
    for outcome in ("changed", "unchanged"):
        await office.hear(answered(handled, correction, outcome, lifted=True))
    item = await item_of(office, correction)
    assert (item["outcome"], item["lift_outcome"]) == ("changed", "changed")
    assert (await lifted(office, handled, correction)).status_code == 409
    assert len(await office.events("ObjectionClosed")) == 1
