"""An objection gives a household a type that may apply after the application period: it may, to a day, and goes all the
way.
"""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from shared import clock
from shared.contracts.typing import TypingAdjusted
from shared.platform.identity import Role
from tests.integration.recognition.application_setup import submit_application
from tests.integration.recognition.invariants import assert_invariants
from tests.integration.recognition.objection_steps import told
from tests.integration.recognition.recognition_client import COUNTY, household_typed, uscc
from tests.integration.recognition.walkthrough import Walkthrough

CLOSED = dt.date(2026, 10, 20)
"""After the last day for applications."""
APPLY_BY = dt.date(2026, 11, 3)
"""Ten working days later."""


async def adjusted(walkthrough: Walkthrough, on: dt.date = CLOSED, **changed: Any) -> None:
    """An upheld objection makes the first household one of the growth type."""
    known = {"previous_type": "survival", "objection": uuid4(), "reason": "更正", "revision": 5} | changed
    said = TypingAdjusted.model_validate(household_typed(1).model_dump() | known)
    with clock.travel(on):
        await walkthrough.office.hear(said)
        await walkthrough.office.hear(said)


async def test_a_household_may_apply_late_and_is_recognised_after_the_season(walkthrough: Walkthrough):
    await walkthrough.office.hear(household_typed(1, kind="survival"))
    await adjusted(walkthrough)
    (allowed,) = await told(walkthrough, "LateApplicationAllowed")
    assert (allowed["uscc"], allowed["season"], allowed["apply_by"]) == (
        uscc(1),
        walkthrough.season["id"],
        APPLY_BY.isoformat(),
    )
    with clock.travel(APPLY_BY + dt.timedelta(days=1)):
        late = await submit_application(walkthrough.office, walkthrough.season)
        assert (late.status_code, late.json()["title"]) == (409, "不在申报期内")
    with clock.travel(APPLY_BY):
        draft = (await walkthrough.office.sql("select id from application"))[0]["id"]
        headers = walkthrough.office.as_(Role.OPERATOR, number=1) | {"If-Match": "*"}
        done = await walkthrough.office.client.post(f"/v1/applications/{draft}/submission", headers=headers)
        assert done.status_code == 200, done.text
    application = str(draft)
    with clock.travel(dt.date(2026, 12, 1)):
        await walkthrough.office.fire_deadlines()
        assert (await walkthrough.review(application)).status_code == 200
        chosen = await walkthrough.do("/v1/selections", {"season": walkthrough.season["id"]})
        assert chosen.status_code == 200, chosen.text
        assert (await walkthrough.visit(application)).status_code == 200
        await walkthrough.consult(application)
        notice = await walkthrough.notice()
    await walkthrough.end_notice(notice, held=[])
    assert (await walkthrough.decide(application, on=dt.date(2026, 12, 20))).status_code == 201
    await assert_invariants(walkthrough.office)


@pytest.mark.parametrize(
    ("on", "changed"),
    [
        (dt.date(2026, 9, 1), {}),
        (CLOSED, {"type": "ineligible"}),
        (CLOSED, {"previous_type": "development"}),
        (CLOSED, {"year": 2025}),
        (dt.date(2027, 1, 4), {}),
        (CLOSED, {"region": "410106"}),
    ],
)
async def test_nobody_is_let_in_who_could_apply_in_time_or_still_may_not(
    walkthrough: Walkthrough, on: dt.date, changed: dict[str, Any]
):
    region = str(changed.get("region", COUNTY))
    await walkthrough.office.hear(household_typed(1, kind="survival").model_copy(update={"region": region}))
    await adjusted(walkthrough, on, **changed)
    assert await told(walkthrough, "LateApplicationAllowed") == []


@pytest.mark.parametrize("together", [True, False])
async def test_two_changes_of_a_type_let_in_whom_the_first_gave_the_right_however_they_are_batched(
    walkthrough: Walkthrough, together: bool
):
    await walkthrough.office.hear(household_typed(1, kind="survival"))
    grown = type_change("survival", "growth", 5)
    changes = [grown, type_change("growth", "development", 6)]
    with clock.travel(CLOSED):
        if together:
            await walkthrough.office.hear_together(changes)
        else:
            await walkthrough.office.hear(*changes)
    (allowed,) = await told(walkthrough, "LateApplicationAllowed")
    assert allowed["objection"] == str(grown.objection)


async def test_whoever_had_the_right_before_two_changes_in_one_batch_is_not_let_in_late(walkthrough: Walkthrough):
    await walkthrough.office.hear(household_typed(1, kind="growth"))
    with clock.travel(CLOSED):
        await walkthrough.office.hear_together(
            [type_change("growth", "survival", 5), type_change("survival", "growth", 6)]
        )
    assert await told(walkthrough, "LateApplicationAllowed") == []


def type_change(before: str, after: str, revision: int) -> TypingAdjusted:
    """A type of the first household that an objection changed."""
    known = {"previous_type": before, "type": after, "objection": uuid4(), "reason": "更正", "revision": revision}
    return TypingAdjusted.model_validate(household_typed(1).model_dump() | known)


async def test_a_type_that_is_no_longer_in_force_lets_nobody_in(walkthrough: Walkthrough):
    await walkthrough.office.hear(household_typed(1, kind="survival", revision=9))
    await adjusted(walkthrough, revision=5)
    assert await told(walkthrough, "LateApplicationAllowed") == []
