"""A correction that would make the type worse: nothing is applied before the objector is told and could give up."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections.domain import CorrectionOutcome
from services.objection.decisions import worse
from services.objection.objections.due_days import DueDay, schedule_due
from services.objection.objections.models import Objection
from services.objection.rules.domain import PeriodName
from shared import clock
from shared.platform.identity import Role
from tests.integration.objection.decision_steps import (
    answered,
    approve,
    approved,
    corrected_for,
    proposed,
    sent,
    upheld,
)
from tests.integration.objection.filed_objections import locked, period
from tests.integration.objection.handled_objections import Handled, accepted
from tests.integration.objection.objection_client import ObjectionClient

WORSE: dict[str, Any] = {"outcome": "worse", "type": "survival", "previous_type": "growth"}


async def asked_first(office: ObjectionClient, feeds: tuple[int, ...] = (2025,)) -> tuple[Handled, list[UUID]]:
    """Upheld; typing says of the first correction that it would make the type worse."""
    handled = await upheld(office, feeds=feeds)
    corrections = await sent(office)
    assert [one["data"]["worse_told"] for one in await office.events("EvidenceCorrected")] == [False] * len(feeds)
    await office.hear(answered(handled, corrections[0], **WORSE))
    return handled, corrections


async def last_day(handled: Handled) -> dt.date:
    """The last day for giving up."""
    shown = (await handled.view("objector"))["respond_by"]
    assert shown is not None, "there is time"
    return dt.date.fromisoformat(shown)


async def test_the_objector_is_told_what_the_type_would_become_before_anything_is_applied(office: ObjectionClient):
    handled, _ = await asked_first(office)
    shown = await handled.view("objector")
    assert (shown["state"], shown["answer"]) == ("upheld", None)
    assert "将由“成长型”变为“生存型”" in shown["warning"]
    assert [one["step"] for one in shown["next_steps"]] == ["give-up"]
    (told,) = await office.events("ObjectionWarned")
    assert (told["data"]["would_become"], told["data"]["respond_by"]) == ("survival", shown["respond_by"])
    assert shown["respond_by"] > str(clock.today())


async def nothing_is_applied_behind_the_objectors_back(office: ObjectionClient) -> None:
    """Sent again with the warning only when the objector's time is over, and once."""
    handled, (correction,) = await asked_first(office)
    over = await last_day(handled) + dt.timedelta(days=1)
    with clock.travel(over - dt.timedelta(days=1)):
        await office.fire_deadlines()
        assert len(await office.events("EvidenceCorrected")) == 1
        assert (await handled.view())["state"] == "upheld"
    with clock.travel(over):
        for _ in range(2):
            await office.fire_deadlines()
        first, again = await office.events("EvidenceCorrected")
        assert (again["data"]["worse_told"], again["data"]["correction"]) == (True, first["data"]["correction"])
        assert again["data"]["sealed"]
        await office.hear(answered(handled, correction, **WORSE))
        assert len(await office.events("ObjectionWarned")) == 1, "the answer of before, again"
        await office.hear(answered(handled, correction, type="survival", previous_type="growth"))
    shown = await handled.view("objector")
    assert (shown["state"], shown["changed"]) == ("closed", True)
    assert "已事先告知" in shown["answer"]
    (kept,) = await office.sql("select sealed, state from correction_item")
    assert (kept["sealed"], kept["state"]) == (None, "open")


async def test_silence_lets_typing_apply_it_once_the_time_is_over(office: ObjectionClient):
    await nothing_is_applied_behind_the_objectors_back(office)


async def test_an_answer_that_is_taken_for_the_end_would_be_noticed(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: whatever typing answers is sent again at once."""

    async def at_once(session: AsyncSession, objection: Objection, *_: object) -> None:
        await worse.send_worse(session, objection)

    monkeypatch.setattr("services.objection.decisions.conclusion.ask_first", at_once)
    with pytest.raises(AssertionError):
        await nothing_is_applied_behind_the_objectors_back(office)


async def test_a_correction_that_is_given_up_changes_nothing_and_ends_the_bureaus_item(office: ObjectionClient):
    handled, (correction,) = await asked_first(office)
    without_consent = await handled.do("receiver", "giving-up", {})
    assert (without_consent.status_code, without_consent.json()["type"]) == (422, "/problems/consent-missing")
    shown = await handled.done("objector", "giving-up", {})
    assert (shown["state"], shown["changed"], shown["outcome"]) == ("closed", False, "upheld")
    assert "已放弃这项更正" in shown["answer"]
    (item,) = await office.sql("select state, outcome, sealed from correction_item")
    assert tuple(item) == ("dropped", CorrectionOutcome.GIVEN_UP.value, None)
    with clock.travel(clock.today() + dt.timedelta(days=60)):
        await office.fire_deadlines()
    await office.hear(answered(handled, correction))
    assert len(await office.events("EvidenceCorrected")) == len(await office.events("ObjectionClosed")) == 1
    again = await handled.do("objector", "giving-up", {})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/nothing-to-give-up")


async def test_what_was_applied_besides_stays_when_the_rest_is_given_up(office: ObjectionClient):
    handled, (_, other) = await asked_first(office, feeds=(2025, 2024))
    await office.hear(answered(handled, other))
    assert (await handled.view())["state"] == "upheld"
    shown = await handled.done("objector", "giving-up", {})
    assert (shown["state"], shown["changed"]) == ("closed", True)


async def test_nobody_gives_up_what_is_anothers(office: ObjectionClient):
    handled, _ = await asked_first(office)
    stranger = await office.post(f"{handled.path}/giving-up", {}, Role.OPERATOR, match="*", number=99)
    assert stranger.status_code == 404


async def test_a_correction_of_which_the_objector_was_warned_before_is_applied_at_once(office: ObjectionClient):
    handled = await accepted(office)
    used = await corrected_for(handled, 2025)
    decision = await proposed(handled, outcome="upheld", reason="已更正", verifications=[used], worse=True)
    told = await handled.do("decider", f"/v1/decisions/{decision['id']}/warning", {"text": "可能变差"})
    (warned,) = await office.events("ObjectionWarned")
    assert (warned["data"]["would_become"], warned["data"]["respond_by"]) == (
        None,
        (await handled.view())["respond_by"],
    )
    with clock.travel(dt.date.fromisoformat(told.json()["decide_after"]) + dt.timedelta(days=1)):
        await office.fire_deadlines()
        await approved(handled, decision)
    (corrected,) = await office.events("EvidenceCorrected")
    assert corrected["data"]["worse_told"] is True


async def test_the_time_to_withdraw_before_a_decision_follows_the_calendar_and_ends_when_it_is_over(
    office: ObjectionClient,
):
    handled = await accepted(office)
    used = await corrected_for(handled, 2025)
    decision = await proposed(handled, outcome="upheld", reason="已更正", verifications=[used], worse=True)
    await handled.do("decider", f"/v1/decisions/{decision['id']}/warning", {"text": "可能变差"})
    async with office.resources.database.transaction() as session:
        objection = await locked(session, handled.id)
        counted = period(3, PeriodName.RESPOND)
        moved = await schedule_due(session, objection, DueDay.RESPOND, start=clock.today(), period=counted)
        assert moved is not None
    shown = await office.get(f"/v1/decisions/{decision['id']}", **handled.who("decider"))
    assert shown.json()["decide_after"] == str(moved)
    with clock.travel(moved):
        assert (await approve(handled, decision)).json()["type"] == "/problems/worse-not-told"
    with clock.travel(moved + dt.timedelta(days=1)):
        await office.fire_deadlines()
        days = await office.sql("select settled_at from objection_due_day where what = 'respond'")
        assert [day["settled_at"] is not None for day in days] == [True, True], "nobody is late"
        assert (await handled.view())["state"] == "proposed"
        await approved(handled, decision)


async def test_the_item_of_a_refused_correction_ends(office: ObjectionClient):
    handled = await upheld(office)
    (correction,) = await sent(office)
    await office.hear(answered(handled, correction, "refused", reason="不是这一户的数据"))
    (item,) = await office.sql("select state, outcome from correction_item")
    assert tuple(item) == ("dropped", "refused")
    assert (await handled.view())["state"] == "closed"
